"""The forms that a catalog is written in."""
