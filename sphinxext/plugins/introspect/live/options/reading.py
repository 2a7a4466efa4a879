"""Has readers look at an object, and makes what they tell into data: plain, bounded, and of no machine.

Run as a script, on Python 3.8 and newer; what reads source has the same readers look at stand-ins.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
import sys
import textwrap
import typing
from enum import Enum
from itertools import islice
from runpy import run_path
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Iterable

MISSING: Any = object()
"""What stands for an attribute that is not there, and for a value that a source does not tell."""

ANYWHERE = SimpleNamespace(text=str, nameless=str, is_of_machine=lambda _: False)
"""What stands for the machine where nothing is of one."""

FAILURES = (Exception, SystemExit)
"""What the code of a plugin raises where its options are asked for."""

LAST = ("settings", "parameters")
"""Readers that know so much that they say nothing of an object which another one failed to read."""

HIDDEN = run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "hidden.py"))
"""What says which values are not shown; a script cannot import it."""

TEXTS = ("name", "type", "group", "owner")
DEPRECATED = ("since", "reason", "replacement")


class NotToldError(Exception):
    """What is there, and is not told."""


class Tell:
    """What readers ask of objects.

    :ivar name: the name of the plugin
    :ivar limits: how much of what is read
    :ivar untold: what is not told, and why
    """

    def __init__(self, name: str, limits: Any) -> None:
        self.name = name
        self.limits = limits
        self.untold: list[str] = []

    def attempt(self, what: str, make: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function, and return None where it raises: that is said, and what else is known is there."""
        try:
            return make(*arguments)
        except FAILURES as error:
            self.untold.append("{} ({})".format(what, explained(error, self.limits)))
            return None

    def each(self, make: Callable[..., Any], items: Iterable[Any], *arguments: Any) -> list[Any]:
        """Call a function with each of these, and leave out, and say, those with which it raises."""
        made = [self.attempt("option {}".format(n), make, each, *arguments) for n, each in enumerate(items, 1)]
        return [each for each in made if each is not None]

    def classes(self, target: Any) -> tuple[type, ...]:
        """Return the classes of an object, or a class with those that it inherits from, in their order."""
        of = target if issubclass(type(target), type) else type(target)
        found: tuple[type, ...] = type.__dict__["__mro__"].__get__(of)
        return found

    def is_a(self, target: Any, *paths: str) -> bool:
        """Whether one of the classes of an object has one of these dotted paths."""
        return any(self.path(of) in paths for of in self.classes(target))

    def path(self, of: Any) -> str:
        """Return the dotted path of a class or a function; of a builtin one its name.

        One of a private module, such as ``pathlib._local``, is named by the package that gives it out.
        """
        module, name = getattr(of, "__module__", None), getattr(of, "__qualname__", None)
        if not isinstance(name, str):
            return ""
        package, _, last = str(module).rpartition(".")
        given_out = getattr(sys.modules.get(package), name, None) if last.startswith("_") else None
        module = package if getattr(given_out, "__module__", None) == module else module
        return name if module in ("builtins", "typing", None) else "{}.{}".format(module, name)

    def called(self, target: Any, name: str, *arguments: Any) -> Any:
        """Call a method with arguments, or without; None where it takes others, and so is another library's.

        Where it takes an instance of a class, this is made, as cliff does where it takes more.
        """
        method = getattr(target, name)
        if isinstance(target, type):
            found = inspect.getattr_static(target, name, None)
            if found is not None and not isinstance(found, (staticmethod, classmethod)):
                if self.taken(method, (None, *arguments), (None,)) is None:
                    return None
                given = self.taken(target, ())
                method = getattr(target(*((None, None) if given is None else given)), name)
        given = self.taken(method, arguments, ())
        return None if given is None else method(*given)

    def taken(self, of: Any, *several: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Return the first of several lists of arguments that something takes; None where it takes none of them."""
        for arguments in several:
            try:
                inspect.signature(of).bind(*arguments)
            except TypeError:
                continue
            except ValueError:
                pass  # what it takes is not known
            return arguments
        return None

    def has(self, target: Any, *names: str) -> bool:
        """Whether an object has all of these attributes."""
        return all(getattr(target, name, MISSING) is not MISSING for name in names)

    def text(self, value: Any) -> str | None:
        """Return a text without its indentation; None where there is none, or it is nothing but blanks."""
        return None if value is None else inspect.cleandoc(str(value)).strip() or None

    def type(self, of: Any) -> str | None:
        """Name a type, as an annotation may be: a builtin one by its name, others by their dotted path."""
        if of is None or of is type(None):
            return "None"
        if isinstance(of, str):
            return of.replace("typing.", "")
        origin, inner = getattr(of, "__origin__", None), getattr(of, "__args__", ())
        if "Union" in type(of).__name__ or str(origin) == "typing.Union":
            return " | ".join(dict.fromkeys(str(self.type(each)) for each in inner))
        if str(origin) == "typing.Literal":
            return " | ".join(dict.fromkeys(type(each).__name__ for each in inner))
        if hasattr(of, "__metadata__"):  # Annotated
            return self.type(origin)
        if origin is not None and inner:
            outer = re.sub(r"^(typing|collections\.abc)\.", "", str(self.type(origin)))
            if outer in ("Callable", "Final", "ClassVar"):
                return outer if outer == "Callable" else self.type(inner[0])
            named = ["…" if each is ... else str(self.type(each)) for each in inner]
            return "{}[{}]".format(outer, ", ".join(named))
        if isinstance(of, (list, tuple)):
            return " | ".join(str(self.type(each)) for each in of)
        if hasattr(of, "func"):  # functools.partial
            return self.type(of.func)
        found = self.path(of) or getattr(of, "__forward_arg__", None) or getattr(of, "__name__", None)
        return re.sub(r"^(typing|collections\.abc)\.", "", found) if isinstance(found, str) else self.path(type(of))

    def choices(self, of: Any) -> list[dict[str, Any]]:
        """Return the values that a type has, where it is a literal one or an enum, with None or without."""
        parts = [each for each in getattr(of, "__args__", ()) if each is not type(None)]
        if str(getattr(of, "__origin__", None)) == "typing.Literal":
            return [{"value": each} for each in of.__args__]
        if "Union" in type(of).__name__ or str(getattr(of, "__origin__", None)) == "typing.Union":
            return self.choices(parts[0]) if len(parts) == 1 else []
        is_enum = isinstance(of, type) and issubclass(of, Enum)
        return [{"value": each.value} for each in of] if is_enum else []

    def owner(self, target: Any, name: str) -> str | None:
        """Name the class that declares an attribute, where that is not the target."""
        for of in self.classes(target):
            if name in self.annotations(of) or name in of.__dict__:
                return None if of is target or (of is type(target)) else self.path(of)
        return None

    def annotations(self, of: Any) -> dict[str, Any]:
        """Return the annotations of a class of its own."""
        try:
            found = of.__dict__.get("__annotations__")  # noqa: RUF063  # newer Pythons have another way
            if found is None and hasattr(inspect, "get_annotations"):
                found = inspect.get_annotations(of)
        except Exception:
            return {}
        return dict(found) if isinstance(found, dict) else {}

    def hint(self, target: Any, name: str, annotation: Any) -> Any:
        """Return what an annotation means that is a text; the text where that cannot be found out."""
        if not isinstance(annotation, str):
            return annotation
        try:
            return typing.get_type_hints(target)[name]
        except Exception:
            return annotation

    def documented(self, target: Any) -> dict[str, str]:
        """Return the texts that stand below the attributes of a class and of those that it inherits from."""
        found: dict[str, str] = {}
        for of in reversed(self.classes(target)):
            if self.path(of).partition(".")[0] in ("object", "enum", "abc"):
                continue
            try:
                [node] = ast.parse(textwrap.dedent(inspect.getsource(of))).body
            except Exception:
                node = None  # its source is not there
            found.update(attribute_docs(node))
        return found


def attribute_docs(node: ast.AST | None) -> dict[str, str]:
    """Return the texts that stand below the attributes of a class, by its syntax tree."""
    found: dict[str, str] = {}
    body = getattr(node, "body", [])
    for number, after in enumerate(body[1:]):
        statement = body[number]
        targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
        literal = after.value if isinstance(after, ast.Expr) else None
        if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
            found.update({t.id: inspect.cleandoc(literal.value) for t in targets if isinstance(t, ast.Name)})
    return found


class Reading:
    """Has an object read.

    :param readers: the readers by their names, in the order in which they are tried
    :param make: makes what makes values plain, for each value again
    :param portable: takes what is only this machine's out of texts
    :ivar left_out: how many options and commands there was no room for
    """

    def __init__(
        self,
        readers: dict[str, Callable[[Any, Tell], Any]],
        limits: Any,
        make: Callable[[], Any],
        portable: Any = ANYWHERE,
    ) -> None:
        self.readers = readers
        self.limits = limits
        self.make = make
        self.portable = portable
        self.tell = Tell("", limits)
        self.left = limits.LONGEST_OPTIONS
        self.left_out = 0

    def configuration(self, target: Any, tell: Tell) -> dict[str, Any] | None:
        """Return what the first reader tells that knows an object; None where none does.

        One that fails gives way to the others; where they do not know the object either, its error is raised.
        """
        self.tell = tell
        failed: list[BaseException] = []
        for name, read in self.readers.items():
            if failed and name in LAST:
                break
            before = len(tell.untold)
            try:
                found = read(target, tell)
            except FAILURES as error:
                failed.append(error)
                found = None
            if found is not None:
                return self.plain(name, found)
            del tell.untold[before:]
        if failed:
            raise failed[0]
        return None

    @property
    def incomplete(self) -> str | None:
        """Why not all that a reader told is there."""
        said = ["it has {} more than are kept".format(self.left_out)] if self.left_out else []
        said += ["it lacks " + each for each in self.tell.untold]
        return self.said("; ".join(said), self.limits.LONGEST_ERROR)

    def plain(self, reader: str, found: dict[str, Any]) -> dict[str, Any]:
        """Make what a reader tells into data, as much of it as is kept."""
        options, subcommands = list(found.get("options", ())), list(found.get("subcommands", ()))
        kept = {
            "reader": reader,
            "options": self.kept(self.option, options),
            "usage": self.said(found.get("usage"), self.limits.LONGEST_FACT),
            "subcommands": self.kept(self.named, subcommands),
        }
        return without_nothing(kept)

    def kept(self, make: Callable[[Any], dict[str, Any]], given: list[Any]) -> list[dict[str, Any]]:
        """Return the first ones, as many as there is room for."""
        made: list[dict[str, Any]] = []
        for each in given[: self.limits.MOST_OPTIONS]:
            if self.left <= 0:
                break
            made.append(self.tell.attempt("option or command {}".format(len(made) + 1), make, each))
        self.left_out += len(given) - len(made)
        return [each for each in made if each is not None]

    def text(self, value: Any, longest: int) -> str | None:
        """Clean a text, and cut it."""
        if value is None:
            return None
        text = self.portable.text(str.__str__(str(value))[: 2 * longest]).encode("utf-8", "replace").decode("utf-8")
        text = text if len(text) <= longest else text[: longest - 1] + "…"
        self.left -= len(text)
        return text or None

    def said(self, value: Any, longest: int) -> str | None:
        """Clean what is said to readers, in which this machine may be named."""
        return (
            None
            if value is None
            else self.text(self.portable.nameless(str.__str__(str(value))[: 2 * longest]), longest)
        )

    def is_hidden(self, value: Any) -> bool:
        """Whether a plain value tells of this machine, or holds a secret."""
        return any(map(self.portable.is_of_machine, HIDDEN["texts_in"](value))) or HIDDEN["holds_secret"](value)

    def value(self, value: Any) -> Any:
        """Make a value plain; what is not told, not shown, or JSON cannot hold, is None."""
        if value is MISSING:
            return None
        values = self.make()
        made = values.plain(os.fspath(value) if isinstance(value, os.PathLike) else value)
        size = len(str(made))
        if values.shown or size > self.limits.LONGEST_DEFAULT or self.is_hidden(made):
            return None
        self.left -= size
        return made

    def option(self, given: dict[str, Any]) -> dict[str, Any]:
        """Make an option plain, without what is not known."""
        longest = self.limits.LONGEST_HELP
        made: dict[str, Any] = {key: self.text(given.get(key), self.limits.LONGEST_NAME) for key in TEXTS}
        made["name"] = made["name"] or "?"
        for key in ("flags", "environment"):
            texts = (self.text(each, self.limits.LONGEST_NAME) for each in list(given.get(key) or ()))
            made[key] = [text for text in texts if text][: self.limits.MOST_OPTION_NAMES]
        made.update({key: True for key in ("required", "multiple", "secret") if given.get(key)})
        attempt, of = self.tell.attempt, " of " + made["name"]
        made["choices"] = attempt("the choices" + of, self.choices, given.get("choices"))
        made["help"] = attempt("the help" + of, self.said, given.get("help"), longest)
        made["default"] = None if given.get("secret") else attempt("the default" + of, self.value, given.get("default"))
        if HIDDEN["is_secret"](made["name"], made["default"]):
            made["default"] = None
        made.update({key: self.value(given.get(key)) for key in ("minimum", "maximum")})
        made = without_nothing(made)
        if given.get("deprecated") is not None:
            said = {key: self.said(given["deprecated"].get(key), longest) for key in DEPRECATED}
            made["deprecated"] = without_nothing(said)
        return made

    def choices(self, given: Any) -> list[dict[str, Any]]:
        """Make choices plain: all of them, or none, for others would seem not to be allowed."""
        most = self.limits.MOST_OPTION_CHOICES
        if isinstance(given, (set, frozenset)):
            given = self.make().plain(given)  # in an order that is the same in each process
        found = list(islice(() if given is None else given, most + 1))
        if len(found) > most:
            msg = "more than {}".format(most)
            raise NotToldError(msg)
        return [self.choice(each if isinstance(each, dict) else {"value": each}) for each in found]

    def choice(self, given: dict[str, Any]) -> dict[str, Any]:
        """Make a choice plain; what is no value is the text that Python shows."""
        declared = given.get("value")
        value = self.value(declared)
        if value is None and declared is not None:
            if self.is_hidden(str(declared)):
                msg = "one is not to be shown"
                raise NotToldError(msg)
            value = self.text(declared, self.limits.LONGEST_NAME)
        told = self.said(given.get("help"), self.limits.LONGEST_HELP)
        return without_nothing({"value": value, "help": told}, "value")

    def named(self, given: dict[str, Any]) -> dict[str, Any]:
        """Make a subcommand plain."""
        name = self.text(given.get("name"), self.limits.LONGEST_NAME) or "?"
        return without_nothing({"name": name, "help": self.said(given.get("help"), self.limits.LONGEST_HELP)})


def unknown(what: str) -> str:
    """Say that no reader knows what declares options."""
    return "no reader of options knows what it is: of the class {}".format(what)


def explained(error: BaseException, limits: Any) -> str:
    """Put an error in one line."""
    name = "" if isinstance(error, NotToldError) else type(error).__name__
    try:
        text = " ".join(str(error)[: limits.LONGEST_ERROR].split())
    except Exception:
        text = ""
    return ": ".join(filter(None, (name, text)))


def without_nothing(made: dict[str, Any], *needed: str) -> dict[str, Any]:
    """Leave out what is not known."""
    lists = ("flags", "environment", "choices", "options", "subcommands")
    nothing = {key for key, value in made.items() if value is None or (key in lists and not value)}
    return {key: value for key, value in made.items() if key in needed or key not in nothing}
