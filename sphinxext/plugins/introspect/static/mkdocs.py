"""The options that plugins of MkDocs declare, as their source tells; MkDocs itself need not be there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live.options.reading import MISSING
from sphinxext.plugins.introspect.static import standins, syntax, values
from sphinxext.plugins.introspect.static.bindings import Runs
from sphinxext.plugins.introspect.static.results import Found, origin
from sphinxext.plugins.introspect.static.scopes import AbsentError, Class, Object, UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinxext.plugins.introspect.static.scopes import Modules
    from sphinxext.plugins.introspect.static.values import Context

PLUGIN, CONFIG = "mkdocs.plugins.BasePlugin", "mkdocs.config.base.Config"


def declared(class_: Class, modules: Modules, untold: list[str]) -> Any:  # noqa: ANN401  # of a class that is made here
    """Return what stands for a plugin, or for a class of its options.

    :param untold: takes what is not told, where it can be left out
    :raises UnknownError: where the source does not tell which options these are
    """
    return _Declared(modules, untold).of(class_)


class _Declared:
    """Puts together what plugins and classes of options declare."""

    def __init__(self, modules: Modules, untold: list[str]) -> None:
        self._modules = modules
        self._untold = untold

    def _search(self) -> standins.Known:
        return standins.Known(self._modules)

    def _context(self, scope: Object) -> Context:
        return values.Context(self._search(), scope, untold=self._untold)

    def of(self, class_: Class) -> Any:  # noqa: ANN401
        """Return what stands for a class."""
        if self._search().is_of(class_, CONFIG):
            return self._config(class_)
        bases = list(self._search().bases(class_))
        if named := [each for base in bases for each in self._named(base)]:
            if len(named) > 1 and any(len(base.node.bases) > 1 for base in bases):
                raise standins.doubt(of=f"the options of {class_.path}")
            config: Any = self._config(
                named[0].class_ if named[0].kind is Kind.CLASS and not named[0].assumed else None
            )
            return standins.chain([class_], {class_: {"config_class": config, "config_scheme": config._schema}})  # noqa: SLF001  # as MkDocs does
        try:
            found = self._search().of_class(class_, "config_scheme")
        except AbsentError:
            return standins.chain([class_], {class_: {"config_scheme": ()}})
        owner = found.object.parent
        if not isinstance(owner, Class):
            raise standins.doubt(of=f"the config_scheme of {class_.path}")
        scheme = _scheme(found.object.value, owner, self._context(owner))
        return standins.chain([class_] if owner is class_ else [class_, owner], {owner: {"config_scheme": scheme}})

    def _named(self, class_: Class) -> Iterator[Found]:
        """Return the classes of options that a class names itself."""
        if self._modules.bindings(class_, "config_class"):
            yield self._search().of_class(class_, "config_class")
        for node in class_.node.bases:
            if isinstance(node, ast.Subscript) and syntax.last(node.value) not in {"Generic", "Protocol"}:
                yield self._search().expression(node.slice, class_.scope, class_)

    def _config(self, class_: Class | None) -> type:
        """Return what stands for a class of options."""
        if class_ is None or not self._search().is_of(class_, CONFIG) or class_.path.startswith(_HOME):
            msg = "the class of its options is not known"
            raise UnknownError(msg)
        known = list(self._search().bases(class_))
        try:
            self._search().of_class(class_, "_schema")
            is_plain = False
        except AbsentError:
            is_plain = not any(len(each.node.bases) > 1 for each in known)
        if not is_plain:
            raise standins.doubt(of=f"the options of {class_.path}")
        schema: dict[str, Any] = {}
        for each in reversed(known):
            for name in each.bindings:
                if (option := self._option(each, name)) is not None:
                    option.required = True
                    schema[name[:-1] if name.endswith("_") and name[0] != "_" else name] = option
        return standins.chain(known, {class_: {"_schema": tuple(schema.items())}}, (standins.of_path(CONFIG),))

    def _option(self, class_: Class, name: str) -> Any:  # noqa: ANN401
        """Return what stands for an option that a class of options has by a name; None where that is none.

        What is done to the name behind the class leaves the options, which MkDocs collects when it is made.
        """
        bound = [each for each in self._modules.every(class_, name) if each.runs is not Runs.TYPING]
        if all(isinstance(each.node, syntax.Definition) for each in bound):
            return None
        option = option_of(bound[0].value, self._context(class_))
        is_plain = len(bound) == 1 and bound[0].runs is Runs.SURELY
        if option is not None:  # one that has other names is called by the last of them
            targets = bound[0].node.targets if isinstance(bound[0].node, ast.Assign) else []
            is_plain = is_plain and len(targets) < 2 and isinstance(bound[0].value, ast.Call)  # noqa: PLR2004
        if not is_plain:
            raise standins.doubt(of=f"{class_.path}.{name}")
        return option


_HOME = "mkdocs.config."
_OPTIONS = "mkdocs.config.config_options."
_OPTION = standins.of_path("mkdocs.config.base.BaseConfigOption", default=None, required=False)
_PATH = standins.of_path(f"{_OPTIONS}FilesystemObject", (_OPTION,))()

_FORMS: Mapping[str, tuple[tuple[str, ...], dict[str, object]]] = {
    "Type": (("_type", "length", "default", "required"), {}),
    "Choice": (("choices", "default", "required"), {}),
    "Optional": (("option",), {}),
    "ListOfItems": (("option_type", "default"), {}),
    "DictOfItems": (("option_type", "default"), {}),
    "Deprecated": (("moved_to", "message", "removed", "option_type"), {}),
    "OptionallyRequired": (("default", "required"), {}),
    "URL": (("default", "required", "is_dir"), {}),
    "IpAddress": (("default", "required"), {}),
    "FilesystemObject": (("exists", "default", "required"), {}),
    "Dir": (("exists", "default", "required"), {}),
    "File": (("exists", "default", "required"), {}),
    "ListOfPaths": (("default", "required"), {"default": [], "option_type": _PATH}),
    "SubConfig": ((), {"default": {}}),
    "Private": ((), {}),
}
"""The options of MkDocs: their arguments, and what they are where these do not say."""

_UNTOLD = {"choices": (), "required": False, "message": None, "moved_to": None}
"""What arguments are taken for that the source does not tell, which is said."""


def option_of(node: ast.expr | None, context: Context) -> Any:  # noqa: ANN401
    """Return what stands for an option of MkDocs; None where an expression surely makes none.

    :raises UnknownError: where it is not known what it makes
    """
    match node:
        case ast.Call(func=ast.Subscript(value=called)) | ast.Call(func=called):
            if (path := syntax.dotted(called)) is not None:
                return _made_option(node, path, context)
        case ast.Name() | ast.Attribute() if (path := syntax.dotted(node)) is not None:
            found = context.search.path(path, context.scope)
            if found.assumed is None and (found.kind is not Kind.INSTANCE or found.object.function is not None):
                return None
            if found.assumed is None:
                return option_of(found.object.value, context._replace(scope=found.object.scope))
    if node is None or syntax.literal(node) is None:
        raise standins.doubt(of="an option of MkDocs" if node is None else syntax.shown(node))
    return None


def _made_option(call: ast.Call, path: list[str], context: Context) -> Any:  # noqa: ANN401
    """Return what stands for an option that a call makes; None where it surely makes none."""
    whole = origin(path, context.scope, context.search)
    kind = whole.removeprefix(_OPTIONS)
    if kind not in _FORMS:
        return _other_option(path, whole, context)
    names, usual = _FORMS[kind]
    if kind in ("SubConfig", "Private"):
        return standins.of_path(whole, (_OPTION,), **usual)()
    if len(call.args) > len(names) or any(each.arg is None for each in call.keywords):
        raise standins.doubt(of=syntax.shown(call))
    given = [*zip(names, call.args, strict=False), *((str(each.arg).lstrip("_"), each.value) for each in call.keywords)]
    made = {name: _argument(name, value, context) for name, value in given}
    if kind == "Deprecated":
        made = {"message": None, "moved_to": None, **made, "option": made.pop("option_type", None) or _OPTION()}
    return standins.of_path(whole, (_OPTION,), **{**usual, **made})()


def _other_option(path: list[str], whole: str, context: Context) -> Any:  # noqa: ANN401
    """Return what stands for an option of a class of its own, whose default is not known; None where it is none."""
    of: Class | None = None
    if whole.startswith("builtins."):
        return None
    if not whole.startswith(_OPTIONS):
        found = context.search.path(path, context.scope)
        of = found.class_
        if found.kind is not Kind.CLASS or found.assumed or of is None:
            raise standins.doubt(of=f"what {'.'.join(path)} makes")
        named = [
            (each, syntax.dotted(base.value if isinstance(base, ast.Subscript) else base))
            for each in standins.known(of, context)
            for base in each.node.bases
        ]
        if not any(base and origin(base, each.module, context.search).startswith(_HOME) for each, base in named):
            list(context.search.bases(of))  # whether all of them are known
            return None
    if context.untold is None:
        raise standins.doubt(of=f"what {whole} takes")
    context.untold.append(str(standins.doubt(of=f"whether {whole.rpartition('.')[2]} has a default, or is required,")))
    made = standins.of_path(whole, (_OPTION,)) if of is None else standins.of_object(of, (_OPTION,))
    made.default = MISSING
    return made()


def _argument(name: str, node: ast.expr, context: Context) -> Any:  # noqa: ANN401
    if name == "_type":
        return standins.type_of(node, context)
    if name in ("option", "option_type"):
        return option_of(node, context) or values.evaluate(node, context)
    found = standins.told(node, context)
    return _UNTOLD.get(name, found) if found is MISSING else found


def _scheme(node: ast.expr | None, scope: Class, context: Context) -> tuple[tuple[str, Any], ...]:
    """Return what stands for a ``config_scheme``.

    :raises UnknownError: where it does not hold options alone
    """
    made: list[tuple[str, Any]] = []
    for item in node.elts if isinstance(node, ast.Tuple | ast.List) else ():
        option = option_of(item.elts[1], context) if isinstance(item, ast.Tuple) and len(item.elts) == 2 else None  # noqa: PLR2004
        if option is None or not isinstance(item, ast.Tuple):
            raise standins.doubt(of=syntax.shown(item))
        made.append((str(values.evaluate(item.elts[0], context)), option))
    if not isinstance(node, ast.Tuple | ast.List):
        raise standins.doubt(of=f"the config_scheme of {scope.path}")
    return tuple(made)
