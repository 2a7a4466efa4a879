"""The process that loads plugins: run as a script, it answers one entry point at a time.

It imports only the standard library and runs on Python 3.8 and newer, for the plugins may need
another interpreter than the documentation. It is the one place where anything may be raised, and
the one place that catches everything.

Requests come on standard input, answers go to standard output, each a line of JSON; an answer
begins with a token that the first line of the input gave, so that nothing else which a plugin
manages to write there is taken for one. Plugins find both streams, and standard error, empty.
"""

from __future__ import annotations

import json
import os
import sys
import types
from enum import Enum
from functools import lru_cache, partial
from importlib import import_module
from inspect import cleandoc, getsourcelines, unwrap
from inspect import signature as signature_of
from runpy import run_path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

VALUES, LIMITS, EXPRESSIONS, EVALUATION, ENTRIES = (
    os.path.join("..", "..", "core", name + ".py")
    for name in ("values", "limits", "expressions", "evaluation", "entries")
)
"""What both ways of introspection use: what makes values plain, how much is kept, and what is asked for."""

READERS = os.path.join("options", "readers.py")

ASKED = (
    *(VALUES, EXPRESSIONS, EVALUATION, ENTRIES),
    *("marked.py", "bodies.py", "lineages.py", "registries.py", "named.py", "setups.py"),
)
"""What answers describers."""

GET = getattr
ANYTHING = BaseException
"""SystemExit, KeyboardInterrupt and whatever else a plugin raises; bound here, where no plugin replaces it."""


def main() -> None:
    """Answer until the input ends."""
    requests = os.fdopen(os.dup(0), "r", encoding="ascii")
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    first = json.loads(requests.readline())
    token = first["token"].encode("ascii")
    # Or else its own, without the folder of this script, which is not there with PYTHONSAFEPATH.
    here = os.path.dirname(__file__)
    sys.path[:] = [folder for folder in sys.path if folder != here] if first["path"] is None else first["path"]
    sys.argv[:] = [""]
    sys.modules["__main__"] = types.ModuleType("__main__")  # or else a target there would be found here
    if first["mock"]:
        # Not imported: no module is to stand in the way of one of the same name that a plugin needs.
        sys.meta_path.insert(0, script("mocks.py")["Mocks"](first["mock"]))
    tracer = script("tracer.py")["Tracer"](__file__, limits.MOST_WATCHED)
    portable = script("portable.py")["Portable"](first["folders"])
    state_of = script("state.py")["State"]
    # Before any plugin runs; what answers describers takes ten milliseconds, and most builds ask for none.
    for name in ("single.py", *(ASKED if first["asks"] else ())):
        script(name)
    readers = script(READERS)["Readers"](first["readers"], limits) if first["readers"] else None
    tracer.install()
    script("hooks.py")["install"](tracer)
    state = state_of()
    process = os.getpid()
    # Bound here, out of the reach of a plugin that replaces them in their modules.
    dumps, loads, write, pid, leave = json.dumps, json.loads, os.write, os.getpid, os._exit  # noqa: SLF001

    def say(number: str, said: dict[str, Any]) -> None:
        if pid() != process:  # a plugin forked, and this is its child
            leave(0)
        text = dumps(dict(said, number=number), ensure_ascii=False)
        line = b"\n" + token + b" " + text.encode("utf-8", "replace") + b"\n"  # no encoding has a lone surrogate
        while line:
            line = line[write(answers, line) :]

    path = [folder for folder in sys.path if isinstance(folder, str)]
    say("", {"executable": sys.executable or "", "path": path, "files": tracer.files()})
    for line in requests:
        request = loads(line)
        answer(request, state, portable, readers, partial(say, request["number"]))
        state.restore()
        say(request["number"], tracer.dependencies(request["module"]))
    leave(0)


@lru_cache(maxsize=None)
def script(name: str) -> dict[str, Any]:
    """Run a script of this package, by its path from this one."""
    return run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), name))


limits = types.SimpleNamespace(**script(LIMITS))


def answer(
    request: dict[str, Any], state: Any, portable: Any, readers: Any, say: Callable[[dict[str, Any]], None]
) -> None:
    """Load one target, say what it is, and then what it answers to each describer."""
    failure = None
    try:
        module = target = import_module(request["module"])
        owner, name = None, ""
        for name in request["attributes"]:
            owner, target = target, GET(target, name)
        for stop in (sys.setprofile, sys.settrace):  # here, for a hook is called for each new frame, and may raise
            try:
                stop(None)
            except ANYTHING:
                pass  # a hook that raises is gone
    except ANYTHING as error:
        failure = error
    portable.also(state.restore(), request["module"])
    if failure is not None:
        say({"error": explain(failure, portable.text)})
        return
    say(attempt(describe, target, owner, name, portable.text) or {"error": "it cannot be described"})
    told = partial(readers.told, request["name"], portable) if readers is not None else None
    for describer in request["describers"]:
        if describer == MODULE:
            said = of_module(module, portable.text)
        else:
            said = ask({"target": target, "name": request["name"]}, describer, state, portable.text, told)
        state.restore()
        say({"answer": dict(said, describer=describer, introspection="import")})


def of_module(module: Any, clean: Callable[[str], str]) -> dict[str, Any]:
    """Answer ``doc:module``, in the form of the model's ``Answer``."""
    text = attempt(docstring, module, "module")
    return {"value": text and script(VALUES)["Values"](limits, clean).plain(text), "shown": False}


MODULE = "doc:module"


def ask(names: dict[str, Any], describer: str, state: Any, clean: Callable[[str], str], told: Any) -> dict[str, Any]:
    """Answer a describer of a target, in the form of the model's ``Answer``; None where there is no such.

    :param told: what tells the options that a value declares
    """
    scheme, _, inner = describer.partition(":")
    of_options, evaluation = scheme == "options", script(EVALUATION)
    try:
        value = names["target"]
        if scheme in ("interface", "contract"):
            marked, bodies = (types.SimpleNamespace(**script(name)) for name in ("marked.py", "bodies.py"))
            make = script("lineages.py")["Lineages"]
            lineages = make(marked, bodies, lambda of: clean(signature(of, "method") or ""), place, limits.MOST_MEMBERS)
            return {"value": lineages.answer(value, scheme, inner, clean)}
        if scheme == "registry":
            make = partial(script(ENTRIES)["Entries"], most=limits.MOST_ENTRY_POINTS, caught=ANYTHING)
            return dict(script("registries.py")["answer"](value, inner, script, make, clean))
        if scheme in ("members", "setup"):
            value = script("marked.py" if scheme == "members" else "setups.py")[scheme](value, inner) or None
        elif not of_options or inner != "auto":
            tree = script(EXPRESSIONS)["tree"](inner if of_options else describer, limits)
            value = evaluation["Evaluator"](limits, names).result(tree)
        state.restore()
        make = partial(script(VALUES)["Values"], limits)
        if of_options:
            value, error = (None, None) if value is None else told(value, make, surely=inner != "auto")
            return {"value": value, "error": error}
        values = make(clean)
        return {"value": values.plain(value), "shown": values.shown, "objects": sorted(values.objects)}
    except evaluation["LackingError"]:
        return {"value": None, "shown": False}
    except ANYTHING as error:
        state.restore()
        return {"error": explain(error, clean)}


def explain(error: BaseException, clean: Callable[[str], str]) -> str:
    """Put an error in one line."""
    name = type.__dict__["__name__"].__get__(type(error))[: limits.LONGEST_ERROR]
    text = clean(attempt(lambda: " ".join(str.__str__(str(error))[: limits.LONGEST_DOCSTRING].split())) or "")
    text = text if len(text) <= limits.LONGEST_ERROR else text[: limits.LONGEST_ERROR] + "…"
    return f"{name}: {text}" if text else name


def describe(target: Any, owner: Any, name: str, clean: Callable[[str], str]) -> dict[str, Any]:
    """Return what an object is and says, in the form of the model's ``Description``.

    It is the attribute of an owner, if it is no module.

    Its type is asked for, not the object, which may answer what it likes.
    """
    [target] = attempt(lambda: [seen_through(target)]) or [target]  # whose truth value is not to be asked
    kind = attempt(kind_of, target) or "instance"
    # What decorates a function may say something else than that does.
    [inner] = (attempt(lambda: [unwrap(target)]) if kind in ("function", "method") else None) or [target]
    own = attempt(own_docstring, target, kind) or attempt(docstring, inner, kind)
    inherited, source = (attempt(inherits, target, kind, owner, name) if own is None else None) or (None, None)
    made_by = attempt(constructor, target, kind)
    deprecated = attempt(lambda: {**attributes(inner), **attributes(target)}.get("__deprecated__"))
    description = {
        "kind": kind,
        "type": short(attempt(path_of, type(target))) if kind == "instance" else None,
        "signature": short(attempt(lambda: clean(signature(target, kind) or "") or None)),
        "docstring": own and {"text": clean(own)},
        "constructor": made_by and {"text": clean(made_by)},
        "inherited": inherited and {"docstring": {"text": clean(inherited)}, "owner": source},
        "definition": short(attempt(definition, inner, kind)),
        "location": attempt(location, inner, kind),
        "deprecated": clean(str.__str__(deprecated)[: limits.LONGEST_FACT]) if isinstance(deprecated, str) else None,
    }
    return {"description": description, "written": own}


def short(text: str | None) -> str | None:
    """Leave out a text that is too long to tell a reader anything."""
    return None if text is None or len(text) > limits.LONGEST_FACT else text


def attempt(tell: Callable[..., Any], *arguments: Any) -> Any:
    """Return one fact of a target; None where asking for it raises, for that is no reason to lose the others."""
    try:
        return tell(*arguments)
    except ANYTHING:
        return None


def path_of(of: type) -> str:
    """Return the path of a class."""
    return "{}.{}".format(of.__module__, of.__qualname__)


def signature(target: Any, kind: str) -> str | None:
    """Write the parameters of a class or a function, without annotations; a default that is no literal is ``…``."""
    if kind not in ("class", "function", "method"):
        return None
    if kind == "class" and issubclass(target, Enum):
        return None  # how members are looked up is no way to make one
    found = signature_of(target)
    parameters = []
    for parameter in found.parameters.values():
        default = parameter.default
        if default is not parameter.empty and not (
            is_literal(default) and len(repr(default)) <= limits.LONGEST_DEFAULT
        ):
            default = ELLIPSIS
        parameters.append(parameter.replace(annotation=parameter.empty, default=default))
    return str(found.replace(parameters=parameters, return_annotation=found.empty))


def is_literal(value: Any) -> bool:
    """Whether what Python shows for a value is what was written."""
    if type(value) is tuple:
        return all(is_literal(item) for item in value)
    if type(value) is int:
        return bool(value.bit_length() <= limits.LONGEST_INTEGER)
    return type(value) in (type(None), bool, float, str, bytes)


class Ellipsis_:  # noqa: N801  # only its text matters
    """What stands for a default that is no literal."""

    def __repr__(self) -> str:
        return "…"


ELLIPSIS = Ellipsis_()


NOBODYS_WORDS = ("builtins.", "typing.", "abc.", "enum.", "<run_path>.")
"""Modules whose docstrings say nothing of what inherits from them, the mocks among them."""


def inherits(target: Any, kind: str, owner: Any, name: str) -> tuple[str | None, str | None]:
    """Return the docstring that an object without one has from elsewhere, and the path of that.

    It is a base class, the same method of one, or of an instance its class.
    """
    if kind == "method" and isinstance(owner, type):
        methods = [(base, attributes(base).get(name)) for base in owner.__mro__]
        owners = [("{}.{}".format(path_of(base), name), method, "method") for base, method in methods if method]
    elif kind in ("class", "instance"):
        bases = type.__dict__["__mro__"].__get__(target)[1:] if kind == "class" else type(target).__mro__
        owners = [(path_of(base), base, "class") for base in bases]
    else:
        return None, None
    for path, thing, what in owners:
        text = docstring(thing, what)
        if text is not None and not path.startswith(NOBODYS_WORDS):
            return text, path
    return None, None


def seen_through(target: Any) -> Any:
    """Return the function, class, method or module that a proxy passes itself off as, as those of wrapt do."""
    real = target
    for _ in range(20):
        if kind_of(real) != "instance":
            return real
        if real.__class__ is type(real):  # it hides nothing
            break
        real = real.__wrapped__
    return target


def kind_of(target: object) -> str:
    """Sort an object by its type."""
    of = type(target)
    if issubclass(of, types.ModuleType):
        return "module"
    if issubclass(of, type):
        return "class"
    if issubclass(of, types.MethodType):
        return "method"
    if issubclass(of, ROUTINES):
        return "method" if "." in getattr(target, "__qualname__", "").rpartition("<locals>.")[2] else "function"
    return "instance"


ROUTINES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    type(lru_cache()(len)),
)


def attributes(target: Any) -> Mapping[str, Any]:
    """Return the attributes that an object has itself, and not from its class."""
    try:
        found = type.__dict__["__dict__"].__get__(target) if issubclass(type(target), type) else target.__dict__
    except (AttributeError, TypeError):
        return {}
    return found if isinstance(found, (dict, types.MappingProxyType)) else {}


def own_docstring(target: Any, kind: str) -> str | None:
    """Return the docstring that is an object's own, or that of a class which is made for this one object."""
    text = docstring(target, kind)
    alone = text is None and kind == "instance" and attempt(script("single.py")["is_only_instance"], target)
    return docstring(type(target), "class") if alone else text


def docstring(target: Any, kind: str) -> str | None:
    """Return the docstring that is an object's own: not its base class's, and of an instance not its class's."""
    whole = kind in ("function", "method") or issubclass(type(target), property)
    text = target.__doc__ if whole else attributes(target).get("__doc__")
    if not isinstance(text, str):
        return None
    text = cleandoc(str.__str__(text)[: limits.LONGEST_DOCSTRING])
    return None if not text or (kind == "class" and text == generated(target)) else text


def constructor(target: Any, kind: str) -> str | None:
    """Return the docstring of the ``__init__`` that a class has itself."""
    found = attributes(target).get("__init__") if kind == "class" else None
    made = isinstance(found, types.FunctionType) and not found.__code__.co_filename.startswith("<")  # by attrs
    return docstring(found, "function") if made else None


def generated(target: Any) -> str | None:
    """Return the docstring that Python makes for a class that has none."""
    if "__dataclass_fields__" in attributes(target):
        return f"{target.__name__}{signature_of(target)}".replace(" -> None", "")
    if "_fields" in attributes(target):
        fields = ", ".join(target._fields) + ("," if len(target._fields) == 1 else "")  # noqa: SLF001
        return f"{target.__name__}({fields})"
    return "An enumeration." if issubclass(target, Enum) else None


def definition(target: Any, kind: str) -> str | None:
    """Write the object reference of where an object is defined; an instance does not know."""
    if kind in ("instance", "module"):
        return str.__str__(target.__name__) if kind == "module" else None
    name = str.__str__(target.__qualname__)
    return None if "<" in name else "{}:{}".format(str.__str__(target.__module__), name)


def location(target: Any, kind: str) -> dict[str, Any] | None:
    """Return where an object is defined: the file below the folder it is imported from, and the line."""
    if kind == "instance":
        return None
    module = target.__name__ if kind == "module" else getattr(target, "__module__", None) or ""
    return place(module, 1) and place(module, 1 if kind == "module" else getsourcelines(target)[1])


def place(path: str, line: int) -> dict[str, Any] | None:
    """Return a line of a module, with its file below the folder that it is imported from."""
    module = sys.modules.get(path)
    file = getattr(module, "__file__", None)
    name = os.path.basename(file) if isinstance(file, str) else ""
    if module is None or not name.endswith(".py"):
        return None
    folders = module.__name__.split(".")
    return {"file": "/".join([*(folders if name == "__init__.py" else folders[:-1]), name]), "line": line}


if __name__ == "__main__":
    main()
