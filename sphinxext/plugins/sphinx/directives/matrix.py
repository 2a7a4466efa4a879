"""``plugin-matrix``: plugins against the members of their interface, capabilities, or plugins of another namespace."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.locale import get_translation

from sphinxext.plugins.core import matrices, selection
from sphinxext.plugins.core.conforming import CapabilityError, names_in
from sphinxext.plugins.core.interfaces import Need
from sphinxext.plugins.core.matrices import Matrix
from sphinxext.plugins.core.relations import Named, of_plugins
from sphinxext.plugins.core.types import Type
from sphinxext.plugins.core.typos import the_nearest
from sphinxext.plugins.sphinx.directives.base import CatalogDirective, shielded
from sphinxext.plugins.sphinx.references import Object, Rank
from sphinxext.plugins.sphinx.render import matrix, parts, places, removed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinxext.plugins.core.interfaces import Interface, Member
    from sphinxext.plugins.core.model import Namespace, Plugin
    from sphinxext.plugins.core.types import FieldSettings

_ = get_translation("sphinxext.plugins")


class PluginMatrix(CatalogDirective):
    """A table of what plugins of a namespace do, a row a plugin."""

    has_content = False
    required_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "class": directives.class_option,
        **dict.fromkeys(("no-index", "transpose"), directives.flag),
        **dict.fromkeys(("include", "exclude", "distribution"), directives.unchanged),
        **dict.fromkeys(("members", "capabilities", "only", "by", "of", "caption", "name"), directives.unchanged),
    }

    def run(self) -> list[nodes.Node]:
        """Render the matrix."""
        name = " ".join(self.arguments[0].split())
        exact = self.build.assembler.named(name)
        related = self._related(exact) if exact else None
        namespace = self.namespace(name, interface=related is None)
        if namespace is None:
            return self.unknown_namespace(name)
        others = self.namespace(related) if related is not None else None
        if related is not None and others is None:
            return self.unknown_namespace(related)
        chosen = self.selected
        self.check_selection(chosen, namespace.plugins)
        plugins = [plugin for plugin in namespace.plugins if selection.is_selected(plugin, chosen)]
        entries = self.entries(namespace, plugins)
        if not entries:
            return shielded([parts.problem([nodes.Text(_("No plugin is selected."))])])
        compared = self._named_plugins(plugins, others) if others else self._implemented(namespace, plugins)
        if compared is None:
            return shielded([matrix.missing(namespace.name, namespace.interface)])
        # One plugin alone differs from none.
        if len(plugins) > 1 and self.choice("only", ("differing", "all")) != "all":
            compared = compared.differing()
        if compared.columns:
            self.document([Object("namespace", namespace.name)], Rank.COMPARED)
            self.document_plugins(entries, Rank.COMPARED)
        shown = self._whole(compared, entries, others.name if others else "")
        left = self.page._replace(indexed=False)  # rows that are there no more leave their places
        gone = [node for each in removed.removed(namespace) for node in places.of_plugin(each.item, left)]
        return shielded([*(places.of_namespace(namespace.name, self.page) if compared.columns else []), *gone, shown])

    def _whole(self, compared: Matrix, entries: Sequence[parts.Item], related: str) -> nodes.container:
        """Render what is compared, with the names of plugins as links to their details."""
        named = [[*places.of_plugin(e, self.page), *parts.to_details(e, self.page, parts.heading(e))] for e in entries]
        rows = [matrix.Row(entry.plugin, name) for entry, name in zip(entries, named, strict=True)]
        namespace, caption = entries[0].plugin.namespace, self.options.get("caption", "")
        look = matrix.Look(self.page, namespace, caption, related, transposed="transpose" in self.options)
        shown = matrix.whole(compared, rows, look)
        shown["classes"] += self.options.get("class", [])
        self.add_caption(shown, single=True)
        return shown

    def _implemented(self, namespace: Namespace, plugins: Sequence[Plugin]) -> Matrix | None:
        """Compare plugins in members and capabilities; what is asked for by an option of its own is alone then."""
        interface = namespace.interface
        self.check_interface(namespace)
        if interface is None or matrix.lacking(interface) is not None:
            return None
        members = self._members(interface)
        able = self._capabilities(interface, namespace.name, plugins)
        if members is None and able is None:
            members = interface.members
            able = matrices.of_capabilities(self._abilities(namespace.name), plugins)
        made = matrices.of_members(interface, members or (), plugins)
        return made.beside(able) if able is not None else made

    def _members(self, interface: Interface) -> Sequence[Member] | None:
        """Return the members that are asked for; None where none are, or none that there are."""
        if "members" not in self.options:
            return None
        members, wrong = matrices.chosen(interface.members, _listed(self.options["members"]))
        known = [*Need, *(member.name for member in interface.members)]
        for each in wrong:
            message = f"{each!r} in the option :members: of {self.name} fits no member of {interface.path}"
            self.wrong(message, f"correct it{the_nearest(each, known)}, or drop it; commas stand between several")
        return None if wrong and not members else members

    def _abilities(self, namespace: str) -> dict[str, str | None]:
        """Return the capabilities of the settings, each with its description."""
        return {
            name: each.description for name, each in self.build.options.of_namespace(namespace).capabilities.items()
        }

    def _capabilities(self, interface: Interface, namespace: str, plugins: Sequence[Plugin]) -> Matrix | None:
        """Compare plugins in the capabilities that are asked for, in this order; None where none are that there are."""
        if "capabilities" not in self.options:
            return None
        known = self._abilities(namespace)
        given = _listed(self.options["capabilities"])
        if not given and not known:
            self.invalid("capabilities", "", ())
        made: dict[str, Matrix] = {}
        for each in given or known:
            name, sign, expression = (part.strip() for part in each.partition("=")) if given else (each, "", "")
            if name in made:
                self._wrong_capability(each, f"give it another name, for there is {name!r} already")
            elif not sign and name in known:
                made[name] = matrices.of_capabilities({name: known[name]}, plugins)
            elif not sign or not name:
                self._wrong_capability(each, f"correct it{the_nearest(name, known)}, or write NAME=MEMBER&MEMBER")
            elif self._is_known(name, expression, interface):
                made[name] = matrices.of_expressions({name: expression}, plugins)
        return reduce(Matrix.beside, made.values()) if made else None

    def _is_known(self, name: str, expression: str, interface: Interface) -> bool:
        """Whether a capability is made of members that there are; that it is not is noted."""
        try:
            unknown = [each for each in names_in(expression) if interface.member(each) is None]
        except CapabilityError as error:
            self._wrong_capability(name, f"correct it: {error}")
            return False
        if unknown:
            near = the_nearest(unknown[0], [member.name for member in interface.members])
            self._wrong_capability(name, f"correct it: {interface.path} has no member {unknown[0]!r}{near}")
        return not unknown

    def _wrong_capability(self, name: str, remedy: str) -> None:
        self.wrong(f"{name!r} in the option :capabilities: of {self.name} is not valid", f"{remedy}; it is left out")

    def _related(self, namespace: str) -> str | None:
        """Return the namespace of the plugins that are named, if these are compared and it is known.

        Where it is not, or another option does not go with that, this is noted.
        """
        of = self.options.get("of", "").strip()
        if "by" not in self.options:
            if of:
                self.wrong(f"the option :of: of {self.name} goes with :by: alone", "drop it, or name a field in :by:")
            return None
        settings = self._field(namespace)[1]
        if settings is None:
            return None
        if not of and settings.type is not Type.PLUGIN:
            self.wrong(
                f"the field that the option :by: of {self.name} names does not say of which namespace its plugins are",
                "name that in the option :of:, or give the field 'type': 'plugin' and 'namespace'",
            )
            return None
        for option in ("members", "capabilities"):
            if option in self.options:
                self.wrong(f"the option :{option}: of {self.name} does not go with :by:", "drop one of the two")
        return of or of_plugins(settings, namespace)

    def _field(self, namespace: str) -> tuple[str, FieldSettings | None]:
        """Return the field that plugins name others in: it is given by its name, or by its describer."""
        by = self.options["by"].strip()
        known = self.build.options.of_namespace(namespace).fields
        for name, settings in known.items():
            if by.casefold() == name.casefold() or by in settings.describers:
                return name, settings
        of = self.options.get("of", "NAMESPACE").strip()
        field = {"from": by or "attr:NAME", "type": "plugin", "namespace": of}
        self.wrong(
            f"the option :by: of {self.name} names no field of {namespace}: {by!r}",
            f"add one to plugins_namespaces[{namespace!r}]['fields'], 'NAME': {field}{the_nearest(by, known)}",
        )
        return by, None

    def _named_plugins(self, plugins: Sequence[Plugin], others: Namespace) -> Matrix:
        """Compare plugins in which ones of another namespace they name."""
        namespace = plugins[0].namespace
        named = Named(others.name, others.plugins, lambda: others)
        settings = self.build.options.of_namespace(namespace)
        name, field = self._field(namespace)
        made, unknown = matrices.of_related(plugins, name, settings, named)
        # Of a field that names plugins of this namespace anyway, that is said already.
        if unknown and not (field and field.type is Type.PLUGIN and of_plugins(field, namespace) == others.name):
            near = the_nearest(unknown[0], named.names)
            message = f"{unknown[0]!r} in the field {name} of {namespace} is no plugin of {others.name}"
            self.wrong(message, f"correct it{near}, or install what registers it; it is left out")
        return made


def _listed(given: str) -> list[str]:
    """Read what is separated by commas."""
    return [part for each in given.split(",") if (part := " ".join(each.split()))]
