"""Where the modules of editable installs are: read from the files that tools write to import them; nothing runs."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast

import msgspec

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.files import Disk, is_folder, reason
from sphinxext.plugins.core.literals import Literals
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_FINDER = re.compile(r"__editable__.*_finder\.py|_editable_impl_.*\.py|_.*_editable_loader\.py")
"""The names that setuptools, the package editables (for Hatch and PDM) and meson-python give them."""


_PLAN = "meson-info/intro-install_plan.json"
_SITES = {"{py_purelib}", "{py_platlib}"}


class _Planned(msgspec.Struct):
    """A file, or a folder, that Meson would install."""

    destination: str


def modules(site: Path, source: str, problems: list[Problem]) -> dict[str, Path]:
    """Return the path of each module by name, as :class:`~sphinxext.plugins.introspect.modules.ModuleFinder` takes it.

    :param source: the name of the source
    :param problems: takes in which file cannot be read
    """
    found: dict[str, Path] = {}
    for name in filter(_FINDER.fullmatch, sorted(Disk().names(site))):
        try:
            found |= _mapped(decoding.python(Disk().read(site / name, limits.LARGEST_DECLARED)))
        except (OSError, ValueError) as error:
            problems.append(unreadable(site / name, source, reason(error)))
    return found


def places(file: str) -> list[Path]:
    """Return the folders and modules that a file of an editable install leads to; none where it is none of one."""
    try:
        if file.endswith(".pth"):
            return added(Path(file))
        if not _FINDER.fullmatch(os.path.basename(file)):  # noqa: PTH119  # there may be thousands
            return []
        mapped = _mapped(decoding.python(Disk().read(file, limits.LARGEST_DECLARED)))
        paths = [path for _, path in mapped if path.is_absolute()]
    except (OSError, ValueError):
        return []
    return [path if is_folder(path) else path.with_name(f"{path.name.removesuffix('.py')}.py") for path in paths]


def added(start: Path) -> list[Path]:
    """Return the folders that a ``.pth`` file adds to those that are imported from.

    :raises OSError: where it cannot be read
    :raises ValueError: where it is no text
    """
    lines = map(str.strip, decoding.text(Disk().read(start, limits.LARGEST_DECLARED)).splitlines())
    named = [start.parent / line for line in lines if line and not line.startswith(("#", "import ", "import\t"))]
    return [path for path in named if is_folder(path)]


def unreadable(file: Path, source: str, why: str) -> Problem:
    """Say that a file cannot be read that tells where modules are."""
    return Problem(
        kind=ProblemKind.SOURCE,
        message=f"{clean_line(file.name)} of the source {source} cannot be read: {clean_line(why)[:200]}",
        remedy="remove it, or install its distribution again; modules that only it names are not found",
    )


def _mapped(finder: ast.Module) -> Iterator[tuple[str, Path]]:
    worth = Literals().worth
    for node in ast.walk(finder):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id="MAPPING")], value=ast.Dict() as mapping)
                | ast.AnnAssign(target=ast.Name(id="MAPPING"), value=ast.Dict() as mapping)
            ):
                for name, path in cast("dict[object, object]", worth(mapping)).items():
                    yield from _pair(name, path)
            case ast.Call(func=ast.Attribute(attr="map_module"), args=[name, path]):
                yield from _pair(worth(name), worth(path))
            case ast.Call(func=ast.Name(id="MesonpyMetaFinder" | "install"), args=args):
                for place in map(worth, args):
                    yield from _planned(place) if isinstance(place, str) else ()


def _pair(name: object, path: object) -> Iterator[tuple[str, Path]]:
    if isinstance(name, str) and isinstance(path, str):
        yield name, Path(path).parent if Path(path).stem == "__init__" else Path(path)


def _planned(build: str) -> Iterator[tuple[str, Path]]:
    """Return the modules that Meson would install, from a folder that it builds in."""
    try:
        plan = decoding.json(Disk().read(Path(build, _PLAN)), dict[str, dict[str, _Planned]])
    except (OSError, ValueError):
        return
    for path, planned in ((Path(path), planned) for part in plan.values() for path, planned in part.items()):
        site, *parts = PurePosixPath(planned.destination.replace("\\", "/")).parts or ("",)
        if site not in _SITES:
            continue
        if not parts:  # a folder whose content stands among all modules
            yield from ((name.partition(".")[0], path / name) for name in Disk().names(path))
        elif parts[-1].partition(".")[0] == "__init__":
            yield ".".join(parts[:-1]), path.parent
        else:
            yield ".".join([*parts[:-1], parts[-1].partition(".")[0]]), path.parent / path.name.partition(".")[0]
