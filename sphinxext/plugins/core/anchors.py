"""The ids of namespaces and plugins on pages."""

from __future__ import annotations

import hashlib
import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container


def anchor(namespace: str, name: str | None = None) -> str:
    """Return the id that a namespace, or a plugin in it, has on a page: ``plugin-sahara.cluster.plugins-vanilla``.

    It is another one for each identity. Letters and digits of ASCII, ``.``, ``_`` and, in the
    plugin's name, ``-`` stand for themselves; any other character is written ``-U2F-``, its code
    point in hexadecimal digits. Such an id needs no quoting in HTML, in XML (EPUB) and in a URL. Where
    either is very long, the end of it is a digest, after ``-UX``.
    """
    of_namespace = f"plugin-{_shortened(_NOT_IN_NAMESPACE.sub(_escape, namespace), namespace)}"
    if name is None:
        return of_namespace
    escaped = _LIKE_AN_ESCAPE.sub(_escape, _NOT_IN_NAME.sub(_escape, name))
    return f"{of_namespace}-{_shortened(escaped, name)}"


def of_group(title: str, taken: Container[str]) -> str:
    """Return the id of a group of plugins, ``plugins-by.MIT``, one that neither a title gives nor anything has."""
    first = node_id = f"plugins-by.{_shortened(_NOT_IN_NAME.sub(_escape, title), title)}"
    numbers = itertools.count(2)
    while node_id in taken:
        node_id = f"{first}-{next(numbers)}"
    return node_id


_NOT_IN_NAMESPACE = re.compile(r"[^A-Za-z0-9._]")
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9._-]|-(?=U)")
_LIKE_AN_ESCAPE = re.compile(r"^U(?=[0-9A-F]+-)")


_LONGEST_ID = 100
"""Characters of each part of an id: it can be the name of a file then, and a label in LaTeX."""


def _escape(match: re.Match[str]) -> str:
    return f"-U{ord(match[0]):X}-"


def _shortened(escaped: str, given: str) -> str:
    if len(escaped) <= _LONGEST_ID:
        return escaped
    return f"{escaped[:_LONGEST_ID]}-UX{hashlib.sha256(given.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
