"""Moves tables from where they are to where they are wanted, through plugins."""

__version__ = "2.1.0"
