"""A source tree that is not installed: what is written down in it, where an installed distribution has metadata.

Nothing of it is run. Several files may say what it is; they are asked as the tool that builds it would ask them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from sphinxext.plugins.sources import pyproject, setup_cfg, setup_py
from sphinxext.plugins.sources.declared import (
    CONSOLE,
    GUI,
    Declared,
    EntryPoint,
    Match,
    Registrar,
    compose_entry_points,
    compose_metadata,
)
from sphinxext.plugins.sources.layout import Layout
from sphinxext.plugins.sources.metadata import Headers, Held
from sphinxext.plugins.sources.registered import Unloaded, described, registered
from sphinxext.plugins.sources.tree import INSTALL, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    import importlib_metadata

    from sphinxext.plugins.core.files import Files
    from sphinxext.plugins.core.model import Distribution, Problem
    from sphinxext.plugins.sources.registered import Registered

_BUILT = "PKG-INFO"
_FILES = {pyproject.FILE, setup_cfg.FILE, setup_py.FILE, _BUILT}
_EGG = ".egg-info"


class Project(Unloaded):
    """A source tree that is not installed. Nothing is loaded from it.

    :param name: what the settings call it, if they do
    """

    def __init__(self, root: Path, files: Files, name: str = "") -> None:
        self.name = name
        self._tree = Tree(root, files)
        self.problems: list[Problem] = self._tree.problems
        """What is wrong with it."""

        self.is_left_behind = False
        """Whether what it registers was told by what an earlier build left there."""

        self.file = pyproject.FILE
        """The file that its metadata is written in."""

        self._found = pyproject.read(self._tree)
        self._read_setup()
        declared = [d for d in (self._found.project, self._found.tool, *self._setup) if d is not None]
        names = [values[0] for d in declared if isinstance(values := d.headers.get("Name"), list)]
        folders = [folder for d in declared for folder in d.folders]
        modules = {name: path for d in reversed(declared) for name, path in d.modules.items()}
        self._layout = Layout(self._tree, modules, folders, names[0] if names else self._tree.name)
        self._egg = self._egg_info(names)
        self._distribution = self._compose() if self._is_project() else None

    def distribution(self) -> importlib_metadata.Distribution | None:
        """Return the distribution that it would be; None where the folder has none of the files that tell."""
        return self._distribution

    def registered(self) -> Iterator[Registered]:
        """Return the distribution."""
        if self._distribution is not None:
            yield registered(self._distribution, self.name)

    def places(self, wanted: Callable[[str], bool]) -> Iterator[Path]:
        """Return its folder, if it is of a distribution that is wanted."""
        return (self._tree.root for found in self.registered() if wanted(found.name))

    def owners(self, files: Collection[Path]) -> dict[Path, Distribution]:
        """Return its distribution for the files in its folder."""
        inside = [file for file in files if self._distribution and file.is_relative_to(self._tree.root)]
        if not inside or self._distribution is None:
            return {}
        return dict.fromkeys(inside, described(self._distribution, self.name))

    def roots(self) -> tuple[dict[str, Path], tuple[Path, ...]]:
        """Return where modules are: single ones by name, and the folders of all others."""
        root = self._tree.root
        modules = {name: root / path for name, path in self._layout.modules.items()}
        return modules, tuple(root / folder for folder in self._layout.folders)

    @property
    def is_copied(self) -> bool:
        """Whether to install it copies its modules and does nothing else; a script might."""
        return self._found.copied and not {setup_py.FILE, "build.py"} & set(self._tree.names(""))

    @property
    def version(self) -> str | None:
        """Its version as it stands in its table ``[project]``; None where it does not, or is given a tag."""
        said = self._found.project and self._found.project.headers.get("Version")
        is_tagged = "tag_" in (self._tree.again().text(setup_cfg.FILE) or "")
        return said[0] if isinstance(said, list) and said and not is_tagged else None

    def _read_setup(self) -> None:
        """Read the files of setuptools, if it is what builds; where they do not count, for the layout alone."""
        self._script = setup_py.Script()
        self._setup: list[Declared] = []
        if self._found.setuptools:
            project = self._found.project
            counts = project is None or self._found.dynamic or not project.entry_points
            tree = self._tree if counts else self._tree.again()
            self._script = setup_py.read(tree)
            pbr = self._found.pbr or self._script.pbr
            config = setup_cfg.read(tree, pbr=pbr)
            if project is None:
                named = {setup_cfg.FILE: config, setup_py.FILE: self._script.declared}
                self.file = next((file for file, said in named.items() if "Name" in said.headers), self.file)
            # The keywords of setup() come before setup.cfg, but pbr writes over them what it finds there.
            self._setup = [config, self._script.declared] if pbr else [self._script.declared, config]

    def _is_project(self) -> bool:
        if self._egg is not None or _FILES & set(self._tree.names("")):
            return True
        if self.name:
            files = ", ".join(sorted(_FILES))
            self._tree.problem(
                f"the source {self.name} ({self._tree.root}) is not there, or is no source tree: "
                f"it has none of {files}",
                "give the folder of a project in plugins_sources",
            )
        return False

    def _compose(self) -> Held:
        entry_points = compose_entry_points(self._entry_points())
        texts = {"METADATA": compose_metadata(self._headers()), "entry_points.txt": entry_points}
        held = {name: text.encode("utf-8", "backslashreplace") for name, text in texts.items()}
        return Held(self._tree.root / _BUILT, held.get)

    def _headers(self) -> dict[str, list[str]]:
        """Collect the core metadata: of each header what the first says that may."""
        headers: dict[str, list[str]] = {}

        def fill(declared: Declared, by: str, only: Iterable[str] | None = None) -> None:
            for header, said in declared.headers.items():
                if header in headers or (only is not None and header not in only):
                    continue
                values = said if isinstance(said, list) else self._layout.find(header, said, by)
                if values:
                    headers[header] = values

        project = self._found.project
        if project is not None:
            fill(project, pyproject.FILE)
        left = None if project is None else self._found.dynamic
        fill(self._found.tool, pyproject.FILE, left if self._found.setuptools else None)
        for declared in self._setup:
            fill(declared, setup_cfg.FILE, left)
        for file in (_BUILT, *([] if self._egg is None else [f"{self._egg}/{_BUILT}"])):
            fill(_built(self._tree.text(file) or ""), file)
        version = self._found.tool.headers.get("Version")
        if "Version" not in headers and isinstance(version, Match) and version.own:
            self._tree.problem(
                f"the version of {self._tree.name} is not known: no expression (pattern) of "
                f"{self._tree.place(pyproject.FILE)} is tried",
                f"write it as __version__ without a pattern, or {INSTALL}",
            )
        unknown = sorted(self._unknown() - headers.keys())
        return {"Name": [self._tree.name]} | headers | ({"Dynamic": unknown} if unknown else {})

    def _unknown(self) -> frozenset[str]:
        """Return the headers that only a build would tell."""
        if self._found.project is not None:
            return self._found.dynamic & pyproject.HEADERS
        return self._script.unknown if self._found.setuptools else pyproject.HEADERS

    def _entry_points(self) -> list[EntryPoint]:
        project, tool, dynamic = self._found.project, self._found.tool.entry_points, self._found.dynamic
        left = {CONSOLE, GUI, ""} & dynamic
        if not self._found.setuptools:
            self._note_unknown(left - {_kind(entry) for entry in tool or ()})
            return [*((project and project.entry_points) or ()), *(tool or ())]
        if project is None:
            return self._of_setup() if tool is None else tool
        if not left and not project.entry_points and self._registers:
            return self._beside(self._of_setup())
        others = (self._of_setup() if tool is None else tool) if left else []
        if left and not others and self._script.computed is None and self._egg is None:
            self._note_unknown(left)
        self._note_left_out({_kind(entry) for entry in others} - left)
        return [*(project.entry_points or ()), *(entry for entry in others if _kind(entry) in left)]

    @property
    def _registers(self) -> bool:
        """Whether the files of setuptools register something."""
        return self._script.given or any(declared.entry_points for declared in self._setup)

    def _beside(self, others: list[EntryPoint]) -> list[EntryPoint]:
        """Return what is registered beside a table ``[project]`` that does not leave it to others.

        setuptools 84 says that it ignores that, and registers it all the same, unless there are scripts among it.
        """
        kinds = {_kind(entry) for entry in others}
        self._note_left_out(kinds)
        return [] if {CONSOLE, GUI} & kinds else others

    def _note_left_out(self, kinds: set[str]) -> None:
        if kinds:
            self._tree.problem(
                f"{self._tree.place(pyproject.FILE)} does not leave to {setup_py.FILE} or {setup_cfg.FILE} what these "
                "register, so that it depends on the version of setuptools whether that is registered",
                f"add {_keys(kinds)} to dynamic in [project], or move it there, or {INSTALL}",
            )

    def _note_unknown(self, kinds: set[str]) -> None:
        if kinds:
            self._tree.problem(
                f"{self._tree.place(pyproject.FILE)} leaves {_keys(kinds)} to others (dynamic), and nothing that can "
                "be read gives them; what a plugin of the build tool would add is not known",
                f"write them in [project], or {INSTALL}",
            )

    def _of_setup(self) -> list[EntryPoint]:
        """Return what setuptools would register; what it left behind when it last did tells where nothing else does."""
        said = next((d.entry_points for d in self._setup if d.entry_points is not None), None)
        script = self._script
        computed = script.computed is not None and (said is None or script.given)
        if said is not None and not computed:
            return said
        built = self._registered()
        if computed and built is None:
            self._tree.problem(
                f"the entry points of {self._tree.name} cannot all be told from {setup_py.FILE} without running it "
                f"({script.computed})",
                f"write them in {pyproject.FILE}, or {INSTALL}",
            )
        self.is_left_behind = built is not None
        return (said or []) if built is None else built

    def _registered(self) -> list[EntryPoint] | None:
        if self._egg is None:
            return None
        file = f"{self._egg}/entry_points.txt"  # not there where there are none
        registrar = Registrar(self._tree, file)
        registrar.take_lines(self._tree.text(file) or "")
        return registrar.taken

    def _egg_info(self, names: list[str]) -> str | None:
        """Find the folder that setuptools left, of this project if its name is known."""
        wanted = {canonicalize_name(name) for name in names[:1]}
        for folder in dict.fromkeys(("", "src", *self._layout.folders)):
            for name in self._tree.names(folder):
                if name.endswith(_EGG) and (not wanted or canonicalize_name(name.removesuffix(_EGG)) in wanted):
                    return f"{folder}/{name}" if folder else name
        return None


_KEYS = {CONSOLE: "scripts", GUI: "gui-scripts", "": "entry-points"}
"""What ``[project]`` calls each kind of entry points."""


def _keys(kinds: Iterable[str]) -> str:
    return ", ".join(sorted(f'"{_KEYS[kind]}"' for kind in kinds))


def _kind(entry_point: EntryPoint) -> str:
    return entry_point.namespace if entry_point.namespace in {CONSOLE, GUI} else ""


_HEADER = re.compile("[A-Za-z][A-Za-z0-9-]*")


def _built(text: str) -> Declared:
    """Read the core metadata of an sdist, without the long description."""
    declared, headers = Declared(), Headers(text)
    for header, _ in headers.all:
        if _HEADER.fullmatch(header) and header.lower() not in {"metadata-version", "description", "dynamic"}:
            declared.say(header, *headers.every(header))
    return declared
