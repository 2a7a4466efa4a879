"""The parser that a ``get_parser`` makes, where its source is made of calls of argparse with literals."""

from __future__ import annotations

import argparse
import ast
from functools import partial
from typing import TYPE_CHECKING, Any

from sphinxext.plugins.introspect.live.options.reading import MISSING
from sphinxext.plugins.introspect.static import effects, standins, syntax, values
from sphinxext.plugins.introspect.static.results import origin
from sphinxext.plugins.introspect.static.scopes import Class, UnknownError

if TYPE_CHECKING:
    from sphinxext.plugins.introspect.static.results import Found

_COMMAND = "cliff.command.Command"
"""The class whose own ``get_parser`` gives a parser without options."""

_MAKES = {"add_argument_group", "add_mutually_exclusive_group"}
_ACTIONS = {"append", "append_const", "count", "extend", "help", "store", "store_const", "store_false", "store_true"}
_ACTIONS.add("version")
_FORMATTERS = {f"argparse.{name}HelpFormatter" for name in ("", "ArgumentDefaults", "RawDescription", "RawText")}
"""Those that write the same usage."""

_UNSEEN = {"description", "epilog", "formatter_class"}
"""What a parser is made with that is not told."""

_LITERALS = {"action", "const", "dest", "metavar", "nargs", "required", "version"}
"""What an argument is declared with that has to be known."""


def parser(found: Found, class_: Class, name: str, context: values.Context) -> argparse.ArgumentParser:
    """Return a parser with the arguments that a command declares.

    :raises UnknownError: where its source does something else as well
    """
    reading = _Reading(list(context.search.bases(class_)), context, name.replace("_", " "))
    made = reading.of(0, found)
    if not reading.tells_usage:
        made.format_usage = str  # type: ignore[method-assign]  # none, for it would be a false one
    return made


class _Reading:
    """Reads the ``get_parser`` of classes, each of which may call that of the next."""

    def __init__(self, classes: list[Class], context: values.Context, name: str) -> None:
        self._classes = classes
        self._search = context.search
        self._context = context
        self._name = name
        self.tells_usage = True

    def of(self, first: int, found: Found) -> argparse.ArgumentParser:
        """Return the parser of the first of these classes that makes one."""
        for number, class_ in enumerate(self._classes[first:], first):
            bound = self._search.modules.bindings(class_, "get_parser")
            if not bound:
                continue
            if class_.path == _COMMAND:
                return argparse.ArgumentParser(prog=self._name)
            node = bound[0].function
            if len(bound) > 1 or node is None or node.decorator_list or not _is_called_so(node):
                break
            if doubt := effects.on_class(class_, "get_parser", self._search, class_):
                raise UnknownError(doubt)
            return self._run(number, node, found)
        raise standins.doubt(of=f"the parser of {self._classes[0].path}")

    def _run(self, number: int, node: syntax.Function, found: Found) -> argparse.ArgumentParser:
        class_ = self._classes[number]
        parameters = [*node.args.posonlyargs, *node.args.args]
        called = {each.arg: ast.Constant(self._name) for each in parameters[1:2]}
        context = self._context._replace(
            scope=class_.module,
            local={**dict.fromkeys(syntax.local_names(node)), **called},
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
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="get_parser") if not call.keywords:
                if any(values.evaluate(each, context) != self._name for each in call.args):
                    raise standins.doubt(of=f"“{syntax.shown(call)}”")
                return self.of(number + 1, found)
            case ast.Attribute(value=ast.Name(id=of), attr=str(attr)) if of in names and attr in _MAKES:
                keywords = {str(each.arg): values.evaluate(each.value, context) for each in call.keywords}
                return getattr(names[of], attr)(*(values.evaluate(each, context) for each in call.args), **keywords)
            case ast.Attribute(value=ast.Name(id=of), attr="add_argument") if of in names:
                return self._add(call, names, context)
        path = syntax.dotted(call.func)
        if path is None or origin(path, context.scope, self._search) != "argparse.ArgumentParser":
            raise standins.doubt(of=f"“{syntax.shown(call)}”")
        declared = {str(each.arg): each.value for each in call.keywords}
        formatter = declared.get("formatter_class")
        if formatter and origin(syntax.dotted(formatter) or [""], context.scope, self._search) not in _FORMATTERS:
            self._leave_usage(f"the usage that {syntax.shown(formatter)} writes", context)
        unnamed = {} if call.args or "prog" in declared else {"prog": ""}  # as it is where a process loads it
        given = {key: values.evaluate(node, context) for key, node in declared.items() if key not in _UNSEEN}
        made: Any = partial(argparse.ArgumentParser, *(values.evaluate(each, context) for each in call.args))
        return made(**unnamed, **given)

    def _leave_usage(self, what: str, context: values.Context) -> None:
        """Have no usage, which would be a false one."""
        self.tells_usage = False
        if context.untold is not None:
            context.untold.append(str(standins.doubt(of=what)))

    def _add(self, call: ast.Call, names: dict[str, Any], context: values.Context) -> object:
        """Add an argument to a parser or a group."""
        match call.func:
            case ast.Attribute(value=ast.Name(id=of), attr="add_argument") if of in names:
                flags = [values.evaluate(each, context) for each in call.args]
                given = {str(each.arg): self._argument(str(each.arg), each.value, context) for each in call.keywords}
                if given.get("action", "store") in _ACTIONS:
                    if given.get("choices") is MISSING:
                        self.tells_usage &= given.get("metavar") is not None
                        given["choices"] = None
                        given["help"] = None if "%(choices)" in str(given.get("help")) else given.get("help")
                    try:
                        return names[of].add_argument(*flags, **given)
                    except (TypeError, ValueError, argparse.ArgumentError) as error:
                        raise UnknownError(str(error)) from error
        raise standins.doubt(of=f"“{syntax.shown(call)}”")

    def _argument(self, name: str, node: ast.expr, context: values.Context) -> Any:  # noqa: ANN401
        """Return what an argument is declared with."""
        if name == "type":
            return standins.type_of(node, context)
        if name in _LITERALS:
            return values.evaluate(node, context)
        if name not in {"choices", "default", "help"}:
            raise standins.doubt(of=f"{name} of an argument")
        found = standins.told(node, context)
        if found is MISSING and name == "help":
            return None
        return argparse.SUPPRESS if found == argparse.SUPPRESS else found  # argparse asks which it is


def _is_called_so(node: syntax.Function) -> bool:
    """Whether a ``get_parser`` can be called with a name, or without."""
    given = node.args
    needed = len([*given.posonlyargs, *given.args]) - len(given.defaults)
    return isinstance(node, ast.FunctionDef) and needed in (1, 2) and None not in given.kw_defaults
