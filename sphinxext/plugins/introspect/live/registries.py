"""What loaded modules hold that register plugins otherwise than by entry points.

The process that loads plugins runs this as a script, so it imports only the standard library and runs on Python 3.8
and newer.
"""

from __future__ import annotations

import enum
import functools
import importlib
import json
import os
import pkgutil
import sys
import types
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Mapping

    Script = Callable[[str], dict[str, Any]]


def answer(module: Any, asked: str, script: Script, make: Callable[..., Any], clean: Callable[[str], str]) -> Any:
    """Return what a module holds, in the form of the model's ``Answer``.

    :param asked: the registry, as JSON
    :param script: runs another script of this package
    :param make: makes what collects entries, as ``Entries`` does
    """
    spec = json.loads(asked)
    entries = make(spec, functools.partial(reference, module))
    missing = KINDS[spec["kind"]](module, spec, entries, script)
    return {"value": None if missing else entries.answer, "error": clean("; ".join(entries.doubts[:3])) or None}


def mapping(module: Any, spec: Mapping[str, Any], entries: Any, _script: Script) -> bool:
    """Read a dictionary, a list, or what a function gives; return whether there is none."""
    value = module
    for name in spec["object"].split("."):
        if not hasattr(value, name):
            return True
        value = getattr(value, name)
    held = value() if isinstance(value, FUNCTIONS) else value
    try:
        entries.of(held)
    except TypeError:
        raise
    except ANYTHING as error:  # what it has told before is shown
        entries.doubts.append(reason(error))
    return False


def setup(module: Any, spec: Mapping[str, Any], entries: Any, script: Script) -> bool:
    """Read what an extension of Sphinx registers; return whether it has no ``setup``."""
    return bool(script("setups.py")["fill"](module, spec["in"], entries, own_reference))


def subclasses(module: Any, spec: Mapping[str, Any], entries: Any, _script: Script) -> bool:
    """Add the subclasses of a class that are not abstract themselves; return whether there is no such class."""
    base = attribute(module, spec["object"])
    if base is None:
        return True
    if not isinstance(base, type):
        msg = "{} is no class".format(spec["object"])
        raise TypeError(msg)
    for package in spec["in"]:
        for _ in modules(package, entries):
            pass  # so that their classes are there
    for of in below(base):
        try:
            add_class(of, spec, entries)
        except ANYTHING as error:  # as an attribute of a class may that its metaclass makes
            entries.leave(type.__dict__["__name__"].__get__(of), "it raises {}".format(reason(error)))
    entries.found.sort(key=lambda entry: str(entry["target"]))
    return False


def add_class(of: type, spec: Mapping[str, Any], entries: Any) -> None:
    """Add a subclass, if it is in a package that is asked for and not abstract itself."""
    target = own_reference(of)
    within = any("{}.".format(told(of, "__module__")).startswith("{}.".format(each)) for each in spec["in"])
    if within and target is not None and not is_abstract(of):
        called, by = str(told(of, "__name__")), spec["name"]
        names = [called] if by is None else entries.texts(attribute(of, by.partition(":")[2]))
        if not names:
            entries.leave(called, "its {} is no name".format(by))
        entries.add(names, target)


def attribute(of: Any, path: str) -> Any:
    """Return an attribute, dotted where need be, of a class also what its property gives; None where there is none."""
    for name in path.split("."):
        value = getattr(of, name.strip(), None)
        made = isinstance(of, type) and isinstance(value, (property, functools.cached_property))
        of = getattr(of(), name.strip(), None) if made else value
    return of


def below(base: type) -> list[type]:
    """Return all subclasses of a class, each once."""
    waiting = [base]
    for of in waiting:
        waiting += [each for each in type.__dict__["__subclasses__"].__get__(of)() if each not in waiting]
    return waiting[1:]


def is_abstract(of: type) -> bool:
    """Whether a class has a method, its own or inherited, that is abstract; its metaclass does not matter."""
    seen = set()
    for base in type.__dict__["__mro__"].__get__(of):
        for name, value in list(vars(base).items()):
            if name not in seen and told(value, "__isabstractmethod__") is True:
                return True
            seen.add(name)
    return False


def modules(package: str, entries: Any) -> Iterator[Any]:
    """Import a package and the modules below it; note those that fail."""
    waiting = [package]
    for name in waiting:
        try:
            loaded = importlib.import_module(name)  # type: Any
            path = list(getattr(loaded, "__path__", ()))
            below = {found.name for found in pkgutil.iter_modules(path)}.union(*map(folders, path)) - NO_MODULES
        except ANYTHING as error:
            entries.doubts.append("{} cannot be imported: {}".format(name, reason(error)))
            continue
        waiting += ["{}.{}".format(name, each) for each in sorted(below) if each.isidentifier()]
        del waiting[entries.most :]  # links may be in a circle
        if issubclass(type(loaded), types.ModuleType) and type(told(loaded, "__name__")) is str:
            yield loaded
        else:
            entries.doubts.append("{} is no module any more when it has been imported".format(name))


def folders(path: str) -> list[str]:
    """Return the folders in a folder, which may be packages without an ``__init__.py``; of an archive none."""
    names = os.listdir(path) if os.path.isdir(path) else []
    return [name for name in names if os.path.isdir(os.path.join(path, name))]


NO_MODULES = frozenset({"__init__", "__main__", "__pycache__"})

ANYTHING = BaseException
"""Whatever a module raises when it is imported; bound here, where no plugin replaces it."""


def reason(error: BaseException) -> str:
    """Put an error in words, which may fail as well."""
    name = type.__dict__["__name__"].__get__(type(error))
    try:
        if type(error) is LookupError:  # it says why something is not known
            return str(error.args[0])
        return " ".join("{}: {:.500}".format(name, str.__str__(str(error))).split())
    except ANYTHING:
        return str(name)


def decorated(module: Any, spec: Mapping[str, Any], entries: Any, script: Script) -> bool:
    """Find what a decorator marks in a package; it has such a registry in any case."""
    marked, named = (types.SimpleNamespace(**script(name)) for name in ("marked.py", "named.py"))
    name = spec["name"]

    def part(decorator: Any) -> Any:
        return marked.called(named.part_of(decorator, name))

    for each in modules(module.__name__, entries):
        scope = marked.Scope(each)
        if scope.is_unread or (scope.body is None and any(own_classes(each))):
            entries.doubts.append("the source of {} is not there, in which decorators would stand".format(scope.path))
        for key, value in scope.values.items():
            try:
                rows = list(scope.decorated(key, value, spec["object"], part))
            except ANYTHING as error:  # what it is called with is worked out
                entries.doubts.append(reason(error))
                continue
            for row in rows:
                path = "{}.{}".format(each.__name__, key)
                try:
                    entries.add(named.names_of(value, row, name), "{}:{}".format(each.__name__, key))
                except LookupError as error:
                    entries.leave(path, reason(error))
                except ANYTHING as error:
                    entries.doubts.append("{}: {}".format(path, reason(error)))
    return False


def hooks(module: Any, _spec: Mapping[str, Any], entries: Any, _script: Script) -> bool:
    """Find the modules and the classes of a package that implement hooks; it has such a registry in any case."""
    for each in modules(module.__name__, entries):
        name = each.__name__
        functions = {
            key: value for key, value in functions_of(vars(each)) if getattr(value, "__module__", None) == name
        }
        classes = list(own_classes(each))
        implements = any(is_hook(value, "_impl") for value in functions.values())
        if not implements and any(key.startswith("pytest_") for key in functions):
            specifying = [functions, *(dict(functions_of(vars(of))) for of in classes)]
            implements = not any(is_hook(value, "_spec") for of in specifying for value in of.values())
        if implements:
            entries.add([name.rpartition(".")[2]], name)
        for of in classes:
            if any(is_hook(value, "_impl") for _, value in functions_of(vars(of))):
                entries.add([of.__name__], "{}:{}".format(name, of.__name__))
    return False


def own_classes(module: Any) -> Iterator[type]:
    """Return the classes that a module defines, by their own names."""
    for name, value in list(vars(module).items()):
        if issubclass(type(value), type) and own_reference(value) == "{}:{}".format(module.__name__, name):
            yield value


def functions_of(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return the functions that a module or a class has, by name."""
    for name, value in list(values.items()):
        inner = value.__func__ if issubclass(type(value), (staticmethod, classmethod)) else value
        if issubclass(type(inner), types.FunctionType):
            yield name, inner


def is_hook(function: Any, suffix: str) -> bool:
    """Whether a marker of pluggy marks a function."""
    return any(key.endswith(suffix) and isinstance(value, dict) for key, value in list(vars(function).items()))


KINDS = {
    "mapping": mapping,
    "subclasses": subclasses,
    "decorated": decorated,
    "hooks": hooks,
    "setup": setup,
}
"""What reads a kind; each returns whether the module has no such registry."""


FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)


def reference(home: Any, value: Any) -> str | None:
    """Return the object reference of a loaded object; of one that no module has, that of its class.

    :param home: the module that is asked, which may have it
    """
    if isinstance(value, types.ModuleType):
        name = told(value, "__name__")
        known = [name] if isinstance(name, str) and sys.modules.get(name) is value else list(sys.modules)
        return next((each for each in known if sys.modules.get(each) is value), None)
    own = own_reference(value)
    if own is not None:
        return own
    for module in (home, sys.modules.get(str(told(type(value), "__module__")))):
        names = [name for name, each in list(vars(module).items()) if each is value] if module is not None else []
        if module is not None and names:
            return "{}:{}".format(module.__name__, names[0])
    if isinstance(value, enum.Enum):
        held = own_reference(type(value))
        return held and "{}.{}".format(held, value.name)
    return None if isinstance(value, (type, *FUNCTIONS)) else own_reference(type(value))


def own_reference(of: Any) -> str | None:
    """Return the object reference that a class or a function tells of itself, if it is what that leads to."""
    module, path = told(of, "__module__"), told(of, "__qualname__")
    if not isinstance(module, str) or not isinstance(path, str):
        return None
    value = sys.modules.get(module)  # type: Any
    for name in path.split("."):
        value = told(value, name)
    return "{}:{}".format(module, path) if value is of else None


def told(of: Any, name: str) -> Any:
    """Return an attribute of an object, which may raise whatever it likes; None where there is none."""
    try:
        return (type.__getattribute__ if issubclass(type(of), type) else getattr)(of, name)
    except ANYTHING:
        return None
