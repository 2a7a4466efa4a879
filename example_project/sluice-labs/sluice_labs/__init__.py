"""Codecs for sluice that are tried out."""
