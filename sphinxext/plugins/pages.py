"""A page for each plugin of a namespace: small documents, written before Sphinx looks for sources."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from sphinxext.plugins.anchors import anchor
from sphinxext.plugins.model import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MARK = ".. Written by sphinxext.plugins. What is changed here is lost.\n"
"""The first line of what was written here, and of nothing else."""

SUFFIX = ".rst"

_LONGEST = 100
"""Characters that may be added to the name of a file."""


_RST = re.compile(r"^\.\. plugin::[ \t]+(?P<name>\S.*)\n(?P<options>(?:[ \t]+:[\w-]+:.*\n)*)", re.MULTILINE)
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*(?P<directive>\{plugin\}[ \t]+(?P<name>\S.*))?")


def own(text: str, *, markdown: bool) -> list[str]:
    """Give the identities of the plugins that a page is for, sorted.

    These are the arguments of the directive ``plugin`` at the beginning of a line. It is looked for
    in the text, for other pages have to know before any is read.
    """
    if markdown:
        found = _in_markdown(text.splitlines())
    else:
        found = [match["name"] for match in _RST.finditer(text) if ":no-index:" not in match["options"]]
    return sorted({" ".join(name.split()) for name in found})


def _in_markdown(lines: list[str]) -> list[str]:
    """Look for it outside of other fences, which hold examples."""
    found: list[str] = []
    fence = ""
    for number, line in enumerate(lines):
        match = _FENCE.match(line)
        if fence:
            if line.startswith(fence) and not line.strip(fence[0]).strip():
                fence = ""
        elif match:
            fence = match["fence"]
            options = lines[number + 1 : number + 9]
            if match["name"] and not any(option.strip() == ":no-index:" for option in options):
                found.append(match["name"])
    return found


def write(folder: Path, namespace: str, names: Iterable[str], title: str | None) -> list[Problem]:
    """Write a page for each plugin, and one that lists them; remove those of plugins that are gone.

    A page that is as it should be is not written again, and one that somebody else wrote is left
    as it is: the list is theirs then, and for a plugin that is a problem.
    """
    files = _file_names(names)
    listed = "".join(f"   {file}\n" for file in files)
    catalog = (
        f".. plugin-catalog:: {namespace}\n   :view: table\n\n.. toctree::\n   :hidden:\n   :titlesonly:\n\n{listed}"
    )
    wanted = {file: _page(name, f".. plugin:: {namespace}:{name}\n") for file, name in files.items()}
    problems: list[Problem] = []
    for file, text in {**wanted, "index": _page(title or namespace, catalog)}.items():
        path = folder / f"{file}{SUFFIX}"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not _is_ours(path):
            problems += [_taken(path, f"{namespace}:{files[file]}")] if file in files else []
        elif path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
    remove(folder, but={*wanted, "index"})
    return problems


def remove(folder: Path, *, but: Iterable[str] = ()) -> None:
    """Remove the pages that were written here, and a folder that is empty then."""
    kept = {f"{file}{SUFFIX}" for file in but}
    for path in folder.glob(f"*{SUFFIX}"):
        if path.name not in kept and _is_ours(path):
            path.unlink()
    if not kept and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _file_names(names: Iterable[str]) -> dict[str, str]:
    """Give each name a file, the same for the same names, on systems too that take capitals for small letters."""
    files: dict[str, str] = {}
    taken = {"index"}
    for name in sorted(set(names)):
        file = anchor("x", name).removeprefix("plugin-x-")
        file = re.sub(r"^[.-]", lambda found: f"-U{ord(found[0]):X}-", file)
        if file.lower() in taken or not file:
            spelt = "".join(f"-U{ord(letter):X}-" for letter in name)
            file = f"{file}-{spelt}" if len(spelt) < _LONGEST else f"{file}-UX{sha256(name.encode()).hexdigest()}"
        taken.add(file.lower())
        files[file] = name
    return files


def _page(title: str, body: str) -> str:
    escaped = re.sub(r"([^\w\s])", r"\\\1", " ".join(title.split()))
    # No character is wider than two.
    return f"{_MARK}\n{escaped}\n{'=' * 2 * len(escaped)}\n\n{body}"


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline() == _MARK
    except (OSError, UnicodeDecodeError):
        return False


def _taken(path: Path, identity: str) -> Problem:
    return Problem(
        kind=ProblemKind.CONFIG,
        message=f"gets no page of its own: {path.parent.name}/{path.name}, which plugins_pages would write, is there",
        remedy="move that file, or put the directive plugin into it and let plugins_pages write elsewhere",
        plugin=identity,
    )
