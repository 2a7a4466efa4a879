"""Comma-separated values as spreadsheets write them."""

delimiter = ","
quote = '"'
newline = "\r\n"
