"""What both ways of introspection find, which must be the same, and what only one of them meets."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins import introspect
from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Distribution, Introspection, Kind, Plugin, ProblemKind
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFile, ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static
from sphinxext.plugins.settings import Options
from sphinxext.plugins.sources import Installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sphinxext.plugins.introspect.introspected import Introspector
    from tests.conftest import Install


def static() -> Static:
    return Static(ModuleFinder(*Installed().roots()))


def live(timeout: float = 30) -> Live:
    return loading(Environment(timeout=timeout, path=tuple(sys.path)))


def loading(environment: Environment) -> Live:
    return Live(environment, ModuleFinder(*Installed().roots()))


def run(introspector: Introspector, *targets: str, distribution: Distribution | None = None) -> list[Plugin]:
    """Introspect plugins; those of a distribution are loaded by one process, and others by one for each package."""
    plugins = [Plugin(namespace="ns", name=target, target=target, distribution=distribution) for target in targets]
    return [found.plugin for found in introspector.introspect(plugins, Fields())]


ONE = Distribution(name="one")


def installed(install: Install, sources: Iterable[str], others: Mapping[str, str] = {}) -> list[str]:
    """Install a module for each source, and other files beside these, as one distribution; return their names."""
    files = {f"m{number}.py": source for number, source in enumerate(sources)}
    install("one", files={**files, **others})
    return [file.removesuffix(".py") for file in files]


def text(plugin: Plugin) -> str | None:
    return None if plugin.docstring is None else plugin.docstring.text


BOTH = pytest.mark.parametrize("way", [static, live], ids=["static", "import"])

COMMAND = """
import sys
import time
class Command:
    '''Runs.'''
    def __init__(self, function): self.__doc__ = function.__doc__
def command(cls=Command):
    def decorator(f):
        made = cls(f)
        made.__doc__ = f.__doc__
        return made
    return decorator
"""

CASES: dict[str, tuple[dict[str, str], str, Kind, str | None]] = {
    "class": ({"m.py": 'class A:\n    """Own."""'}, "m:A", Kind.CLASS, "Own."),
    "function": ({"m.py": 'def f():\n    """Own."""'}, "m:f", Kind.FUNCTION, "Own."),
    "coroutine function": ({"m.py": 'async def f():\n    """Own."""'}, "m:f", Kind.FUNCTION, "Own."),
    "module": ({"m.py": '"""Own."""'}, "m", Kind.MODULE, "Own."),
    "package": ({"p/__init__.py": '"""Own."""'}, "p", Kind.MODULE, "Own."),
    "submodule": ({"p/__init__.py": "", "p/m.py": '"""Own."""'}, "p.m", Kind.MODULE, "Own."),
    "namespace package": ({"p/m.py": 'def f():\n    """Own."""'}, "p.m:f", Kind.FUNCTION, "Own."),
    "method": ({"m.py": 'class A:\n    def f(self):\n        """Own."""'}, "m:A.f", Kind.METHOD, "Own."),
    "no docstring": ({"m.py": "class A: pass"}, "m:A", Kind.CLASS, None),
    "empty docstring": ({"m.py": 'class A:\n    "  "'}, "m:A", Kind.CLASS, None),
    "base class's docstring": (
        {"m.py": 'class B:\n    """Base."""\nclass A(B): pass'},
        "m:A",
        Kind.CLASS,
        None,
    ),
    "indented docstring": (
        {"m.py": 'def f():\n    """\n    One.\n\n        Two.\n    """'},
        "m:f",
        Kind.FUNCTION,
        "One.\n\n    Two.",
    ),
    "re-export": (
        {"p/__init__.py": "from p.a import f", "p/a.py": "from .b import g as f", "p/b.py": 'def g():\n    """Own."""'},
        "p:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "relative import of the package's": (
        {"p/__init__.py": 'def f():\n    """Own."""', "p/m.py": "from . import f"},
        "p.m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "star without __all__": (
        {"m.py": "from n import *", "n.py": 'def f():\n    """Own."""'},
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "star with __all__": (
        {"m.py": "from n import *", "n.py": '__all__ = ["_f"]\ndef _f():\n    """Own."""'},
        "m:_f",
        Kind.FUNCTION,
        "Own.",
    ),
    "alias": ({"m.py": 'class _A:\n    """Own."""\nA = _A'}, "m:A", Kind.CLASS, "Own."),
    "alias of an attribute": (
        {"m.py": "import n\nA = n.A", "n.py": 'class A:\n    """Own."""'},
        "m:A",
        Kind.CLASS,
        "Own.",
    ),
    "submodule as an attribute": (
        {"p/__init__.py": "from . import m", "p/m.py": '"""Own."""'},
        "p:m",
        Kind.MODULE,
        "Own.",
    ),
    "name of a submodule": (
        {"p/__init__.py": "from p.f import f", "p/f.py": 'def f():\n    """Own."""'},
        "p:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "inherited method": (
        {"m.py": 'class B:\n    def f(self):\n        """Own."""\nclass A(B): pass'},
        "m:A.f",
        Kind.METHOD,
        "Own.",
    ),
    "standard library's base class": (
        {"m.py": "import argparse\nclass A(argparse.Action): pass"},
        "m:A",
        Kind.CLASS,
        None,
    ),
    "instance": ({"m.py": 'class A:\n    """Its class\'s."""\na = A()\nb = A()'}, "m:a", Kind.INSTANCE, None),
    "only instance": ({"m.py": 'class A:\n    """Own."""\na = A()'}, "m:a", Kind.INSTANCE, "Own."),
    "only instance, elsewhere": (
        {"m.py": "from n import a", "n.py": 'class A:\n    """Own."""\na: "A" = A()'},
        "m:a",
        Kind.INSTANCE,
        "Own.",
    ),
    "only instance, of a class that is inherited from": (
        {"m.py": 'class A:\n    """A."""\nclass B(A): pass\na = A()'},
        "m:a",
        Kind.INSTANCE,
        None,
    ),
    "only instance, of a class that is exported": (
        {"m.py": '__all__ = ["A"]\nclass A:\n    """A."""\na = A()'},
        "m:a",
        Kind.INSTANCE,
        None,
    ),
    "only instance, of a class of another module": (
        {"m.py": "from n import A\na = A()", "n.py": 'class A:\n    """A."""'},
        "m:a",
        Kind.INSTANCE,
        None,
    ),
    "only instance, of a class that more are made of": (
        {"m.py": 'class A:\n    """A."""\na = A()\ndef f(): return A()'},
        "m:a",
        Kind.INSTANCE,
        None,
    ),
    "only instance, of a class without a docstring": (
        {"m.py": 'class B:\n    """B."""\nclass A(B): pass\na = A()'},
        "m:a",
        Kind.INSTANCE,
        None,
    ),
    "literal": ({"m.py": "a = {}"}, "m:a", Kind.INSTANCE, None),
    "method of an instance": (
        {"m.py": 'class A:\n    def f(self):\n        """Own."""\na = A()'},
        "m:a.f",
        Kind.METHOD,
        "Own.",
    ),
    "optional import": (
        {"m.py": 'try:\n    from nowhere import f\nexcept ImportError:\n    def f():\n        """Own."""'},
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "under TYPE_CHECKING": (
        {
            "m.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from n import A\nelse:\n"
            "    A = __import__('n').A",
            "n.py": 'class A:\n    """Own."""',
        },
        "m:A",
        Kind.CLASS,
        "Own.",
    ),
    "fallback that is not needed": (
        {
            "m.py": 'try:\n    from n import f\nexcept ImportError:\n    def f():\n        """Other."""',
            "n.py": 'def f():\n    """Own."""',
        },
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "under if": ({"m.py": 'if True:\n    def f():\n        """Own."""'}, "m:f", Kind.FUNCTION, "Own."),
    "defined twice": (
        {"m.py": 'def f():\n    """First."""\ndef f():\n    """Own."""'},
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "long chain": (
        {f"m{n}.py": f"from m{n + 1} import f" for n in range(60)} | {"m60.py": 'def f():\n    """Own."""'},
        "m0:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "computed __all__": (
        {
            "m.py": "from n import *",
            "n.py": "import o\nfrom o import *\n__all__ = o.__all__ + ['g']\ndef g(): pass",
            "o.py": '__all__ = ["f"]\ndef f():\n    """Own."""',
        },
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "assigned docstring": (
        {"m.py": 'class A:\n    """Own."""\ndef f(): pass\nf.__doc__ = A.__doc__'},
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "put together docstring": (
        {"m.py": '"""Own"""\ndef f(): pass\nf.__doc__ = __doc__ + " words."'},
        "m:f",
        Kind.FUNCTION,
        "Own words.",
    ),
    "docstring in a class's body": (
        {"m.py": 'class A:\n    """Own."""\nclass B(A):\n    __doc__ = A.__doc__'},
        "m:B",
        Kind.CLASS,
        "Own.",
    ),
    "decorated function": (
        {
            "m.py": "import functools\ndef d(f):\n    @functools.wraps(f)\n    def g(): pass\n    return g\n"
            '@d\ndef f():\n    """Own."""'
        },
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "cached function": (
        {"m.py": 'import functools\n@functools.lru_cache\ndef f():\n    """Own."""'},
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "decorator that says what it makes": (
        {
            "m.py": COMMAND.replace(
                "def command(cls=Command):", "def command(cls=None) -> 'Callable[[object], Command]':"
            )
            .replace("cls(f)", "globals()['Command'](f)")
            .replace("import sys", "from typing import Callable")
            + '@command()\ndef f():\n    """Own."""'
        },
        "m:f",
        Kind.INSTANCE,
        "Own.",
    ),
    "decorator that is a class": (
        {"m.py": COMMAND + '@Command\ndef f():\n    """Own."""'},
        "m:f",
        Kind.INSTANCE,
        "Own.",
    ),
    "overloaded function": (
        {
            "m.py": "from typing import overload\n@overload\ndef f(a: int) -> int: ...\n@overload\n"
            'def f(a: str) -> str: ...\ndef f(a):\n    """Own."""'
        },
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "instance that a function gives": (
        {"m.py": "class A:\n    '''A class.'''\ndef make() -> A:\n    return A()\na = make()"},
        "m:a",
        Kind.INSTANCE,
        None,
    ),
    "modules that import * from each other": (
        {
            "p/__init__.py": "from p.a import *",
            "p/a.py": "from p import *\nfrom p.b import f",
            "p/b.py": 'def f():\n    """Own."""',
        },
        "p:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "version of Python": (
        {
            "m.py": "import sys\nif sys.version_info >= (3,):\n    def f():\n        'Own.'\nelse:\n"
            "    def f():\n        'Other.'"
        },
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "not TYPE_CHECKING": (
        {
            "m.py": "import typing\nif not typing.TYPE_CHECKING:\n    def f():\n        'Own.'\nelse:\n"
            "    def f():\n        'Other.'"
        },
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "else of a try": (
        {
            "m.py": "try:\n    import nowhere\nexcept ImportError:\n    def f():\n        'Own.'\nelse:\n"
            "    def f():\n        'Other.'"
        },
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "star behind a definition": (
        {"m.py": "def f():\n    'Other.'\nfrom n import *", "n.py": "def f():\n    'Own.'"},
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "star that is tried": (
        {
            "m.py": "try:\n    from n import *\nexcept ImportError:\n    from o import *",
            "n.py": "def f():\n    'Own.'",
            "o.py": "def f():\n    'Other.'",
        },
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "star that hides a submodule": (
        {"m.py": "from p import g", "p/__init__.py": "from .g import *", "p/g.py": "def g():\n    'Own.'"},
        "m:g",
        Kind.FUNCTION,
        "Own.",
    ),
    "alias from before a redefinition": (
        {"m.py": "class B:\n    'Own.'\nOLD = B\nclass B(OLD):\n    'Other.'"},
        "m:OLD",
        Kind.CLASS,
        "Own.",
    ),
    "dataclass": (
        {"m.py": "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass A:\n    'Own.'\n    x: int = 0"},
        "m:A",
        Kind.CLASS,
        "Own.",
    ),
    "decorated class": ({"m.py": "def d(c):\n    return c\n@d\nclass A:\n    'Own.'"}, "m:A", Kind.CLASS, "Own."),
    "context manager": (
        {"m.py": "import contextlib\n@contextlib.contextmanager\ndef f():\n    'Own.'\n    yield"},
        "m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "lambda": ({"m.py": "f = lambda: None"}, "m:f", Kind.FUNCTION, None),
    "static method": (
        {"m.py": 'class A:\n    @staticmethod\n    def f():\n        """Own."""'},
        "m:A.f",
        Kind.METHOD,
        "Own.",
    ),
    "nested class": ({"m.py": 'class A:\n    class B:\n        """Own."""'}, "m:A.B", Kind.CLASS, "Own."),
    "enumeration": ({"m.py": 'import enum\nclass A(enum.Enum):\n    """Own."""\n    X = 1'}, "m:A", Kind.CLASS, "Own."),
    "empty namespace package": ({"p/q/m.py": ""}, "p.q", Kind.MODULE, None),
    "older namespace package": (
        {
            "p/__init__.py": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)",
            "p/m.py": 'def f():\n    """Own."""',
        },
        "p.m:f",
        Kind.FUNCTION,
        "Own.",
    ),
    "latin-1": ({"m.py": '# coding: latin-1\ndef f():\n    """Own."""'}, "m:f", Kind.FUNCTION, "Own."),
}


def side_by_side() -> tuple[dict[str, str], list[str]]:
    """Return the files of all cases, whose modules have names of their own here, and what they target."""
    files: dict[str, str] = {}
    targets = []
    for number, (of_case, target, *_) in enumerate(CASES.values()):
        named = partial(re.sub, r"\b(m\d*|n|o|p)\b", rf"\1_{number}")
        files |= {named(file): named(source) for file, source in of_case.items()}
        targets.append(named(target))
    return files, targets


@pytest.mark.slow
@BOTH
def test_kind_and_own_docstring(install: Install, way: Callable[[], Introspector]) -> None:
    files, targets = side_by_side()
    install("one", files=files)
    plugins = run(way(), *targets, distribution=ONE)
    how = Introspection.STATIC if way is static else Introspection.IMPORT
    found = [(plugin.kind, text(plugin), plugin.problems, plugin.introspection) for plugin in plugins]
    assert dict(zip(CASES, found, strict=True)) == {
        case: (kind, docstring, (), how) for case, (_, _, kind, docstring) in CASES.items()
    }


@BOTH
def test_location_is_below_the_folder_of_the_import(install: Install, way: Callable[[], Introspector]) -> None:
    install("one", files={"p/__init__.py": "\nclass A: pass", "p/m.py": "\n\ndef f():\n    '''Own.'''"})
    for plugin, file, line in zip(run(way(), "p:A", "p.m:f"), ["p/__init__.py", "p/m.py"], [2, 3], strict=True):
        assert plugin.location is not None
        assert (plugin.location.file, plugin.location.line) == (file, line)


def test_location_of_a_docstring_is_its_first_line_with_text(install: Install) -> None:
    install("one", files={"m.py": "def f():\n    '''\n\n    Own.\n    '''"})
    [plugin] = run(static(), "m:f")
    assert plugin.docstring is not None
    assert plugin.docstring.location is not None
    assert plugin.docstring.location.line == 4


@BOTH
def test_instance_names_its_class(install: Install, way: Callable[[], Introspector]) -> None:
    files = {"m.py": "import n\na = n.A()\nb = {}\nclass B: pass", "n.py": "class A: pass"}
    install("one", files=files)
    assert [plugin.type for plugin in run(way(), "m:a", "m:b", "m:B")] == ["n.A", "builtins.dict", None]


INHERITED = {
    "m.py": "import n\nclass A(n.B): pass\na = A()\nclass C(A):\n    def f(self): pass\nclass D(dict): pass",
    "n.py": "class B:\n    '''Of B.'''\n    def f(self):\n        '''Of f.'''",
}


@BOTH
def test_inherited_docstring_is_kept_apart(install: Install, way: Callable[[], Introspector]) -> None:
    install("one", files=INHERITED)
    for plugin in run(way(), "m:A", "m:a", "m:C"):
        assert plugin.docstring is None
        assert plugin.inherited is not None
        assert (plugin.inherited.docstring.text, plugin.inherited.owner) == ("Of B.", "n.B")
    [builtin] = run(way(), "m:D")
    assert builtin.inherited is None


WRAPS = "import functools\ndef d(f):\n    @functools.wraps(f)\n    def g(*b): return f(*b)\n    return g\n"

SIGNATURES = {
    "def f(a, b: int = 1, *args, c='x', **kw) -> None: pass": "(a, b=1, *args, c='x', **kw)",
    "def f(a, /, b, *, c=None): pass": "(a, /, b, *, c=None)",
    "def f(a=object()): pass": "(a=…)",
    "class f:\n    def __init__(self, a, b=(1, 2)): pass": "(a, b=(1, 2))",
    "class B:\n    def __init__(self, a): pass\nclass f(B): pass": "(a)",
    "class f:\n    def __new__(cls, a): pass": "(a)",
    "class f:\n    def __\uff49nit__(self, a): pass": "(a)",  # which is the same name
    "class A:\n    @classmethod\n    def f(cls, a=None): pass\nf = A.f": "(a=None)",
    "class A:\n    def f(self, a): pass\nb = A()\nf = b.f": "(a)",
    "class f: pass": "()",
    "import enum\nclass f(enum.Enum): X = 1": None,
    "f = lambda a, b=1: a": "(a, b=1)",
    "class f:\n    def __new__(cls, a): pass\n    def __init__(self, *b): pass": "(a)",
    "class B:\n    def __new__(cls, *a): pass\nclass f(B):\n    def __init__(self, b): pass": "(b)",
    "class f:\n    def _init(self, a): pass\n    __init__ = _init": "(a)",
    WRAPS + "class f:\n    @d\n    def __init__(self, a): pass": "(a)",
}

UNSIGNED = {
    "by hand": "def d(f):\n    def g(*b): pass\n    g.__doc__ = f.__doc__\n    return g\n@d\ndef f(a): pass",
    "not wrapped any more": WRAPS.replace("return g", "del g.__wrapped__\n    return g") + "@d\ndef f(a): pass",
    "of a decorator": WRAPS.replace("return g", "g.__signature__ = None\n    return g") + "@d\ndef f(a): pass",
    "of a function": "import inspect\ndef f(a): pass\nf.__signature__ = inspect.Signature()",
    "of a class": "import inspect\nclass f:\n    __signature__ = inspect.Signature()\n    def __init__(self, a): pass",
    "of a metaclass": "class M(type):\n    def __call__(cls, b): pass\nclass f(metaclass=M):\n"
    "    def __init__(self, a): pass",
    "of a protocol": "import typing\nclass f(typing.Protocol): pass",
    "of a base class that is a dataclass": "import dataclasses\n@dataclasses.dataclass\nclass B:\n    x: int = 1\n"
    "class f(B): pass",
    "of compiled code": "import collections\nclass f(collections.OrderedDict): pass",
    "of a constructor's decorator": "def d(f):\n    return lambda self, b: None\nclass f:\n    @d\n"
    "    def __init__(self, a): pass",
}


def test_a_signature_that_only_shows_when_it_runs_is_not_told(install: Install) -> None:
    targets = [f"{module}:f" for module in installed(install, UNSIGNED.values())]
    read, loaded = (run(way, *targets, distribution=ONE) for way in (static(), live()))
    told = {case: (each.signature, each.kind, text(each)) for case, each in zip(UNSIGNED, read, strict=True)}
    assert told == {case: (None, each.kind, text(each)) for case, each in zip(UNSIGNED, loaded, strict=True)}


CONSTRUCTORS = {
    "class A:\n    def __init__(self): 'Own.'": "Own.",
    "class A:\n    def _init(self): 'Own.'\n    __init__ = _init": "Own.",
    WRAPS + "class A:\n    @d\n    def __init__(self): 'Own.'": "Own.",
    "class B:\n    def __init__(self): 'Other.'\nclass A(B): pass": None,
    "class A:\n    exec(compile('def __init__(self): \\'Other.\\'', '<made>', 'exec'))": None,
}


@BOTH
def test_docstring_of_a_constructor(install: Install, way: Callable[[], Introspector]) -> None:
    modules = installed(install, CONSTRUCTORS)
    plugins = run(way(), *(f"{module}:A" for module in modules), distribution=ONE)
    found = [plugin.constructor and plugin.constructor.text for plugin in plugins]
    assert dict(zip(CONSTRUCTORS, found, strict=True)) == CONSTRUCTORS


TYPES = {
    "a = 1 + 1.5": "builtins.float",
    "a = 2 * 3": "builtins.int",
    "a = 'a' * 2": "builtins.str",
    "a = '%s' % 1": "builtins.str",
    "x = 'a'\na = x * 2": "builtins.str",
    "import decimal\na = 1 + decimal.Decimal(1)": "decimal.Decimal",
    "class C: pass\ndef lazy_gettext(text): return C()\na = lazy_gettext('a')": "m.C",
    "class C: pass\ndef dict(**of): return C()\na = dict(x=1)": "m.C",
    "class M(type):\n    def __call__(cls): return 5\nclass C(metaclass=M): pass\na = C()": "builtins.int",
    "import functools\nclass A:\n    @functools.cached_property\n    def a(self): pass\na = vars(A)['a']": (
        "functools.cached_property"
    ),
}


def test_what_an_instance_is_of_is_what_loading_tells(install: Install) -> None:
    plugins = auto([f"{module}:a" for module in installed(install, TYPES)], distribution=ONE)
    found = [(str(plugin.type).replace(f"{plugin.module}.", "m."), plugin.problems) for plugin in plugins]
    assert dict(zip(TYPES, found, strict=True)) == {source: (expected, ()) for source, expected in TYPES.items()}


@BOTH
def test_a_cached_property_says_what_it_is(install: Install, way: Callable[[], Introspector]) -> None:
    source = "import functools\nclass A:\n    @functools.cached_property\n    def x(self): 'Own.'"
    install("one", files={"m.py": source})
    [plugin] = run(way(), "m:A.x")
    assert (plugin.kind, plugin.type, text(plugin)) == (Kind.INSTANCE, "functools.cached_property", "Own.")


@BOTH
def test_signature(install: Install, way: Callable[[], Introspector]) -> None:
    modules = installed(install, SIGNATURES)
    plugins = run(way(), *(f"{module}:f" for module in modules), distribution=ONE)
    assert dict(zip(SIGNATURES, [plugin.signature for plugin in plugins], strict=True)) == SIGNATURES


DEPRECATED = {
    "def f():\n    '''F.\n\n    .. deprecated:: 2.0\n       Use g.\n    '''": "2.0 Use g.",
    "def f():\n    '''F.\n\n    .. deprecated:: 2.0\n    '''": "2.0",
    "def f():\n    '''F.\n\n    .. deprecated:: 2.0 Use g\n       or h.\n    '''": "2.0 Use g or h.",
    "def f():\n    '''F.\n\n    .. deprecated::\n       Use g.\n    '''": "Use g.",
    "def f(): pass": None,
    "import wrn\n@wrn.deprecated('Use g.')\ndef f(): pass": "Use g.",
    "import wrn\n@wrn.deprecated('Use g.')\nclass f: pass": "Use g.",
}


@BOTH
def test_deprecation(install: Install, way: Callable[[], Introspector]) -> None:
    stand_in = (
        "def deprecated(message):\n    def d(f):\n        f.__deprecated__ = message\n        return f\n    return d"
    )
    modules = installed(install, DEPRECATED, {"wrn.py": stand_in})
    plugins = run(way(), *(f"{module}:f" for module in modules), distribution=ONE)
    assert dict(zip(DEPRECATED, [plugin.deprecated for plugin in plugins], strict=True)) == DEPRECATED


def test_stub_beside_compiled_code(install: Install) -> None:
    files = {
        "c.cpython-311-x86_64-linux-gnu.so": "",
        "c.pyi": "class A:\n    '''Own.'''\na: A\ndef f(): ...\n",
        "d.cpython-311-x86_64-linux-gnu.so": "",
    }
    install("one", files=files)
    a, instance, f, d = run(static(), "c:A", "c:a", "c:f", "d:A")
    assert (a.kind, text(a)) == (Kind.CLASS, "Own.")
    assert (instance.kind, instance.type) == (Kind.INSTANCE, "c.A")
    assert "its stub has no docstring" in f.problems[0].message
    assert "is compiled and has no stub" in d.problems[0].message


def test_what_is_told_in_part_is_loaded_in_auto(install: Install) -> None:
    source = (
        "def f(): pass\nf.__doc__ = 'Own.'.upper()\ndef twice(c): return [c][0]\nclass A:\n    '''A.'''\nB = twice(A)"
    )
    install("one", files={"m.py": source})
    for plugin, found in zip(run(static(), "m:f", "m:B"), auto(["m:f", "m:B"]), strict=True):
        assert plugin.introspection is Introspection.STATIC
        assert "is only in part told" in plugin.problems[0].message
        assert (found.introspection, found.problems) == (Introspection.IMPORT, ())


DOUBTFUL = {
    "condition": "import os\nif os.environ.get('X'):\n    def f():\n        'A.'\nelse:\n    def f():\n        'Own.'",
    "decorator": "def d(f): return [f][0]\n@d\ndef f():\n    'Own.'",
    "class decorator": "def d(f): return [f][0]\n@d\nclass f:\n    'Own.'",
    "no functools.wraps": "def d(f):\n    def g():\n        'Own.'\n    return g\n@d\ndef f():\n    'Other.'",
    "__new__": "class A:\n    def __new__(cls): return 1\nf = A()",
    "submodule that nothing imports": "import p\nf = p.q",
    "property": "class A:\n    @property\n    def f(self): return 1\nf = A().f",
}


@pytest.mark.slow
def test_what_is_doubtful_is_loaded_in_auto(install: Install) -> None:
    modules = installed(install, DOUBTFUL.values(), {"p/__init__.py": "", "p/q.py": ""})
    targets = [f"{module}:f" for module in modules]
    read, loaded = (
        dict(zip(DOUBTFUL, run(way, *targets, distribution=ONE), strict=True)) for way in (static(), live())
    )
    found = dict(zip(DOUBTFUL, auto(targets, ONE), strict=True))
    assert [case for case, plugin in read.items() if not plugin.problems] == []
    assert {case: (each.docstring, each.problems) for case, each in found.items()} == {
        case: (each.docstring, each.problems) for case, each in loaded.items()
    }
    [problem] = loaded.pop("submodule that nothing imports").problems
    assert "has no attribute 'q'" in problem.message
    assert {case: (found[case].introspection, found[case].kind, found[case].problems) for case in loaded} == {
        case: (Introspection.IMPORT, each.kind, ()) for case, each in loaded.items()
    }


SUBMODULES = {
    "mentioned only": ("'''Uses p.q.'''\nBACKEND = 'p.q'", True),
    "imported by a function": ("def f():\n    import p.q", True),
    "imported": ("import p.q", False),
    "imported from": ("from . import q as r", False),
    "what it has is imported": ("from .q import x as y", False),
}


def test_submodule_is_there_only_where_its_package_imports_it(install: Install) -> None:
    sources = {f"p{number}": source for number, (source, _) in enumerate(SUBMODULES.values())}
    files = {f"{package}/__init__.py": source.replace("p.q", f"{package}.q") for package, source in sources.items()}
    install("one", files={**files, **{f"{package}/q.py": "x = 1" for package in sources}})
    targets = [f"{package}:q" for package in sources]
    doubts = {case: is_doubt for case, (_, is_doubt) in SUBMODULES.items()}
    read, loaded = (run(way, *targets, distribution=ONE) for way in (static(), live()))
    found = auto(targets, distribution=ONE)
    for plugins in (read, loaded, found):
        assert {case: bool(each.problems) for case, each in zip(SUBMODULES, plugins, strict=True)} == doubts
    assert [plugin.introspection for plugin in found] == [Introspection.STATIC] * len(SUBMODULES)


def test_static_neither_runs_nor_imports(install: Install, site: Path) -> None:
    files, targets = side_by_side()
    install("one", files=files)
    code = f"""
import sys
import time
sys.path.insert(0, {str(site)!r})
from tests.test_introspect import run, static
def refuse(event, arguments):
    if event == "import" and arguments[1] and str(arguments[1]).startswith({str(site)!r}):
        raise AssertionError(arguments)
    if event == "exec" and getattr(arguments[0], "co_filename", "").startswith({str(site)!r}):
        raise AssertionError(arguments)
way = static()
sys.addaudithook(refuse)
targets = {targets!r}
assert not [plugin for plugin in run(way, *targets) if plugin.problems]
assert not set(sys.modules) & {{target.partition(":")[0] for target in targets}}
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


MOCKED = """
import nowhere.at.all
from nowhere import Base, decorate
from nowhere.sub import *
@decorate
def f():
    '''Own.'''
@decorate(1, two=3)
def g():
    '''Own.'''
class A(Base, nowhere.Mixin[int]):
    '''Own.'''
x = nowhere.at.all.thing["key"].other()
"""


def test_mocked_imports(install: Install) -> None:
    install("one", files={"m.py": MOCKED})
    way = loading(Environment(timeout=30, path=tuple(sys.path), mock=("nowhere",)))
    for plugin, kind in zip(run(way, "m:f", "m:g", "m:A"), ["function", "function", "class"], strict=True):
        assert (plugin.kind, text(plugin), plugin.problems) == (kind, "Own.", ())


def interpreter(version: str) -> str | None:
    """Find an interpreter on the path, or among those that pyenv keeps."""
    found = [shutil.which(f"python{version}")]
    pyenv = shutil.which("pyenv")
    if pyenv is not None:
        root = Path(subprocess.run([pyenv, "root"], check=True, capture_output=True, text=True).stdout.strip())
        found += map(str, root.glob(f"versions/{version}.*/bin/python"))
    commands = [[python, "-c", ""] for python in found if python]
    return next((c[0] for c in commands if not subprocess.run(c, check=False, capture_output=True).returncode), None)


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.12", "3.13", "3.14"])
def test_other_interpreters(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    way = loading(Environment(timeout=30, python=python))
    encoder, dumps = run(way, "json:JSONEncoder", "json:dumps")
    assert (encoder.kind, dumps.kind) == (Kind.CLASS, Kind.FUNCTION)
    assert encoder.docstring is not None
    assert dumps.signature is not None


def test_interpreter_that_does_not_start(tmp_path: Path) -> None:
    for python in (str(tmp_path / "nowhere"), str(tmp_path), "/bin/false"):
        for plugin in run(loading(Environment(timeout=30, python=python)), "json", "json:dumps"):
            [problem] = plugin.problems
            assert "interpreter" in problem.message


UNKNOWN: dict[str, tuple[dict[str, str], str, str]] = {
    "no module": ({}, "nowhere", "nowhere"),
    "no submodule": ({"p/__init__.py": ""}, "p.nowhere", "p.nowhere"),
    "no attribute": ({"m.py": ""}, "m:f", "f"),
    "no attribute of a class": ({"m.py": "class A: pass"}, "m:A.f", "f"),
    "import that leads nowhere": ({"m.py": "from nowhere import f"}, "m:f", "nowhere"),
    "no Python": ({"m.py": "this is no Python"}, "m:f", "(m.py, line 1)"),
    "NUL": ({"m.py": "\0"}, "m:f", ""),
    "import cycle": ({"m.py": "from n import f", "n.py": "from m import f"}, "m:f", "f"),
    "alias cycle": ({"m.py": "a = b\nb = a"}, "m:a", ""),
    "no name": ({}, "not a name!", "not"),
    "nothing": ({}, "", ""),
    "only an attribute": ({}, ":f", ""),
    "dots": ({}, "..", ""),
}


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("case", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_is_a_problem_with_a_reason(
    install: Install, way: Callable[[], Introspector], case: tuple[dict[str, str], str, str]
) -> None:
    files, target, reason = case
    install("one", files={**files, "well.py": "def f(): pass"})
    plugin, well = run(way(), target, "well:f")
    [problem] = plugin.problems
    assert plugin.introspection is Introspection.METADATA
    assert problem.kind is ProblemKind.LOAD
    assert problem.plugin == plugin.identity
    assert reason in problem.message
    assert well.kind is Kind.FUNCTION


def test_a_class_that_is_its_own_base(install: Install) -> None:
    install("one", files={"m.py": "class A(A): pass", "n.py": "class B(C): pass\nclass C(B): pass"})
    for plugin in run(static(), "m:A.f", "n:B.f"):
        assert plugin.introspection is Introspection.METADATA


def test_a_source_that_nests_too_deeply(install: Install) -> None:
    install("one", files={"m.py": f"f = {'(' * 150}{')' * 150}", "n.py": "f = " + "-" * 100_000 + "1"})
    for plugin in run(static(), "m:f", "n:f"):
        assert plugin.introspection is not Introspection.IMPORT


def test_static_runs_nothing(install: Install) -> None:
    install("one", files={"m.py": "raise SystemExit('it ran')\ndef f(): pass"})
    [plugin] = run(static(), "m:f")
    assert plugin.kind is Kind.FUNCTION
    assert "m" not in sys.modules


def test_files_are_read_once(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("one", files={"m.py": "from n import f", "n.py": "def f(): pass"})
    read: list[object] = []
    original = ModuleFile.read

    def counting(self: ModuleFile) -> str:
        read.append(self.path)
        return original(self)

    monkeypatch.setattr(ModuleFile, "read", counting)
    way = static()
    run(way, "m:f", "n:f")
    run(way, "m:f")
    assert len(read) == len(set(read)) == 2


HOSTILE = {
    "exception": "raise ValueError('broken on purpose')",
    "SystemExit": "raise SystemExit('broken on purpose')",
    "KeyboardInterrupt": "raise KeyboardInterrupt('broken on purpose')",
    "exception without words": "class E(Exception):\n    def __str__(self): raise self\nraise E('broken on purpose')",
    "exit": "import os\nos._exit(3)",
    "abort": "import os\nos.abort()",
    "segmentation fault": "import ctypes\nctypes.string_at(0)",
    "endless recursion": "def f(): return f()\nf()",
    "hang": "while True: pass",
    "closed streams": "import os\nfor fd in range(3, 100):\n    try: os.close(fd)\n    except OSError: pass",
}


@pytest.mark.slow
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_what_breaks_a_process_breaks_one_plugin(install: Install, source: str) -> None:
    install("one", files={"bad.py": source, "good.py": "def f():\n    '''Own.'''"})
    first, bad, last = run(live(timeout=2), "good:f", "bad", "good")
    assert (text(first), last.kind) == ("Own.", Kind.MODULE)
    [problem] = bad.problems
    assert problem.kind is ProblemKind.LOAD


HARMLESS = {
    "prints": "import sys\nprint('x' * 1_000_000)\nprint('x' * 1_000_000, file=sys.stderr)",
    "closes its streams": "import sys\nsys.stdout.close()\nsys.stderr.close()",
    "writes answers of its own": "import os\nfor fd in range(20):\n"
    '    try: os.write(fd, b\'\\n{"kind": "class"}\\n\')\n    except OSError: pass',
    "reads the requests": "import sys\nassert sys.stdin.read() == ''",
    "changes the folder": "import os, tempfile\nos.chdir(tempfile.mkdtemp())\nos.rmdir(os.getcwd())",
    "clears the environment": "import os\nos.environ.clear()",
    "clears the path": "import sys\nsys.path.clear()",
    "lowers the recursion limit": "import sys\nsys.setrecursionlimit(60)",
    "replaces what the worker needs": "import json, os\njson.dumps = os.write = os._exit = None",
    "leaves a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
    "leaves a child": "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
    "forks": "import os\nos.fork()",
}


@pytest.mark.slow
@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS)
def test_what_changes_a_process_harms_nobody(install: Install, source: str, capfd: pytest.CaptureFixture[str]) -> None:
    install("one", files={"odd.py": f'"""Odd."""\n{source}', "good.py": "import this\ndef f():\n    '''Own.'''"})
    odd, good = run(live(), "odd", "good:f")
    assert (text(odd), odd.problems) == ("Odd.", ())
    assert (text(good), good.problems) == ("Own.", ())
    assert capfd.readouterr() == ("", "")


def test_a_plugin_that_fails_in_company_is_tried_alone(install: Install) -> None:
    once = "import builtins\nif hasattr(builtins, 'taken'): raise ValueError('taken')\nbuiltins.taken = True\n"
    install("one", files={"a.py": once, "b.py": once})
    for plugin in run(live(), "a", "b"):
        assert plugin.problems == ()


def test_one_process_serves_many(install: Install) -> None:
    files = {f"p/m{n}.py": "import os\n__doc__ = str(os.getpid())" for n in range(5)}
    install("one", files=files)
    assert len({text(plugin) for plugin in run(live(), "p.m0", "p.m1", "p.m2", "p.m3", "p.m4")}) == 1


def test_an_error_does_not_tell_of_this_machine(install: Install) -> None:
    install("one", files={"p/__init__.py": "", "p/m.py": "from p import missing"})
    [plugin] = run(live(), "p.m")
    assert "(p/__init__.py)" in plugin.problems[0].message


def test_a_docstring_that_is_no_text_is_none(install: Install) -> None:
    sources = ["__doc__ = 3", "class A:\n    __doc__ = property(lambda self: 1 / 0)\n__doc__ = A()"]
    plugins = run(live(), *installed(install, sources), distribution=ONE)
    assert [(plugin.kind, plugin.docstring) for plugin in plugins] == [(Kind.MODULE, None)] * 2


def test_dataclass_has_not_written_its_docstring(install: Install) -> None:
    install("one", files={"m.py": "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int = 0"})
    for way in (static(), live()):
        [plugin] = run(way, "m:A")
        assert (plugin.kind, plugin.docstring) == (Kind.CLASS, None)


def auto(targets: Sequence[str], distribution: Distribution | None = None, **settings: str) -> list[Plugin]:
    source = Installed()
    options = Options(**settings)  # type: ignore[arg-type]  # a test gives valid ones
    way = introspect.from_options(options, source.path, ModuleFinder(*source.roots()))
    return run(way, *targets, distribution=distribution)


def test_auto_loads_only_what_the_source_does_not_tell(install: Install) -> None:
    files = {
        "told.py": "raise SystemExit\ndef f():\n    '''Read.'''",
        "made.py": "globals()['f'] = lambda: None\nf.__doc__ = 'Loaded.'",
    }
    install("one", files=files)
    told, made, broken = auto(["told:f", "made:f", "nowhere:f"])
    assert (told.introspection, text(told)) == (Introspection.STATIC, "Read.")
    assert (made.introspection, text(made)) == (Introspection.IMPORT, "Loaded.")
    [problem] = broken.problems
    assert "ModuleNotFoundError" in problem.message


@pytest.mark.parametrize(("mode", "known"), [("static", Introspection.STATIC), ("import", Introspection.IMPORT)])
def test_each_way_alone(install: Install, mode: str, known: Introspection) -> None:
    install("one", files={"m.py": "def f(): pass"})
    [plugin] = auto(["m:f"], introspection=mode)
    assert plugin.introspection is known


@BOTH
def test_inherited_docstring_of_a_method(install: Install, way: Callable[[], Introspector]) -> None:
    install("one", files=INHERITED)
    [plugin] = run(way(), "m:C.f")
    assert (plugin.kind, plugin.docstring) == (Kind.METHOD, None)
    assert plugin.inherited is not None
    assert (plugin.inherited.docstring.text, plugin.inherited.owner) == ("Of f.", "n.B.f")


@BOTH
def test_member_of_an_enumeration(install: Install, way: Callable[[], Introspector]) -> None:
    install("one", files={"m.py": "import enum\nclass A(enum.Enum):\n    X = 1"})
    [plugin] = run(way(), "m:A.X")
    assert (plugin.kind, plugin.type, plugin.docstring) == (Kind.INSTANCE, "m.A", None)


def test_what_is_told_in_part_says_why_it_does_not_load(install: Install) -> None:
    install("one", files={"m.py": "import nowhere\ndef f(): pass\nf.__doc__ = 'Own.'.upper()"})
    [plugin] = auto(["m:f"])
    assert (plugin.introspection, plugin.kind) == (Introspection.STATIC, Kind.FUNCTION)
    assert "No module named 'nowhere'" in plugin.problems[0].message


def test_docstring_that_is_imported(install: Install) -> None:
    install("one", files={"m.py": "from n import __doc__", "n.py": "'''Other.'''", "well.py": "def f(): pass"})
    [_, well] = run(static(), "m", "well:f")
    assert well.kind is Kind.FUNCTION
    [plugin] = auto(["m"])
    assert text(plugin) == "Other."


def test_a_daemon_keeps_nobody_waiting_and_does_not_stay(install: Install, tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    daemon = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    while True:\n"
    daemon += f"        open({str(alive)!r}, 'w').close()\n        time.sleep(0.05)\n"
    install("one", files={"m.py": f"{daemon}else:\n    time.sleep(0.3)\n", "n.py": "def f(): pass"})
    # The daemon never ends by itself: that this goes on behind the next line shows that nobody waits for it.
    for plugin in run(live(timeout=5), "m", "n:f"):
        assert plugin.problems == ()
    if Path("/proc").is_dir():
        time.sleep(0.3)
        alive.unlink()
        time.sleep(0.3)
        assert not alive.exists()


SPOOF = """
import sys, os
frame = sys._getframe()
while frame:
    found = frame.f_locals
    if "token" in found and "answers" in found:
        for text in (b'not json', b'[1]', b'{"docstring": "spoofed", "number": "1"}', b'{"number": "1"}'):
            os.write(found["answers"], b"\\n" + found["token"] + b" " + text + b"\\n")
    frame = frame.f_back
"""


def test_what_a_plugin_says_for_others_is_not_believed(install: Install) -> None:
    install("one", files={"p/a.py": SPOOF, "p/b.py": "'''B.'''", "p/c.py": "'''C.'''"})
    _, b, c = run(live(), "p.a", "p.b", "p.c")
    assert (text(b), text(c)) == ("B.", "C.")


ODD = {
    "default without a text": "class B:\n    def __repr__(self): raise ValueError\ndef f(a=(B(),)):\n    '''Own.'''",
    "wrapped by itself": "def f():\n    '''Own.'''\nf.__wrapped__ = f",
    "module that is no text": "def f():\n    '''Own.'''\nf.__module__ = [1]",
    "very long": "def f():\n    '''Own.'''\nf.__doc__ = 'Own.' + '\\n' * 50_000_000",
}


@pytest.mark.parametrize("source", ODD.values(), ids=ODD)
def test_odd_objects_lose_nothing_else(install: Install, source: str) -> None:
    install("one", files={"m.py": source, "n.py": "'''Next.'''"})
    plugin, following = run(live(), "m:f", "n")
    assert (plugin.kind, text(plugin), plugin.problems) == (Kind.FUNCTION, "Own.", ())
    assert text(following) == "Next."


def test_nothing_differs_from_one_process_to_the_next(install: Install) -> None:
    source = (
        "class A: pass\ndef f(a=(object(),), b=A()): pass\nNAMES = {'a', 'b', 'c', 'd'}\ndef g(): raise ValueError(A())"
    )
    install("one", files={"m.py": source, "n.py": "import m\nm.g()"})
    for plugin in run(live(), "m:f", "n"):
        assert " at 0x" not in str(plugin)


WORDLESS = [
    "import typing\nT = typing.TypeVar('T')\nclass A(typing.Generic[T]): pass",
    "import abc\nclass A(abc.ABC): pass",
    "import typing\nclass A(typing.NamedTuple):\n    x: int",
    "import collections\nA = collections.namedtuple('A', 'x y')",
    "import enum\nclass A(enum.Enum):\n    X = 1",
]


@BOTH
def test_words_of_python_itself_are_nobodys(install: Install, way: Callable[[], Introspector]) -> None:
    modules = installed(install, WORDLESS)
    plugins = run(way(), *(f"{module}:A" for module in modules), distribution=ONE)
    found = [(plugin.docstring, plugin.inherited) for plugin in plugins]
    assert dict(zip(WORDLESS, found, strict=True)) == dict.fromkeys(WORDLESS, (None, None))


def test_replaced_builtins_are_put_back(install: Install) -> None:
    install("one", files={"p/m.py": "import builtins\nbuiltins.isinstance = builtins.str = None", "p/n.py": "'N.'"})
    assert [text(plugin) for plugin in run(live(), "p.m", "p.n")] == [None, "N."]


WRITTEN = {
    "added to": "def f():\n    'Own.'\nf.__doc__ += ' More.'",
    "of a method": "class A:\n    def f(self):\n        'Other.'\nA.f.__doc__ = 'Own.'\nf = A.f",
    "two at once": "def f():\n    'Other.'\nx = f.__doc__ = 'Own.'",
    "by a function": "def f():\n    'Other.'\nsetattr(f, '__doc__', 'Own.')",
    "deleted": "def f():\n    'Other.'\ndel f.__doc__",
    "in a class, added to": "class f:\n    'Own.'\n    __doc__ += ' More.'",
    "twice": "def f():\n    'Other.'\nf.__doc__ = 'Another.'\nf.__doc__ = 'Own.'",
}


def test_docstring_that_is_written_in_another_way(install: Install) -> None:
    targets = [f"{module}:f" for module in installed(install, WRITTEN.values())]
    loaded, found = run(live(), *targets, distribution=ONE), auto(targets, distribution=ONE)
    assert dict(zip(WRITTEN, map(text, found), strict=True)) == dict(zip(WRITTEN, map(text, loaded), strict=True))
