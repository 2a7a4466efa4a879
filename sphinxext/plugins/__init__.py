"""A catalog of a project's plugins for its documentation, made from their entry points.

What is in ``__all__`` is the public interface for Python: a catalog can be read, made and compared without Sphinx,
and its types are what extensions work with. Whatever else is imported from here may change at any time.
"""

from __future__ import annotations

import fnmatch
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from sphinxext.plugins.core.compare import compare
    from sphinxext.plugins.core.differences import Comparison
    from sphinxext.plugins.core.exported import UnreadableError
    from sphinxext.plugins.core.model import (
        Catalog,
        Distribution,
        Docstring,
        Field,
        Namespace,
        Plugin,
        Problem,
        ProblemKind,
    )

__version__ = "0.1.0.dev0"

__all__ = [
    "Catalog",
    "Comparison",
    "Distribution",
    "Docstring",
    "Field",
    "Namespace",
    "Plugin",
    "Problem",
    "ProblemKind",
    "UnreadableError",
    "__version__",
    "compare",
    "make_catalog",
    "read_catalog",
    "setup",
]

_MODULES = {"Comparison": "core.differences", "compare": "core.compare", "UnreadableError": "core.exported"}
"""Where the names above are from that are not from the model; those that are neither here nor there are below."""


def __getattr__(name: str) -> Any:  # noqa: ANN401  # each has its own type, for type checkers above
    """Import what is asked for, and only then: Sphinx imports this package, and so does the command."""
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f"{__name__}.{_MODULES.get(name, 'core.model')}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    from sphinxext.plugins.sphinx.extension import register

    return register(app, __version__)


def read_catalog(source: Path | str | bytes) -> Catalog:
    """Read a catalog that was exported: what ``plugins_json`` names, or ``sphinx-plugins export`` writes.

    :param source: the path of its file, or what is in it, as bytes
    :raises UnreadableError: where it is no catalog, or of another major version of the form
    :raises OSError: where the file cannot be read
    """
    from sphinxext.plugins.core.exported import from_json
    from sphinxext.plugins.core.files import read

    return from_json(source if isinstance(source, bytes) else read(source))


def make_catalog(
    settings: Mapping[str, object] | None = None, folder: Path | str = ".", namespaces: Iterable[str] = "*"
) -> Catalog:
    """Make a catalog as the documentation does: find plugins, introspect them, and make their fields.

    What is wrong is in its ``problems``, and in those of its namespaces and plugins.

    :param settings: values by their names in conf.py, ``{"plugins_sources": ["project:.."]}``
    :param folder: what paths in these are relative to, as to the folder of conf.py
    :param namespaces: names and globs of the namespaces that are in it, ``["sluice.*"]``, or one of these; those that
        do not exist are left out
    :raises ValueError: where there is no setting of a name
    """
    from sphinxext.plugins import catalog
    from sphinxext.plugins import settings as known
    from sphinxext.plugins.core.assembly import failures
    from sphinxext.plugins.core.model import Catalog
    from sphinxext.plugins.core.namespaces import PREFIX
    from sphinxext.plugins.core.typos import the_nearest

    given, place = settings or {}, Path(folder)
    fields = {PREFIX + name: name for name in known.Options.__struct_fields__}
    for name in given:
        if name not in fields:
            msg = f"there is no setting {name!r}{the_nearest(name, fields)}"
            raise ValueError(msg)
    options, problems = known.from_config(known.from_conf(given, place))
    assembler = catalog.Assembler(options, place)
    globs = [namespaces] if isinstance(namespaces, str) else list(namespaces)
    names = [name for name in assembler.names if any(fnmatch.fnmatchcase(name, glob) for glob in globs)]
    found = tuple(namespace for name in names if (namespace := assembler.namespace(name)) is not None)
    return Catalog(namespaces=found, problems=(*problems, *assembler.problems, *failures(assembler.failed, names)))
