"""What is noted of pages, from one build to the next: a typed view of the data of the domain.

All that is noted while a page is read is forgotten when it is read again, and merged where several processes
read; nothing else in this package knows the keys of that data.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import part_anchor
from sphinxext.plugins.sphinx.references import Entry, Object, Rank, Reference, Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sphinxext.plugins.core.shown import Shown

Place = tuple[str, str]
"""The name of a page, and an id on it."""

OF_PAGES = ("elsewhere", "interfaces", "links", "members", "objects", "paths", "problems", "references", "shown")
"""The keys of what is noted of each page when it is read."""

LASTING = ("attributes", "dedicated", "labels", "pages")
"""The keys of what lasts when a page is read again."""

_IN_EACH_PLACE = {ProblemKind.NAMESPACE, ProblemKind.DOCSTRING, ProblemKind.UNTRUSTED, ProblemKind.REFERENCE}
"""What has to be corrected wherever it stands, and is reported there; any other problem is reported once."""


class Noted(NamedTuple):
    """A problem, and where it is reported: ``file:line``."""

    problem: Problem
    place: str | None

    here: bool = False
    """Whether it has to be corrected in this place, and is reported though it is reported elsewhere as well."""

    @property
    def key(self) -> tuple[str, str | None]:
        """What two have in common of which one warning is enough."""
        in_each_place = self.here or self.problem.kind in _IN_EACH_PLACE
        return self.problem.text, self.place if in_each_place else None


class Notes:
    """What is noted of pages, by their names."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self.objects: dict[str, dict[Object, Entry]] = data["objects"]
        """What a page documents."""
        self.paths: dict[str, dict[str, str]] = data["paths"]
        """The identities of the plugins on a page, by the paths of what they lead to."""
        self.references: dict[str, dict[Reference, str]] = data["references"]
        """What a page refers to by a role, with the first place that does."""
        self.links: dict[str, dict[Reference, Place | None]] = data["links"]
        """Where these led to when the page was last written."""
        self.shown: dict[str, dict[Shown, str]] = data["shown"]
        """What a page shows, with its fingerprint."""
        self.interfaces: dict[str, list[str]] = data["interfaces"]
        """The namespaces whose interfaces a page describes."""
        self.elsewhere: dict[str, tuple[list[str], Sequence[str]]] = data["elsewhere"]
        """The namespaces of a catalog, and those of their plugins that other pages are for."""
        self.members: dict[str, dict[str, dict[str, Any]]] = data["members"]
        """What autodoc describes in a catalog, by the key of the data of Python's domain."""
        self.problems: dict[str, dict[tuple[str, str | None], Noted]] = data["problems"]
        """The problems of a page, in the order they were noted."""
        self.dedicated: dict[str, dict[str, int]] = data["dedicated"]
        """The identities of the plugins that a page is for, with their lines; it is known before a page is read."""
        self.labels: dict[str, Place] = data["labels"]
        """The labels that were given when all pages were read, to be taken back before the next are."""
        self.pages: dict[str, str] = data["pages"]
        """The folders of ``plugins_pages`` when pages were last written, with what is in each."""
        self.attributes: dict[tuple[str, str], tuple[dict[str, str], set[str]]] = data["attributes"]
        """What targets have, as :attr:`~sphinxext.plugins.catalog.Assembler.attributes` has it."""

    def clear(self, docname: str) -> None:
        """Forget what was noted of a page when it was read."""
        for key in OF_PAGES:
            self._data[key].pop(docname, None)
        self._forget_targets()

    def merge(self, docnames: AbstractSet[str], other: Mapping[str, Any]) -> None:
        """Take over what another process noted of the pages that it read."""
        for key in OF_PAGES:
            self._data[key].update({name: noted for name, noted in other[key].items() if name in docnames})
        self._forget_targets()

    @cached_property
    def targets(self) -> Targets:
        """What the references of all pages that are read so far lead to."""
        return Targets(self.objects, self.paths)

    def _forget_targets(self) -> None:
        self.__dict__.pop("targets", None)

    def note_object(self, documented: Object, entry: Entry) -> None:
        """Note that a page documents a namespace or a plugin; of two places the one counts that tells more."""
        entries = self.objects.setdefault(entry.docname, {})
        if documented not in entries or entry.rank > entries[documented].rank:
            entries[documented] = entry
        self._forget_targets()

    def note_paths(self, docname: str, identity: str, paths: Iterable[str]) -> None:
        """Note what a plugin on a page leads to."""
        for path in paths:
            self.paths.setdefault(docname, {}).setdefault(path, identity)
        self._forget_targets()

    def note_reference(self, docname: str, reference: Reference, place: str) -> None:
        """Note that a page refers to something."""
        self.references.setdefault(docname, {}).setdefault(reference, place)

    def note_problem(self, docname: str, noted: Noted) -> None:
        """Note a problem of a page, once however many of its directives have it."""
        self.problems.setdefault(docname, {}).setdefault(noted.key, noted)

    def note_members(self, docname: str, described: Mapping[str, dict[str, Any]]) -> None:
        """Note what autodoc described on a page, from the data of a domain of Python that has nothing else."""
        kept = self.members.setdefault(docname, {"objects": {}, "modules": {}})
        for key, entries in kept.items():
            entries.update(described[key])

    def note_dedicated(self, found: Mapping[str, Mapping[str, int]], existing: Container[str]) -> None:
        """Note the plugins that pages are for, which are searched before any page is read.

        :param existing: all pages that there are
        """
        self.dedicated.update({docname: dict(plugins) for docname, plugins in found.items()})
        for docname in [each for each, plugins in self.dedicated.items() if not plugins or each not in existing]:
            del self.dedicated[docname]

    def dedicated_elsewhere(self, docname: str, namespaces: AbstractSet[str]) -> Sequence[str]:
        """Return the identities of plugins of some namespaces that other pages are for.

        The page that asks is read again when they are others.
        """
        before = self.elsewhere.get(docname, ((), ()))[0]
        self.elsewhere[docname] = self._dedicated(docname, sorted({*namespaces, *before}))
        return self.elsewhere[docname][1]

    def _dedicated(self, docname: str, namespaces: list[str]) -> tuple[list[str], Sequence[str]]:
        others = {identity for other, found in self.dedicated.items() if other != docname for identity in found}
        return namespaces, sorted(identity for identity in others if identity.partition(":")[0] in namespaces)

    def all_shown(self) -> set[Shown]:
        """Return what any page shows."""
        return {shown for of_page in self.shown.values() for shown in of_page}

    def outdated(self, fingerprint: Callable[[Shown], str]) -> set[str]:
        """Return the pages that show anything as it is no more.

        :param fingerprint: gives that of what is shown, as it is now
        """
        changed = {docname for docname, of in self.shown.items() if any(fingerprint(key) != of[key] for key in of)}
        left = {docname for docname, found in self.elsewhere.items() if found != self._dedicated(docname, found[0])}
        return changed | left

    def find(self, reference: Reference, title: Callable[[str], str] = str) -> Place | None:
        """Return the page and the id that a reference leads to; None where that is nothing, or not one thing.

        :param title: gives that of a page, which stands where a reference leads to the whole of it
        """
        if reference.type == "page":
            return reference.name, title(reference.name)
        if reference.type == "interface":
            pages = (page for page in sorted(self.interfaces) if reference.name in self.interfaces[page])
            return next(((page, part_anchor(reference.name, "interface")) for page in pages), None)
        match self.targets.candidates(reference):
            case [(_, entry)]:
                return entry.docname, entry.anchor
            case _:
                return None

    def note_links(self, title: Callable[[str], str]) -> list[str]:
        """Note where all references lead to, and give the pages of which one leads elsewhere than before.

        :param title: gives that of a page, for a page that is called something else is another one to readers
        """
        led = dict(self.links)
        for docname, references in self.references.items():
            self.links[docname] = {reference: self.find(reference, title) for reference in references}
        return [docname for docname, links in led.items() if links != self.links.get(docname)]

    def made(self, read: Mapping[str, int]) -> dict[str, str]:
        """Return, of each page that has to do with plugins, when it was read and where its references lead to.

        That is the same as long as nothing of it has to be written again: what it shows is in what was read.

        :param read: when each page was read
        """
        pages = sorted({page for key in OF_PAGES for page in self._data[key]} & read.keys())
        return {page: f"{read[page]} {sorted(map(str, self.links.get(page, {}).values()))}" for page in pages}

    def ambiguous(self) -> Iterable[Noted]:
        """Say which references may mean several things."""
        for docname in sorted(self.references):
            for reference, place in self.references[docname].items():
                problem = self.targets.ambiguous(reference)
                if problem is not None:
                    yield Noted(problem, place)

    def not_described(self) -> Iterable[tuple[str, str, int]]:
        """Return the plugins that catalogs leave to a page that does not describe them: page, identity and line."""
        left = {identity for _, identities in self.elsewhere.values() for identity in identities}
        for docname, identities in sorted(self.dedicated.items()):
            for identity in sorted(left.intersection(identities)):
                entry = self.objects.get(docname, {}).get(Object("plugin", identity))
                if entry is None or entry.rank is not Rank.OWN:
                    yield docname, identity, identities[identity]
