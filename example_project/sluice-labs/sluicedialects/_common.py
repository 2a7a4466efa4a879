"""What dialects have in common; no dialect itself."""

REQUIRED = ("delimiter", "quote", "newline")
