"""What extensions of Sphinx register in ``setup``: directives, roles, builders, domains, events, configuration values.

Both ways of introspection use what stands first: which methods of an application register what. The process that loads
plugins runs this as a script, so it imports only the standard library and runs on Python 3.8 and newer.
"""

from __future__ import annotations

import copy
import functools
import inspect
import os
import shutil
import sys
import tempfile
import types
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Callable, Mapping, Sequence

KINDS = ("directives", "roles", "builders", "domains", "events", "configuration")
"""What is registered; without its ``s`` each is the word for one of it."""

METHODS = {
    "add_directive": ("name", "cls"),
    "add_role": ("name", "role"),
    "add_generic_role": ("name", "nodeclass"),
    "add_builder": ("builder",),
    "add_domain": ("domain",),
    "add_directive_to_domain": ("domain", "name", "cls"),
    "add_role_to_domain": ("domain", "name", "role"),
    "add_index_to_domain": ("domain", "index"),
    "add_object_type": ("directivename", "rolename"),
    "add_crossref_type": ("directivename", "rolename"),
    "add_autodocumenter": ("cls",),
    "add_event": ("name",),
    "add_config_value": ("name", "default"),
}
"""The methods of an application that register something, with those of their parameters that matter."""

PARTS = {"events.add": "add_event", "config.add": "add_config_value"}
"""Methods of its parts that do the same."""

CONFIGURED = "config-inited"
"""The event in whose handlers some extensions register directives: those of autodoc depend on a setting."""

FOLDERS = ("confdir", "doctreedir", "outdir", "srcdir")
"""The folders of an application, which some extensions copy files to."""

STANDARD = "std"
"""The domain whose directives and roles are written without its name."""


class Registered:
    """What an extension registers.

    :param tell: tells what that is made of, as :class:`Loaded` does
    :ivar found: of each its kind, the word for it, its name, and its target
    :ivar doubts: why that may not be all
    """

    def __init__(self, tell: Any) -> None:
        self._tell = tell
        self.found = []  # type: list[tuple[str, str, str, str | None]]
        self.doubts = []  # type: list[str]

    def doubt(self, why: str) -> None:
        """Note why this may not be all."""
        if why not in self.doubts:
            self.doubts.append(why)

    def register(self, method: str, given: Mapping[str, Any]) -> None:
        """Note what a method of an application registers.

        :param given: what it is called with, by parameter
        :raises LookupError: where that does not tell
        """
        if method in ("add_event", "add_config_value"):
            self._note("events" if method == "add_event" else "configuration", self._tell.text(given["name"]))
        elif method in ("add_object_type", "add_crossref_type"):  # their classes are made by the application
            self._note("directives", self._tell.text(given["directivename"]))
            self._note("roles", self._tell.text(given["rolename"]))
        elif method == "add_builder":
            self._note("builders", self._tell.named(given["builder"], "name"), given["builder"])
        elif method == "add_autodocumenter":
            self._note("directives", "auto" + self._tell.named(given["cls"], "objtype"), given["cls"])
        elif method == "add_domain":
            self._domain(given["domain"])
        elif method == "add_index_to_domain":
            self._index(self._tell.text(given["domain"]), given["index"])
        else:
            name, kind = self._tell.text(given["name"]), "roles" if "_role" in method else "directives"
            of = self._tell.text(given["domain"]) if "domain" in given else STANDARD
            self._note(kind, within(of, name), given[METHODS[method][-1]])

    def _domain(self, domain: Any) -> None:
        """Note a domain, and what is in it."""
        name = self._tell.named(domain, "name")
        self._note("domains", name, domain)
        for kind in ("directives", "roles"):
            for key, value in self._tell.items(domain, kind):
                self._note(kind, within(name, self._tell.text(key)), value)
        for _, index in self._tell.items(domain, "indices"):
            self._index(name, index)

    def _index(self, domain: str, index: Any) -> None:
        self._note("domains", within(domain, self._tell.named(index, "name")), index, "index")

    def _note(self, kind: str, name: str, value: Any = None, word: str | None = None) -> None:
        """Note that something is registered, also where its class is not known."""
        try:
            target = None if value is None else self._tell.target(value)
        except LookupError as error:
            target = None
            self.doubt(str(error.args[0]))
        if name:
            self.found.append((kind, word or kind.rstrip("s"), name, target))

    def fill(self, entries: Any, chosen: Sequence[str], module: str) -> None:
        """Add the entries of a registry.

        :param chosen: the kinds that are asked for; all where there are none
        :param module: the extension, which stands for what has no object
        """
        kinds = (chosen,) if isinstance(chosen, str) else tuple(chosen)
        for kind, word, name, target in self.found:
            if not kinds or kind in kinds:
                entries.add([name if len(kinds) == 1 else "{} {}".format(word, name)], target or module)
        entries.doubts.extend(self.doubts)

    def names(self, kind: str) -> list[str]:
        """Return the names of one kind, sorted."""
        return sorted({name for each, _, name, _ in self.found if each == kind})


def within(domain: str, name: str) -> str:
    """Return the name that something in a domain is written with."""
    return name if domain == STANDARD else "{}:{}".format(domain, name)


def fill(module: Any, chosen: Sequence[str], entries: Any, reference: Callable[[Any], str | None]) -> bool:
    """Add what an extension registers to the entries of a registry; return whether it has no ``setup``.

    :param reference: returns the object reference of a class or a function
    """
    registered = read(module, reference)
    if registered is None:
        return True
    registered.fill(entries, chosen, module.__name__)
    return False


@functools.lru_cache(maxsize=2)
def named(target: Any) -> Registered | None:
    """Return the names of all that an extension registers, which is asked for one kind after the other."""
    return read(target, lambda _: None)


def setup(target: Any, kind: str) -> list[str]:
    """Return the names of what an extension registers, of one kind.

    :raises LookupError: where that may not be all
    """
    registered = named(target)
    if registered is None:
        return []
    if registered.doubts:
        raise LookupError("; ".join(registered.doubts[:3]))
    return registered.names(kind)


def read(target: Any, reference: Callable[[Any], str | None]) -> Registered | None:
    """Run the ``setup`` of an extension with a stand-in for the application; None where it has none.

    :param target: a module, or the function itself
    """
    function = target if isinstance(target, types.FunctionType) and target.__name__ == "setup" else None
    if isinstance(target, types.ModuleType):
        function = getattr(target, "setup", None)
    try:
        inspect.signature(function).bind(None)  # type: ignore[arg-type]  # which raises TypeError
    except (TypeError, ValueError):
        return None
    return run(function, reference)  # type: ignore[arg-type]  # it has a signature


def run(function: Callable[..., Any], reference: Callable[[Any], str | None]) -> Registered:
    """Call a ``setup``, and then what it has called for the event that follows, if that registers something."""
    registered = Registered(Loaded(reference))
    app = Application(registered)
    try:
        with noting(registered):
            function(app)
            for callback in app._handlers:  # noqa: SLF001  # an extension is not to see it
                code = getattr(getattr(callback, "__func__", callback), "__code__", None)
                if not METHODS.keys().isdisjoint(getattr(code, "co_names", ())):
                    callback(app, app.config)
    except BaseException as error:
        said = " ".join(str(error).split())
        registered.doubt("setup raises {}".format(": ".join(filter(None, (type(error).__name__, said)))))
    finally:
        app.clear()
    return registered


class Loaded:
    """Tells what objects that are loaded have."""

    def __init__(self, reference: Callable[[Any], str | None]) -> None:
        self._reference = reference

    def text(self, value: Any) -> str:
        """Return a name that is given.

        :raises LookupError: where it is no text
        """
        if isinstance(value, str):
            return str.__str__(value)
        msg = "a name is a {}, and no text".format(type(value).__name__)
        raise LookupError(msg)

    def named(self, value: Any, attribute: str) -> str:
        """Return a name that a class has.

        :raises LookupError: where it has none
        """
        return self.text(getattr(value, attribute, None))

    def items(self, value: Any, attribute: str) -> Sequence[tuple[Any, Any]]:
        """Return the names and the values of a dictionary that a class has; of a list the values, each twice."""
        held = getattr(value, attribute, None) or ()
        return list(held.items()) if isinstance(held, dict) else [(each, each) for each in held]

    def target(self, value: Any) -> str | None:
        """Return the object reference of a class or a function, or of the class of another object."""
        if isinstance(value, functools.partial):
            return self.target(value.func)
        if type(value).__name__ == "GenericRole":
            return self.target(getattr(value, "node_class", None))
        is_own = isinstance(value, (type, types.FunctionType, types.MethodType, types.BuiltinFunctionType))
        return self._reference(value if is_own else type(value))


@contextmanager
def noting(registered: Registered) -> Iterator[None]:
    """Note what is registered with docutils itself, and take it back."""
    held = []
    for module, name, method in (
        ("docutils.parsers.rst.directives", "_directives", "add_directive"),
        ("docutils.parsers.rst.roles", "_roles", "add_role"),
        ("docutils.parsers.rst.roles", "_role_registry", "add_role"),
    ):
        of = imported(module)
        before = getattr(of, name, None)
        if isinstance(before, dict):
            held.append((of, name, before))
            setattr(of, name, Noting(before, functools.partial(registered.register, method), METHODS[method]))
    try:
        yield
    finally:
        for of, name, before in held:
            setattr(of, name, before)


def imported(name: str) -> Any:
    """Return a module of docutils, which an extension may import only in ``setup``; None where it is not there."""
    try:
        return import_module(name)
    except Exception:
        return None


class Noting(dict):  # type: ignore[type-arg]  # Python 3.8 has no parameters for it
    """A dictionary that tells what is set in it."""

    def __init__(self, held: Mapping[str, Any], register: Callable[[Mapping[str, Any]], None], names: Any) -> None:
        super().__init__(held)
        self._register = register
        self._names = names

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self._register(dict(zip(self._names, (name, value))))


class Anything:
    """Stands for whatever an application has besides: it has every attribute, and answers every call."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Anything()

    def __bool__(self) -> bool:
        return False

    def __int__(self) -> int:
        return 0

    def __str__(self) -> str:
        return ""

    def __fspath__(self) -> str:
        return os.devnull  # where nothing can be written that stays

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def _same(self, *_given: Any, **_named: Any) -> Any:
        return Anything()

    def _nothing(self, *_given: Any) -> Any:
        return False

    __call__ = __getitem__ = __enter__ = __add__ = __radd__ = __sub__ = __mod__ = __or__ = __truediv__ = _same
    __len__ = __index__ = __int__
    __exit__ = __contains__ = __setitem__ = __delitem__ = __lt__ = __le__ = __gt__ = __ge__ = _nothing


class Config(Anything):
    """Stands for the configuration: each value is what it is by default."""

    def __init__(self, add: Callable[..., None]) -> None:
        self.add = add
        self._defaults = {}  # type: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        known = getattr(getattr(sys.modules.get("sphinx.config"), "Config", None), "config_values", {})
        option = known.get(name) if isinstance(known, dict) else None
        default = self._defaults.get(name, getattr(option, "default", Anything()))
        if callable(default) and not isinstance(default, (type, Anything)):
            try:
                return default(self)
            except Exception:
                return Anything()
        return copy.copy(default) if isinstance(default, (list, dict, set)) else default


class Application(Anything):
    """Stands for an application, which an extension registers things with."""

    def __init__(self, registered: Registered) -> None:
        self._registered = registered
        self._handlers = []  # type: list[Any]
        self._listeners = 0
        self.config = Config(functools.partial(self._register, "add_config_value"))
        self.events = Anything()
        vars(self.events).update(add=functools.partial(self._register, "add_event"), connect=self.connect)
        self.extensions = {}  # type: dict[str, Any]

    @property  # type: ignore[misc]  # what asks whether it is one goes on only if it is
    def __class__(self) -> Any:
        return real() or Application

    def __getattr__(self, name: str) -> Any:
        if name in METHODS:
            return functools.partial(self._register, name)
        if name in FOLDERS:
            vars(self)[name] = Path(tempfile.mkdtemp())
            return vars(self)[name]
        if name.startswith("__") or (name.startswith("add_") and real() and not hasattr(real(), name)):
            raise AttributeError(name)
        return Anything()

    def _register(self, method: str, *given: Any, **named: Any) -> None:
        if method == "add_config_value":
            name, default = (*given, None, None)[:2]
            self.config._defaults[named.get("name", name)] = named.get("default", default)  # noqa: SLF001
        try:
            self._registered.register(method, {**dict(zip(METHODS[method], given)), **named})
        except LookupError as error:
            self._registered.doubt("{} is called with something else: {}".format(method, error))

    def clear(self) -> None:
        """Remove the folders that were asked for."""
        for name in FOLDERS:
            shutil.rmtree(str(vars(self).pop(name, "")), ignore_errors=True)

    def connect(self, event: str, callback: Any, *_priority: Any, **_named: Any) -> int:
        """Take a handler of an event."""
        self._listeners += 1
        if event == CONFIGURED:
            self._handlers.append(callback)
        return self._listeners

    def setup_extension(self, name: str) -> None:
        """Take the name of another extension; what that registers is not this one's."""
        self.extensions[name] = Anything()


def real() -> Any:
    """Return the class of applications, where Sphinx is loaded."""
    return getattr(sys.modules.get("sphinx.application"), "Sphinx", None)
