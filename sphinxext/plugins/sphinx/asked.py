"""What the texts of pages ask for, before any page is read: the directives at the beginning of a line."""

from __future__ import annotations

import glob
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinxext.plugins.core import decoding
from sphinxext.plugins.sphinx.references import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NAMES = "plugin|plugin-catalog|list-plugins"

_RST = re.compile(rf"\.\. +(?P<name>{_NAMES}) ?::(?P<argument>[ \t].*)?$", re.IGNORECASE)
_OPTION = re.compile(r"\s*:(?P<key>[\w-]+):(?P<value>.*)")
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*(\{(?P<name>[^}]+)\}(?P<argument>.*))?")
_YAML = re.compile(r"(?P<key>[\w-]+):(?P<value>.*)")


class Directive(NamedTuple):
    """A directive of this extension."""

    name: str
    argument: str
    options: dict[str, str]

    line: int
    """Where it stands in its file, from 1 on."""


def directives(text: str, form: str) -> list[Directive]:
    """Find the directives of this extension at the beginning of a line.

    :param form: what Sphinx calls the form of a file: ``restructuredtext``, ``markdown``, or that of another parser
    """
    if form == "restructuredtext":
        return list(_in_restructuredtext(text.splitlines()))
    if text.lstrip().startswith("{"):
        return list(_in_notebook(text))
    return list(_in_markdown(text.splitlines()))


def own(found: Sequence[Directive]) -> dict[str, int]:
    """Return the identities of the plugins that a page is for, each with the line of its directive."""
    return {
        written("plugin", each.argument): each.line
        for each in reversed(found)
        if each.name == "plugin" and "no-index" not in each.options
    }


def namespaces(found: Sequence[Directive]) -> set[tuple[str, str | None]]:
    """Return the names and globs of namespaces that are asked for, each with how they are to be introspected."""
    asked: set[tuple[str, str | None]] = set()
    for each in found:
        match each.name:
            case "plugin-catalog":
                names = [each.argument, *each.argument.split()]
                asked |= {(name, each.options.get("introspection")) for name in names}
            case "plugin":
                asked.add((glob.escape(each.argument.partition(":")[0]), None))
            case _:
                asked.add((glob.escape(each.argument), None))
    return asked


def _in_restructuredtext(lines: Sequence[str], before: int = 0) -> Iterator[Directive]:
    """Find them in lines, before which there are others in the file."""
    for number, line in enumerate(lines):
        if match := _RST.match(line):
            block: list[str] = []
            for following in lines[number + 1 :]:
                if following.strip() and not following[0].isspace():
                    break
                block.append(following)
            yield _directive(match, block, before + number + 1)


def _in_markdown(lines: Sequence[str]) -> Iterator[Directive]:
    """Find them outside of other fences, which hold examples; but for ``eval-rst``, whose content is no Markdown."""
    opened: re.Match[str] | None = None
    content: list[str] = []
    for number, line in enumerate([*lines, ""]):
        if opened is None:
            opened, content = _FENCE.match(line), []
            if match := _RST.match(line):  # of a parser that takes it
                yield _directive(match, [], number + 1)
            continue
        fence = opened["fence"]
        if number < len(lines) and not (line.startswith(fence) and not line.strip(fence[0] + " \t")):
            content.append(line)
            continue
        begin = number - len(content)
        if (opened["name"] or "").strip() == "eval-rst":
            yield from _in_restructuredtext(content, begin)
        elif re.fullmatch(_NAMES, (opened["name"] or "").strip()):
            yield _directive(opened, content, begin)
        opened = None


def _in_notebook(text: str) -> Iterator[Directive]:
    """Find them in the cells of a Jupyter notebook."""
    lines = text.splitlines()
    try:
        cells = decoding.json(text, dict[str, Any])["cells"]
        for cell in cells:
            source = "".join(cell["source"])
            is_raw = cell["cell_type"] == "raw"
            if not is_raw and cell["cell_type"] != "markdown":
                continue
            for found in directives(source, "restructuredtext" if is_raw else "markdown"):
                marked = json.dumps(source.splitlines()[found.line - 1])[1:-1]
                yield found._replace(line=next((n for n, line in enumerate(lines, 1) if marked in line), 1))
    except (ValueError, TypeError, KeyError, AttributeError):  # it is no notebook
        return


def _directive(match: re.Match[str], block: Sequence[str], line: int) -> Directive:
    """Take apart a directive and the lines below it: options, and what belongs to the argument."""
    options: dict[str, str] = {}
    told = [match["argument"] or ""]
    pattern = _OPTION
    for each in block:
        if each.strip() == "---":
            pattern = _YAML if pattern is _OPTION else _OPTION
        elif option := pattern.match(each):
            options[option["key"].lower()] = option["value"].strip()
        elif match["name"].lower() == "list-plugins" or not "".join(told).strip():
            told.append(each)
    return Directive(match["name"].strip().lower(), " ".join(" ".join(told).split()), options, line)
