"""Introspection by reading the source: nothing of a plugin runs."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.core import decoding, limits
from sphinxext.plugins.core.evaluation import LackingError
from sphinxext.plugins.core.model import (
    Answer,
    Description,
    Docstring,
    Inherited,
    Introspection,
    Kind,
    Location,
    Problem,
    ProblemKind,
)
from sphinxext.plugins.core.schemes import CONTRACT, MEMBERS, MODULE, OF_INTERFACES, REGISTRY, SETUP, scheme_of
from sphinxext.plugins.core.text import deprecation
from sphinxext.plugins.core.values import Values
from sphinxext.plugins.introspect.garbage import uncollected
from sphinxext.plugins.introspect.introspected import Introspected, no_progress
from sphinxext.plugins.introspect.live.portable import without_addresses
from sphinxext.plugins.introspect.live.single import only_instance
from sphinxext.plugins.introspect.static import marked, setups, syntax, values
from sphinxext.plugins.introspect.static.answers import answer, exact
from sphinxext.plugins.introspect.static.bindings import Runs
from sphinxext.plugins.introspect.static.calls import documenting
from sphinxext.plugins.introspect.static.lineages import Lineages
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.options import Declared
from sphinxext.plugins.introspect.static.registries import held
from sphinxext.plugins.introspect.static.results import Found
from sphinxext.plugins.introspect.static.scopes import (
    AbsentError,
    Class,
    Modules,
    Object,
    Scope,
    UnknownError,
)
from sphinxext.plugins.introspect.static.signatures import signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.introspect.introspected import Progress, Questions
    from sphinxext.plugins.introspect.modules import ModuleFinder


_NOBODYS_WORDS = {"abc", "enum", "typing"}
"""Modules whose docstrings say nothing of what inherits from them."""


class Static:
    """Tells of plugins what their source tells.

    :param loading: what one does to have them loaded
    """

    def __init__(self, finder: ModuleFinder, progress: Progress = no_progress, loading: str = "load it") -> None:
        self._loading = loading
        self._modules = Modules(finder)
        self._declared = Declared(self._modules)
        self._progress = progress

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin; one whose source does not tell gets a problem that says why."""
        introspected: list[Introspected] = []
        done = self._progress("reading", len(plugins))
        with uncollected():
            for plugin in plugins:
                with self._modules.finder.watched() as names:
                    completed = self._introspect(plugin, questions)
                introspected.append(Introspected(completed, frozenset(names)))
                done(plugin)
        return introspected

    def _introspect(self, plugin: Plugin, questions: Questions) -> Plugin:
        self._modules.asked = None
        try:
            self._modules.asked = self._modules.read(plugin.module)
            found = Search(self._modules).target(plugin.module, plugin.attributes)
            described = self._described(plugin, found)
        except Exception as error:  # noqa: BLE001  # what is made of syntax trees may fail at any odd code
            reason = _reason(error)
            problem = Problem.explained(
                "cannot be told from the source of %(target)s: %(reason)s",
                {"target": plugin.target, "reason": reason},
                kind=ProblemKind.LOAD,
                remedy=f"correct the {plugin.registration}, or add what is missing"
                if isinstance(error, AbsentError)
                else f"{self._loading}, or mend the {plugin.registration}",
                plugin=plugin.identity,
            )
            return msgspec.structs.replace(plugin, problems=(*plugin.problems, problem))
        answers = tuple(self._answer(plugin, found, describer) for describer in questions.missing(described))
        return msgspec.structs.replace(described, answers=answers) if answers else described

    def _described(self, plugin: Plugin, found: Found) -> Plugin:
        docstring, doubt = None, found.assumed
        try:
            docstring = self._docstring(found)
        except UnknownError as error:
            doubt = f"it has a docstring, but {error}"
        location = self._location(found)
        if docstring is None and found.kind is not Kind.INSTANCE and location and location.file.endswith(".pyi"):
            doubt = doubt or "its stub has no docstring, but the compiled code may"
        problem = Problem.explained(
            "is only in part told from the source of %(target)s: %(reason)s",
            {"target": plugin.target, "reason": str(doubt)},
            kind=ProblemKind.LOAD,
            remedy=f"{self._loading}, or suppress this warning",
            plugin=plugin.identity,
            location=location,
        )
        problems = (*plugin.problems, problem) if doubt else plugin.problems
        description = Description(
            kind=found.kind,
            type=found.type if found.kind is Kind.INSTANCE else None,
            signature=signature(found, Search(self._modules)),
            docstring=docstring,
            constructor=self._constructor(found),
            inherited=None if docstring else self._inherited(found),
            definition=_definition(found),
            location=location,
            deprecated=self._deprecated(found, docstring),
        )
        return plugin.described(description, Introspection.STATIC, problems=problems)

    def _location(self, found: Found) -> Location | None:
        file = self._modules.finder.relative(found.object.module.path)
        return Location(file=file, line=found.object.first_line) if file else None

    def _docstring(self, found: Found) -> Docstring | None:
        """Read the docstring that is its own: one that stands in the definition, or that is assigned to it."""
        of, search = found.object, Search(self._modules)
        assigned = of.parent.docstrings.get(of.name) if of.parent else None
        if of.module.writes_docstring(of.name, known=0 if assigned is None else 1):
            msg = f"{of.module.path} writes it in a way that only shows when it runs"
            raise UnknownError(msg)
        if assigned is not None and of.parent:
            return self._assigned(assigned, values.Context(search, of.parent))
        if (hook := documenting(found, search)) is not None:
            msg = f"{hook} may write the docstring of {of.path}"
            raise UnknownError(msg)
        node = of.definition
        if isinstance(of, Scope):
            bound = self._modules.bindings(of, "__doc__")
            if len(bound) > 1 or any(binding.runs is not Runs.SURELY for binding in bound):
                msg = f"which one {of.path} has depends on a condition"
                raise UnknownError(msg)
            for binding in bound:
                return self._assigned(binding.value, values.Context(search, of))
        if node is None and found.class_ is not None and _is_only_instance(found):
            return self._docstring(found._replace(kind=Kind.CLASS, object=found.class_))
        file = self._modules.finder.relative(of.module.path)
        return syntax.docstring(node, file, of.module.lines) if node is not None and file else None

    def _assigned(self, value: ast.expr | None, context: values.Context) -> Docstring | None:
        text = values.evaluate(value, context)
        if not isinstance(text, str) or not inspect.cleandoc(text):
            return None
        location = self._words(context.search.constants, text, value, context.scope.module.path)
        return Docstring(text=inspect.cleandoc(text), location=location)

    def _words(
        self, constants: Mapping[str, ast.expr], value: object, assigned: ast.expr | None = None, where: str = ""
    ) -> Location | None:
        """Find where the words of a value stand, if that is in one file.

        :param constants: the first of those that the value was made of, by module
        :param assigned: the expression of it, in the module ``where``
        """
        if len(constants) != 1:
            return None
        [(module, literal)] = constants.items()
        file = self._modules.finder.relative(module)
        if not file:
            return None
        whole = assigned if assigned and module == where else literal
        lines = self._modules.read(module).lines
        return Location(
            file=file, line=syntax.first_line(whole, value, lines) if isinstance(value, str) else whole.lineno
        )

    def _constructor(self, found: Found) -> Docstring | None:
        """Read the docstring of the ``__init__`` that a class has itself."""
        of = found.object
        if found.kind is not Kind.CLASS or not isinstance(of, Class) or not self._modules.bindings(of, "__init__"):
            return None
        try:
            made = Search(self._modules).of_class(of, "__init__")
            return None if made.assumed or made.kind is Kind.INSTANCE else self._docstring(made)
        except UnknownError:
            return None

    def _inherited(self, found: Found) -> Inherited | None:
        """Find the docstring that ``inspect.getdoc`` would give in place of one of its own."""
        try:
            for owner in self._ancestors(found):
                docstring = self._docstring(owner)
                if docstring is not None and owner.object.module.path not in _NOBODYS_WORDS:
                    return Inherited(docstring=docstring, owner=owner.object.path)
        except UnknownError:
            pass  # what is above is not there to be read
        return None

    def _ancestors(self, found: Found) -> Iterator[Found]:
        search = Search(self._modules)
        of = found.object
        match found.kind:
            case Kind.CLASS | Kind.INSTANCE if found.class_ is not None:
                for base in search.bases(found.class_):
                    if base is not of:
                        yield found._replace(kind=Kind.CLASS, object=base, class_=base)
            case Kind.METHOD if isinstance(of.parent, Class):
                for base in search.bases(of.parent):
                    if base is not of.parent and self._modules.bindings(base, of.name):
                        yield search.of_class(base, of.name)

    def _deprecated(self, found: Found, docstring: Docstring | None) -> str | None:
        """Read the message of :pep:`702`'s decorator, or else what the docstring says."""
        node = found.object.definition
        scope = found.object.parent
        for decorator in getattr(node, "decorator_list", []):
            if isinstance(decorator, ast.Call) and (syntax.dotted(decorator.func) or [""])[-1] == "deprecated":
                try:
                    assert isinstance(scope, Object)
                    message = values.evaluate(decorator.args[0], values.Context(Search(self._modules), scope))
                except (UnknownError, IndexError):
                    message = ""  # it is deprecated all the same
                return message if isinstance(message, str) else ""
        return deprecation(docstring.text) if docstring else None

    def _options(self, plugin: Plugin, found: Found, describer: str) -> Answer:
        answer = Answer(describer=describer, introspection=Introspection.STATIC)
        try:
            value, error = self._declared.options(plugin, found, describer.partition(":")[2])
        except LackingError:
            return answer
        except Exception as failure:  # noqa: BLE001  # as below
            return msgspec.structs.replace(answer, error=_reason(failure))
        return msgspec.structs.replace(answer, value=value, error=error)

    def _of_interface(self, found: Found, describer: str) -> Answer:
        """Answer what a target has of its interface, or what it asks for as one."""
        how = Answer(describer=describer, introspection=Introspection.STATIC)
        scheme, _, asked = describer.partition(":")
        lineages, of = Lineages(exact(self._modules, {})), asked.partition(":")
        try:
            if scheme == CONTRACT:
                value = lineages.contract(found, decoding.json(asked.encode()))
            else:
                path = of[2].split(".") if of[2] else []
                lineage = lineages.lineage(found, Search(self._modules).target(of[0], path) if asked else None)
                value = {name: getattr(lineage, name) for name in lineage.__struct_fields__}
        except Exception as failure:  # noqa: BLE001  # as below
            return msgspec.structs.replace(how, error=_reason(failure))
        doubts = (value.get("unknown"), lineages.renamed, *(each.unknown for each in value.get("members", ())))
        unknown = next(filter(None, doubts), None)
        return msgspec.structs.replace(how, value=msgspec.to_builtins(value), error=unknown)

    def _of_registry(self, plugin: Plugin, found: Found, describer: str) -> Answer:
        """Answer what a module registers; where that may not be all, with the reason."""
        how = Answer(describer=describer, introspection=Introspection.STATIC)
        try:
            told = held(self._modules, plugin, found, describer.partition(":")[2])
        except LackingError:
            return how
        except Exception as failure:  # noqa: BLE001  # as below
            return msgspec.structs.replace(how, error=_reason(failure))
        return msgspec.structs.replace(
            how, value=told.answer, error="; ".join([*dict.fromkeys(told.doubts)][: limits.MOST_LISTED]) or None
        )

    def _answer(self, plugin: Plugin, found: Found, describer: str) -> Answer:
        if describer.startswith("options:"):
            return self._options(plugin, found, describer)
        if scheme_of(describer) in OF_INTERFACES:
            return self._of_interface(found, describer)
        if scheme_of(describer) == REGISTRY:
            return self._of_registry(plugin, found, describer)
        constants: dict[str, ast.expr] = {}
        try:
            if describer == MODULE:
                return self._of_module()
            scheme, _, argument = describer.partition(":")
            if scheme == MEMBERS:
                value = marked.members(found, argument, exact(self._modules, constants))
            elif scheme == SETUP:
                value = setups.names(self._modules, found, argument)
            else:
                value = answer(plugin, found, describer, self._modules, constants)
        except LackingError:
            return Answer(describer=describer, introspection=Introspection.STATIC)
        except Exception as error:  # noqa: BLE001  # whatever an expression of others is worth
            return Answer(describer=describer, introspection=Introspection.STATIC, error=_reason(error))
        made = Values(limits, without_addresses)
        plain, objects = made.plain(value), tuple(sorted(made.objects))
        return Answer(
            describer=describer,
            introspection=Introspection.STATIC,
            value=plain,
            shown=made.shown,
            objects=objects,
            location=self._words(constants, value),
        )

    def _of_module(self) -> Answer:
        """Return the docstring of the module that the target is looked up in.

        :raises UnknownError: where its source does not tell
        """
        module = self._modules.asked
        docstring = self._docstring(Found(Kind.MODULE, module)) if module else None
        plain = Values(limits, without_addresses).plain(docstring.text) if docstring else None
        location = docstring.location if docstring else None
        return Answer(describer=MODULE, introspection=Introspection.STATIC, value=plain, location=location)


def members(finder: ModuleFinder, plugin: Plugin) -> set[str]:
    """Return the names of the members of a target, those that a class inherits too, as far as the source is found.

    What a dictionary that is written out has is among them, ``meta.name``.
    """
    names: set[str] = set()
    search = Search(Modules(finder))
    try:
        found = search.target(plugin.module, plugin.attributes)
        for scope in search.bases(found.class_) if found.class_ else [found.object]:
            for name, bound in scope.bindings.items() if isinstance(scope, Scope) else ():
                names.update([name], *(_keys(name, each.value) for each in bound))
    except Exception:  # noqa: BLE001, S110  # whatever odd code leads to: what was found by then counts
        pass
    return names


def _keys(name: str, value: ast.expr | None) -> Iterator[str]:
    """Return the keys of a dictionary, and of those in it, behind the name of what is bound to it."""
    for key, inner in zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ():
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield f"{name}.{key.value}"
            yield from _keys(f"{name}.{key.value}", inner)


def _reason(error: Exception) -> str:
    """Say why the source does not tell."""
    match error:
        case RecursionError():
            return "its source is nested too deeply"
        case UnknownError():
            return str(error)
        case _:
            return f"its source cannot be analysed: {type(error).__name__}: {error}".rstrip(": ")


def _is_only_instance(found: Found) -> bool:
    """Whether the class of an instance is made for it alone, so that its docstring is that of the object."""
    class_, module = found.class_, found.object.module
    if class_ is None or class_.parent is not module or found.object.parent is not module:
        return False
    return only_instance(module.node, class_.name) == found.object.name


def _definition(found: Found) -> str:
    module = found.object.module.path
    return f"{module}:{found.object.path[len(module) + 1 :]}".rstrip(":")
