"""A minimal plugin as Python source, made from the interface of its namespace, and how it is registered.

It has what is required and nothing else. What interfaces, plugins and namespaces are called is others' text: it is
written so that all of it is a name, or stands in a text or a comment.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.descriptions import Kind
from sphinxext.plugins.core.interfaces import MemberKind, Need
from sphinxext.plugins.core.signatures import code, is_name
from sphinxext.plugins.core.text import clean_line, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sphinxext.plugins.core.interfaces import Interface, Member


def module_text(namespace: str, interface: Interface | None, name: str) -> str:
    """Write a module with a plugin that does what its interface requires, and nothing of use."""
    header = _docstring(f"The plugin {name} of {namespace}.")
    if interface is not None and interface.hooks is not None:
        lines = [header, *_hooks(interface)]
    elif interface is not None and interface.kind in {Kind.FUNCTION, Kind.METHOD}:
        lines = [header, "", "", *_function(function_name(name), code(interface.signature), interface)]
    else:
        lines = [header, *_class(interface, class_name(name, interface))]
    return "\n".join(lines) + "\n"


def attribute(interface: Interface | None, name: str) -> str | None:
    """Return what the plugin is called in that module; None where the module is the plugin."""
    if interface is not None and interface.hooks is not None:
        return None
    is_function = interface is not None and interface.kind in {Kind.FUNCTION, Kind.METHOD}
    return function_name(name) if is_function else class_name(name, interface)


def class_name(name: str, interface: Interface | None = None) -> str:
    """Make the name of a class from that of a plugin: ``MyCsv`` from ``my-csv``."""
    made = "".join(word[:1].upper() + word[1:] for word in _words(name))
    made = made if is_name(made) else f"Plugin{made}"
    made = made if is_name(made) else "Plugin"
    base = _base(interface)
    return f"{made}Plugin" if base and made in {base[0], base[1].partition(".")[0]} else made


def function_name(name: str) -> str:
    """Make the name of a function or a module from that of a plugin: ``my_csv`` from ``My-CSV``."""
    made = "_".join(_words(name)).lower()
    made = made if is_name(made) else f"plugin_{made}".rstrip("_")
    return made if is_name(made) else "plugin"


def registration(namespace: str, name: str, target: str) -> dict[str, str]:
    """Return how a plugin is registered, by the file: the table of ``pyproject.toml``, and what ``setup.cfg`` has.

    The latter cannot have every name, and is left out then.
    """
    table = f"[project.entry-points.{toml(namespace)}]\n{_toml_key(name)} = {toml(target)}\n"
    files = {"pyproject.toml": table}
    if _IN_INI.fullmatch(namespace) and ":" not in namespace and _IN_INI.fullmatch(name):
        files["setup.cfg"] = f"[options.entry_points]\n{namespace} =\n    {name} = {clean_line(target)}\n"
    return files


_IN_INI = re.compile(r"(?![#;\[\s])[^=\x00-\x1f\x7f\x85\u2028\u2029]*[^=\s\x00-\x1f\x7f\x85\u2028\u2029]")
"""What the name of an option may be, or of an entry point within one."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")

_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]')


def toml(text: str) -> str:
    """Write a text as TOML does; what is no character is left out, for it cannot be written there."""
    return f'"{_ESCAPED.sub(_toml_escape, text)}"'


def _toml_escape(found: re.Match[str]) -> str:
    if found[0] in '"\\':
        return f"\\{found[0]}"
    return "" if "\ud800" <= found[0] <= "\udfff" else f"\\u{ord(found[0]):04X}"


def _toml_key(text: str) -> str:
    return text if _BARE.fullmatch(text) else toml(text)


def _words(name: str) -> list[str]:
    normal = unicodedata.normalize("NFKC", name)[: limits.LONGEST_ID]
    return [word for word in re.split(r"[\W_]+", normal) if word]


def _base(interface: Interface | None) -> tuple[str, str] | None:
    """Return the module and the path in it of the class that a plugin inherits from."""
    if interface is None or interface.protocol or interface.kind not in {Kind.CLASS, None}:
        return None
    module, _, path = interface.target.partition(":")
    return (module.strip(), path.strip()) if path.strip() else None


def _class(interface: Interface | None, name: str) -> Iterator[str]:
    """Write a class with what is required."""
    base = _base(interface)
    imported, inherited = _imported(*base) if base else ([], None)
    yield from (["", *imported] if imported else [])
    yield from ("", "", f"class {name}({inherited}):" if inherited else f"class {name}:")
    yield f"    {_docstring('Say here what it is good for.')}"
    required = (each for each in (interface.members if interface else ()) if each.need is Need.REQUIRED)
    names = {each.name for each in interface.members} if interface else set()
    free = next(name for name in (f"_member{'_' * count}" for count in range(len(names) + 1)) if name not in names)
    # Behind what hides a decorator, that is another thing.
    for member in sorted(required, key=lambda each: each.name in _DECORATORS):
        if member.name not in _OF_CLASSES:
            yield ""
            yield from (f"    {line}" for line in _member(member, free))


_DECORATORS = {"classmethod", "locals", "property", "staticmethod"}

_OF_CLASSES = {"__slots__", "__qualname__", "__classcell__", "__classdictcell__"}
"""What Python itself reads while it makes a class, and takes not any value for."""


def _imported(module: str, path: str) -> tuple[list[str], str]:
    """Return what imports something, and what it is called then."""
    first, *rest = path.split(".")
    if all(map(is_name, module.split("."))) and all(map(is_name, (first, *rest))):
        return [f"from {module} import {first}"], path
    expression = f"importlib.import_module({module!r})"
    for each in (first, *rest):
        expression = f"getattr({expression}, {each!r})"
    return ["import importlib", "", f"Base = {expression}"], "Base"


def _member(member: Member, free: str) -> list[str]:
    """Write a member; one whose name is no name in Python gets it by the dictionary of the class.

    :param free: a name that no member has
    """
    write = _OF_KINDS.get(member.kind, _method) if member.kind else _method
    if is_name(member.name):
        return write(member.name, member)
    return [*write(free, member), f"locals()[{member.name!r}] = {free}"]


def _attribute(name: str, member: Member) -> list[str]:
    words = _summary(member)
    return [*([f"# {words}"] if words else []), f"{name} = None"]


def _inner_class(name: str, member: Member) -> list[str]:
    return [f"class {name}:", f"    {_docstring(_summary(member) or 'Say here what it is.')}"]


def _method(name: str, member: Member) -> list[str]:
    return list(_function(name, code(member.signature, "self"), member))


def _class_method(name: str, member: Member) -> list[str]:
    return ["@classmethod", *_function(name, code(member.signature, "cls"), member)]


def _static_method(name: str, member: Member) -> list[str]:
    return ["@staticmethod", *_function(name, code(member.signature), member)]


def _property(name: str, member: Member) -> list[str]:
    return ["@property", *_function(name, "self", member)]


_OF_KINDS: dict[MemberKind, Callable[[str, Member], list[str]]] = {
    MemberKind.METHOD: _method,
    MemberKind.CLASS_METHOD: _class_method,
    MemberKind.STATIC_METHOD: _static_method,
    MemberKind.PROPERTY: _property,
    MemberKind.ATTRIBUTE: _attribute,
    MemberKind.CLASS: _inner_class,
    MemberKind.FUNCTION: _static_method,
}


def _hooks(interface: Interface) -> Iterator[str]:
    """Write one hook as an example."""
    yield from ("", "import pluggy", "", f"hookimpl = pluggy.HookimplMarker({interface.hooks!r})")
    member = _example(interface.members)
    if member is not None:
        yield from ("", "", "@hookimpl", *_function(member.name, code(member.signature), member))


def _example(members: Sequence[Member]) -> Member | None:
    """Choose a hook that tells what it is for, if there is one."""
    named = [each for each in members if is_name(each.name)]
    return next((each for each in named if each.docstring), named[0] if named else None)


def _function(name: str, parameters: str, of: Interface | Member) -> Iterator[str]:
    words = _summary(of)
    yield f"{'async ' if of.asynchronous else ''}def {name}({parameters}):"
    yield from ([f"    {_docstring(words)}"] if words else [])
    yield "    # Write here what it does."
    yield "    return None"


def _summary(of: Interface | Member) -> str:
    return cut(clean_line(of.docstring.summary), limits.LONGEST_CELL) if of.docstring else ""


def _docstring(words: str) -> str:
    """Write a docstring of one line."""
    text = clean_line(words).replace("\\", "\\\\")
    quoted = text.replace('"', '\\"') if '"""' in text or text.endswith('"') else text
    return f'"""{quoted}"""'
