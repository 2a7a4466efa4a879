"""The parser that a ``get_parser`` makes, where its source is made of calls of argparse with literals."""

from __future__ import annotations

import argparse
import ast
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.introspect.live.options.reading import MISSING
from sphinxext.plugins.introspect.static import standins, syntax, values
from sphinxext.plugins.introspect.static.results import origin
from sphinxext.plugins.introspect.static.scopes import Class, UnknownError

if TYPE_CHECKING:
    from sphinxext.plugins.introspect.static.results import Found

_COMMAND = "cliff.command.Command"
"""The class whose own ``get_parser`` gives a parser without options."""

_MAKES = {"add_argument_group", "add_mutually_exclusive_group"}
_ACTIONS = {"append", "append_const", "count", "extend", "help", "store", "store_const", "store_false", "store_true"}
_ACTIONS.add("version")
_LITERALS = {"action", "const", "dest", "metavar", "nargs", "required", "version"}
"""What an argument is declared with that has to be known."""


def parser(found: Found, class_: Class, name: str, context: values.Context) -> argparse.ArgumentParser:
    """Return a parser with the arguments that a command declares.

    :raises UnknownError: where its source does something else as well
    """
    classes = list(context.search.bases(class_))
    return _Reading(classes, context, name.replace("_", " ")).of(0, found)


class _Reading:
    """Reads the ``get_parser`` of classes, each of which may call that of the next."""

    def __init__(self, classes: list[Class], context: values.Context, name: str) -> None:
        self._classes = classes
        self._search = context.search
        self._context = context
        self._name = name

    def of(self, first: int, found: Found) -> argparse.ArgumentParser:
        """Return the parser of the first of these classes that makes one."""
        for number, class_ in enumerate(self._classes[first:], first):
            bound = self._search.modules.bindings(class_, "get_parser")
            if not bound:
                continue
            if class_.path == _COMMAND:
                return argparse.ArgumentParser(prog=self._name)
            node = bound[0].function
            if len(bound) > 1 or node is None or node.decorator_list:
                break
            return self._run(number, node, found)
        raise standins.doubt(of=f"the parser of {self._classes[0].path}")

    def _run(self, number: int, node: syntax.Function, found: Found) -> argparse.ArgumentParser:
        class_ = self._classes[number]
        parameters = [*node.args.posonlyargs, *node.args.args]
        context = self._context._replace(
            scope=class_.module,
            local=dict.fromkeys(syntax.local_names(node)),
            own=parameters[0].arg if parameters else None,
            class_=self._classes[0],
            of_instance=True,
            in_function=True,
        )
        names: dict[str, Any] = {}
        for statement in node.body:
            match statement:
                case ast.Expr(value=ast.Constant()) | ast.Pass():
                    pass
                case ast.Assign(targets=[ast.Name(id=to)], value=ast.Call() as call):
                    names[to] = self._made(number, call, names, context, found)
                case ast.Expr(value=ast.Call() as call):
                    self._add(call, names, context)
                case ast.Return(value=ast.Name(id=given)) if isinstance(names.get(given), argparse.ArgumentParser):
                    made: argparse.ArgumentParser = names[given]
                    return made
                case _:
                    raise standins.doubt(of=f"“{syntax.shown(statement)}” in get_parser of {class_.path}")
        raise standins.doubt(of=f"the parser of {class_.path}")

    def _made(self, number: int, call: ast.Call, names: dict[str, Any], context: values.Context, found: Found) -> Any:  # noqa: ANN401
        """Return a parser, a group of one, or an argument."""
        match call.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="get_parser"):
                return self.of(number + 1, found)
            case ast.Attribute(value=ast.Name(id=of), attr=str(attr)) if of in names and attr in _MAKES:
                keywords = {str(each.arg): values.evaluate(each.value, context) for each in call.keywords}
                return getattr(names[of], attr)(*(values.evaluate(each, context) for each in call.args), **keywords)
            case ast.Attribute(value=ast.Name(id=of), attr="add_argument") if of in names:
                return self._add(call, names, context)
        path = syntax.dotted(call.func)
        if path is None or origin(path, context.scope, self._search) != "argparse.ArgumentParser":
            raise standins.doubt(of=f"“{syntax.shown(call)}”")
        kept = [each for each in call.keywords if each.arg not in {"description", "epilog", "formatter_class"}]
        given = {str(each.arg): self._named(each.value, context) for each in kept}
        return argparse.ArgumentParser(**{"prog": self._name, **given})

    def _named(self, node: ast.expr, context: values.Context) -> Any:  # noqa: ANN401
        """Return the value of an argument, the name of the command among them."""
        if isinstance(node, ast.Name) and node.id in context.local and node.id != context.own:
            return self._name
        return values.evaluate(node, context)

    def _add(self, call: ast.Call, names: dict[str, Any], context: values.Context) -> object:
        """Add an argument to a parser or a group."""
        match call.func:
            case ast.Attribute(value=ast.Name(id=of), attr="add_argument") if of in names:
                flags = [values.evaluate(each, context) for each in call.args]
                given: dict[str, Any] = {}
                for keyword in call.keywords:
                    if keyword.arg == "type":
                        given["type"] = standins.type_of(keyword.value, context)
                    elif keyword.arg in {"default", "help", "choices"}:
                        found = standins.told(keyword.value, context)
                        found = argparse.SUPPRESS if found == argparse.SUPPRESS else found  # argparse asks which it is
                        given[keyword.arg] = found if found is not MISSING or keyword.arg == "default" else None
                    elif keyword.arg in _LITERALS:
                        given[keyword.arg] = values.evaluate(keyword.value, context)
                    else:
                        raise standins.doubt(of=f"“{syntax.shown(call)}”")
                if given.get("action", "store") not in _ACTIONS:
                    raise standins.doubt(of=f"“{syntax.shown(call)}”")
                try:
                    return names[of].add_argument(*flags, **given)
                except (TypeError, ValueError, argparse.ArgumentError) as error:
                    raise UnknownError(str(error)) from error
        raise standins.doubt(of=f"“{syntax.shown(call)}”")
