"""Stand-ins for what a source declares: classes, types and functions of which no more is known than their paths.

The readers of options look at them as they look at what is loaded, so that both ways tell the same.
"""

from __future__ import annotations

import ast
import builtins
import collections.abc
import contextlib
import typing
from types import GenericAlias
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.introspect.live.options.reading import MISSING, Tell, attribute_docs
from sphinxext.plugins.introspect.static import syntax, values
from sphinxext.plugins.introspect.static.results import origin
from sphinxext.plugins.introspect.static.scopes import Class, Scope, UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinxext.plugins.introspect.static.scopes import Object
    from sphinxext.plugins.introspect.static.values import Context


def of_path(path: str, bases: tuple[type, ...] = (), **attributes: object) -> Any:  # noqa: ANN401  # whatever it stands for
    """Make a class of a dotted path."""
    module, _, name = path.rpartition(".")
    known = {"__module__": module, "__qualname__": name, "__class_getitem__": classmethod(GenericAlias)}
    return type(name, bases, {**known, **attributes})


def of_object(of: Object, bases: tuple[type, ...] = (), **attributes: object) -> Any:  # noqa: ANN401  # as above
    """Make a class that stands for what is defined in a module."""
    made = of_path(of.path, bases, **attributes)
    made.__module__, made.__qualname__ = of.module.path, of.path[len(of.module.path) + 1 :]
    return made


def chain(
    classes: Sequence[Class], attributes: Mapping[Class, Mapping[str, object]], above: tuple[type, ...] = ()
) -> type:
    """Make a class, and those that it inherits from, one below the other, with the names that each declares.

    :param attributes: what the classes have, as far as a reader looks at that
    :param above: what stands for the class above them all
    """
    made = above
    for class_ in reversed(classes):
        names = dict.fromkeys(name for name in class_.bindings if not name.startswith("__"))
        declared = (each.target for each in class_.node.body if isinstance(each, ast.AnnAssign))
        annotations = {each.id: None for each in declared if isinstance(each, ast.Name)}
        known = {"__annotations__": annotations, "__docs__": attribute_docs(class_.node)}
        made = (of_object(class_, made, **{**names, **known, **attributes.get(class_, {})}),)
    return made[0]


class Asked(Tell):
    """What readers ask of stand-ins."""

    def documented(self, target: Any) -> dict[str, str]:  # noqa: ANN401
        """Return the texts that stand below the attributes of a class and of those that it inherits from."""
        found: dict[str, str] = {}
        for of in reversed(self.classes(target)):
            found |= of.__dict__.get("__docs__", {})
        return found


def named(path: list[str], context: Context) -> Any:  # noqa: ANN401
    """Return what stands for a class or a function that is named.

    :raises UnknownError: where that is not known
    """
    if path[0] in context.local:
        raise doubt(of=".".join(path))
    whole = origin(path, context.scope, context.search)
    module, _, name = whole.rpartition(".")
    home = {"builtins": builtins, "typing_extensions": typing, "typing": typing, "collections.abc": collections.abc}
    if module in home and hasattr(home[module], name):
        return getattr(home[module], name)
    try:
        found = context.search.path(path, context.scope)
    except UnknownError:
        if "." not in whole or module.split(".")[0] == context.scope.module.path.split(".")[0]:
            raise
        return of_path(whole)  # of another package, which is not there
    if found.kind not in (Kind.CLASS, Kind.FUNCTION, Kind.METHOD) or found.assumed:
        raise doubt(of=".".join(path))
    if isinstance(found.object, Class) and _is_enum(found.object, context):
        raise doubt(of=f"which members {found.object.path} has")
    return of_object(found.object)


def _is_enum(of: Class, context: Context) -> bool:
    paths = [syntax.dotted(base) for each in _known(of, context) for base in each.node.bases]
    return any(path is not None and origin(path, of.module, context.search).startswith("enum.") for path in paths)


def _known(of: Class, context: Context) -> list[Class]:
    """Return a class with those above it, as far as the source tells."""
    found: list[Class] = []
    with contextlib.suppress(UnknownError):
        found.extend(context.search.bases(of))
    return found


def annotation(node: ast.expr | None, context: Context) -> Any:  # noqa: ANN401
    """Return what an annotation means, made of stand-ins where need be.

    :raises UnknownError: where that is not known
    """
    node = syntax.unquoted(node)
    match node:
        case ast.Constant(value=None):
            return type(None)
        case ast.Constant(value=value) if value is ...:
            return ...
        case ast.Name() | ast.Attribute() if (path := syntax.dotted(node)) is not None:
            return named(path, context)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return typing.Union[annotation(left, context), annotation(right, context)]  # noqa: UP007  # of objects
        case ast.List(elts=elements):
            return [annotation(each, context) for each in elements]
        case ast.Subscript(value=value, slice=inside):
            generic = annotation(value, context)
            parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
            if generic is typing.Literal:
                return typing.Literal[tuple(values.evaluate(part, context) for part in parts)]
            if generic is typing.Annotated:
                return annotation(parts[0], context)
            try:
                inner = tuple(annotation(part, context) for part in parts)
                return generic[inner[0] if len(inner) == 1 else inner]
            except TypeError:
                pass
    raise doubt(of="an annotation" if node is None else syntax.shown(node))


def type_of(node: ast.expr, context: Context) -> Any:  # noqa: ANN401
    """Return what stands for a class or a function that an expression names, or for several of them."""
    match node:
        case ast.Name() | ast.Attribute() if (path := syntax.dotted(node)) is not None:
            return named(path, context)
        case ast.Tuple(elts=elements):
            return tuple(type_of(each, context) for each in elements)
    raise doubt(of=syntax.shown(node))


_HOME = "mkdocs.config."
_MKDOCS = "mkdocs.config.config_options."
_OPTION = of_path("mkdocs.config.base.BaseConfigOption", default=None, required=False)

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
    "ListOfPaths": (("default", "required"), {"default": []}),
    "SubConfig": ((), {"default": {}}),
    "Private": ((), {}),
}
"""The options of MkDocs: their arguments, and what they are where these do not say."""


def mkdocs_option(node: ast.expr, context: Context) -> Any:  # noqa: ANN401
    """Return what stands for an option of MkDocs; None where an expression makes none.

    :raises UnknownError: where it is not known what it makes
    """
    if isinstance(node, ast.Name) and node.id not in context.local:
        bound = context.search.bound(node.id, context.scope)
        if len(bound) == 1 and bound[0].value is not None:
            return mkdocs_option(bound[0].value, context._replace(scope=bound[0].scope))
    call = node if isinstance(node, ast.Call) else None
    generic = call and isinstance(call.func, ast.Subscript) and call.func.value
    path = syntax.dotted((generic or call.func) if call else None)
    whole = origin(path, context.scope, context.search) if path else ""
    if call is None or path is None:
        return None
    kind = whole.removeprefix(_MKDOCS)
    if kind not in _FORMS:
        return _other_option(path, whole, context)
    names, usual = _FORMS[kind]
    if kind in ("SubConfig", "Private"):
        return of_path(whole, (_OPTION,), **usual)()
    if len(call.args) > len(names) or any(each.arg is None for each in call.keywords):
        raise doubt(of=syntax.shown(node))
    given = [*zip(names, call.args, strict=False), *((str(each.arg).lstrip("_"), each.value) for each in call.keywords)]
    made = {name: _argument(name, value, context) for name, value in given}
    if kind == "Deprecated":
        made = {"message": None, "moved_to": None, **made, "option": made.pop("option_type", None) or _OPTION()}
    return of_path(whole, (_OPTION,), **{**usual, **made})()


def _other_option(path: list[str], whole: str, context: Context) -> Any:  # noqa: ANN401
    """Return what stands for an option of a class of its own, whose default is not known; None where it is none."""
    of = None if whole.startswith(_MKDOCS) else context.search.path(path, context.scope).class_
    above = [] if of is None else [base for each in _known(of, context) for base in each.node.bases]
    named = [syntax.dotted(base.value if isinstance(base, ast.Subscript) else base) for base in above]
    if of is not None and not any(each and origin(each, of.module, context.search).startswith(_HOME) for each in named):
        return None
    if context.untold is None:
        raise doubt(of=f"what {whole} takes")
    context.untold.append(str(doubt(of=f"whether {whole.rpartition('.')[2]} has a default, or is required,")))
    known = {"default": MISSING}
    return of_path(whole, (_OPTION,), **known)() if of is None else of_object(of, (_OPTION,), **known)()


def _argument(name: str, node: ast.expr, context: Context) -> Any:  # noqa: ANN401
    if name == "_type":
        return type_of(node, context)
    if name in ("option", "option_type"):
        return mkdocs_option(node, context) or values.evaluate(node, context)
    found = told(node, context)
    return (() if name == "choices" else MISSING) if found is MISSING else found


def told(node: ast.expr, context: Context) -> Any:  # noqa: ANN401
    """Return the value of an expression; where it is not told but can be left out, :data:`MISSING`."""
    try:
        return values.evaluate(node, context)
    except UnknownError as error:
        if context.untold is None:
            raise
        context.untold.append(str(error))
        return MISSING


def mkdocs_scheme(node: ast.expr | None, scope: Scope, context: Context) -> tuple[tuple[str, Any], ...]:
    """Return what stands for a ``config_scheme``.

    :raises UnknownError: where it does not hold options alone
    """
    made: list[tuple[str, Any]] = []
    for item in node.elts if isinstance(node, ast.Tuple | ast.List) else ():
        option = mkdocs_option(item.elts[1], context) if isinstance(item, ast.Tuple) and len(item.elts) == 2 else None  # noqa: PLR2004
        if option is None or not isinstance(item, ast.Tuple):
            raise doubt(of=syntax.shown(item))
        made.append((str(values.evaluate(item.elts[0], context)), option))
    if not isinstance(node, ast.Tuple | ast.List):
        raise doubt(of=f"the config_scheme of {scope.path}")
    return tuple(made)


def doubt(*, of: str) -> UnknownError:
    """Return an error that says what the source does not tell."""
    return UnknownError(f"{of} only shows when it is loaded")
