"""What expressions come to: their syntax tree is gone through, and what takes time or room is counted.

What may stand in them is said by :mod:`~sphinxext.plugins.core.expressions`. The process that loads plugins runs both
as scripts, so they import only the standard library and run on Python 3.8 and newer.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Sequence


class EvaluationError(ValueError):
    """An expression does what it may not do, or takes too much."""

    def __init__(self, reason: str = "it takes too many steps, or gets too large") -> None:
        super().__init__(reason)


class LackingError(Exception):
    """There is no such attribute or key, so that there is no value either."""


_OF_SETS = frozenset({"copy", "difference", "intersection", "isdisjoint", "issubset", "issuperset", "union"})

METHODS: dict[type, frozenset[str]] = {
    str: frozenset(
        {"capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isascii", "isdecimal"}
        | {"isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join"}
        | {"lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rpartition"}
        | {"rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper"}
    ),
    bytes: frozenset({"decode", "hex"}),
    **dict.fromkeys((float, int), frozenset()),
    **dict.fromkeys((list, tuple), frozenset({"count", "index"})),
    dict: frozenset({"copy", "get", "items", "keys", "values"}),
    **dict.fromkeys((frozenset, set), _OF_SETS),
}
"""The methods of data that may be called: they change nothing, and what they give is not much larger."""

_OPERATORS: dict[type, Callable[..., Any]] = {
    **{
        getattr(ast, name): getattr(operator, function)
        for name, function in (
            *(("Add", "add"), ("BitAnd", "and_"), ("BitOr", "or_"), ("BitXor", "xor"), ("Div", "truediv")),
            *(("FloorDiv", "floordiv"), ("LShift", "lshift"), ("Mod", "mod"), ("Mult", "mul"), ("Pow", "pow")),
            *(("RShift", "rshift"), ("Sub", "sub"), ("Invert", "invert"), ("UAdd", "pos"), ("USub", "neg")),
            *(("Eq", "eq"), ("Gt", "gt"), ("GtE", "ge"), ("Is", "is_"), ("IsNot", "is_not"), ("Lt", "lt")),
            *(("LtE", "le"), ("NotEq", "ne")),
        )
    },
    ast.In: lambda item, of: item in of,
    ast.NotIn: lambda item, of: item not in of,
}

_BUILTINS: dict[str, Callable[..., Any]] = {
    **{of.__name__: of for of in (all, any, bool, dict, enumerate, float, int, len, list, max, min, reversed, set)},
    **{of.__name__: of for of in (sorted, str, tuple, zip)},
}

_CONVERSIONS: dict[str, Callable[[Any], str]] = {"a": ascii, "r": repr, "s": str}

_UNORDERED = ("all", "any", "max", "min", "set", "sorted")
"""Functions that give the same in whatever order they find what they go through."""

_LACKING = object()


class Evaluator:
    """Works out what an expression comes to, of real objects; whoever knows them otherwise says what these have.

    :param limits: the module of that name, which a script cannot import
    :param names: what the names in the expression stand for
    """

    def __init__(self, limits: Any, names: Mapping[str, Any]) -> None:
        self.limits = limits
        self._names = names
        self._left = limits.MOST_EVALUATED  # type: int

    def result(self, node: ast.expr) -> Any:
        """Return what an expression comes to.

        :raises LackingError: where an attribute or a key is not there
        """
        return self._known(node, self._names)

    def attribute(self, owner: Any, name: str) -> Any:
        """Return an attribute, or what a dictionary has at a key."""
        if issubclass(type(owner), dict) and dict.__contains__(owner, name):
            return dict.__getitem__(owner, name)
        if issubclass(type(owner), Mapping) and not issubclass(type(owner), dict) and name in owner:
            return owner[name]
        if data_class(owner, name) is not None:
            raise _refused(owner, name)
        value = getattr(owner, name, _LACKING)
        if value is _LACKING:
            raise LackingError(name)
        if isinstance(owner, type) and isinstance(value, (property, cached_property)):
            return getattr(owner(), name)
        return value

    def item(self, owner: Any, key: Any) -> Any:
        """Return what something has at a key; None has nothing."""
        if owner is None:
            raise LackingError(key)
        try:
            return owner[key]
        except LookupError:
            raise LackingError(key) from None

    def method(self, owner: Any, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """Return what a method gives; of a class, an instance is made where it needs one."""
        of = data_class(owner, name)
        if of is not None and not (of is dict and dict.__contains__(owner, name)):
            if isinstance(owner, type) or name not in METHODS[of]:
                raise _refused(owner, name)
            return self._data(of, owner, name, arguments, keywords)
        function = getattr(owner(), name) if _needs_instance(owner, name) else self.attribute(owner, name)
        return self.call(function, arguments, keywords)

    def call(self, function: Any, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """Return what a call gives."""
        return function(*arguments, **keywords)

    def settled(self, value: Any) -> Any:
        """Return the value of what an expression gives, where that is to be used."""
        return value

    def iterate(self, value: Any, *, ordered: bool = True) -> Iterator[Any]:
        """Go through something.

        :param ordered: whether its order shows in the outcome
        """
        del ordered
        for item in value:
            self.take(1)
            yield item

    def take(self, size: int) -> None:
        """Take note of how much time or room something takes."""
        self._left -= size
        if self._left < 0:
            raise EvaluationError

    def _known(self, node: ast.AST, names: Mapping[str, Any]) -> Any:
        return self.settled(self._value(node, names))

    def _or_none(self, node: ast.AST, names: Mapping[str, Any]) -> Any:
        """Return the value of what may be lacking: that of a condition, or of an element."""
        try:
            return self._known(node, names)
        except LackingError:
            return None

    def _value(self, node: Any, names: Mapping[str, Any]) -> Any:
        self.take(1)
        return getattr(self, "_" + type(node).__name__.lower())(node, names)

    def _constant(self, node: ast.Constant, names: Mapping[str, Any]) -> Any:
        del names
        return node.value

    def _name(self, node: ast.Name, names: Mapping[str, Any]) -> Any:
        return names[node.id]

    def _attribute(self, node: ast.Attribute, names: Mapping[str, Any]) -> Any:
        return self.attribute(self._value(node.value, names), node.attr)

    def _subscript(self, node: ast.Subscript, names: Mapping[str, Any]) -> Any:
        return self.item(self._known(node.value, names), self._known(node.slice, names))

    def _index(self, node: Any, names: Mapping[str, Any]) -> Any:
        return self._known(node.value, names)  # of Python 3.8

    def _slice(self, node: ast.Slice, names: Mapping[str, Any]) -> Any:
        return slice(*(part and self._known(part, names) for part in (node.lower, node.upper, node.step)))

    def _call(self, node: ast.Call, names: Mapping[str, Any]) -> Any:
        function = node.func
        builtin = function.id if isinstance(function, ast.Name) and function.id not in names else None
        owner = self._value(function.value, names) if isinstance(function, ast.Attribute) else None
        called = self._value(function, names) if owner is None and builtin is None else None
        arguments = [self._known(argument, names) for argument in node.args]
        keywords = {str(each.arg): self._argument(each.value, names) for each in node.keywords}
        if builtin is not None:
            return self._builtin(builtin, arguments, keywords)
        if isinstance(function, ast.Attribute):
            return self.method(owner, function.attr, arguments, keywords)
        return self.call(called, arguments, keywords)

    def _argument(self, node: ast.expr, names: Mapping[str, Any]) -> Any:
        if isinstance(node, ast.Name) and node.id not in names:  # key=len
            return lambda item: self._builtin(str(node.id), [item], {})
        return self._known(node, names)

    def _list(self, node: Any, names: Mapping[str, Any]) -> list[Any]:
        return [self._or_none(element, names) for element in node.elts]

    def _tuple(self, node: ast.Tuple, names: Mapping[str, Any]) -> Any:
        return tuple(self._list(node, names))

    def _set(self, node: ast.Set, names: Mapping[str, Any]) -> Any:
        return self._hashed(set, self._list(node, names))

    def _dict(self, node: ast.Dict, names: Mapping[str, Any]) -> Any:
        pairs = [(self._known(k, names), self._or_none(v, names)) for k, v in zip(node.keys, node.values) if k]
        return self._hashed(dict, pairs)

    def _listcomp(self, node: Any, names: Mapping[str, Any]) -> list[Any]:
        return [self._or_none(node.elt, inner) for inner in self._loops(node.generators, names)]

    _generatorexp = _listcomp

    def _setcomp(self, node: ast.SetComp, names: Mapping[str, Any]) -> Any:
        return self._hashed(set, self._listcomp(node, names))

    def _dictcomp(self, node: ast.DictComp, names: Mapping[str, Any]) -> Any:
        loops = self._loops(node.generators, names)
        return self._hashed(dict, [(self._known(node.key, i), self._or_none(node.value, i)) for i in loops])

    def _loops(self, loops: Sequence[ast.comprehension], names: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Return the names of each turn."""
        if not loops:
            yield names
            return
        for item in self.iterate(self._known(loops[0].iter, names)):
            inner = dict(names)
            self._bind(loops[0].target, item, inner)
            if all(self._or_none(test, inner) for test in loops[0].ifs):
                yield from self._loops(loops[1:], inner)

    def _bind(self, target: Any, value: Any, names: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
            return
        values = list(self.iterate(self.settled(value)))
        if len(values) != len(target.elts):
            msg = f"{len(values)} values are to be {len(target.elts)} names"
            raise EvaluationError(msg)
        for part, each in zip(target.elts, values):
            self._bind(part, each, names)

    def _ifexp(self, node: ast.IfExp, names: Mapping[str, Any]) -> Any:
        return self._value(node.body if self._or_none(node.test, names) else node.orelse, names)

    def _boolop(self, node: ast.BoolOp, names: Mapping[str, Any]) -> Any:
        for operand in node.values[:-1]:
            value = self._or_none(operand, names) if isinstance(node.op, ast.Or) else self._known(operand, names)
            if bool(value) is isinstance(node.op, ast.Or):
                return value
        return self._value(node.values[-1], names)

    def _unaryop(self, node: ast.UnaryOp, names: Mapping[str, Any]) -> Any:
        if isinstance(node.op, ast.Not):
            return not self._or_none(node.operand, names)
        return _OPERATORS[type(node.op)](self._known(node.operand, names))

    def _binop(self, node: ast.BinOp, names: Mapping[str, Any]) -> Any:
        return self._combined(type(node.op), self._known(node.left, names), self._known(node.right, names))

    def _compare(self, node: ast.Compare, names: Mapping[str, Any]) -> Any:
        left = self._known(node.left, names)
        for op, comparator in zip(node.ops, node.comparators):
            right = self._known(comparator, names)
            result = self.compared(type(op), left, right)
            if not result:
                break
            left = right
        return result

    def compared(self, op: type, left: Any, right: Any) -> Any:
        """Return what a comparison gives."""
        hashed = op in (ast.In, ast.NotIn) and isinstance(right, (dict, set, frozenset))
        self.weigh((left, None if hashed else right))
        return _OPERATORS[op](left, right)

    def _joinedstr(self, node: ast.JoinedStr, names: Mapping[str, Any]) -> str:
        return str(self._joined("", [self._known(part, names) for part in node.values]))

    def _formattedvalue(self, node: ast.FormattedValue, names: Mapping[str, Any]) -> str:
        value = self.written(self._known(node.value, names))
        spec = self._known(node.format_spec, names) if node.format_spec else ""
        if node.conversion != -1:
            value = _CONVERSIONS[chr(node.conversion)](value)
        self._widths(spec)
        return format(value, spec)

    def weigh(self, value: Any) -> Any:
        """Return a value that is not too large to be written, compared or hashed, each part counted wherever it is."""
        waiting = [value]
        while waiting:
            part = waiting.pop()
            if isinstance(part, (str, bytes)):
                self.take(len(part))
            elif isinstance(part, int) and int.bit_length(part) > self.limits.LONGEST_INTEGER:
                raise EvaluationError
            elif isinstance(part, (list, tuple, set, frozenset, dict)):
                self.take(len(part))
                waiting += part
                waiting += part.values() if isinstance(part, dict) else ()
        return value

    def written(self, value: Any) -> Any:
        """Return a value that is to be written as a text."""
        return self.weigh(value)

    def _hashed(self, of: type, items: Sequence[Any]) -> Any:
        self.weigh([item[0] for item in items] if of is dict else items)
        return of(items)

    def _joined(self, by: Any, parts: Sequence[Any]) -> Any:
        self.take(len(by) * len(parts))
        return by.join(self.weigh(parts))

    def _widths(self, template: str) -> None:
        """Refuse a width or a precision that is no one's; ``*`` takes it from the values."""
        widths = [int(digits[:9]) for digits in re.findall("[0-9]+", template)]
        if "*" in template or max(widths, default=0) > self.limits.LONGEST_FACT:
            raise EvaluationError

    def _combined(self, op: type, left: Any, right: Any) -> Any:
        """Return what an operator makes of two values."""
        sequences = [each for each in (left, right) if isinstance(each, (str, bytes, list, tuple))]
        if isinstance(left, int) and isinstance(right, int):
            bits = int.bit_length(left), int.bit_length(right)
            room = bits[0] * abs(right) if op is ast.Pow else bits[0] + abs(right) if op is ast.LShift else sum(bits)
            if room > self.limits.LONGEST_INTEGER:
                raise EvaluationError
        elif op is ast.Mod and isinstance(left, (str, bytes)):
            self._widths(left if isinstance(left, str) else left.decode("latin-1"))
            self.written(right)
        elif op is ast.Mult and len(sequences) == 1:
            times = right if sequences[0] is left else left
            self.take(len(sequences[0]) * max(operator.index(times), 0))
        elif sequences or isinstance(left, (set, frozenset, dict)):
            self.take(sum(map(len, sequences)))
            self.weigh([left, right] if not sequences else 0)
        return _OPERATORS[op](left, right)

    def _data(self, of: type, owner: Any, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """Return what a method of a text, a list or a dictionary gives."""
        if of is str and name == "join" and len(arguments) == 1:
            return self._joined(owner, list(self.iterate(arguments[0])))
        self.weigh([owner if name in ("count", "index") else "", *arguments, *keywords.values()])
        self.take(len(owner))
        if of is str and name == "replace" and len(arguments) > 1:
            self.take(owner.count(arguments[0]) * len(arguments[1]))
        given = getattr(of, name)(owner, *arguments, **keywords)
        return list(given) if isinstance(given, (type({}.keys()), type({}.values()), type({}.items()))) else given

    def _builtin(self, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """Return what a builtin function gives, lists for what would be iterators."""
        if name == "range":
            return list(self.iterate(range(*arguments)))
        if name in ("bool", "dict", "float", "int", "len", "str"):
            (self.written if name == "str" else self.weigh)(() if name in ("bool", "len") else arguments)
            return _BUILTINS[name](*arguments, **keywords)
        if name in ("max", "min") and len(arguments) > 1:
            return self._of_lists(name, [arguments], (), keywords)
        ordered = name not in _UNORDERED or "key" in keywords
        lists = [list(self.iterate(each, ordered=ordered)) for each in (arguments if name == "zip" else arguments[:1])]
        return self._of_lists(name, lists or [[]], () if name == "zip" else arguments[1:], keywords)

    def _of_lists(self, name: str, lists: Sequence[Any], more: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        self.weigh(lists if name in ("max", "min", "set", "sorted") else ())
        if name == "sum":
            total = more[0] if more else keywords.get("start", 0)
            for item in lists[0]:
                total = self._combined(ast.Add, total, item)
            return total
        made = _BUILTINS[name](*lists, *more, **keywords)
        return list(made) if name in ("enumerate", "reversed", "zip") else made


def data_class(owner: Any, name: str) -> type | None:
    """Return the builtin class of data that an attribute is of; None where another one has it, or none."""
    kind = owner if issubclass(type(owner), type) else type(owner)
    for class_ in type.__dict__["__mro__"].__get__(kind):
        if name in class_.__dict__:
            return class_ if class_ in METHODS else None
    return None


def _refused(owner: Any, name: str) -> EvaluationError:
    return EvaluationError(f"{name} of {type(owner).__name__} is no fact, and no method that may be called")


def _needs_instance(owner: Any, name: str) -> bool:
    """Whether a method of a class takes an instance of it."""
    mro = type.__dict__["__mro__"].__get__(owner) if isinstance(owner, type) else ()
    method = next((of.__dict__[name] for of in mro if name in of.__dict__), None)  # or else its metaclass has it
    return hasattr(type(method), "__get__") and not isinstance(method, (staticmethod, classmethod, type))
