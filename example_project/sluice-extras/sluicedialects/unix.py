"""Comma-separated values as programs of Unix write them."""

delimiter = ","
quote = '"'
newline = "\n"
