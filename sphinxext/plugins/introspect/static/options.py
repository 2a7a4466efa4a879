"""What options a plugin has, as far as its source declares them with literals.

What a reader would look at is put together of stand-ins, and shown to the readers. Where the source does not tell
which of them would know it, or what it would see, it does not tell the options.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import inspect
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.evaluation import LackingError
from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.core.readers import READERS, others
from sphinxext.plugins.core.values import Values
from sphinxext.plugins.introspect.live.options.fields import MAKERS
from sphinxext.plugins.introspect.live.options.oslo import GIVING
from sphinxext.plugins.introspect.live.options.reading import Reading, unknown
from sphinxext.plugins.introspect.static import standins, syntax, values
from sphinxext.plugins.introspect.static.answers import answer
from sphinxext.plugins.introspect.static.calls import makes_members
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

_PLUGIN, _CONFIG = "mkdocs.plugins.BasePlugin", "mkdocs.config.base.Config"
_DATACLASS = {"dataclasses.dataclass"}
_ATTRS = ("attr.", "attrs.")


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
        if target is None:
            return None, None
        reading = Reading(self._readers, limits, partial(Values, limits))
        told = reading.configuration(target, standins.Asked(name, limits))
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
                self._no_other_reader()
                return self._function(found, bound=found.bound)
            case Kind.MODULE if not any(map(partial(self._has, found), (*GIVING, "get_parser", "config_scheme"))):
                return None
        if found.kind is Kind.INSTANCE and found.type in ("builtins.dict", "builtins.list"):
            return values.bound(found, self._search())
        raise standins.doubt(of=found.object.path)

    def _has(self, found: Found, name: str) -> bool:
        try:
            self._search().member(found, name)
        except AbsentError:
            return False
        return True

    def _no_other_reader(self) -> None:
        """Make sure that there is none which may know what is loaded.

        :raises UnknownError: where there is
        """
        if names := others():
            msg = f"a reader of another distribution may know it ({', '.join(names)})"
            raise UnknownError(msg)

    # Classes.

    def _class(self, found: Found, class_: Class, plugin: Plugin) -> Any:  # noqa: ANN401
        """Return what stands for a class, with what the first reader looks at that would know it."""
        if self._is_of(class_, _PLUGIN, _CONFIG):
            return self._of_mkdocs(class_)
        if self._has(found, "get_parser"):
            return parser(found, class_, plugin.name, self._context(class_))
        for giving in (*GIVING, "class_traits", "model_json_schema"):
            if self._has(found, giving):
                raise standins.doubt(of=f"{giving} of {class_.path}")
        if self._is_of(class_, "msgspec.Struct"):
            raise standins.doubt(of=f"the schema of {class_.path}")
        if self._has(found, "config_scheme") or self._has(found, "config_class"):
            return self._of_mkdocs(class_)
        if self._has(found, "user_options"):
            return self._with_user_options(plugin, found, class_)
        self._no_other_reader()
        decorated = [each for each in self._bases(class_) if self._is_decorated(each, _DATACLASS)]
        if decorated:
            return self._dataclass(class_, decorated)
        return self._constructor(class_)

    def _bases(self, class_: Class) -> list[Class]:
        return list(self._search().bases(class_))

    def _is_of(self, class_: Class, *paths: str) -> bool:
        """Whether a class inherits from one of another package, which need not be there."""
        found = [class_]
        with contextlib.suppress(UnknownError):
            found.extend(self._search().bases(class_))
        named = (base.value if isinstance(base, ast.Subscript) else base for of in found for base in of.node.bases)
        search = self._search()
        return any(
            origin(path, of.module, search) in paths for of in found for path in map(syntax.dotted, named) if path
        )

    def _is_decorated(self, class_: Class, by: set[str]) -> bool:
        for decorator in class_.decorators:
            node = decorator.func if isinstance(decorator, ast.Call) else decorator
            whole = origin(syntax.dotted(node) or [""], class_.scope, self._search())
            if whole.startswith(_ATTRS):
                raise standins.doubt(of=f"what {whole} makes of {class_.path}")
            if whole in by:
                return True
        return False

    def _with_user_options(self, plugin: Plugin, found: Found, class_: Class) -> type:
        owner = self._search().of_class(class_, "user_options").object.parent
        listed = answer(plugin, found, "attr:user_options", self._modules, {})
        assert isinstance(owner, Class)
        return standins.chain([class_] if owner is class_ else [class_, owner], {owner: {"user_options": listed}})

    def _constructor(self, class_: Class) -> type:
        """Return what stands for a class with the parameters of its ``__init__`` or ``__new__``."""
        bases = self._bases(class_)
        if makes_members(class_, self._search(), strict=False) or any(
            True for each in bases for _ in metaclasses(each)
        ):
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
        context = self._context(scope)
        given = node.args
        positional = [*given.posonlyargs, *given.args]
        missing: list[ast.expr | None] = [None] * (len(positional) - len(given.defaults))
        pairs = [*zip(positional, [*missing, *given.defaults], strict=True)][1 if bound else 0 :]
        keywords = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
        parameters = [_parameter(each, default, kinds[0], context) for each, default in pairs]
        parameters += [_parameter(each, default, kinds[1], context) for each, default in keywords]

        def stand_in() -> None: ...

        stand_in.__doc__ = ast.get_docstring(node, clean=False)
        stand_in.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return stand_in

    def _dataclass(self, class_: Class, decorated: list[Class]) -> type:
        """Return what stands for a dataclass, with its fields."""
        fields: dict[str, Any] = {}
        for each in reversed(decorated):
            context = self._context(each)
            for statement in each.node.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    name = statement.target.id
                    if (field := _field(name, statement, context)) is not None:
                        fields[name] = field
        return standins.chain(self._bases(class_), {class_: {"__dataclass_fields__": fields}})

    # MkDocs.

    def _of_mkdocs(self, class_: Class) -> Any:  # noqa: ANN401
        """Return what stands for a plugin of MkDocs, or for a class of its options."""
        if self._is_of(class_, _CONFIG):
            return self._config(class_)
        for base in self._search().bases(class_):
            for name in ("config_class", "config_scheme"):
                for binding in self._modules.bindings(base, name):
                    context = self._context(base)
                    if name == "config_class":
                        config = self._search().expression(binding.value, base, binding)
                        return self._plugin(class_, self._config(config.class_))
                    scheme = standins.mkdocs_scheme(binding.value, base, context)
                    known = [class_] if base is class_ else [class_, base]
                    return standins.chain(known, {base: {"config_scheme": scheme}})
            for node in base.node.bases:
                if (
                    isinstance(node, ast.Subscript)
                    and origin(syntax.dotted(node.value) or [""], base.module, self._search()) == _PLUGIN
                ):
                    config = self._search().expression(node.slice, base.scope, base)
                    return self._plugin(class_, self._config(config.class_))
            if self._is_of_directly(base, _PLUGIN):
                return standins.chain([class_], {class_: {"config_scheme": ()}})
        raise standins.doubt(of=f"the options of {class_.path}")

    def _is_of_directly(self, class_: Class, path: str) -> bool:
        named = (syntax.dotted(base) for base in class_.node.bases)
        return any(origin(each, class_.module, self._search()) == path for each in named if each)

    def _plugin(self, class_: Class, config: type) -> type:
        return standins.chain([class_], {class_: {"config_class": config}})

    def _config(self, class_: Class | None) -> type:
        """Return what stands for a class of options of MkDocs."""
        if class_ is None:
            msg = "the class of its options is not known"
            raise UnknownError(msg)
        known: list[Class] = []
        try:
            for base in self._search().bases(class_):
                if base.path == _CONFIG:
                    break
                known.append(base)
        except UnknownError:
            if not self._is_of_directly(known[-1], _CONFIG):
                raise
        schema: dict[str, Any] = {}
        for each in reversed(known):
            context = self._context(each)
            for name, bound in each.bindings.items():
                if (
                    option := standins.mkdocs_option(bound[-1].value, context) if bound[-1].value else None
                ) is not None:
                    option.required = True
                    schema[name[:-1] if name.endswith("_") and name[0] != "_" else name] = option
                elif isinstance(bound[-1].value, ast.Call):
                    raise standins.doubt(of=f"what {each.path}.{name} is")
        return standins.chain(known, {class_: {"_schema": tuple(schema.items())}}, (standins.of_path(_CONFIG),))


def _parameter(given: ast.arg, default: ast.expr | None, kind: Any, context: values.Context) -> inspect.Parameter:  # noqa: ANN401
    empty = inspect.Parameter.empty
    annotation = empty if given.annotation is None else standins.annotation(given.annotation, context)
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


def _field(name: str, statement: ast.AnnAssign, context: values.Context) -> Any:  # noqa: ANN401
    """Return a field of a dataclass; None where a declaration is none."""
    node = syntax.unquoted(statement.annotation)
    outer = syntax.dotted(node.value if isinstance(node, ast.Subscript) else node) or [""]
    if outer[-1] in {"ClassVar", "InitVar", "KW_ONLY"}:
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
    field.name, field.default, field.type = name, default, standins.annotation(statement.annotation, context)
    field._field_type = "_FIELD"  # noqa: SLF001  # as a dataclass says of its fields
    return field


def _docstring(class_: Class) -> str | None:
    return ast.get_docstring(class_.node, clean=False)
