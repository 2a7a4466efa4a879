"""What names an entry that a decorator marks: an argument of that, or an attribute of what it marks.

Both ways of introspection go by it. The process that loads plugins runs this as a script, so it imports only the
standard library and runs on Python 3.8 and newer.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

ATTRIBUTE = "attr:"
"""What the name of an attribute begins with in the settings."""


def attribute_of(name: Any) -> str | None:
    """Return the attribute that names what is marked; None where the decorator does, or nothing."""
    return name[len(ATTRIBUTE) :] if isinstance(name, str) and name.startswith(ATTRIBUTE) else None


def part_of(decorator: ast.expr, name: Any) -> ast.expr:
    """Return what of a decorator may name an entry, so that nothing else of it has to be worked out.

    :param name: what names entries, as the settings say it
    """
    if not isinstance(decorator, ast.Call) or attribute_of(name) is not None:
        return ast.copy_location(ast.Call(getattr(decorator, "func", decorator), [], []), decorator)
    keyword = "name" if name is None else name
    place = 0 if name is None else name
    args, keywords = [], [each for each in decorator.keywords if each.arg is None or each.arg == keyword]
    if isinstance(place, int):
        known = place >= 0 and not any(isinstance(each, ast.Starred) for each in decorator.args[: place + 1])
        nothing = ast.Constant(None)
        args = [each if n == place else nothing for n, each in enumerate(decorator.args)] if known else decorator.args
        first = decorator.args[:1] if name is None else ()
        if name is not None or any(isinstance(getattr(each, "value", None), str) for each in first):
            keywords = []
    return ast.copy_location(ast.Call(decorator.func, list(args), keywords), decorator)


def names_of(value: Any, row: Mapping[str, Any], name: Any) -> list[str]:
    """Return the names of a loaded object that a decorator marks.

    :param row: what is told of it and of the decorator
    :param name: what names entries, as the settings say it
    :raises LookupError: where there is no text for that
    """
    attribute = attribute_of(name)
    if attribute is None:
        return names(row["name"], row["arguments"], row["keywords"], name)
    for each in attribute.split("."):
        if not hasattr(value, each):
            raise LookupError(MISSING.format(attribute))
        value = getattr(value, each)
    return texts_of(value)


MISSING = "it has no {}"


def names(own: str, arguments: Sequence[Any], keywords: Mapping[str, Any], name: Any) -> list[str]:
    """Return the names of what a decorator marks.

    :param own: the name of its definition
    :param arguments: what the decorator is called with
    :param keywords: the same by name
    :param name: what names entries, as the settings say it
    :raises LookupError: where that is no text
    """
    if name is None:
        texts = (each for each in (*arguments[:1], keywords.get("name")) if isinstance(each, str))
        return [str.__str__(next(texts, own))]
    if isinstance(name, str):
        return texts_of(keywords.get(name), own)
    return texts_of(arguments[name] if -len(arguments) <= name < len(arguments) else None, own)


def texts_of(value: Any, own: str | None = None) -> list[str]:
    """Return a text, or several, as a list.

    :param own: what stands for a value that is not there
    :raises LookupError: where it is neither
    """
    several = value if isinstance(value, (list, tuple)) else [own if value is None else value]
    if not all(isinstance(each, str) for each in several):
        msg = "what is to name it is a {}, and no text".format(type(value).__name__)
        raise LookupError(msg)
    return [str.__str__(each) for each in several]
