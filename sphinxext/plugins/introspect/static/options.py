"""What options a plugin has, as far as its source declares them with literals.

What a reader would look at is put together of stand-ins, and shown to the readers. Where the source does not tell
which of them would know it, or what it would see, it does not tell the options.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.evaluation import LackingError
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.core.readers import LAST, READERS, others
from sphinxext.plugins.core.values import Values
from sphinxext.plugins.introspect.live.options.fields import MAKERS
from sphinxext.plugins.introspect.live.options.oslo import GIVING
from sphinxext.plugins.introspect.live.options.reading import Reading, unknown
from sphinxext.plugins.introspect.static import effects, mkdocs, standins, syntax, trees, values
from sphinxext.plugins.introspect.static.answers import answer
from sphinxext.plugins.introspect.static.bindings import Runs, statements
from sphinxext.plugins.introspect.static.calls import decorated, makes_members
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.parsers import parser
from sphinxext.plugins.introspect.static.results import Found, builtin_bases, metaclasses, origin
from sphinxext.plugins.introspect.static.scopes import AbsentError, Class, Object, UnknownError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.introspect.static.scopes import Modules

_TOLD = ("argparse", "mkdocs", "distutils", "schema", "fields", "settings", "parameters")
"""The readers that are shown stand-ins and literals."""

_ATTRS = ("attr.", "attrs.")

_OF_FUNCTIONS = ("__annotations__", "__defaults__", "__doc__", "__kwdefaults__", "__signature__", "__wrapped__")
"""Attributes of a function that tell its parameters."""


_CONSTRUCTORS = ("__init__", "__new__", "__signature__")
"""Attributes of a class one of which tells its parameters."""


class Declared:
    """Tells the options of plugins from their source."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._untold: list[str] = []

    @cached_property
    def _readers(self) -> dict[str, Any]:
        modules = (import_module(READERS.built_in[name].partition(":")[0]) for name in _TOLD)
        return {name: module.read for name, module in zip(_TOLD, modules, strict=True)}

    def options(self, plugin: Plugin, found: Found, describer: str) -> tuple[Json, str | None]:
        """Return what options a plugin has, or what a describer gives of it, and why not all are told.

        :param found: its target
        :raises LackingError: where there is no such attribute
        :raises UnknownError: where the source does not tell
        """
        name = plugin.name
        self._untold = []
        target = found if describer == "auto" else self._described(plugin, found, describer)
        try:
            target = self._target(target, plugin) if isinstance(target, Found) else target
        except AbsentError as error:  # something else that it needs
            raise UnknownError(*error.args) from error
        reading = Reading(self._readers, limits, partial(Values, limits))
        if target is None and describer != "auto":
            return None, None
        told = None if target is None else reading.configuration(target, standins.Asked(name, limits, self._untold))
        if (told is None or told["reader"] in LAST) and (names := others()):
            msg = f"a reader of another distribution may know it ({', '.join(names)})"
            raise UnknownError(msg)
        if told is None and describer != "auto":
            raise UnknownError(unknown(type(target).__name__))
        return told, reading.incomplete or (self._untold[0] if self._untold else None)

    def _context(self, scope: Object) -> values.Context:
        return values.Context(self._search(), scope, untold=self._untold)

    def _search(self) -> Search:
        return Search(self._modules, exact=True)

    def _described(self, plugin: Plugin, found: Found, describer: str) -> Any:  # noqa: ANN401
        """Return what a describer gives: a literal, or what a name stands for.

        :raises LackingError: where there is no such attribute
        """
        scheme, _, path = describer.partition(":")
        if scheme == "attr" and "[" not in path:
            member = found
            try:
                for part in path.split("."):
                    member = self._search().member(member, part)
            except AbsentError as error:
                raise LackingError(path) from error
            if member.kind is not Kind.INSTANCE:
                return member
        value = answer(plugin, found, describer, self._modules, {})
        if value is not None and not isinstance(value, dict | list | tuple):
            raise UnknownError(unknown(type(value).__name__))
        return value

    def _target(self, found: Found, plugin: Plugin) -> Any:  # noqa: ANN401
        """Return what stands for an object; None for a module, which has no options."""
        if found.assumed:
            raise UnknownError(found.assumed)
        match found.kind:
            case Kind.CLASS if found.class_ is not None:
                return self._class(found, found.class_, plugin)
            case Kind.FUNCTION | Kind.METHOD if found.object.name not in GIVING:
                return self._function(found, bound=found.bound)
            case Kind.MODULE if not any(map(partial(self._has, found), (*GIVING, "get_parser", "config_scheme"))):
                return None
        if found.kind is Kind.INSTANCE and found.type in ("builtins.dict", "builtins.list"):
            return values.bound(found, self._search())
        raise standins.doubt(of=found.object.path)

    def _has(self, found: Found, name: str) -> bool:
        try:
            standins.Known(self._modules).member(found, name)
        except AbsentError:
            return False
        return True

    # Classes.

    def _class(self, found: Found, class_: Class, plugin: Plugin) -> Any:  # noqa: ANN401
        """Return what stands for a class, with what the first reader looks at that would know it."""
        if self._has(found, "get_parser"):
            return parser(found, class_, plugin.name, self._context(class_))
        for giving in (*GIVING, "class_traits", "model_json_schema"):
            if self._has(found, giving):
                raise standins.doubt(of=f"{giving} of {class_.path}")
        of_mkdocs = [self._has(found, name) for name in ("config_scheme", "config_class")]
        if any(of_mkdocs) or standins.Known(self._modules).is_of(class_, mkdocs.PLUGIN, mkdocs.CONFIG):
            return mkdocs.declared(class_, self._modules, self._untold)
        if standins.Known(self._modules).is_of(class_, standins.STRUCT):
            raise standins.doubt(of=f"the schema of {class_.path}")
        if self._has(found, "user_options"):
            return self._with_user_options(plugin, found, class_)
        if standins.Known(self._modules).is_of(class_, *standins.COMMANDS):
            raise standins.doubt(of=f"the user_options of {class_.path}")
        if made := [each for each in self._bases(class_) if self._is_dataclass(each)]:
            return self._dataclass(class_, made)
        return self._constructor(class_)

    def _bases(self, class_: Class) -> list[Class]:
        return list(self._search().bases(class_))

    def _is_dataclass(self, class_: Class) -> bool:
        made = decorated(Found(Kind.CLASS, class_, class_=class_), self._search())
        if made.assumed:
            raise UnknownError(made.assumed)
        nodes = [each.func if isinstance(each, ast.Call) else each for each in class_.decorators]
        paths = [origin(syntax.dotted(node) or [""], class_.scope, self._search()) for node in nodes]
        if of_attrs := [path for path in paths if path.startswith(_ATTRS)]:
            raise standins.doubt(of=f"what {of_attrs[0]} makes of {class_.path}")
        return "dataclasses.dataclass" in paths

    def _with_user_options(self, plugin: Plugin, found: Found, class_: Class) -> type:
        owner = self._search().of_class(class_, "user_options").object.parent
        made_of: dict[str, ast.expr] = {}
        listed = answer(plugin, found, "attr:user_options", self._modules, made_of)
        assert isinstance(owner, Class)
        for module in {owner.module.path, *made_of}:
            self._check_distutils(module)
        return standins.chain([class_] if owner is class_ else [class_, owner], {owner: {"user_options": listed}})

    def _check_distutils(self, module: str) -> None:
        """Make sure that a module of distutils tells the same as that of setuptools, which takes its place.

        :raises UnknownError: where it does not, or that is not known
        """
        if module.startswith("distutils.") and self._modules.exists(f"setuptools._{module}"):
            both = [self._modules.read(path) for path in (module, f"setuptools._{module}")]
            listed = [
                {
                    name: values.bound(self._search().of_class(bound[-1], "user_options"), self._search())
                    for name, bound in each.bindings.items()
                    if isinstance(bound[-1], Class) and self._modules.bindings(bound[-1], "user_options")
                }
                for each in both
            ]
            if listed[0] != listed[1]:
                raise standins.doubt(of=f"whether {module} is that of setuptools")

    def _constructor(self, class_: Class) -> type:
        """Return what stands for a class with the parameters of its ``__init__`` or ``__new__``."""
        bases = self._bases(class_)
        if makes_members(class_, self._search(), strict=False) or any(
            True for each in bases for _ in metaclasses(each)
        ):
            raise standins.doubt(of=f"how {class_.path} makes instances")
        bound = {name for base in bases for name in _CONSTRUCTORS if self._modules.bindings(base, name)}
        if "__signature__" in bound or len(bound) > 1 or self._modules.bindings(class_, "__doc__"):
            raise standins.doubt(of=f"how {class_.path} makes instances")
        for name in ("__init__", "__new__"):
            for base in bases:
                if self._modules.bindings(base, name):
                    made = self._search().of_class(class_, name)
                    function = self._function(made, bound=True)
                    told = {"__init__": function, "__signature__": function.__signature__}
                    return standins.of_object(class_, __doc__=_docstring(class_), **told)  # type: ignore[no-any-return]
                if any(vars(builtin).get(name) for builtin in builtin_bases(base)):
                    raise standins.doubt(of=f"how {class_.path} makes instances, as {base.path} does,")
        return standins.of_object(class_, __signature__=inspect.Signature())  # type: ignore[no-any-return]

    def _function(self, found: Found, *, bound: bool) -> Any:  # noqa: ANN401
        """Return a function that stands for one, with its parameters."""
        node, scope = found.object.function, found.object.parent
        if node is None or not isinstance(scope, Object):
            raise standins.doubt(of=found.object.path)
        known = {"builtins.staticmethod", "builtins.classmethod", "typing.override", "abc.abstractmethod"}
        for decorator in node.decorator_list:
            if origin(syntax.dotted(decorator) or [""], scope, self._search()) not in known:
                raise standins.doubt(of=f"what {syntax.shown(decorator)} makes of {found.object.path}")
        for name in _OF_FUNCTIONS:
            if doubt := effects.on_object(found, name, self._search()):
                raise UnknownError(doubt)
        context = self._context(scope)
        given = node.args
        positional = [*given.posonlyargs, *given.args]
        missing: list[ast.expr | None] = [None] * (len(positional) - len(given.defaults))
        pairs = [*zip(positional, [*missing, *given.defaults], strict=True)][1 if bound else 0 :]
        keywords = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
        every = [each for each in trees.walk(given) if isinstance(each, ast.arg)]
        annotated = [node.returns, *(each.annotation for each in every)]
        is_for_checkers = any(standins.is_for_checkers(each, context) for each in annotated)
        means = standins.as_written if is_for_checkers else standins.annotation
        parameters = [_parameter(each, default, kinds[0], context, means) for each, default in pairs]
        parameters += [_parameter(each, default, kinds[1], context, means) for each, default in keywords]

        def stand_in() -> None: ...

        stand_in.__doc__ = ast.get_docstring(node, clean=False)
        stand_in.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return stand_in

    def _dataclass(self, class_: Class, known: list[Class]) -> type:
        """Return what stands for a dataclass, with its fields."""
        fields: dict[str, Any] = {}
        annotated = [
            (statement.annotation, self._context(base))
            for base in self._bases(class_)
            for statement, _ in statements(base.node)
            if isinstance(statement, ast.AnnAssign)
        ]
        is_for_checkers = any(standins.is_for_checkers(*each) for each in annotated)
        means = standins.as_written if is_for_checkers else standins.annotation
        for each in reversed(known):
            context = self._context(each)
            for statement, (runs, _) in statements(each.node):
                if runs in (Runs.NEVER, Runs.TYPING) or not isinstance(statement, ast.AnnAssign):
                    continue
                name = syntax.last(statement.target)
                # What has no value has that of a class above, as any attribute.
                of = [each] if statement.value else self._bases(each)
                bound = [binding.node for base in of for binding in self._modules.every(base, name)]
                if runs is not Runs.SURELY or bound not in ([], [statement]):
                    raise standins.doubt(of=f"{each.path}.{name}")
                if (field := _field(name, statement, context, means)) is not None:
                    fields[name] = field
        return standins.chain(self._bases(class_), {class_: {"__dataclass_fields__": fields}})


def _parameter(
    given: ast.arg,
    default: ast.expr | None,
    kind: Any,  # noqa: ANN401
    context: values.Context,
    means: Callable[[ast.expr, values.Context], Any],
) -> inspect.Parameter:
    empty = inspect.Parameter.empty
    annotation = empty if given.annotation is None else means(given.annotation, context)
    value = empty if default is None else standins.told(default, context)
    return inspect.Parameter(given.arg, kind, default=value, annotation=annotation)


def _factory(node: ast.expr, context: values.Context) -> Any:  # noqa: ANN401
    """Return the builtin class that makes a default, or what stands for anything else that does."""
    path = syntax.dotted(node)
    whole = origin(path, context.scope, context.search) if path is not None else ""
    return {f"builtins.{of.__name__}": of for of in MAKERS}.get(whole, object)


_READ: Mapping[str | None, Callable[[ast.expr, values.Context], Any]] = {
    "default": standins.told,
    "default_factory": _factory,
}
"""What reads the arguments of ``dataclasses.field`` that need not be literals."""


def _field(
    name: str, statement: ast.AnnAssign, context: values.Context, means: Callable[[ast.expr, values.Context], Any]
) -> Any:  # noqa: ANN401
    """Return a field of a dataclass; None where a declaration is none."""
    node = syntax.unquoted(statement.annotation)
    outer = syntax.dotted(node.value if isinstance(node, ast.Subscript) else node) or [""]
    if origin(outer, context.scope, context.search).rpartition(".")[2] in {"ClassVar", "InitVar", "KW_ONLY"}:
        return None
    given: dict[str, Any] = {}
    value = statement.value
    if (
        isinstance(value, ast.Call)
        and origin(syntax.dotted(value.func) or [""], context.scope, context.search) == "dataclasses.field"
    ):
        for keyword in value.keywords:
            read = _READ.get(keyword.arg, values.evaluate)
            given[keyword.arg or ""] = read(keyword.value, context)
    elif value is not None:
        given["default"] = standins.told(value, context)
    try:
        default = given.pop("default", dataclasses.MISSING)
        field: Any = dataclasses.field(**given)
    except (TypeError, ValueError) as error:
        raise UnknownError(str(error)) from error
    field.name, field.default, field.type = name, default, means(statement.annotation, context)
    field._field_type = "_FIELD"  # noqa: SLF001  # as a dataclass says of its fields
    return field


def _docstring(class_: Class) -> str | None:
    return ast.get_docstring(class_.node, clean=False)
