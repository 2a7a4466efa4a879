"""Reads ``setup.cfg``, for setuptools and for pbr."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinxext.plugins.core import decoding
from sphinxext.plugins.sources.declared import Attribute, Declared, Registrar, Text, of_keywords

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext.plugins.sources.tree import Tree

FILE = "setup.cfg"

_ALIASES = {
    "home_page": "url",
    "summary": "description",
    "classifier": "classifiers",
    "requires_python": "python_requires",
}
"""What pbr calls the keywords that setuptools calls otherwise; both take a "-" for a "_"."""


def read(tree: Tree, *, pbr: bool) -> Declared:
    """Read what there is; without the file, it declares nothing.

    :param pbr: whether pbr builds the project, which takes the version from elsewhere
    """
    text = tree.text(FILE)
    if text is None:
        return Declared()
    # Nothing is interpolated: setuptools does not, and what pbr would is no fact about plugins.
    sections, wrong = decoding.ini(text)
    if wrong:
        tree.unreadable(FILE, wrong)
    return _declared(tree, sections, pbr=pbr)


def _declared(tree: Tree, sections: Mapping[str, Mapping[str, str]], *, pbr: bool) -> Declared:
    def options(section: str) -> dict[str, str]:
        found = sections.get(section, {})
        return {name.lower().replace("-", "_"): value for name, value in found.items() if value}

    metadata = options("metadata")
    given = {name: _value(name, value) for name, value in metadata.items()}
    # Beside a summary, what pbr calls the description is the long one.
    given |= {_ALIASES[name]: _value(name, value) for name, value in metadata.items() if name in _ALIASES}
    if pbr:
        given.pop("version", None)
    if python := options("options").get("python_requires"):
        given["python_requires"] = python
    required = options("options").get("install_requires", "")
    if not required.startswith("file:"):
        given["install_requires"] = required.splitlines() if "\n" in required else required.split(";")
    given["package_dir"] = _pairs(options("options").get("package_dir", ""))
    declared = of_keywords(tree, FILE, given)
    if pbr:
        lines = (tree.text("requirements.txt") or "").splitlines()
        declared.say("Requires-Dist", *(re.split(r"(?:^|\s)#", line)[0].strip() for line in lines))
    folders = (
        _items(options("options.packages.find").get("where", "")),
        _items(options("files").get("packages_root", "")),
    )
    for folder in (folder for found in folders for folder in found[:1]):
        declared.place(tree, {"": folder}, f"the folder of packages in {tree.place(FILE)}")
    _register(tree, declared, sections, options("options").get("entry_points"))
    return declared


def _register(tree: Tree, declared: Declared, sections: Mapping[str, Mapping[str, str]], given: str | None) -> None:
    registrar = Registrar(tree, FILE)
    groups: dict[str, object] = {}
    for namespace, lines in sections.get("entry_points", {}).items():
        groups[namespace.lower().replace("-", "_")] = lines  # pbr reads them as it does the names of options
    if not groups:
        for namespace, lines in sections.get("options.entry_points", {}).items():
            groups[namespace] = _items(lines)
    if groups:
        registrar.take_groups(groups)
        declared.entry_points = registrar.taken
    elif given:
        value = _value("entry_points", given)
        for text in [tree.named(file, FILE) for file in value.files] if isinstance(value, Text) else [given]:
            registrar.take_lines(text or "")
        declared.entry_points = registrar.taken


def _value(name: str, value: str) -> object:
    """Read a value in the form that its keyword takes."""
    if value.startswith("file:"):
        return Text(tuple(_items(value.removeprefix("file:").replace("\n", ","))))
    if value.startswith("attr:"):
        return Attribute(value.removeprefix("attr:").strip())
    if name in {"keywords", "classifiers", "classifier"}:
        return _items(value)
    return _pairs(value) if name == "project_urls" else value


def _items(value: str) -> list[str]:
    return [item.strip() for item in (value.splitlines() if "\n" in value else value.split(",")) if item.strip()]


def _pairs(value: str) -> dict[str, str]:
    pairs = (item.partition("=") for item in _items(value))
    return {name.strip(): text.strip() for name, equals, text in pairs if equals}
