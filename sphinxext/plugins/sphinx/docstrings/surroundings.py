"""What a docstring of the project's own is parsed with, as on its pages: handlers of autodoc, prolog and epilog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
from docutils import nodes

from sphinxext.plugins.core.model import Kind

if TYPE_CHECKING:
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

    from sphinxext.plugins.core.model import Docstring, Plugin

EVENT = "autodoc-process-docstring"

WHAT: dict[Kind | None, str] = {each: each.value for each in Kind if each is not Kind.INSTANCE}
"""What autodoc and napoleon call the kinds; all others are data to the one, and objects to the other."""


class HandlerError(Exception):
    """What a handler of that event raised, as a text that is the same in each build."""


def handled(text: str, plugin: Plugin, env: BuildEnvironment) -> str:
    """Have what the project connected to autodoc change a docstring: napoleon, numpydoc, functions in ``conf.py``.

    They are called as autodoc calls them, but that there is no object here: none is loaded. What they
    describe of it is not registered, which the options say.

    :raises HandlerError: where one of them raises anything
    """
    if EVENT not in env.events.events:  # autodoc is not among the extensions
        return text
    from sphinx.ext.autodoc import Options  # noqa: PLC0415  # not needed where nothing changed

    lines = [*text.splitlines(), ""]
    name = (plugin.definition or plugin.target).replace(":", ".")
    try:
        env.events.emit(EVENT, WHAT.get(plugin.kind, "data"), name, None, Options({"no-index": True}), lines)
    except Exception as error:  # the project's code, or that of any extension
        cause = getattr(error, "orig_exc", error)
        raise HandlerError(re.sub(r" at 0x[0-9a-fA-F]+", "", f"{type(cause).__name__}: {cause}")) from error
    return _OF_ALL_DOCSTRINGS.sub(r"[\1]", "\n".join(map(str, lines)))


_OF_ALL_DOCSTRINGS = re.compile(r"\[R[0-9a-f]{12}-([^\]\s]+)\]")
"""What numpydoc renames references to, as docstrings that stand on one page share them; here none do."""


def where_it_stands(plugin: Plugin, docstring: Docstring) -> Plugin:
    """Return a plugin as what its docstring belongs to: names in that are looked up in the module that it stands in.

    Whoever inherits it, or takes it from there, has no say in what is imported for it.
    """
    if docstring.location is None:
        return plugin
    module = re.sub(r"(/__init__)?\.pyi?$", "", docstring.location.file).replace("/", ".")
    if module == (plugin.definition or plugin.target).partition(":")[0]:
        return plugin
    owner = plugin.inherited.owner if plugin.inherited and plugin.inherited.docstring is docstring else ""
    name = owner.removeprefix(f"{module}.") if owner.startswith(f"{module}.") else ""
    return msgspec.structs.replace(plugin, definition=f"{module}:{name}" if name else module)


def texts(plugin: Plugin, docstring: Docstring, config: Config) -> list[str]:
    """Return the docstrings that autodoc shows of a plugin: of a class perhaps that of its ``__init__``."""
    asked = getattr(config, "autoclass_content", "class")  # there is none without autodoc
    if plugin.constructor is None or plugin.docstring is not docstring or asked == "class":
        return [docstring.text]
    return [*([docstring.text] if asked == "both" else []), plugin.constructor.text]


def define(document: nodes.document, definitions: nodes.document) -> None:
    """Define in a docstring what prolog and epilog define, where it does not do so itself."""
    for name, definition in definitions.substitution_defs.items():
        if name.lower() not in document.substitution_names:
            document.note_substitution_def(definition, name)
            document += definition
    for name, node_id in definitions.nameids.items():
        target = definitions.ids.get(node_id) if node_id else None
        if isinstance(target, nodes.target) and not document.has_name(name):
            place = {key: target[key] for key in ("refuri", "refname") if key in target}
            if not place:
                continue  # it is for something in the prolog, which is not shown here
            made = nodes.target("", "", names=[name], **place)
            document += made
            document.note_explicit_target(made)
            if "refname" in place:
                document.note_indirect_target(made)
