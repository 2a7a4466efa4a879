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
from functools import partial
from runpy import run_path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Iterable

MISSING: Any = object()
"""What stands for an attribute that is not there, and for a value that a source does not tell."""

SECRET = re.compile(r"pass(word|wd|phrase)|secret|(auth|access|api)[_-]?key$|(^|[_.-])token$", re.IGNORECASE)
"""Names of options that may hold a secret, whose defaults are not shown either."""

TEXTS = ("name", "type", "group", "owner")
DEPRECATED = ("since", "reason", "replacement")


class Tell:
    """What readers ask of objects.

    :ivar name: the name of the plugin
    :ivar limits: how much of what is read
    """

    def __init__(self, name: str, limits: Any) -> None:
        self.name = name
        self.limits = limits

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
        """Call a method; where it takes an instance of a class, this is made, as cliff does where it takes more."""
        if isinstance(target, type):
            method = inspect.getattr_static(target, name)
            if not isinstance(method, (staticmethod, classmethod)):
                target = target(*([] if self.needs_nothing(target) else [None, None]))
        return getattr(target, name)(*arguments)

    def needs_nothing(self, of: Any) -> bool:
        """Whether a class is called without arguments to make an instance."""
        try:
            inspect.signature(of).bind()
        except TypeError:
            return False
        except ValueError:
            return True  # what it takes is not known
        return True

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
    :ivar left_out: how many options and commands there was no room for
    :param clean: takes out of a text what is only this machine's
    :param machine: whether a text tells of this machine
    """

    def __init__(
        self,
        readers: dict[str, Callable[[Any, Tell], Any]],
        limits: Any,
        make: Callable[[], Any],
        clean: Callable[[str], str] = str,
        machine: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.readers = readers
        self.limits = limits
        self.make = make
        self.clean = clean
        self.machine = machine
        self.left = limits.LONGEST_OPTIONS
        self.left_out = 0

    def configuration(self, target: Any, tell: Tell) -> dict[str, Any] | None:
        """Return what the first reader tells that knows an object; None where none does."""
        for name, read in self.readers.items():
            found = read(target, tell)
            if found is not None:
                return self.plain(name, found)
        return None

    @property
    def incomplete(self) -> str | None:
        """Why not all that a reader told is there."""
        return "it has {} more than are kept".format(self.left_out) if self.left_out else None

    def plain(self, reader: str, found: dict[str, Any]) -> dict[str, Any]:
        """Make what a reader tells into data, as much of it as is kept."""
        options, subcommands = list(found.get("options", ())), list(found.get("subcommands", ()))
        kept = {
            "reader": reader,
            "options": self.kept(self.option, options),
            "usage": self.text(found.get("usage"), self.limits.LONGEST_FACT),
            "subcommands": self.kept(self.named, subcommands),
        }
        return without_nothing(kept)

    def kept(self, make: Callable[[Any], dict[str, Any]], given: list[Any]) -> list[dict[str, Any]]:
        """Return the first ones, as many as there is room for."""
        made: list[dict[str, Any]] = []
        for each in given[: self.limits.MOST_OPTIONS]:
            if self.left <= 0:
                break
            made.append(make(each))
        self.left_out += len(given) - len(made)
        return made

    def text(self, value: Any, longest: int) -> str | None:
        """Clean a text, and cut it."""
        if value is None:
            return None
        text = self.clean(str.__str__(str(value))[: 2 * longest]).encode("utf-8", "replace").decode("utf-8")
        text = text if len(text) <= longest else text[: longest - 1] + "…"
        self.left -= len(text)
        return text or None

    def value(self, value: Any) -> Any:
        """Make a value plain; what is not told, JSON cannot hold, or tells of this machine, is None."""
        if value is MISSING:
            return None
        values = self.make()
        if isinstance(value, os.PathLike):
            value = os.fspath(value)
        made = values.plain(value)
        size = len(str(made))
        if values.shown or size > self.limits.LONGEST_DEFAULT or any(map(self.machine, texts_in(made))):
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
        choices = list(given.get("choices") or ())[: self.limits.MOST_OPTION_CHOICES]
        made["choices"] = [self.choice(each) for each in choices]
        made["help"] = self.text(given.get("help"), longest)
        hidden = given.get("secret") or (SECRET.search(made["name"]) and isinstance(given.get("default"), str))
        made["default"] = None if hidden else self.value(given.get("default"))
        made.update({key: self.value(given.get(key)) for key in ("minimum", "maximum")})
        made = without_nothing(made)
        if given.get("deprecated") is not None:
            said = {key: self.text(given["deprecated"].get(key), longest) for key in DEPRECATED}
            made["deprecated"] = without_nothing(said)
        return made

    def choice(self, given: Any) -> dict[str, Any]:
        """Make a choice plain."""
        given = given if isinstance(given, dict) else {"value": given}
        value = self.value(given.get("value"))
        value = self.text(given.get("value"), self.limits.LONGEST_NAME) if value is None else value
        told = self.text(given.get("help"), self.limits.LONGEST_HELP)
        return without_nothing({"value": value, "help": told}, "value")

    def named(self, given: dict[str, Any]) -> dict[str, Any]:
        """Make a subcommand plain."""
        texts = {"name": self.limits.LONGEST_NAME, "help": self.limits.LONGEST_HELP}
        made = {key: self.text(given.get(key), longest) for key, longest in texts.items()}
        return without_nothing(dict(made, name=made["name"] or "?"))


class Readers:
    """The readers of a process, run by their paths before any plugin is.

    :param given: the name of each, its file, and the name of the function in that
    """

    def __init__(self, given: list[list[str]], limits: Any) -> None:
        self.limits = limits
        self.readers: dict[str, Callable[[Any, Tell], Any]] = {}
        for name, file, function in given:
            try:
                if not file:
                    raise LookupError(function)  # noqa: TRY301  # which says why
                self.readers[name] = run_path(file)[function]
            except BaseException as error:
                self.readers[name] = partial(refuse, name, "{}: {}".format(type(error).__name__, error))

    def told(
        self, name: str, portable: Any, target: Any, make: Callable[[], Any], *, surely: bool
    ) -> tuple[Any, str | None]:
        """Return what options an object declares, and why not all are told.

        :param name: that of the plugin
        :param portable: cleans texts
        :param surely: whether it is said to declare some
        """
        reading = Reading(self.readers, self.limits, make, portable.text, portable.is_of_machine)
        tell = Tell(name, self.limits)
        found = reading.configuration(target, tell)
        if found is None and surely:
            raise LookupError(unknown(tell.path(type(target))))
        return found, reading.incomplete


def refuse(name: str, reason: str, *_: Any) -> None:
    """Stand for a reader that is of no use."""
    msg = "the reader {} of options fails: {}".format(name, reason)
    raise RuntimeError(msg)


def unknown(what: str) -> str:
    """Say that no reader knows what declares options."""
    return "no reader of options knows what it is: of the class {}".format(what)


def without_nothing(made: dict[str, Any], *needed: str) -> dict[str, Any]:
    """Leave out what is not known."""
    lists = ("flags", "environment", "choices", "options", "subcommands")
    nothing = {key for key, value in made.items() if value is None or (key in lists and not value)}
    return {key: value for key, value in made.items() if key in needed or key not in nothing}


def texts_in(value: Any) -> Iterable[str]:
    """Return the texts in a plain value."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each
