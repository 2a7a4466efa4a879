"""What all parts of a catalog are made of."""

from __future__ import annotations

from typing import Any

import msgspec

Json = Any
"""What JSON can hold: None, a truth value, a number, a text, or a list or an object of such."""


class Struct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The base of all parts of a catalog."""
