"""What the texts of pages ask for, before any page is read, so that it is introspected once and by one process.

What is not seen in them, as other code makes it, a directive asks for when it is read.
"""

from __future__ import annotations

import glob
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinxext.plugins.core import decoding
from sphinxext.plugins.core.files import read
from sphinxext.plugins.core.shown import Period, Shown
from sphinxext.plugins.core.text import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinxext.plugins.core.pages import Pages, Texts

_NAMES = (
    "plugin|plugin-catalog|plugin-changes|plugin-matrix|plugin-namespace|plugin-namespaces|list-plugins|include"
    "|plugin:plugin|plugin:namespace"
)

_RST = re.compile(rf"(?P<indent>\s*)\.\. +(?P<name>{_NAMES}) ?::(?P<argument>[ \t].*)?$", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\.\. +(?P<name>[\w:+.-]+) ?::")
CODE = {"code", "code-block", "code-cell", "sourcecode", "parsed-literal", "highlight", "raw"}
"""The directives whose content is no markup, but an example perhaps."""

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

    nested: bool = False
    """Whether it stands in another directive, or in a file that is included."""


def of_page(path: Path, config: Texts, folder: Path) -> list[Directive]:
    """Find the directives of this extension in the text of a page, and in what it includes.

    :param config: says how it is read
    :param folder: that of all pages
    """
    return [each for _, _, found in texts(path, config, folder) for each in found]


def texts(path: Path, config: Texts, folder: Path) -> Iterator[tuple[Path, str, list[Directive]]]:
    """Read the file of a page, and those that it includes, each with the directives of this extension in it."""
    files = [path]
    for file in files:
        form = next((form for suffix, form in config.source_suffix.items() if path.name.endswith(suffix)), "")
        try:
            text = read(file).decode(config.source_encoding)
        except (OSError, ValueError, LookupError):
            continue  # Sphinx says so when it reads the page
        found: list[Directive] = []
        for each in directives(text, form or "restructuredtext"):
            if each.name != "include":
                found.append(each._replace(nested=each.nested or file != path))
            elif not each.options.keys() & {"literal", "code"}:
                base = folder if each.argument.startswith("/") else path.parent
                included = Path(os.path.normpath(base / each.argument.lstrip("/")))
                files += [included] if included not in files else []
        yield file, text, found


def directives(text: str, form: str) -> list[Directive]:
    """Find the directives of this extension in a text, and those that include others.

    :param form: what Sphinx calls the form of a file: ``restructuredtext``, ``markdown``, or that of another parser
    """
    if form == "restructuredtext":
        return list(_in_restructuredtext(text.splitlines()))
    cells = _cells(text) if text.lstrip().startswith("{") else None  # as a role of Markdown does, too
    return list(_in_markdown(text.splitlines()) if cells is None else _in_notebook(text, cells))


def dedicated(found: Sequence[Directive]) -> dict[str, int]:
    """Return the identities of the plugins that a page is for, each with the line of its directive.

    These are those with a directive ``plugin`` at the beginning of a line.
    """
    return {
        written("plugin", each.argument): each.line
        for each in reversed(found)
        if each.name == "plugin" and not each.nested and "no-index" not in each.options
    }


def shown(found: Sequence[Directive]) -> set[Shown]:
    """Return what directives are going to show."""
    asked: set[Shown] = set()
    for each in found:
        match each.name:
            case "plugin-catalog":
                kind = each.options.get("introspection")
                kind = kind if kind in {"auto", "static", "import"} else None
                matrix = each.options.get("view") == "matrix"
                asked |= {Shown(name, kind, interface=matrix) for name in (each.argument, *each.argument.split())}
            case "plugin-changes":
                asked |= of_changes(each.argument, each.options)
            case "plugin-matrix":
                asked.add(Shown(glob.escape(each.argument), interface="by" not in each.options))
                asked |= {Shown(glob.escape(name)) for name in [each.options.get("of", "")] if name}
            case "plugin-namespace":
                asked.add(Shown(glob.escape(each.argument), interface=True))
            case "plugin-namespaces":
                asked |= {Shown(name, interface=True) for name in (each.argument, *each.argument.split())}
            case "plugin" | "list-plugins":
                asked.add(Shown(glob.escape(each.argument.partition(":")[0])))
    return asked


def of_changes(argument: str, options: Mapping[str, str]) -> set[Shown]:
    """Return what ``plugin-changes`` shows: what there is now is of no matter where two releases are compared."""
    since, until = (" ".join(options.get(option, "").split()) for option in ("from", "to"))
    period = Period(tuple(dict.fromkeys(argument.split())), since, until)
    return {Shown(name, changes=period) for name in ([""] if until else period.namespaces)}


def documented(pages: Pages) -> set[Shown]:
    """Return what the texts of all pages show, or describe by hand."""
    found = [each for path in pages.find().values() for each in of_page(path, pages, pages.folder)]
    by_hand = (each.argument.partition(":")[0] for each in found if each.name.startswith("plugin:"))
    return shown(found) | {Shown(glob.escape(name)) for name in by_hand}


def _in_restructuredtext(lines: Sequence[str], before: int = 0) -> Iterator[Directive]:
    """Find them in lines, before which there are others in the file."""
    for number, line in enumerate(lines):
        if (match := _RST.match(line)) and not _is_example(lines[:number], len(match["indent"])):
            block: list[str] = []
            for following in lines[number + 1 :]:
                if following.strip() and len(following) - len(following.lstrip()) <= len(match["indent"]):
                    break
                block.append(following)
            yield _directive(match, block, before + number + 1, nested=bool(match["indent"]))


def _is_example(before: Sequence[str], indent: int) -> bool:
    """Whether what is indented stands in a literal block, in code or in a comment."""
    for line in reversed(before if indent else ()):
        text = line.strip()
        if text and len(line) - len(line.lstrip()) < indent:
            indent = len(line) - len(line.lstrip())
            directive = _DIRECTIVE.match(text)
            if directive["name"] in CODE if directive else text.startswith("..") or text.endswith("::"):
                return True
            if not indent:
                return False
    return False


def _in_markdown(lines: Sequence[str], before: int = 0) -> Iterator[Directive]:
    """Find them outside of code, and in the content of other directives; that of ``eval-rst`` is no Markdown."""
    opened: re.Match[str] | None = None
    content: list[str] = []
    for number, line in enumerate([*lines, ""]):
        if opened is None:
            opened, content = _FENCE.match(line), []
            if (match := _RST.match(line)) and not match["indent"]:  # of a parser that takes it
                yield _directive(match, [], before + number + 1)
            continue
        fence = opened["fence"]
        if number < len(lines) and not (line.startswith(fence) and not line.strip(fence[0] + " \t")):
            content.append(line)
            continue
        begin = before + number - len(content)
        name = (opened["name"] or "").strip()
        if name == "eval-rst":
            yield from _in_restructuredtext(content, begin)
        elif re.fullmatch(_NAMES, name):
            yield _directive(opened, content, begin)
        elif name and name not in CODE:
            yield from (each._replace(nested=True) for each in _in_markdown(content, begin))
        opened = None


def _cells(text: str) -> Any:  # noqa: ANN401  # as it was found
    """Return the cells of a Jupyter notebook; None where it is none."""
    try:
        return decoding.json(text, dict[str, Any]).get("cells")
    except ValueError:
        return None


def _in_notebook(text: str, cells: Any) -> Iterator[Directive]:  # noqa: ANN401  # as it was found
    """Find them in the cells of a Jupyter notebook."""
    lines = text.splitlines()
    try:
        for cell in cells:
            source = "".join(cell["source"])
            is_raw = cell["cell_type"] == "raw"
            if not is_raw and cell["cell_type"] != "markdown":
                continue
            for found in directives(source, "restructuredtext" if is_raw else "markdown"):
                marked = json.dumps(source.splitlines()[found.line - 1])[1:-1]
                yield found._replace(line=next((n for n, line in enumerate(lines, 1) if marked in line), 1))
    except (ValueError, TypeError, KeyError, AttributeError):  # they are none
        return


def _directive(match: re.Match[str], block: Sequence[str], line: int, *, nested: bool = False) -> Directive:
    """Take apart a directive and the lines below it: options, and what belongs to the argument."""
    options: dict[str, str] = {}
    told = [match["argument"] or ""]
    pattern, last = _OPTION, ""
    for each in block:
        if each.strip() == "---":
            pattern = _YAML if pattern is _OPTION else _OPTION
        elif option := pattern.match(each):
            last = option["key"].lower()
            options[last] = option["value"].strip()
        elif last and each.strip():
            options[last] = f"{options[last]} {each.strip()}"
        elif match["name"].lower() == "list-plugins" or not "".join(told).strip():
            told.append(each)
        last = last if each.strip() else ""
    return Directive(match["name"].strip().lower(), " ".join(" ".join(told).split()), options, line, nested)
