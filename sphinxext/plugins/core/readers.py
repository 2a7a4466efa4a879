"""Which readers of options there are: built in, and brought by other distributions.

They run in the process that loads plugins, each by the path of its file. Nothing of them is imported here.
"""

from __future__ import annotations

import importlib.util
from typing import NamedTuple

from sphinxext.plugins.core.extensions import FAILURES, ExtensionError, Registry

_SPECIAL = ("argparse", "oslo", "click", "mkdocs", "traitlets", "distutils", "schema", "fields")
LAST = ("settings", "parameters")
"""Those that know any mapping, and whatever can be called, come after those of other distributions."""

READERS = Registry(
    "sphinxext.plugins.option_readers",
    {name: f"sphinxext.plugins.introspect.live.options.{name}:read" for name in (*_SPECIAL, *LAST)},
)


class Reader(NamedTuple):
    """A reader, as the process that loads plugins is told of it."""

    name: str

    file: str
    """Its path; empty where it has none."""

    function: str
    """The name of the function in that, or why there is no file."""


def others() -> list[str]:
    """Return the names of the readers that other distributions bring."""
    return sorted(name for name in READERS.names if name not in READERS.built_in)


def readers() -> list[Reader]:
    """Return all readers, in the order in which an object is shown to them."""
    return [_reader(name) for name in (*_SPECIAL, *others(), *LAST)]


def _reader(name: str) -> Reader:
    try:
        module, _, function = READERS.reference(name).partition(":")
        found = importlib.util.find_spec(module)
    except ExtensionError as error:
        return Reader(name, "", str(error))
    except FAILURES as error:  # a package above it is imported
        return Reader(name, "", f"fails: {type(error).__name__}: {error}")
    if found is None or found.origin is None or not found.has_location:
        return Reader(name, "", f"is in no file: there is no module {module} in one")
    return Reader(name, found.origin, function)
