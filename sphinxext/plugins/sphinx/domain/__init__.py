"""The domain ``plugin``: what the pages of a project have to do with plugins.

It holds the catalog of the build, which is not kept, and what is noted of each page, which is:
what it documents, what it refers to, which namespaces it shows, and the problems on it. Problems
are reported once, by the process that all others report to, and again by each build that does not
read the page again.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.domains import Domain, ObjType
from sphinx.locale import get_translation
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from sphinxext.plugins.catalog import Catalogs, Shown
from sphinxext.plugins.core.model import Problem, ProblemKind
from sphinxext.plugins.core.text import anchor, without_formulas
from sphinxext.plugins.introspect.live.environment import beside
from sphinxext.plugins.introspect.progress import no_progress
from sphinxext.plugins.settings import PREFIX, Options, from_config, resolved
from sphinxext.plugins.sphinx import asked
from sphinxext.plugins.sphinx.domain import labels
from sphinxext.plugins.sphinx.domain.reports import (
    Noted,
    ambiguous,
    documented_twice,
    mistakes,
    report,
    taken_for_their_own,
)
from sphinxext.plugins.sphinx.domain.written import directives_of, unread
from sphinxext.plugins.sphinx.references import (
    ANCHOR,
    DESCRIBED,
    NAMESPACE,
    OPTIONAL,
    Entry,
    Object,
    Rank,
    Reference,
    Targets,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment
    from sphinx.util.docutils import SphinxDirective

    from sphinxext.plugins.catalog import Assembler
    from sphinxext.plugins.core.model import Namespace
    from sphinxext.plugins.introspect.progress import Progress
    from sphinxext.plugins.sphinx.domain.outputs import Output

logger = logging.getLogger(__name__)

_ = get_translation("sphinxext.plugins")

_CACHE = "sphinxext-plugins.json"
"""The file in the doctree directory that keeps what was introspected."""

_FRESH = "introspected"
"""The key of what processes that read pages hand to the one that writes that file, and of the time they spent."""

_LASTING = {"attributes", "labels", "own", "pages"}
"""The keys of what is not noted when a page is read."""


ROLES = {"namespace": "namespace", "ns": "namespace", "plugin": "plugin", "ref": "plugin"}
"""What each role refers to."""


def reference(role: str, target: str, node: nodes.Element) -> Reference:
    """Make a reference of what Sphinx knows of one."""
    return Reference(ROLES[role], target, node.get(NAMESPACE), DESCRIBED in node)


class PluginDomain(Domain):
    """Plugins and their namespaces."""

    name = "plugin"
    label = "Plugins"
    object_types: ClassVar[dict[str, ObjType]] = {
        "namespace": ObjType(_("plugin namespace"), "namespace", "ns"),
        "plugin": ObjType(_("plugin"), "plugin", "ref"),
    }
    initial_data: ClassVar[dict[str, Any]] = {
        "attributes": {},
        "elsewhere": {},
        "labels": {},
        "links": {},
        "members": {},
        "objects": {},
        "own": {},
        "pages": {},
        "problems": {},
        "references": {},
        "shown": {},
    }
    data_version = 6

    folder: Path
    """That of conf.py, which each build tells."""

    progress: Progress = staticmethod(no_progress)
    """What shows how far introspection is."""

    data_file: Path | None = None
    """The file that this build writes the catalog to."""

    output: Output
    """What this build writes, and what others wrote before it."""

    noted: tuple[Problem, ...] = ()
    """Problems that no page has."""

    @property
    def objects(self) -> dict[str, dict[Object, Entry]]:
        """What a page documents, by the page's name."""
        objects: dict[str, dict[Object, Entry]] = self.data["objects"]
        return objects

    @property
    def references(self) -> dict[str, dict[Reference, str]]:
        """What a page refers to, with the first place that does, by the page's name."""
        references: dict[str, dict[Reference, str]] = self.data["references"]
        return references

    @property
    def links(self) -> dict[str, dict[Reference, tuple[str, str] | None]]:
        """Where the references of a page lead to, a page and an id, by the page's name."""
        links: dict[str, dict[Reference, tuple[str, str] | None]] = self.data["links"]
        return links

    @property
    def problems(self) -> dict[str, list[Noted]]:
        """The problems that a page shows, by the page's name, in the order they were noted."""
        problems: dict[str, list[Noted]] = self.data["problems"]
        return problems

    @property
    def shown(self) -> dict[str, dict[Shown, tuple[str, ...]]]:
        """What a page shows, with fingerprints, by the page's name."""
        shown: dict[str, dict[Shown, tuple[str, ...]]] = self.data["shown"]
        return shown

    @property
    def own(self) -> dict[str, dict[str, int]]:
        """The identities of the plugins that a page is for, with their lines; it is not forgotten with the page."""
        own: dict[str, dict[str, int]] = self.data["own"]
        return own

    @property
    def elsewhere(self) -> dict[str, tuple[list[str], Sequence[str]]]:
        """The namespaces of a catalog, and those of their plugins that others are for, by the page's name."""
        elsewhere: dict[str, tuple[list[str], Sequence[str]]] = self.data["elsewhere"]
        return elsewhere

    @property
    def options(self) -> Options:
        """The settings of this build."""
        return self._options[0]

    @cached_property
    def _options(self) -> tuple[Options, list[Problem]]:
        config = self.env.config
        values = {name: resolved(name, config[PREFIX + name], self.folder) for name in Options.__struct_fields__}
        if values["mock_imports"] is None and "autodoc_mock_imports" in config:
            values["mock_imports"] = config["autodoc_mock_imports"]
        return from_config(values, self.folder / "conf.py")

    @cached_property
    def spent(self) -> dict[tuple[str, ...], float]:
        """The processor time that docstrings took in this build; see the guard of docstrings."""
        return {}

    @cached_property
    def catalogs(self) -> Catalogs:
        """The catalogs of this build."""
        cache = Path(self.env.doctreedir) / _CACHE
        return Catalogs(self.options, self.folder, cache, self.progress)

    @property
    def assembler(self) -> Assembler:
        """The one that is as the configuration says."""
        return self.catalogs.of(None)

    def show(self, shown: Shown) -> list[Namespace]:
        """Return namespaces to the page that is being read, and note that it shows them."""
        found = self.catalogs.found(shown)
        self.data[_FRESH] = (self.catalogs.fresh, self.spent)  # of the process for these pages, if there is one
        self.shown.setdefault(self.env.docname, {})[shown] = self.catalogs.fingerprints(shown)
        return found

    def catalog(self) -> list[Namespace]:
        """Return all namespaces that the pages show, once each, as the configuration has them introspected."""
        patterns = {Shown(shown.namespaces) for page in self.shown.values() for shown in page}
        found = {namespace.name: namespace for pattern in patterns for namespace in self.catalogs.found(pattern)}
        return [found[name] for name in sorted(found)]

    def outdated(self) -> list[str]:
        """Return the pages that show a namespace as it is no more."""
        keys = {key for shown in self.shown.values() for key in shown}
        current = {key: self.catalogs.fingerprints(key) for key in keys}
        changed = {
            docname
            for docname, shown in self.shown.items()
            if any(fingerprint != current[key] for key, fingerprint in shown.items())
        }
        referring = {docname for docname, own in self.elsewhere.items() if own != self._own_of(docname)}
        return sorted(changed | referring)

    def find_own(self, docnames: Iterable[str]) -> None:
        """Find the plugins that pages are for: those that somebody wrote a directive ``plugin`` for.

        That is needed before any page is read, for others then do not repeat what is there. So it is
        looked for in their text, as it stands at the beginning of a line.
        """
        for docname in docnames:
            self.own.pop(docname, None)
            if found := asked.own(self.directives_of(docname)):
                self.own[docname] = found
        for docname in self.own.keys() - self.env.found_docs:
            del self.own[docname]

    def directives_of(self, docname: str) -> list[asked.Directive]:
        """Find the directives of this extension in the text of a page."""
        return directives_of(Path(self.env.doc2path(docname)), self.env.config)

    def note_unread(self) -> None:
        """Note the pages that are written and not read."""
        self.noted += tuple(unread(self.env, self.data["pages"]))

    def own_elsewhere(self, namespaces: AbstractSet[str]) -> list[str]:
        """Return the identities of plugins of some namespaces that other pages are for, to the page that is being read.

        That page is read again when they are others.
        """
        docname = self.env.docname
        self.elsewhere[docname] = (sorted({*namespaces, *self.elsewhere.get(docname, ((), ()))[0]}), ())
        self.elsewhere[docname] = self._own_of(docname)
        return list(self.elsewhere[docname][1])

    def _own_of(self, docname: str) -> tuple[list[str], Sequence[str]]:
        namespaces = self.elsewhere[docname][0]
        own = {identity for other, found in self.own.items() if other != docname for identity in found}
        return namespaces, sorted(identity for identity in own if identity.partition(":")[0] in namespaces)

    def note_object(self, documented: Object, directive: SphinxDirective, rank: Rank) -> None:
        """Note that a directive of the page that is being read documents a namespace, or a plugin."""
        entries = self.objects.setdefault(self.env.docname, {})
        if documented not in entries or rank > entries[documented].rank:
            name = documented.bare_name if documented.type == "plugin" else None
            file, line = directive.get_source_info()
            entries[documented] = Entry(self.env.docname, anchor(documented.namespace, name), line, rank, file)
        self._forget_targets()

    def note_reference(self, reference: Reference, place: str) -> None:
        """Note that the page that is being read refers to something."""
        self.references.setdefault(self.env.docname, {}).setdefault(reference, place)

    def note_problem(self, problem: Problem, directive: str, *, here: bool = False) -> None:
        """Note a problem of the page that is being read.

        :param directive: the place of the directive, which is the problem's where it has no other
        :param here: whether the directive is what is wrong
        """
        noted = Noted(problem, self.place(problem) or directive, here)
        self.problems.setdefault(self.env.docname, []).append(noted)

    def place(self, problem: Problem) -> str | None:
        """Tell where a problem is, ``file:line``; None where it has no place of its own."""
        path = self.assembler.place(problem)
        return f"{path}:{problem.location.line}" if path and problem.location else None

    def clear_doc(self, docname: str) -> None:
        """Forget what was noted of a page."""
        for key in self.initial_data.keys() - _LASTING:
            self.data[key].pop(docname, None)
        self._forget_targets()

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process noted of the pages that it read."""
        for key in self.initial_data.keys() - _LASTING:
            self.data[key].update({name: noted for name, noted in otherdata[key].items() if name in docnames})
        fresh, spent = otherdata.get(_FRESH, ({}, {}))
        self.spent.update({key: max(seconds, self.spent.get(key, 0.0)) for key, seconds in spent.items()})
        self.catalogs.merge(fresh)
        self._forget_targets()

    @cached_property
    def targets(self) -> Targets:
        """What the references of all pages that are read so far lead to."""
        return Targets(self.objects)

    def _forget_targets(self) -> None:
        self.__dict__.pop("targets", None)

    def find(self, reference: Reference) -> tuple[str, str] | None:
        """Return the page and the id that a reference leads to; None where that is nothing, or not one thing."""
        match self.targets.candidates(reference):
            case [(_, entry)]:
                return entry.docname, entry.anchor
            case _:
                return None

    def resolve_xref(  # noqa: D102, PLR0913, PLR0917  # Sphinx's own
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        del env
        match self.targets.candidates(reference(typ, target, node)) if typ in ROLES else []:
            case [(documented, entry)]:
                node_id = node.get(ANCHOR) or entry.anchor
                return make_refnode(builder, fromdocname, entry.docname, node_id, contnode, documented.name)
            case [_, *_]:
                node[OPTIONAL] = True  # it is reported by this domain, and not also as unknown
        return None

    def resolve_any_xref(  # noqa: D102, PLR0913, PLR0917  # Sphinx's own
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        del env
        # The full name of a plugin. What is shorter means whatever else has it; see ``links``.
        return [
            ("plugin:plugin", self.linked(found, builder, fromdocname, contnode.deepcopy()))
            for found in self.targets.candidates(reference("plugin", target, node))
            if found[0].name == target
        ]

    def linked(
        self, found: tuple[Object, Entry], builder: Builder, fromdocname: str, content: nodes.Element
    ) -> nodes.reference:
        """Link to what is documented."""
        documented, entry = found
        return make_refnode(builder, fromdocname, entry.docname, entry.anchor, content, documented.name)

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:  # noqa: D102  # Sphinx's own
        for documented, entry in self.targets.all():
            name = documented.listed_name
            yield name, name, documented.type, entry.docname, entry.anchor, 1

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:  # noqa: A002, D102, FBT001, FBT002
        del primary
        return str(type.lname)

    def setup(self) -> None:
        """Return the index no label yet, as Sphinx would: the project may have one of that name."""

    def unlabel(self) -> None:
        """Before pages are read, take back the labels of what they document."""
        labels.remove(self.env.domains.standard_domain, self.data["labels"])

    def settle(self) -> list[str]:
        """Once all pages are read, label what they document, and give the pages whose links lead elsewhere now."""
        self.unlabel()
        indices = [("plugin-index", (f"{self.name}-{index.name}", ""), index.localname) for index in self.indices]
        of_objects = [
            (label, (entry.docname, entry.anchor), without_formulas(documented.bare_name))
            for label, documented, entry in self.targets.labels()
        ]
        labels.add(self.env.domains.standard_domain, [*indices, *of_objects], self.data["labels"])
        led = dict(self.links)
        for docname, references in self.references.items():
            self.links[docname] = {reference: self.find(reference) for reference in references}
        return [docname for docname, links in led.items() if links != self.links.get(docname)]

    def made(self) -> dict[str, str]:
        """Tell of each page that has to do with plugins when it was read, and where its references lead to.

        That is the same as long as nothing of it has to be written again: what it shows is in what was read.
        """
        pages = {page for key in self.initial_data.keys() - _LASTING for page in self.data[key]}
        made: dict[str, str] = {}
        for page in sorted(pages & self.env.all_docs.keys()):
            made[page] = f"{self.env.all_docs[page]} {sorted(map(str, self.links.get(page, {}).values()))}"
        return made

    def save(self) -> None:
        """Keep what was introspected, in files of its own and not in the environment."""
        self.data.pop(_FRESH, None)
        for message in self.catalogs.save():
            logger.verbose("[plugins] %s", message)
        if beside:
            logger.verbose("[plugins] plugins were loaded among all other processes: no namespaces are allowed here")
            beside.clear()

    def report(self) -> None:
        """Warn of each problem once, however many pages show it."""
        problems = [*self._options[1], *self.assembler.problems, *mistakes(self), *self.noted]
        noted = [Noted(problem, self.place(problem)) for problem in problems]
        for docname in sorted(self.problems):
            noted += self.problems[docname]
        quiet = set() if self.options.report_strangers else {ProblemKind.UNTRUSTED}
        report([*noted, *documented_twice(self), *ambiguous(self), *taken_for_their_own(self)], quiet)
