"""What the keywords of ``setup`` declare, given in a ``setup.py`` or under the same names in a ``setup.cfg``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext.plugins.sources.declared import Attribute, Declared, Registrar, Text
from sphinxext.plugins.sources.tree import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext.plugins.sources.tree import Tree

HEADERS = {
    "name": "Name",
    "version": "Version",
    "description": "Summary",
    "url": "Home-page",
    "download_url": "Download-URL",
    "author": "Author",
    "author_email": "Author-email",
    "maintainer": "Maintainer",
    "maintainer_email": "Maintainer-email",
    "license": "License",
    "license_expression": "License-Expression",
    "keywords": "Keywords",
    "classifiers": "Classifier",
    "python_requires": "Requires-Python",
}
"""The header of each keyword."""


def declare(tree: Tree, file: str, keywords: Mapping[str, object]) -> Declared:
    """Read keywords but for the entry points; what is of another type than it may have says nothing.

    :param file: where they are, for messages
    """
    declared = Declared()
    for keyword, header in HEADERS.items():
        match keywords.get(keyword):
            case str() as value:
                declared.say(header, *(value.splitlines() if keyword == "classifiers" else [value]))
            case Attribute() | Text() as reference:
                declared.refer(header, reference)
            case list() | tuple() as values:
                texts = [value for value in values if isinstance(value, str)]
                declared.say(header, *(texts if keyword == "classifiers" else [", ".join(texts)]))
    match keywords.get("project_urls"):
        case dict() as urls:
            pairs = [pair for pair in urls.items() if all(isinstance(part, str) for part in pair)]
            declared.say("Project-URL", *(f"{label}, {url}" for label, url in pairs))
    match keywords.get("package_dir"):
        case dict() as folders:
            place(tree, declared, folders, f"package_dir in {tree.place(file)}")
    return declared


def place(tree: Tree, declared: Declared, folders: Mapping[str, object], where: str) -> None:
    """Take where packages are, by their names; the empty name stands for all others."""
    for name, folder in folders.items():
        inside = tree.inside(folder, where) if isinstance(folder, str) else None
        if inside is not None and isinstance(name, str):
            if name:
                declared.modules[name] = inside
            else:
                declared.folders.append(inside)


def register(registrar: Registrar, groups: Mapping[str, object]) -> None:
    """Take entry points in the form that ``setup`` takes them in: by namespace, lines with names and targets."""
    for namespace, lines in groups.items():
        for line in lines if isinstance(lines, list | tuple) else [lines]:
            if isinstance(line, str):
                registrar.take_lines(line, namespace)
            else:
                registrar.refuse(f"what is registered for {shortened(namespace)!r}", "is no text")
