"""What the source does not tell for certain, so that it is loaded."""

from __future__ import annotations

import contextlib
import itertools
import signal
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Plugin
from tests.test_introspect import ONE, auto, installed, live, run, static, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sphinxext.plugins.introspect.introspected import Introspector
    from tests.conftest import Install


WAYS = pytest.mark.parametrize("way", [static, live], ids=["static", "import"])


def functions(install: Install, sources: Iterable[str], others: Mapping[str, str] = {}) -> list[str]:
    """Install a module for each source, and other files; return what names the function ``f`` of each."""
    return [f"{module}:f" for module in installed(install, sources, others)]


def told(cases: Iterable[str], plugins: Iterable[Plugin]) -> dict[str, tuple[object, ...]]:
    """Return what is told of the plugin of each case."""
    return {case: (each.kind, text(each), each.problems) for case, each in zip(cases, plugins, strict=True)}


def counted(cases: Iterable[str], plugins: Iterable[Plugin]) -> dict[str, tuple[object, ...]]:
    """Return the same, but of the problems only how many there are."""
    return {case: (each.kind, text(each), len(each.problems)) for case, each in zip(cases, plugins, strict=True)}


BOUND = {
    "unpacked": "def _f():\n    'Own.'\ndef _g(): pass\nf, g = _f, _g",
    "unpacked from a list": "def _f():\n    'Own.'\nx = [f] = [_f]",
    "loop": "def f():\n    'Other.'\ndef g():\n    'Own.'\nfor f in [g]: pass",
    "with": "import contextlib\ndef f():\n    'Other.'\ndef g():\n    'Own.'\n"
    "with contextlib.nullcontext(g) as f: pass",
    "assignment expression": "def f():\n    'Other.'\ndef g():\n    'Own.'\nif (f := g): pass",
    "case": "def f():\n    'Other.'\ndef g():\n    'Own.'\nmatch [g]:\n    case [f]: pass",
    "second under a condition": "def f():\n    'Other.'\ndef g():\n    'Own.'\nif g:\n    f = g",
    "second that is computed, under a condition": "def f():\n    'Other.'\ndef g():\n    'Own.'\nif g:\n    f = [g][0]",
    "deleted": "def f():\n    'Other.'\ndef g(): pass\ndel f",
    "deleted in a class": "class B:\n    def f(self):\n        'Own.'\n"
    "class A(B):\n    def f(self):\n        'Other.'\n    del f\nf = A.f",
    "unpacked in a class": "def _f(self):\n    'Own.'\nclass B:\n    def f(self):\n        'Other.'\nclass A(B):\n"
    "    f, g = _f, _f\nf = A.f",
    "loop in a class": "def _f(self):\n    'Own.'\nclass B:\n    def f(self):\n        'Other.'\nclass A(B):\n"
    "    for f in [_f]: pass\nf = A.f",
    "accelerated": "try:\n    from fast import f\nexcept ImportError:\n    def f():\n        'Own.'",
    "import from too far above": "try:\n    from .textwrap import dedent as f\n"
    "except ImportError:\n    def f():\n        'Own.'",
    "suppressed": "import contextlib\ndef f():\n    'Own.'\n"
    "with contextlib.suppress(ImportError):\n    from gone import f",
    "builtin in what is called": "def make():\n    return type('A', (), {'__doc__': 'Own.'})\ntry:\n    f = make()\n"
    "except NameError:\n    def f():\n        'Other.'",
    "behind a call that fails": "def c(): raise OSError\ntry:\n    c()\n    def f():\n        'Other.'\n"
    "except OSError:\n    def f():\n        'Own.'",
    "behind what is raised": "try:\n    raise OSError\nexcept OSError:\n    def f():\n        'Own.'\n"
    "else:\n    def f():\n        'Other.'",
    "behind a name that is not there": "try:\n    unicode\n    def f():\n        'Other.'\n"
    "except NameError:\n    def f():\n        'Own.'",
    "name of what is raised": "def f():\n    'Other.'\ntry:\n    1 / 0\nexcept ArithmeticError as f: pass",
    "descriptor": "import functools\nclass A:\n    def g(self): 'G.'\n    h = functools.partialmethod(g)\nf = A.h",
    "static method outside of a class": "@staticmethod\ndef f():\n    'Own.'",
    "replaced by compiled code": "from functools import partial as f",
    "docstring under a condition": "import sys\nclass f:\n    'Own.'\n    if not sys.argv:\n        __doc__ = 'Other.'",
    "docstring of a loop": "class f:\n    'Other.'\n    for __doc__ in ['Own.']: pass",
}


@pytest.mark.slow
def test_what_is_bound_otherwise_is_what_loading_tells(install: Install) -> None:
    targets = functions(install, BOUND.values(), {"fast.cpython-311-x86_64-linux-gnu.so": ""})
    loaded, found = run(live(), *targets, distribution=ONE), auto(targets, ONE)
    assert counted(BOUND, found) == counted(BOUND, loaded)


EXPORTED = {
    "appended": "__all__ = []\n__all__.append('f')",
    "extended": "__all__ = ['g']\n__all__.extend(['f'])",
    "removed": "__all__ = ['f']\n__all__.remove('f')",
    "added": "__all__ = ['g']\n__all__ += [n for n in ['f']]",
    "sorted": "__all__ = sorted(['f', 'g'])",
    "split": "__all__ = 'f g'.split()",
    "comprehension": "__all__ = [n for n in dir() if n[0] != '_']",
    "text": "__all__ = 'fg'",
    "slice": "__all__ = ['f', 'g']\n__all__[:] = ['g']",
    "slice of another": "_all = ['f', 'g']\n__all__ = _all[1:]",
    "deleted item": "__all__ = ['f', 'g']\ndel __all__[0]",
    "deleted": "__all__ = ['g']\ndel __all__",
    "under a condition": "__all__ = ['f', 'g']\nif g:\n    __all__ = ['g']",
    "unpacked": "__all__, x = ['g'], 1",
    "starred": "__all__ = [*['f'], 'g']",
    "through globals": "globals()['__all__'] = ['g']",
    "of another module": "import o\n__all__ = o.__all__",
    "imported": "from o import __all__",
    "of this module": "import n\n__all__ = ['g']\n__all__ += n.__all__",
    "with two names": "__all__ = x = ['g']\nx.append('f')",
    "global": "def h():\n    global __all__\n    __all__ = ['g']\nh()",
    "not there": "",
}
NOT_EXPORTED = {"removed", "slice", "slice of another", "deleted item", "under a condition", "unpacked"}
NOT_EXPORTED |= {"global", "through globals", "of this module"}


@pytest.mark.slow
def test_what_a_star_brings_is_what_loading_tells(install: Install) -> None:
    files = {"o.py": "def f():\n    'Old.'\n__all__ = ['g']\n__all__ += [n for n in dir() if n == 'f']\ng = f"}
    for number, source in enumerate(EXPORTED.values()):
        exported = source.replace("import n\n", f"import n{number}\n").replace("n.__all__", f"n{number}.__all__")
        files[f"n{number}.py"] = f"def f():\n    'New.'\ndef g(): pass\n{exported}"
    sources = [f"from o import f\nfrom n{number} import *" for number in range(len(EXPORTED))]
    targets = functions(install, sources, files)
    expected = {name: "Old." if name in NOT_EXPORTED else "New." for name in EXPORTED}
    for plugins in (run(live(), *targets, distribution=ONE), auto(targets, ONE)):
        assert dict(zip(EXPORTED, map(text, plugins), strict=True)) == expected


@pytest.mark.parametrize("exported", ["sorted", "split", "starred", "not there"])
def test_what_a_star_brings_is_told_where_it_stands_there(install: Install, exported: str) -> None:
    new = f"def f():\n    'New.'\ndef g(): pass\n{EXPORTED[exported]}"
    install("one", files={"m.py": "from o import f\nfrom n import *", "n.py": new, "o.py": "f = 1"})
    [plugin] = run(static(), "m:f")
    assert (text(plugin), plugin.problems) == ("New.", ())


def test_a_star_brings_what_a_package_imports_of_itself(install: Install) -> None:
    files = {"p/__init__.py": "from .f import x", "p/f.py": "'Own.'\nx = 1"}
    install("one", files={"m.py": "def f():\n    'Other.'\nfrom p import *", **files})
    [loaded], [read] = run(live(), "m:f"), run(static(), "m:f")
    assert (read.kind, text(read), read.problems) == (loaded.kind, "Own.", ())


FALLBACKS = {
    "module that is not there": "from nowhere import x",
    "module of its package that needs one": "from .b import x",
    "error": "raise ImportError",
}


@WAYS
def test_what_is_tried_is_not_taken_where_it_needs_what_is_not_there(
    install: Install, way: Callable[[], Introspector]
) -> None:
    files, cases = {}, [*itertools.product(FALLBACKS, (".a", "{}.a"))]
    packages = [f"p{number}" for number in range(len(cases))]
    for package, (needs, of) in zip(packages, cases, strict=True):
        imports = f"from {of.format(package)} import f"
        files[f"{package}/m.py"] = f"try:\n    {imports}\nexcept ImportError:\n    def f():\n        'Own.'"
        files[f"{package}/a.py"] = f"{FALLBACKS[needs]}\ndef f():\n    'Other.'"
        files |= {f"{package}/__init__.py": "", f"{package}/b.py": "import nowhere"}
    install("one", files=files)
    plugins = run(way(), *(f"{package}.m:f" for package in packages), distribution=ONE)
    found = [(text(plugin), plugin.problems) for plugin in plugins]
    assert dict(zip(cases, found, strict=True)) == dict.fromkeys(cases, ("Own.", ()))


@WAYS
def test_what_is_tried_is_taken_where_all_is_there(install: Install, way: Callable[[], Introspector]) -> None:
    cases = ["import os.path", "from os.path import join", "import sys, posixpath"]
    source = "try:\n    {}\n    def f():\n        'Own.'\nexcept ImportError:\n    def f():\n        'Other.'"
    targets = functions(install, [source.format(imports) for imports in cases])
    found = [(text(plugin), plugin.problems) for plugin in run(way(), *targets, distribution=ONE)]
    assert dict(zip(cases, found, strict=True)) == dict.fromkeys(cases, ("Own.", ()))


SUBMODULES = {
    "imported elsewhere": ("def run():\n    'Other.'\nfrom .b import x", "from . import run\nx = 1"),
    "imported from elsewhere": ("def run():\n    'Other.'\nfrom .b import x", "from p.run import y as x"),
}


@pytest.mark.parametrize(("package", "other"), SUBMODULES.values(), ids=SUBMODULES)
def test_a_module_may_take_the_place_of_a_name_of_its_package(install: Install, package: str, other: str) -> None:
    files = {"p/__init__.py": package, "p/b.py": f"import p.run\n{other}", "p/run.py": "'Own.'\ny = 1"}
    install("one", files=files)
    [read], [loaded], [found] = run(static(), "p:run"), run(live(), "p:run"), auto(["p:run"])
    assert read.problems
    assert (found.kind, text(found), found.problems) == (loaded.kind, "Own.", ())


def test_a_name_that_comes_from_the_module_of_that_name_stays(install: Install) -> None:
    run_py = "def run():\n    'Own.'\ndef walk(): pass"
    files = {"p/__init__.py": "from .run import run", "q/__init__.py": "from .run import walk\ndef run():\n    'Own.'"}
    install("one", files={**files, "p/run.py": run_py, "q/run.py": run_py})
    assert [(text(each), each.problems) for each in run(static(), "p:run", "q:run")] == [("Own.", ())] * 2


CIRCLES = {
    "defined last": "{stars}\n{own}",
    "defined first": "{own}\n{stars}",
    "aliases": "".join(f"a{{n}}_{n} = a{{n}}_{n + 1}\n" for n in range(100)) + "{own}\n{stars}",
    "computed __all__": "{stars}\n{own}\n__all__ = [n for n in dir()]",
    "under a condition": "try:\n    import gone\nexcept ImportError:\n    pass\n{own}\n{stars}\nfrom gone import *",
}


@pytest.mark.slow
@pytest.mark.parametrize("source", CIRCLES.values(), ids=CIRCLES)
def test_modules_that_import_star_from_each_other_are_read_soon(install: Install, source: str) -> None:
    count = 60
    files = {
        f"p/m{n}.py": source.format(
            n=n,
            stars="\n".join(f"from p.m{other} import *" for other in range(count) if other != n),
            own=f"class C{n}:\n    'Own of {n}.'\n    title = 'Title of {n}'\n",
        )
        for n in range(count)
    }
    install("one", files={"p/__init__.py": "", **files})
    plugins = [Plugin(namespace="ns", name=str(n), target=f"p.m0:C{n}") for n in range(3)]
    fields = Fields({"Title": ["attr:title"], "Name": ["call:get_name"], "Alias": ["attr:a0_0"]})
    with processor_time(20):
        found = [each.plugin for each in static().introspect(plugins, fields)]
    for plugin in found:
        assert text(plugin) == f"Own of {plugin.name}." or plugin.problems
        for answer in plugin.answers:
            assert answer.value in (None, f"Title of {plugin.name}")


def test_what_a_large_module_exports_is_looked_for_once(install: Install) -> None:
    large = "__all__ = ['f']\n# " + "word " * 100_000 + "\ndef f():\n    'Own.'"
    install("one", files={"m.py": "from large import *", "large.py": large})
    with processor_time(2):
        plugins = run(static(), *["m:f"] * 200)
    assert {text(plugin) for plugin in plugins} == {"Own."}


CHOSEN = {
    "imported as a name": "from p import path as f",
    "imported from it": "from p.path import f",
    "attribute": "import p\nf = p.path.f",
}


def test_what_is_in_a_module_that_depends_on_a_condition_is_what_loading_tells(install: Install) -> None:
    chosen = "import sys\nif sys.argv:\n    import a as path\nelse:\n    import b as path\nsys.modules['p.path'] = path"
    own = "def f():\n    '{}.'"
    others = {"p.py": chosen, "a.py": own.format("Own"), "b.py": own.format("Other")}
    targets = functions(install, CHOSEN.values(), others)
    loaded, found = run(live(), *targets, distribution=ONE), auto(targets, ONE)
    assert told(CHOSEN, found) == {case: (each.kind, text(each), ()) for case, each in zip(CHOSEN, loaded, strict=True)}


def test_what_a_module_binds_by_importing_itself_is_what_loading_tells(install: Install) -> None:
    cases = ["from . import m{} as me", "from p import m{} as me", "import p.m{} as me"]
    source = "def f():\n    'Other.'\ndef g():\n    'Own.'\n{}\nme.f = g"
    files = {f"p/m{number}.py": source.format(imports.format(number)) for number, imports in enumerate(cases)}
    install("one", files={"p/__init__.py": "", **files})
    targets = [f"p.m{number}:f" for number in range(len(cases))]
    loaded, found = run(live(), *targets), auto(targets)
    assert dict(zip(cases, map(text, loaded), strict=True)) == dict.fromkeys(cases, "Own.")
    assert {case: of[1:] for case, of in told(cases, found).items()} == dict.fromkeys(cases, ("Own.", ()))


def test_a_submodule_is_there_where_it_was_imported(install: Install) -> None:
    files = {
        "p/__init__.py": "",
        "p/q/__init__.py": "",
        "p/q/r.py": "def f():\n    'Own.'",
        "m.py": "import p.q.r\nf = p.q.r.f",
    }
    install("one", files={**files, "n.py": "import p\nf = p.q.r.f"})
    plugins = run(static(), "m:f", "m:p.q.r.f", "n:f")
    assert [(text(plugin), len(plugin.problems)) for plugin in plugins] == [("Own.", 0), ("Own.", 0), ("Own.", 1)]


def test_what_a_stub_declares_is_not_absent(install: Install) -> None:
    stub = "from typing import ClassVar\nclass A:\n    x: int\n    y: ClassVar[int | None]\n"
    install("one", files={"m.pyi": stub, "m.cpython-311-x86_64-linux-gnu.so": ""})
    plugin = Plugin(namespace="ns", name="a", target="m:A")
    fields = Fields({"X": ["attr:x"], "Y": ["attr:y"], "Z": ["attr:z"]})
    [found] = static().introspect([plugin], fields)
    assert [answer.error is None for answer in found.plugin.answers] == [False, False, True]
    [of_instances] = run(static(), "m:A.x")
    assert of_instances.kind is None


def test_compiled_code_is_not_taken_to_export_what_decorates_methods(install: Install) -> None:
    source = "from fast import *\nclass A:\n    @property\n    def f(self):\n        'Own.'"
    install("one", files={"m.py": source, "fast.cpython-311-x86_64-linux-gnu.so": ""})
    [plugin] = run(static(), "m:A.f")
    assert (plugin.kind, plugin.type, text(plugin), plugin.problems) == ("instance", "builtins.property", "Own.", ())


def test_a_long_way_round_brings_what_stands_there(install: Install) -> None:
    files = {f"m{n}.py": f"from m{n + 1} import *\nfrom m{n // 2} import *" for n in range(60)}
    install("one", files={**files, "m60.py": "from m0 import *\ndef f():\n    'Own.'"})
    for target in ("m60:f", "m59:f", "m0:f"):
        [plugin] = run(static(), target)
        assert text(plugin) == "Own." or plugin.problems
    install("two", files={"a.py": "from b import *", "b.py": "from c import *\nfrom d import *", "d.py": "import a"})
    install("three", files={"c.py": "from e import *", "e.py": "from c import *\ndef f():\n    'Own.'"})
    [plugin] = run(static(), "a:f")
    assert (text(plugin), plugin.problems) == ("Own.", ())


@contextlib.contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Fail what takes more than that, also where it does not end."""
    before = signal.signal(signal.SIGPROF, lambda *_: pytest.fail(f"it takes more than {seconds} s"))
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def decorated(decorator: str, *, by: str = "@d", what: str = "def f(x=1):\n    'Own.'") -> str:
    return f"import functools, inspect\n{decorator}\n{by}\n{what}\n"


BUILT = "class C:\n    def __init__(self, g, *a, **k): self.g = g\n"

DECORATED = {
    "rebinds": decorated(BUILT + "def d(f):\n    f = C(f)\n    return f"),
    "rebinds what it wraps": decorated(
        BUILT + "def o(f): return f\ndef d(f):\n    f = o(f)\n    f = C(f)\n    return f"
    ),
    "gives one that rebinds": decorated(
        BUILT + "def d(n):\n    def e(f):\n        f = C(f)\n        return f\n    return e", by="@d(1)"
    ),
    "says that it keeps, and does not": decorated("def d(f: 'F') -> 'F':\n    def g(): pass\n    return g"),
    "no wraps": decorated("def d(f):\n    def g(): 'Other.'\n    return g"),
    "one of two": decorated(BUILT + "def d(f):\n    if f.__name__ == 'f': return C(f)\n    return f"),
    "nothing at the end": decorated("def d(f):\n    if not f: return f"),
    "writes the docstring": decorated("def d(f):\n    f.__doc__ = 'Other.'\n    return f"),
    "adds to the docstring": decorated("def d(f):\n    f.__doc__ += ' More.'\n    return f"),
    "writes that of the wrapper": decorated(
        "def d(f):\n    @functools.wraps(f)\n    def g(): pass\n    g.__doc__ = 'Other.'\n    return g"
    ),
    "copies another docstring": decorated(
        "def d(f):\n    @functools.wraps(f)\n    def g(): pass\n    g.__doc__ = d.__doc__\n    return g"
    ),
    "has the docstring written": decorated(
        "def w(g): g.__doc__ = 'Other.'\ndef d(f):\n    w(f)\n    return f",
    ),
    "has it written by setattr": decorated("def d(f):\n    setattr(f, '__doc__', 'Other.')\n    return f"),
    "has it written by a name": decorated("def d(f):\n    n = '__doc__'\n    setattr(f, n, 'Other.')\n    return f"),
    "has it written inside": decorated(
        "def d(f):\n    def w(g): g.__doc__ = 'Other.'\n    w(f)\n    return f",
    ),
    "another wraps": decorated(
        "def wraps(f): return lambda g: g\ndef d(f):\n    @wraps(f)\n    def g(): 'Other.'\n    return g"
    ),
    "wraps another": decorated(
        "def o(): 'Other.'\ndef d(f):\n    @functools.wraps(o)\n    def g(): pass\n    return g"
    ),
    "wraps itself by another": decorated("def o(): 'Other.'", by="@functools.wraps(o)"),
    "partial that is updated": decorated("def d(f): return functools.update_wrapper(functools.partial(f), f)"),
    "wraps a class": decorated(
        "def d(f):\n    @functools.wraps(f)\n    def g(): pass\n    return g", what="class f:\n    'Own.'"
    ),
    "class that subclasses": decorated("def d(c):\n    class E(c): pass\n    return E", what="class f:\n    'Own.'"),
    "only of classes": decorated(
        "def d(c):\n    if inspect.isclass(c): c.__doc__ = 'Other.'\n    return c", what="class f:\n    'Own.'"
    ),
    "class without a docstring": decorated(BUILT, by="@C"),
    "class whose __new__ gives anything": decorated("class C:\n    def __new__(cls, f): return f", by="@C"),
    "class whose instances decorate": decorated("class C:\n    def __call__(self, f): return [f]", by="@C()"),
    "instance's method": decorated("class R:\n    def cache(self, f): return [f]\nr = R()", by="@r.cache"),
    "instance's method of an instance": decorated(
        "class R:\n    def cache(self, f):\n        f.__doc__ = 'Other.'\n        return f\nr = R()", by="@r.cache"
    ),
    "named like a known one": decorated("def dataclass(c): return [c]", by="@dataclass", what="class f: 'Own.'"),
    "named like a builtin one": decorated("def staticmethod(c): return [c]", by="@staticmethod"),
    "decorator that is decorated": decorated("def m(d): return lambda f: [f]\n@m\ndef d(f): return f"),
    "factory that is given a class": decorated(
        BUILT + "def d(cls=C):\n    def e(f):\n        made = cls(f)\n        made.__doc__ = f.__doc__\n"
        "        return made\n    return e",
        by="@d(cls=lambda f: f)",
    ),
    "docstring that is given on under a condition": decorated(
        "class C:\n    def __init__(self, f, x=0):\n        if x: self.__doc__ = f.__doc__", by="@C"
    ),
    "docstring of another that is given on": decorated(
        "def o(): 'Other.'\nclass C:\n    def __init__(self, f): self.__doc__ = o.__doc__", by="@C"
    ),
    "rebound behind the definition": decorated("def d(f): return [f]") + "def d(f): return f",
    "second argument": decorated("def m(n, f): return [f]\ndef d(f): return m(1, f)"),
    "called with, and rebinds": "class C: pass\ndef o(f): return f\ndef d(f):\n    f = C()\n    return f\n"
    "def _f(): 'Own.'\nf = d(_f)",
    "called with, and writes": "def d(f):\n    f.__doc__ = 'Other.'\n    return f\ndef _f(): 'Own.'\nf = d(_f)",
    "instance that documents itself": "class C:\n    def __init__(self): self.__doc__ = 'Own.'\nf = C()",
    "instance that gets a docstring": "class C: pass\ndef d():\n    c = C()\n    c.__doc__ = 'Own.'\n    return c\n"
    "f = d()",
    "with and without parentheses": decorated(
        "def d(f=None, *, n=1):\n    def e(g):\n        @functools.wraps(g)\n        def h(): pass\n        return h\n"
        "    if f is None: return e\n    return e(f)"
    ),
    "with parentheses": decorated(
        "def d(f=None, *, n=1):\n    def e(g): return g\n    if callable(f):\n        return e(f)\n    return e",
        by="@d(n=2)",
    ),
    "of classes and functions": decorated("def d(c):\n    if isinstance(c, type): return [c]\n    return c"),
    "factory that makes an object of a class by default": decorated(
        BUILT + "def d(cls=C):\n    def e(f):\n        made = cls(f)\n        made.__doc__ = f.__doc__\n"
        "        return made\n    return e",
        by="@d()",
    ),
    "factory that says which class it is given": decorated(
        "from typing import Callable, TypeVar\nT = TypeVar('T')\nclass D:\n    def __init__(self, f): pass\n"
        "def d(cls: type[T]) -> Callable[[object], T]:\n    def e(f):\n        made = cls(f)\n"
        "        made.__doc__ = f.__doc__\n        return made\n    return e",
        by="@d(cls=D)",
    ),
    "generator": decorated("def d(f):\n    yield f\n    return f"),
    "binds the name by case": decorated("def d(f):\n    match [f]:\n        case f: pass\n    return f"),
    "imports the name": decorated("def d(f):\n    import os as f\n    return f"),
    "defines the name": decorated("def d(f):\n    def f(): 'Other.'\n    return f"),
    "defines a class of the name": decorated("def d(f):\n    class f: 'Other.'\n    return f"),
    "rebinds inside": decorated("def d(f):\n    def g():\n        nonlocal f\n        f = [f]\n    g()\n    return f"),
    "wraps what another decorates": decorated(
        "def o(f): return [f]\ndef d(f):\n    @o\n    @functools.wraps(f)\n    def g(): pass\n    return g"
    ),
    "has that of the wrapper written": decorated(
        "def w(g): g.__doc__ = 'Other.'\ndef d(f):\n    @functools.wraps(f)\n    def g(): pass\n    w(g)\n    return g"
    ),
    "class that documents others": decorated(
        "class C:\n    def __init__(self, f): pass\n    def c(self, f):\n        made = C(f)\n"
        "        made.__doc__ = f.__doc__\n        return made",
        by="@C",
    ),
}


@pytest.mark.slow
def test_what_a_decorator_makes_is_what_loading_tells(install: Install) -> None:
    targets = functions(install, DECORATED.values())
    loaded, found = run(live(), *targets, distribution=ONE), auto(targets, ONE)
    assert [plugin for plugin in loaded if plugin.problems] == []
    assert told(DECORATED, found) == told(DECORATED, loaded)


SEEN_THROUGH = {
    "registers": decorated("ALL = []\ndef d(f):\n    ALL.append(f)\n    return f"),
    "registers by name": decorated("ALL = {}\ndef d(f):\n    ALL[f.__name__] = f\n    return f"),
    "registers through a function": decorated("ALL = {}\ndef r(f): ALL[f] = 1\ndef d(f):\n    r(f)\n    return f"),
    "gives one that registers": decorated(
        "ALL = {}\ndef d(n):\n    def e(f):\n        ALL[n] = f\n        return f\n    return e", by="@d('x')"
    ),
    "sets an attribute": decorated("def d(f):\n    f.x = 1\n    setattr(f, 'y', 2)\n    return f"),
    "copies the docstring": decorated("def d(f):\n    def g(): pass\n    g.__doc__ = f.__doc__\n    return g"),
    "update_wrapper": decorated("def d(f):\n    def g(): pass\n    return functools.update_wrapper(g, f)"),
    "instance's method": decorated("class R:\n    def cache(self, f):\n        return f\nr = R()", by="@r.cache"),
    "class whose instances decorate": decorated("class C:\n    def __call__(self, f): return f", by="@C()"),
    "gives what another gives": decorated(
        "def o(n):\n    def e(f): return f\n    return e\ndef d(): return o(1)", by="@d()"
    ),
    "known by another name": decorated("from functools import lru_cache as d"),
}


def test_what_leaves_a_function_is_seen_through(install: Install) -> None:
    targets = functions(install, SEEN_THROUGH.values())
    loaded, found = (run(way, *targets, distribution=ONE) for way in (live(), static()))
    assert [plugin for plugin in found if plugin.problems] == []
    assert {case: of[:2] for case, of in told(SEEN_THROUGH, found).items()} == {
        case: of[:2] for case, of in told(SEEN_THROUGH, loaded).items()
    }


F = "def f():\n    'Own.'\ndef g():\n    'Other.'\n"

CHANGED = {
    "globals": F + "globals()['f'] = g",
    "globals, by a name that is put together": F + "for n in 'f':\n    globals()[n] = g",
    "globals by another name": F + "names = globals()\nnames['f'] = g",
    "globals that are updated": F + "globals().update(f=g)",
    "globals that are handed on": F + "def h(names): names['f'] = g\nh(globals())",
    "globals in a function": F + "def h(): globals()['f'] = g\nh()",
    "vars": F + "vars()['f'] = g",
    "setattr": F + "import sys\nsetattr(sys.modules[__name__], 'f', g)",
    "setattr on a name for the module": F + "import sys\nthis = sys.modules['MODULE']\nsetattr(this, 'f', g)",
    "setattr on the module that imports itself": F + "import MODULE as this\nsetattr(this, 'f', g)",
    "attribute of the module": F + "import importlib\nthis = importlib.import_module(__name__)\nthis.f = g",
    "attribute of the module in a function": F
    + "import sys\ndef h():\n    this = sys.modules[__name__]\n    this.f = g\nh()",
    "dictionary of the module": F + "import sys\nsys.modules[__name__].__dict__['f'] = g",
    "global": F + "def h():\n    global f\n    f = g\nh()",
    "global class": F + "def h():\n    global f\n    class f: 'Third.'\nh()",
    "module": F + "import sys, types\nclass M(types.ModuleType): f = g\nsys.modules[__name__] = M('MODULE')",
    "class of the module": F + "import sys, types\nclass M(types.ModuleType):\n    f = property(lambda self: 5)\n"
    "sys.modules[__name__].__class__ = M",
    "exec": F + "exec('f = g')",
    "called with a name": F + "def w(h): h.__doc__ = 'Third.'\nw(f)",
    "called with a name, by keyword": F + "def w(n, h=None): h.__doc__ = 'Third.'\nx = w(1, h=f)",
    "called with a list of names": F + "def w(hs):\n    for h in hs: h.__doc__ = 'Third.'\nw([f, g])",
    "called in a class": F + "def w(h): h.__doc__ = 'Third.'\nclass A:\n    w(f)",
    "called with its own name": F + "import n\nn.deprecate('Use g.', __name__, 'f')",
    "called with its own name and names in a dictionary": F + "import n\nn.deprecate('Use g.', __name__, {'f': 1})",
    "called with its own name only": F + "import n\nn.deprecate_all(__name__)",
    "docstring written in a loop": F + "for h in (f, g): h.__doc__ = 'Third.'",
    "docstring written under another name": F + "h = f\nh.__doc__ = 'Third.'",
    "docstring written in a function": F + "def h():\n    for n in 'fg':\n        x = globals()[n]\n"
    "        x.__doc__ = 'Third.'\nh()",
    "docstring written where it is imported": "from o import f\nf.__doc__ = 'Third.'",
    "docstring written by a call where it is imported": "from o import f\nimport n\nn.write(f)",
    "docstring set by the class of it": F + "object.__setattr__(f, '__doc__', 'Third.')",
    "docstring set by itself": F + "f.__setattr__('__doc__', 'Third.')",
    "docstring declared": F + "f.__doc__: str = 'Third.'",
    "docstring in a loop": F + "for f.__doc__ in ['Third.']: pass",
    "globals of builtins": F + "import builtins\nbuiltins.globals()['f'] = g",
    "globals of a frame": F + "import sys\nsys._getframe().f_globals['f'] = g",
    "globals by an operator": F + "import operator\noperator.setitem(globals(), 'f', g)",
    "globals that are joined": F + "globals().__ior__({'f': g})",
    "module by a method": F + "import sys, types\nsys.modules.update({__name__: types.SimpleNamespace(f=g)})",
    "called twice with its own name": F + "from n import deprecate_all as a, deprecate_all as b\n"
    "a(__name__, 'x')\nb(__name__, 'x')",
    "called with its own name and a text": F + "import n\nn.deprecate_all(__name__, 'other')",
    "rebound where it is imported": "from o import f\nglobals()['f'] = lambda: 1",
}

HELPERS = """
import sys
def deprecate(message, module, names):
    for name in names: setattr(sys.modules[module], name, lambda: None)
def deprecate_all(module, to=''): deprecate(to, module, ['f'])
def write(f): f.__doc__ = 'Third.'
"""


@pytest.mark.slow
def test_what_is_changed_from_elsewhere_is_what_loading_tells(install: Install) -> None:
    sources = [
        source.replace("from o import", f"from o{number} import").replace("MODULE", f"m{number}")
        for number, source in enumerate(CHANGED.values())
    ]
    targets = functions(install, sources, {"n.py": HELPERS, **{f"o{number}.py": F for number in range(len(sources))}})
    read, loaded = (run(way, *targets, distribution=ONE) for way in (static(), live()))
    assert [case for case, plugin in zip(CHANGED, read, strict=True) if not plugin.problems] == []
    assert counted(CHANGED, auto(targets, ONE)) == counted(CHANGED, loaded)


LEFT = {
    "log": F + "import logging\nLOG = logging.getLogger(__name__)\nLOG.debug('f')",
    "register": F + "ALL = []\nALL.append(f)\ndef r(h): ALL.append(h)\nr(f)",
    "run as a script": F + "def w(h): h.__doc__ = 'Third.'\nif __name__ == '__main__':\n    w(f)",
    "read names": F + "x = globals()['f'], getattr(f, 'x', 1), sorted(globals())",
    "other names": F + "def h():\n    global x\n    x = 1\nglobals()['y'] = 1",
    "set an attribute": F + "setattr(f, 'x', 1)\nf.y = 2",
    "keep": F + "import functools\nh = functools.partial(f, 1)",
}


@pytest.mark.parametrize("source", LEFT.values(), ids=LEFT)
def test_what_is_left_is_told(install: Install, source: str) -> None:
    install("one", files={"m.py": source})
    [plugin] = run(static(), "m:f")
    assert (text(plugin), plugin.problems) == ("Own.", ())


DOCUMENTED = {
    "metaclass": "class M(type):\n    def __init__(cls, *a): cls.__doc__ = 'Own.'\nclass f(metaclass=M):\n    'Other.'",
    "metaclass's namespace": "class M(type):\n    def __new__(m, n, b, d):\n        d['__doc__'] = 'Own.'\n"
    "        return super().__new__(m, n, b, d)\nclass f(metaclass=M):\n    'Other.'",
    "metaclass of a base class": "class M(type):\n    def __init__(cls, *a): cls.__doc__ = 'Own.'\n"
    "class B(metaclass=M): pass\nclass f(B):\n    'Other.'",
    "base class of a metaclass": "class N(type):\n    def __init__(cls, *a): setattr(cls, '__doc__', 'Own.')\n"
    "class M(N): pass\nclass f(metaclass=M): pass",
    "metaclass that calls a function": "def w(c): c.__doc__ = 'Own.'\ndef v(c): w(c)\nclass M(type):\n"
    "    def __init__(cls, *a): v(cls)\nclass f(metaclass=M):\n    'Other.'",
    "metaclass that copies the names": "class M(type):\n    def __new__(m, n, b, d):\n"
    "        return super().__new__(m, n, b, dict(d, __doc__='Own.'))\nclass f(metaclass=M):\n    'Other.'",
    "__init_subclass__ that calls a function": "def w(c): c.__doc__ = 'Own.'\nclass B:\n"
    "    def __init_subclass__(cls): w(cls)\nclass f(B):\n    'Other.'",
    "function for a metaclass": "def m(n, b, d): return type(n, b, {'__doc__': 'Own.'})\n"
    "class f(metaclass=m):\n    'Other.'",
    "__init_subclass__": "class B:\n    def __init_subclass__(cls): cls.__doc__ = 'Own.'\nclass f(B):\n    'Other.'",
    "metaclass, of a method": "class M(type):\n    def __init__(cls, n, b, d):\n        d['g'].__doc__ = 'Own.'\n"
    "class A(metaclass=M):\n    def g(self): 'Other.'\nf = A.g",
    "method that is set": "class A:\n    def g(self): 'Other.'\ndef g(self): 'Own.'\nA.g = g\nf = A.g",
    "method that is set by setattr": "class A:\n    def g(self): 'Other.'\ndef g(self): 'Own.'\nsetattr(A, 'g', g)\n"
    "f = A.g",
    "__set_name__": "class D:\n    def __set_name__(s, o, n): o.__doc__ = 'Own.'\nclass f:\n    'Other.'\n    d = D()",
    "method that is deleted": "class B:\n    def g(self): 'Own.'\nclass A(B):\n    def g(self): 'Other.'\ndel A.g\n"
    "f = A.g",
}


@pytest.mark.slow
def test_what_a_class_is_made_to_be_is_what_loading_tells(install: Install) -> None:
    targets = functions(install, DOCUMENTED.values())
    read, loaded = (run(way, *targets, distribution=ONE) for way in (static(), live()))
    assert [case for case, plugin in zip(DOCUMENTED, read, strict=True) if not plugin.problems] == []
    assert told(DOCUMENTED, auto(targets, ONE)) == {
        case: (plugin.kind, "Own.", ()) for case, plugin in zip(DOCUMENTED, loaded, strict=True)
    }
    assert dict(zip(DOCUMENTED, map(text, loaded), strict=True)) == dict.fromkeys(DOCUMENTED, "Own.")


def test_metaclasses_that_leave_docstrings_are_no_doubt(install: Install) -> None:
    source = "import abc\nclass M(abc.ABCMeta):\n    def __new__(m, *a): return super().__new__(m, *a)\n"
    install("one", files={"m.py": source + "class A(metaclass=M):\n    'A.'\nclass B(abc.ABC):\n    'B.'"})
    for plugin in run(static(), "m:A", "m:B"):
        assert plugin.problems == ()
        assert plugin.docstring is not None


CHANGED_BY_PACKAGE = [
    "from PACKAGE.m import f\nf.__doc__ = 'Own.'",
    "from PACKAGE.m import f\nimport n\nn.write(f)",
    "from . import m\nm.f = m.g",
    "from . import m\nsetattr(m, 'f', m.g)",
]


def test_what_its_package_changes_is_what_loading_tells(install: Install) -> None:
    sources = {
        f"p{number}": source.replace("PACKAGE", f"p{number}") for number, source in enumerate(CHANGED_BY_PACKAGE)
    }
    files = {f"{package}/__init__.py": source for package, source in sources.items()}
    files |= {f"{package}/m.py": "def f():\n    'Other.'\ndef g(): 'Own.'" for package in sources}
    install("one", files={**files, "n.py": "def write(f): f.__doc__ = 'Own.'"})
    targets = [f"{package}.m:f" for package in sources]
    read, found = run(static(), *targets, distribution=ONE), auto(targets, ONE)
    assert [source for source, plugin in zip(CHANGED_BY_PACKAGE, read, strict=True) if not plugin.problems] == []
    expected = dict.fromkeys(CHANGED_BY_PACKAGE, "Own.")
    assert dict(zip(CHANGED_BY_PACKAGE, map(text, found), strict=True)) == expected
