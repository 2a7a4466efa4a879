"""Stand-ins for what a source declares: classes, types and functions of which no more is known than their paths.

The readers of options look at them as they look at what is loaded, so that both ways tell the same.
"""

from __future__ import annotations

import ast
import builtins
import collections.abc
import contextlib
import typing
from functools import partial
from types import GenericAlias
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.core.model import Kind
from sphinxext.plugins.core.values import Named
from sphinxext.plugins.introspect.live.options.reading import MISSING, Tell, attribute_docs
from sphinxext.plugins.introspect.static import syntax, trees, values
from sphinxext.plugins.introspect.static.bindings import Runs, statements
from sphinxext.plugins.introspect.static.names import Search
from sphinxext.plugins.introspect.static.results import origin
from sphinxext.plugins.introspect.static.scopes import Class, UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinxext.plugins.introspect.static.scopes import Modules, Object
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
        declared = (each.target for each, _ in statements(class_.node) if isinstance(each, ast.AnnAssign))
        annotations = {each.id: None for each in declared if isinstance(each, ast.Name)}
        known = {"__annotations__": annotations, "__docs__": attribute_docs(class_.node)}
        made = (of_object(class_, made, **{**names, **known, **attributes.get(class_, {})}),)
    return made[0]


COMMANDS = ("setuptools.Command", "distutils.cmd.Command", "distutils.core.Command")
STRUCT = "msgspec.Struct"

_BY_NAME = {*COMMANDS, STRUCT, "mkdocs.config.base.Config", "mkdocs.plugins.BasePlugin"}


class Known(Search):
    """A search that knows some base classes by their names.

    They need not be there, and are taken to have nothing of what is asked for.

    :ivar met: the paths of those of them that something inherits from
    """

    def __init__(self, modules: Modules) -> None:
        super().__init__(modules, exact=True)
        self.met: set[str] = set()

    def is_of(self, class_: Class, *paths: str) -> bool:
        """Whether a class inherits from one of these."""
        with contextlib.suppress(UnknownError):
            list(self.bases(class_))
        return not self.met.isdisjoint(paths)

    def _base(self, node: ast.expr, class_: Class) -> Class | None:
        path = syntax.dotted(node.value if isinstance(node, ast.Subscript) else node)
        whole = origin(path, class_.scope, self) if path else ""
        found = None if whole in _BY_NAME else super()._base(node, class_)
        whole = whole if found is None else found.path
        self.met |= {whole} & _BY_NAME
        return None if whole in _BY_NAME else found


class Asked(Tell):
    """What readers ask of stand-ins.

    :param untold: takes what is not told
    """

    def __init__(self, name: str, limits: Any, untold: list[str]) -> None:  # noqa: ANN401  # as above
        super().__init__(name, limits)
        self._untold = untold

    def type(self, of: Any) -> str | None:  # noqa: ANN401
        """Name a type, as one does that is loaded."""
        return of.path if isinstance(of, Named) else None if self._is_untold(of is Named) else super().type(of)

    def text(self, value: Any) -> str | None:  # noqa: ANN401
        """Return a text without its indentation; None where it is not told."""
        return None if self._is_untold(isinstance(value, Named)) else super().text(value)

    def _is_untold(self, depends: bool) -> bool:  # noqa: FBT001
        """Note what depends on a class or a function of which no more is known than its path."""
        self._untold += [str(doubt(of="what a class or a function is"))] if depends else []
        return depends

    def hint(self, target: Any, name: str, annotation: Any) -> Any:  # noqa: ANN401, ARG002
        """Return what an annotation means: one that is still a text is not made out."""
        return annotation

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
    bound = context.search.bound(path[0], context.scope)
    if path[0] in context.local or (bound and bound[0].runs >= Runs.PERHAPS):
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
    paths = [syntax.dotted(base) for each in known(of, context) for base in each.node.bases]
    return any(path is not None and origin(path, of.module, context.search).startswith("enum.") for path in paths)


def known(of: Class, context: Context) -> list[Class]:
    """Return a class with those above it, as far as the source tells."""
    found: list[Class] = []
    with contextlib.suppress(UnknownError):
        found.extend(context.search.bases(of))
    return found


def annotation(node: ast.expr | None, context: Context, *, is_text: bool = False) -> Any:  # noqa: ANN401
    """Return what an annotation means, made of stand-ins where need be.

    :param is_text: whether it stands in a text, so that texts in it are made out as well
    :raises UnknownError: where that is not known
    """
    node, given = syntax.unquoted(node), node
    is_text = is_text or node is not given or _are_texts(context.scope)
    inner = partial(annotation_in, context=context, is_text=is_text)
    match node:
        case ast.Constant(value=None):
            return type(None)
        case ast.Constant(value=value) if value is ...:
            return ...
        case ast.Name() | ast.Attribute() if (path := syntax.dotted(node)) is not None:
            return named(path, context)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return typing.Union[inner(left), inner(right)]  # noqa: UP007  # of objects
        case ast.List(elts=elements):
            return [inner(each) for each in elements]
        case ast.Subscript(value=value, slice=inside):
            generic = inner(value)
            parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
            if generic is typing.Literal:
                return typing.Literal[tuple(values.evaluate(part, context) for part in parts)]
            if generic is typing.Annotated:
                of = inner(parts[0])
                return of if is_text else typing.Annotated[of, None]  # as what makes out a text leaves it
            try:
                made = tuple(inner(part) for part in parts)
                return generic[made[0] if len(made) == 1 else made]
            except TypeError:
                pass
    raise doubt(of="an annotation" if node is None else syntax.shown(node))


def _are_texts(scope: Object) -> bool:
    """Whether annotations are not made out where they stand."""
    bound = scope.module.bindings.get("annotations", ())
    return any(each.target == "__future__.annotations" for each in bound)


def as_written(node: ast.expr, context: Context) -> Any:  # noqa: ANN401
    """Return what an annotation is where nothing makes it out that is a text; else what it means, as above."""
    return ast.unparse(node) if _are_texts(context.scope) else annotation_in(node, context, is_text=False)


def is_for_checkers(node: ast.expr | None, context: Context) -> bool:
    """Whether an annotation has a name in it that is there for type checkers only, so that nothing makes it out.

    Then nothing makes out those of the same function or class either.
    """
    for part in trees.walk(syntax.unquoted(node) or ast.Constant(None)):
        if isinstance(part, ast.Name):
            bound = context.search.bound(part.id, context.scope)
            if bound and bound[0].runs is Runs.TYPING:
                return True
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and is_for_checkers(part, context):
            return True
    return False


def annotation_in(node: ast.expr, context: Context, *, is_text: bool) -> Any:  # noqa: ANN401
    """Return what a part of an annotation means; a text in it stays one where nothing makes it out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and not is_text:
        return node.value
    return annotation(node, context, is_text=is_text)


def type_of(node: ast.expr, context: Context) -> Any:  # noqa: ANN401
    """Return what stands for a class or a function that an expression names, or for several of them."""
    match node:
        case ast.Name() | ast.Attribute() if (path := syntax.dotted(node)) is not None:
            return named(path, context)
        case ast.Tuple(elts=elements):
            return tuple(type_of(each, context) for each in elements)
    raise doubt(of=syntax.shown(node))


def told(node: ast.expr, context: Context) -> Any:  # noqa: ANN401
    """Return the value of an expression; where it is not told but can be left out, :data:`MISSING`."""
    try:
        return values.evaluate(node, context)
    except UnknownError as error:
        if context.untold is None:
            raise
        context.untold.append(str(error))
        return MISSING


def doubt(*, of: str) -> UnknownError:
    """Return an error that says what the source does not tell."""
    return UnknownError(f"{of} only shows when it is loaded")
