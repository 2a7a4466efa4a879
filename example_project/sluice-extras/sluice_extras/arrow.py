"""Apache Arrow, where the distribution that reads it is installed."""

from tidal_arrow.adapters import SluiceReader as ArrowReader  # noqa: F401
