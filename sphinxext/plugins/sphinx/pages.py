"""A page for each plugin of a namespace: small documents, written before Sphinx looks for sources."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import exists, holds, is_file, is_folder, is_link, read, replace
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import anchor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

MARK = "Written by sphinxext.plugins. What is changed here is lost."
"""What stands in the first line of what was written here, as a comment, and of nothing else."""

INDEX = "index"
"""The name of the page that lists others."""


class Form(NamedTuple):
    """How pages are written."""

    suffix: str

    markdown: bool
    """Whether it is MyST's Markdown, and not reStructuredText."""

    suffixes: Sequence[str]
    """All suffixes of pages, that of this form too."""

    def page(self, title: str, *blocks: tuple[str, str, Sequence[str]]) -> str:
        """Write a page of directives, each with its name, its argument, and lines of options and content."""
        written: list[str] = []
        plain = " ".join(title.split())
        if self.markdown:
            written += [f"% {MARK}", "", "# " + re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", plain)]
            for name, argument, lines in blocks:
                written += ["", f"~~~{{{name}}} {argument}".rstrip(), *lines, "~~~"]
        else:
            escaped = re.sub(r"(_|[^\w\s])", r"\\\1", plain)
            # No character is wider than two.
            written += [f".. {MARK}", "", escaped, "=" * 2 * len(escaped)]
            for name, argument, lines in blocks:
                written += ["", f".. {name}:: {argument}".rstrip(), *(f"   {line}".rstrip() for line in lines)]
        return "\n".join([*written, ""])


class Namespace(NamedTuple):
    """A namespace that gets pages."""

    name: str
    title: str
    plugins: Iterable[str]

    dedicated: Mapping[str, str]
    """The pages that the project has for plugins, by the identities of these: they get no other one."""

    gone: AbstractSet[str] = frozenset()
    """The names that plugins had in earlier releases, and none has now: their pages are in no table of contents."""


def write(root: Path, place: str, namespace: Namespace, form: Form) -> list[Problem]:
    """Write a page for each plugin that is or was there, and one that lists those that are; remove all others.

    A page that is as it should be is not written again, and one that somebody else wrote is left
    as it is: the list is theirs then, and for a plugin that is a problem.

    :param place: the folder, as the names of its pages have it
    :raises OSError: where that cannot be done
    """
    names = file_names(namespace.plugins, form, namespace.gone)
    pages = {file: f"{namespace.name}:{name}" for file, name in names.items()}
    problems: list[Problem] = []
    wanted: dict[str, str] = {}
    listed: list[str] = []
    for file, identity in pages.items():
        page = docname(place, file)
        is_listed = names[file] not in namespace.gone
        theirs = namespace.dedicated.get(identity)
        if theirs is not None and theirs != page:
            listed += [f"/{theirs}"] if is_listed and theirs.startswith(docname(place, "")) else []
            continue
        taken = _taken(root / place, file, form)
        listed += [f"/{page}"] if is_listed and (taken is None or is_file(root / place / taken)) else []
        if taken is None:
            wanted[file] = form.page(names[file], ("plugin", identity, []))
        elif theirs is None:
            problems.append(_no_page(f"{place}/{taken}", identity))
    contents = ("toctree", "", [":hidden:", ":titlesonly:", "", *listed])
    taken = _taken(root / place, INDEX, form)
    if taken is None:
        wanted[INDEX] = form.page(namespace.title, ("plugin-catalog", namespace.name, [":view: table"]), contents)
    _replace_pages(root / place, wanted, form)
    return [*problems, *_no_list(root / place, taken)]


def write_list(root: Path, place: str, title: str, listed: Iterable[str], form: Form) -> list[Problem]:
    """Write a page that lists others.

    :raises OSError: where that cannot be done
    """
    contents = ("toctree", "", [":maxdepth: 1", "", *(f"/{page}" for page in listed)])
    taken = _taken(root / place, INDEX, form)
    _replace_pages(root / place, {} if taken else {INDEX: form.page(title, contents)}, form)
    return _no_list(root / place, taken)


def remove(folder: Path, *, but: Iterable[str] = ()) -> None:
    """Remove the pages that were written here, and a folder that is empty then.

    :raises OSError: where that cannot be done
    """
    kept = set(but)
    for path in sorted(folder.iterdir()) if is_folder(folder) else ():
        if path.name not in kept and is_ours(path):
            path.unlink()
    if not kept and is_folder(folder) and not any(folder.iterdir()):
        folder.rmdir()


def docname(place: str, file: str) -> str:
    """Return the name that Sphinx has for a page in a folder."""
    return f"{place}/{file}" if place else file


def file_names(names: Iterable[str], form: Form, gone: Iterable[str] = ()) -> dict[str, str]:
    """Return a file for each name, the same for the same names, on systems too that take capitals for small letters.

    :param gone: other names, which those are preferred to
    """
    files: dict[str, str] = {}
    taken = {INDEX}
    for name in dict.fromkeys((*sorted(names), *sorted(gone))):
        file = anchor("x", name).removeprefix("plugin-x-")
        file = re.sub(r"^[.-]", lambda found: f"-U{ord(found[0]):X}-", file)
        for suffix in form.suffixes:  # a toctree would take it for that of the page
            if file.endswith(suffix):
                file = f"{file.removesuffix(suffix)}{suffix.replace('.', '-U2E-')}"
        if file.lower() in taken or not file:
            spelt = "-" + "".join(f"-U{ord(letter):X}-" for letter in name)
            file += spelt if len(spelt) <= limits.LONGEST_FILE_SUFFIX else f"-UX{sha256(name.encode()).hexdigest()}"
        taken.add(file.lower())
        files[file] = name
    return files


def is_ours(path: Path) -> bool:
    """Whether a file was written here; what is a link was not, wherever it leads."""
    try:
        first = read(path, limits.LONGEST_MARK, whole=False).partition(b"\n")[0]
    except OSError:
        return False
    return first.rstrip(b"\r").lstrip(b".% ") == MARK.encode() and not is_link(path)


def _replace_pages(folder: Path, wanted: Mapping[str, str], form: Form) -> None:
    """Have a folder hold the wanted pages, and of what was written here nothing else."""
    for file, text in wanted.items():
        path, content = folder / f"{file}{form.suffix}", text.encode()
        if not holds(path, content):
            path.parent.mkdir(parents=True, exist_ok=True)
            replace(path, content)
    remove(folder, but=[f"{file}{form.suffix}" for file in wanted])


def _taken(folder: Path, file: str, form: Form) -> str | None:
    """Return the name of the file that somebody else has put in the place of a page."""
    for suffix in form.suffixes:
        path = folder / f"{file}{suffix}"
        if os.path.lexists(path) and not is_ours(path):
            return path.name
    return None


def _no_list(folder: Path, taken: str | None) -> list[Problem]:
    """Say that there can be no list where it would be, if something is there that is no page either."""
    if taken is None or is_file(folder / taken) or not exists(folder / taken):
        return []  # of a link that leads nowhere Sphinx says so
    message = f"plugins_pages cannot write {folder.name}/{taken}: there is something that is no regular file"
    return [Problem(kind=ProblemKind.CONFIG, message=message, remedy="remove that; until then there is no such page")]


def _no_page(path: str, identity: str) -> Problem:
    return Problem(
        kind=ProblemKind.CONFIG,
        message=f"gets no page of its own: {path}, which plugins_pages would write, is there",
        remedy="move that file, or put the directive plugin into it and let plugins_pages write elsewhere",
        plugin=identity,
    )
