"""What a registry holds: names, and what each leads to.

Both ways of introspection make this of what they find. The process that loads plugins runs it as a script, so it
imports only the standard library and runs on Python 3.8 and newer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable

SEVERAL = (list, tuple, set, frozenset)

REFERENCE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*(\.[^\W\d]\w*)*)?")
"""An object reference, or the dotted path of a module or of what is in it."""

PLACE = re.compile(r"\{(\w*)\}")
"""What stands for a part of a value in a template."""


MORE = "there are more than {:,}"


class Entries:
    """The entries of a registry: the name of each, its target, and the key of the record that gives it.

    :param asked: what the settings say of the registry, ``path`` and ``name``
    :param refer: gives the reference of an object; None where it has none
    :param most: how many are kept
    :param caught: what an entry may raise that is left out for it then; whatever there is, where it is loaded
    :ivar found: each as an object of JSON
    :ivar left: what is left out, and why
    :ivar doubts: why that may not be all
    """

    def __init__(
        self,
        asked: Mapping[str, Any],
        refer: Callable[[Any], str | None],
        most: int,
        caught: type[BaseException] = LookupError,
    ) -> None:
        self._path = asked.get("path")
        self._name = asked.get("name")
        self._refer = refer
        self._caught = caught
        self.most = most
        self.found = []  # type: list[dict[str, Any]]
        self.left = []  # type: list[str]
        self.doubts = []  # type: list[str]

    @property
    def answer(self) -> dict[str, Any]:
        """All of it, as a registry answers it."""
        return {"entries": self.found, "left": self.left}

    def add(self, names: Iterable[str], target: str, *, key: str | None = None) -> None:
        """Add an entry; one that has several names is several.

        :param key: of a record, which may be the object in the module that is its target
        """
        for each in names:
            name = str.encode(each, "utf-8", "backslashreplace").decode("utf-8")  # no encoding has a lone surrogate
            if len(self.found) >= self.most:
                self.left[self.most :] = []
                self.leave(name, MORE.format(self.most))
                return
            self.found.append({"name": name, "target": target, "key": key})

    def texts(self, value: Any) -> list[str]:
        """Return the names that an attribute or an argument gives, a text or several; none for what is neither."""
        several = list(value) if isinstance(value, SEVERAL) else [value]
        return [str.__str__(each) for each in several if isinstance(each, str) and str.strip(each)]

    def leave(self, name: str, why: str) -> None:
        """Note that something is left out."""
        if len(self.left) < self.most:
            self.left.append("{}: {}".format(name, why))

    def of(self, value: Any) -> None:
        """Add what a dictionary or a list holds.

        :raises TypeError: where it is neither
        """
        keyed = isinstance(value, Mapping)
        if not keyed and not isinstance(value, SEVERAL):
            msg = "it is of type {}, and no dictionary or list".format(type(value).__name__)
            raise TypeError(msg)
        ordered = not isinstance(value, (set, frozenset))  # or else in each process in another order
        for number, item in enumerate(value if ordered else sorted(value, key=rank), start=1):
            called = "number {}".format(number) if ordered else "an element"
            if number > self.most:
                self.leave(called, MORE.format(self.most))
                return
            try:
                keys = self._names(item) if keyed else None
                called = called if keys is None else ", ".join(keys)
                each = value[item] if keyed else item
                target, record = self._target(keys, each)
                self.add(self._called(keys, each, target), target, key=called if record else None)
            except self._caught as error:
                self.leave(called, why(error))

    def _called(self, keys: list[str] | None, each: Any, target: str) -> list[str]:
        """Return the names of an entry.

        :param keys: those that its key gives; None where it has no key
        :raises LookupError: where what is to name it does not
        """
        if self._name is not None:
            return self._names(part(each, self._name))
        if keys is not None:
            return keys
        templated = isinstance(self._path, str) and "{" in self._path
        return [each if templated and isinstance(each, str) else re.split("[.:]", target)[-1]]

    def _names(self, key: Any) -> list[str]:
        """Return the names that a key stands for.

        :raises LookupError: where it is an object that has no name of its own
        """
        if isinstance(key, str):
            return [str.__str__(key)]
        if isinstance(key, SEVERAL):
            names = [name for each in key for name in self._names(each)]
            return sorted(names) if isinstance(key, (set, frozenset)) else names
        if isinstance(key, Enum):
            return [key.name]
        if type(key) in (bool, int, float, bytes, type(None)):
            return [str(key)]
        reference = self._refer(key)
        if reference is None or reference == self._refer(type(key)):
            msg = "its key is an object that no module has, and no text"
            raise LookupError(msg)
        return [re.split("[.:]", reference)[-1]]

    def _target(self, keys: list[str] | None, each: Any) -> tuple[str, bool]:
        """Return the target of an entry, and whether a record gives it.

        :param keys: as above
        :raises LookupError: where there is none
        """
        chosen, record = each, False
        if isinstance(self._path, str) and "{" in self._path:
            name = ", ".join(keys or ())
            chosen = PLACE.sub(lambda place: self._filled(place.group(1), name, each), self._path)
        elif self._path is not None:
            chosen, record = part(each, self._path), True
        if isinstance(chosen, str):
            text = str.__str__(chosen).strip()
            if not REFERENCE.fullmatch(text):
                msg = "{!r:.100} is no object reference".format(str.__str__(chosen))
                raise LookupError(msg)
            return text, record
        if chosen is None or isinstance(chosen, (*SEVERAL, dict, bool, int, float, bytes)):
            msg = 'it is of type {}; say by "path" where the target is in it'.format(type(chosen).__name__)
            raise LookupError(msg)
        reference = self._refer(chosen)
        if reference is None:
            msg = "it is an object that no module has"
            raise LookupError(msg)
        return reference, False

    def _filled(self, place: str, name: str, each: Any) -> str:
        """Return what stands for a part of a value in a template."""
        found = name if place == "name" else each if not place else part(each, int(place) if place.isdigit() else place)
        if isinstance(found, str):
            return found
        reference = self._refer(found)
        return str(found) if reference is None else reference


def joined(read: Any, loaded: Any) -> Any:
    """Return what two answers of a registry have together, of which neither may be all."""
    if not isinstance(read, dict) or not isinstance(loaded, dict):
        return loaded or read
    try:
        entries = {json.dumps([each["name"], each["target"]]): each for of in (loaded, read) for each in of["entries"]}
    except (LookupError, TypeError):  # what a plugin had the process say
        return read
    return dict(loaded, entries=list(entries.values()))


def rank(value: Any) -> str:
    """Return what sorts the elements of a set: texts by themselves, others by their classes."""
    return str.__str__(value) if isinstance(value, str) else type.__dict__["__name__"].__get__(type(value))


def why(error: BaseException) -> str:
    """Say why an entry is left out."""
    told = type(error) is LookupError and error.args
    return str(error.args[0]) if told else "it raises {}".format(type.__dict__["__name__"].__get__(type(error)))


def part(each: Any, path: int | str) -> Any:
    """Return a part of a record.

    :raises LookupError: where it has none
    """
    try:
        if isinstance(path, str) and not isinstance(each, Mapping):
            return getattr(each, path)
        if isinstance(each, (Mapping, list, tuple)):
            return each[path]  # type: ignore[index]  # which fails where it does not fit
    except (LookupError, AttributeError, TypeError):
        pass
    msg = "there is no {!r} in it".format(path)
    raise LookupError(msg)
