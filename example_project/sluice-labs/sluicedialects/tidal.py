"""Values with a wave between them."""

delimiter = "~"
quote = "'"
newline = "\n"
