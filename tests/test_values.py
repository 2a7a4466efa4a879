"""What plugins answer to ``attr:`` and ``call:``: by their source nothing that loading them contradicts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Plugin
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static
from sphinxext.plugins.sources import Installed

if TYPE_CHECKING:
    from sphinxext.plugins.introspect.introspected import Introspector
    from tests.conftest import Install

ABSENT, UNKNOWN = "absent", "not known"

META = "class Meta:\n    title = 'default'\n    def __init__(self, title): self.title = title\n"
UNKNOWN_BASE = "import nowhere as g\ng = __import__('types').SimpleNamespace(Base=object, TextChoices=object)\n"

# What the source tells of each: a value, that it is absent, or nothing.
CASES: dict[str, tuple[str, dict[str, object]]] = {
    # What is not there
    "abstract base class": (
        "import abc\nclass A(abc.ABC):\n    x = 1\nclass B:\n    title = 'B'",
        {"attr:title": ABSENT, "call:get": ABSENT, "attr:x": 1},
    ),
    "metaclass ABCMeta": ("from abc import ABCMeta\nclass A(metaclass=ABCMeta): pass", {"attr:title": ABSENT}),
    "sibling has it": ("class B:\n    title = 'B'\n    def get(self): pass\nclass A: pass", {"attr:title": ABSENT}),
    "mentioned": ("'''Has a title.'''\nTITLE = 'title'\nclass A:\n    '''title'''", {"attr:title": ABSENT}),
    "set on instances": (
        "class A:\n    def __init__(self):\n        self.title = 'A'",
        {"attr:title": ABSENT, "call:title": ABSENT},
    ),
    "only declared": ("class A:\n    title: str", {"attr:title": ABSENT}),
    "dataclass without a default": (
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    title: str",
        {"attr:title": ABSENT},
    ),
    "function": ("def A(): pass", {"attr:title": ABSENT, "call:get_title": ABSENT}),
    "decorated function": (
        "def d(f):\n    f.kind = 1\n    return f\n@d\ndef A(): pass",
        {"attr:title": ABSENT, "attr:kind": UNKNOWN},
    ),
    "function that has it": ("def A(): pass\nA.title = 'A'", {"attr:title": UNKNOWN}),
    "instance": (
        "class B:\n    title = 'B'\n    def get(self): return 'got'\nA = B()",
        {"attr:title": "B", "call:get": "got", "attr:x": ABSENT},
    ),
    "instance with more": ("class B:\n    def __init__(self): self.x = 1\nA = B()", {"attr:x": UNKNOWN}),
    "instance that is changed": ("class B:\n    x = 1\nA = B()\nA.x = 2", {"attr:x": UNKNOWN}),
    "instance that is handed on": (
        "def f(b): setattr(b, 'x' * 1, 2)\nclass B:\n    x = 1\nA = B()\nf(A)",
        {"attr:x": UNKNOWN},
    ),
    "text": ("class A:\n    title = 'A'", {"attr:title.of": ABSENT, "attr:title.upper": UNKNOWN}),
    "slot": ("class A:\n    __slots__ = ('title',)", {"attr:title": UNKNOWN, "attr:other": ABSENT}),
    "builtin base": ("class A(dict): pass", {"attr:keys": UNKNOWN, "attr:title": ABSENT}),
    "metaclass's own": ("class A: pass", {"attr:mro": UNKNOWN, "attr:__name__": UNKNOWN}),
    # What is bound in an unusual way
    "list with two names": (
        "class A:\n    x = y = []\n    y.append(1)\n    z = [*x]",
        {"attr:x": UNKNOWN, "attr:z": UNKNOWN},
    ),
    "text with two names": ("class A:\n    x = y = 'a'", {"attr:x": "a", "attr:y": "a"}),
    "local name in an expression": (
        "class A:\n    def get(self):\n        x = 'a'\n        y = (x := 'b')\n        return x",
        {"call:get": UNKNOWN},
    ),
    "except*": (
        "class A:\n    try:\n        x = 'a'\n    except* OSError:\n        y = 'b'",
        {"attr:x": UNKNOWN, "attr:y": UNKNOWN, "attr:z": ABSENT},
    ),
    "suppressed": (
        "from contextlib import suppress\nclass A:\n"
        "    with suppress(ArithmeticError):\n        1 / 0\n        x = 'a'",
        {"attr:x": UNKNOWN},
    ),
    # Base classes that are not found
    "unknown base": (
        "class B(__import__('threading').Thread): pass\n"
        "class A(B):\n    title = 'A'\n    def get(self): return 'got'\n    def own(self): return self.title",
        {"attr:title": "A", "call:get": "got", "attr:daemon": UNKNOWN, "attr:other": UNKNOWN, "call:own": UNKNOWN},
    ),
    "unknown base beside a known one": (
        "class R:\n    low = 'R'\nclass K(R):\n    title = 'K'\nclass A(K, __import__('threading').Thread):\n    x = 1",
        {"attr:x": 1, "attr:title": "K", "attr:low": UNKNOWN},
    ),
    "unknown base first": (
        "class K:\n    title = 'K'\nclass A(__import__('threading').Thread, K):\n    x = 1",
        {"attr:x": 1, "attr:title": UNKNOWN},
    ),
    "base that is rebound by a star": (
        "import types\ng = types.SimpleNamespace(driver=types.SimpleNamespace(Base=object, TextChoices=object))\n"
        "class A(g.driver.Base):\n    label = 'S3'\n    def get(self): return 'got'",
        {"attr:label": "S3", "call:get": "got", "attr:title": UNKNOWN},
    ),
    "base of the standard library": (
        "import collections\nclass B: pass\nclass A(B, collections.UserDict):\n    title = 'A'",
        {"attr:title": "A", "attr:label": ABSENT},
    ),
    "base named like a builtin": (
        "class Warning(Exception):\n    title = 'own'\nclass A(Warning): pass",
        {"attr:title": "own"},
    ),
    "named tuple": ("import typing\nclass A(typing.NamedTuple):\n    title: str = 'A'", {"attr:title": UNKNOWN}),
    "builtin before": (
        "class C:\n    keys = ['c']\n    title = 'C'\nclass A(dict, C): pass",
        {"attr:keys": UNKNOWN, "attr:title": "C"},
    ),
    "enumeration": ("import enum\nclass A(enum.Enum):\n    x = 1", {"attr:x": UNKNOWN}),
    # Bindings
    "unpacked": (
        "class B:\n    title = 'B'\nclass A(B):\n    title, version = 'Reader', '1.0'",
        {"attr:title": "Reader", "attr:version": "1.0"},
    ),
    "list of a target": (
        "X = 'alarming'\nclass B:\n    x = y = 0\nclass A(B):\n    x = [y] = [X]",
        {"attr:x": ["alarming"], "attr:y": "alarming"},
    ),
    "for": ("class B:\n    x = 0\nclass A(B):\n    for x in (1, 2): pass", {"attr:x": UNKNOWN}),
    "with": (
        "import contextlib\nclass B:\n    x = 0\nclass A(B):\n    with contextlib.nullcontext(1) as x: pass",
        {"attr:x": UNKNOWN},
    ),
    "walrus": ("class B:\n    x = 0\nclass A(B):\n    y = (x := 1) + 1", {"attr:x": UNKNOWN}),
    "walrus in a call": ("class B:\n    x = 0\nclass A(B):\n    print(x := 1)", {"attr:x": UNKNOWN}),
    "method by another name": (
        "class B:\n    def run(self): return 'B'\ndef _r(self): return 'A'\nclass A(B):\n    run, walk = _r, _r",
        {"call:run": "A"},
    ),
    "under an unknown if": (
        "import os\nclass B:\n    x = 0\nclass A(B):\n    if os.environ.get('NOTHING'):\n        x = 1\n"
        "        def f(self): return 1",
        {"attr:x": UNKNOWN, "attr:f": UNKNOWN, "call:f": UNKNOWN},
    ),
    "constant under an unknown if": (
        "import os\nX = 0\nif os.sep == '/':\n    X = 1\nclass A:\n    x = X",
        {"attr:x": UNKNOWN},
    ),
    "bound again by an import": ("X = 1\nclass A:\n    x = X\nfrom sys import maxsize as X", {"attr:x": 1}),
    "class in a class": ("X = 1\nclass A:\n    X = 2\n    class B:\n        x = X", {"attr:B.x": 1}),
    "deleted": ("class B:\n    x = 0\nclass A(B):\n    x = 1\n    del x", {"attr:x": UNKNOWN}),
    # Instances
    "instance of a class of its own": (META + "class A:\n    meta = Meta(title='CSV')", {"attr:meta.title": UNKNOWN}),
    "instance by position": (META + "class A:\n    meta = Meta('CSV')", {"attr:meta.title": UNKNOWN}),
    "instance of a dataclass": (
        "import dataclasses\n@dataclasses.dataclass\nclass M:\n    title: str = 'default'\nclass A:\n"
        "    meta = M('CSV')",
        {"attr:meta.title": UNKNOWN},
    ),
    "constant of an instance": (
        "class M:\n    title = 'M'\nclass A:\n    meta = M()",
        {"attr:meta.title": "M", "attr:meta.x": ABSENT},
    ),
    "instance that asks": (
        "class M:\n    def __getattr__(self, n): return n\nclass A:\n    meta = M()",
        {"attr:meta.title": UNKNOWN},
    ),
    # Decorators, metaclasses and hooks
    "dataclass": (
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    title: str = 'A'",
        {"attr:title": "A", "attr:x": ABSENT},
    ),
    "dataclass with slots": (
        "import dataclasses\n@dataclasses.dataclass(slots=True)\nclass A:\n    title: str = 'A'",
        {"attr:title": UNKNOWN},
    ),
    "decorator that registers": (
        "ALL = {}\ndef d(cls):\n    ALL[cls.title] = cls\n    return cls\n@d\nclass A:\n    title = 'A'",
        {"attr:title": "A", "attr:x": ABSENT},
    ),
    "factory that registers": (
        "ALL = []\ndef register(n):\n    def d(cls):\n        cls.registered = n\n        ALL.append(cls)\n"
        "        return cls\n    return d\n"
        "@register('a')\nclass A:\n    title = 'A'",
        {"attr:title": "A", "attr:registered": UNKNOWN, "attr:x": ABSENT},
    ),
    "decorator that sets all": (
        "def d(**k):\n    def e(c):\n        for n, v in k.items(): setattr(c, n, v)\n        return c\n"
        "    return e\n@d(x=2)\nclass A:\n    x = 1",
        {"attr:x": UNKNOWN},
    ),
    "decorator that calls another": (
        "def s(c): c.x = 2\ndef d(c):\n    s(c)\n    return c\n@d\nclass A:\n    x = 1\n    y = 1",
        {"attr:x": UNKNOWN, "attr:y": UNKNOWN},
    ),
    "decorator that adds to a list": (
        "def d(c):\n    c.x.append(1)\n    return c\n@d\nclass A:\n    x = []\n    y = []",
        {"attr:x": UNKNOWN, "attr:y": []},
    ),
    "decorator that gives a subclass": (
        "def d(c):\n    class D(c):\n        x = 2\n    return D\n@d\nclass B:\n    x = 1\nclass A(B): pass",
        {"attr:x": UNKNOWN},
    ),
    "metaclass that has the names twice": (
        "class M(type):\n    def __new__(m, n, b, a):\n        s = a\n        s['x'] = 2\n"
        "        return type.__new__(m, n, b, a)\nclass A(metaclass=M):\n    x = 1\n    y = 1",
        {"attr:x": UNKNOWN, "attr:y": 1},
    ),
    "decorator with a mixin": (
        "class M:\n    x = 2\ndef d(c): return type(c.__name__, (M, c), {})\n@d\nclass A:\n    x = 1",
        {"attr:x": UNKNOWN},
    ),
    "decorator of a base": (
        "def d(c):\n    c.x = 2\n    return c\n@d\nclass B:\n    x = 1\nclass A(B):\n    y = 1",
        {"attr:x": UNKNOWN, "attr:y": 1},
    ),
    "handed to a function": ("def f(c): setattr(c, 'x' * 1, 2)\nclass A:\n    x = 1\nf(A)", {"attr:x": UNKNOWN}),
    "handed to a function in a loop": (
        "def f(c): setattr(c, 'x' * 1, 2)\nclass A:\n    x = 1\nfor c in [A]: f(c)",
        {"attr:x": UNKNOWN},
    ),
    "handed to one that leaves it": (
        "ALL = []\ndef f(c): ALL.append(c)\nclass A:\n    x = 1\nf(A)",
        {"attr:x": 1, "attr:y": ABSENT},
    ),
    "metaclass that registers": (
        "ALL = {}\nclass M(type):\n    def __new__(mcs, name, bases, attrs):\n"
        "        cls = super().__new__(mcs, name, bases, attrs)\n"
        "        ALL[name] = cls\n        cls.registered = True\n        return cls\nclass A(metaclass=M):\n"
        "    title = 'A'",
        {"attr:title": "A", "attr:registered": UNKNOWN, "attr:x": ABSENT},
    ),
    "metaclass that changes names": (
        "class M(type):\n    def __new__(m, n, b, a):\n        a = {k: v for k, v in a.items()}\n        a['x'] = 2\n"
        "        return type.__new__(m, n, b, a)\nclass A(metaclass=M):\n    x = 1",
        {"attr:x": UNKNOWN},
    ),
    "metaclass that upper-cases": (
        "class M(type):\n    def __new__(m, n, b, a):\n        new = {}\n"
        "        for k, v in a.items(): new[k] = v.upper() if k == 'x' else v\n"
        "        return super().__new__(m, n, b, new)\nclass A(metaclass=M):\n    x = 'a'",
        {"attr:x": UNKNOWN},
    ),
    "property of a metaclass": (
        "class M(type):\n    @property\n    def x(cls): return 2\nclass A(metaclass=M):\n    x = 1",
        {"attr:x": UNKNOWN},
    ),
    "metaclass that asks": (
        "class M(type):\n    def __getattr__(cls, n): return n\nclass A(metaclass=M):\n    y = 1",
        {"attr:x": UNKNOWN, "attr:y": 1},
    ),
    "hook that registers": (
        "ALL = []\nclass B:\n    def __init_subclass__(cls, **k):\n        super().__init_subclass__(**k)\n"
        "        ALL.append(cls)\nclass A(B):\n    x = 1",
        {"attr:x": 1, "attr:y": ABSENT},
    ),
    "hook that sets": (
        "class B:\n    def __init_subclass__(cls, y=0): cls.y = y\nclass A(B, y=3):\n    x = 1",
        {"attr:x": 1, "attr:y": UNKNOWN},
    ),
    "vars": ("class A:\n    x = 1\nfor k in ['x']: setattr(A, k, 2)", {"attr:x": UNKNOWN}),
    "locals": ("class A:\n    x = 1\n    locals()['x'] = 2", {"attr:x": UNKNOWN}),
    "locals by another name": ("class A:\n    x = 1\n    n = locals()\n    n.update(x=2)", {"attr:x": UNKNOWN}),
    "type.__setattr__": ("class A:\n    x = 1\ntype.__setattr__(A, 'x', 2)", {"attr:x": UNKNOWN}),
    "changed through an alias": ("X = ['a']\nclass A:\n    x = X\nA.x.append('b')", {"attr:x": UNKNOWN}),
    "changed in a dictionary": ("class A:\n    x = {'a': {'b': 1}}\nA.x['a']['b'] = 2", {"attr:x": UNKNOWN}),
    "changed by instances": ("class A:\n    x = []\n    def __init__(self): self.x.append(1)", {"attr:x": UNKNOWN}),
    "instance that is a descriptor": (
        "class D:\n    title='t'\n    def __get__(self, i, o): return 7\nclass A:\n    m=D()",
        {"attr:m.title": UNKNOWN},
    ),
    "tried": (
        "class B: x=0\nclass A(B):\n    try:\n        1/0\n        x=1\n    except Exception:\n        pass",
        {"attr:x": UNKNOWN},
    ),
    "decorator that gives another class": (
        "class O: x=5\ndef d(c): return O\n@d\nclass B:\n    x=1\nclass A(B): pass",
        {"attr:x": UNKNOWN},
    ),
    "handed on in a dictionary": (
        "def f(d):\n    for c in d.values(): setattr(c,'x'+'',2)\nclass A:\n    x=1\nf({'a':A})",
        {"attr:x": UNKNOWN},
    ),
    "handed on in a list by name": (
        "def f(d):\n    for c in d: setattr(c,'x'+'',2)\nclass A:\n    x=1\nALL=[A]\nf(ALL)",
        {"attr:x": UNKNOWN},
    ),
    "handed on unpacked": (
        "def f(*d):\n    for c in d: setattr(c,'x'+'',2)\nclass A:\n    x=1\nf(*[A])",
        {"attr:x": UNKNOWN},
    ),
    "handed on by map": (
        "def f(c): setattr(c,'x'+'',2)\nclass A:\n    x=1\nlist(map(f,[A]))",
        {"attr:x": UNKNOWN},
    ),
    "list that is added to by another name": (
        "L=['a']\nM=L\nM.append('b')\nclass A:\n    x=L",
        {"attr:x": UNKNOWN},
    ),
    "list that a function adds to": (
        "def f(l): l.append('b')\nL=['a']\nf(L)\nclass A:\n    x=L",
        {"attr:x": UNKNOWN},
    ),
    "list of a class that a function adds to": (
        "def f(l): l.append('b')\nclass A:\n    x=['a']\nf(A.x)",
        {"attr:x": UNKNOWN},
    ),
    "list of a base class that is added to": (
        "class B: x=['a']\nclass A(B):\n    y=B.x\n    y.append('b')",
        {"attr:x": UNKNOWN},
    ),
    "private name": (
        "class B:\n    __y='b'\n    def x(self): return self.__y\nclass A(B):\n    __y='a'\n    _A__y='z'",
        {"call:x": UNKNOWN},
    ),
    "under TYPE_CHECKING": (
        "from typing import TYPE_CHECKING\nclass B: x=0\nclass A(B):\n    if TYPE_CHECKING:\n        x=1",
        {"attr:x": 0},
    ),
    "metaclass that adds keywords": (
        "class M(type):\n    def __new__(m,n,b,a,**k): return super().__new__(m,n,b,{**a,**k})\n"
        "    def __init__(c,*a,**k): pass\nclass A(metaclass=M, x=2): x=1",
        {"attr:x": UNKNOWN},
    ),
    "metaclass that copies the names": (
        "class M(type):\n    def __new__(m,n,b,a):\n        return type.__new__(m,n,b,dict(a, x=2))\n"
        "class A(metaclass=M): x=1",
        {"attr:x": UNKNOWN},
    ),
    "metaclass that changes a comprehension": (
        "class M(type):\n    def __new__(m,n,b,a):\n"
        "        return type.__new__(m,n,b,{k:(v if k[0]=='_' else 8) for k,v in a.items()})\n"
        "class A(metaclass=M): x=1",
        {"attr:x": UNKNOWN},
    ),
    "metaclass that adds a base class": (
        "class X: y=5\nclass M(type):\n    def __new__(m,n,b,a):\n"
        "        return type.__new__(m,n,(X,)+b,a)\nclass A(metaclass=M): x=1",
        {"attr:y": UNKNOWN},
    ),
    # Methods
    **{
        f"set in {name}": (
            f"class A:\n    title = 'A'\n    def __init__(self{given}):\n{body}\n    def get(self): return self.title",
            {"call:get": UNKNOWN, "attr:title": "A"},
        )
        for name, given, body in (
            ("a branch", ", x=1", "        if x: self.title = 'B'"),
            ("a loop", "", "        for self.title in ['B']: pass"),
            ("a with", "", "        import contextlib\n        with contextlib.nullcontext('B') as self.title: pass"),
            ("setattr", "", "        setattr(self, 'title', 'B')"),
            ("setattr of a name", "", "        for n in ['title']: setattr(self, n, 'B')"),
            ("__dict__", "", "        self.__dict__.update(title='B')"),
            ("__dict__ of names", ", **k", "        self.__dict__.update(k or {'ti' + 'tle': 'B'})"),
            ("vars", "", "        vars(self)['title'] = 'B'"),
            ("its names by another name", "", "        names = self.__dict__\n        names['title'] = 'B'"),
            ("its names, by a function", "", "        __import__('operator').setitem(self.__dict__, 'title', 'B')"),
            ("another method", "", "        self.more()\n    def more(self): self.title = 'B'"),
            ("a tuple", "", "        self.title, self.x = 'B', 1"),
            ("an augmented assignment", "", "        self.title += 'B'"),
            ("object.__setattr__", "", "        object.__setattr__(self, 'title', 'B')"),
        )
    },
    "set by a function": (
        "def fill(of): setattr(of, 'ti' + 'tle', 'B')\nclass A:\n    title = 'A'\n"
        "    def __init__(self): fill(self)\n    def get(self): return self.title",
        {"attr:title": "A", "call:get": UNKNOWN},
    ),
    "set by what decorates __init__": (
        "def d(f):\n    def g(self): self.t = 'B'\n    return g\nclass A:\n    t = 'A'\n    @d\n"
        "    def __init__(self): pass\n    def get(self): return self.t",
        {"attr:t": "A", "call:get": UNKNOWN},
    ),
    "items of an instance": ("class B(dict):\n    y = 1\nA = B(x=2)", {"attr:x": UNKNOWN, "attr:y": UNKNOWN}),
    "set by another name of self": (
        "class A:\n    t = 'A'\n    def __init__(this): this.t = 'B'\n    def get(this): return this.t",
        {"call:get": UNKNOWN},
    ),
    "set in __new__": (
        "class A:\n    t = 'A'\n    def __new__(cls):\n        o = super().__new__(cls)\n        o.t = 'B'\n"
        "        return o\n    def get(self): return self.t",
        {"call:get": UNKNOWN},
    ),
    "method by another": (
        "class A:\n    t = 'A'\n    def get(self): return self.title()\n    def title(self): return self.t + '!'",
        {"call:get": "A!"},
    ),
    "method of a property": (
        "class A:\n    @property\n    def t(self): return 'A'\n    def get(self): return self.t",
        {"call:get": "A", "attr:t": "A"},
    ),
    "method that is shadowed": (
        "class A:\n    def __init__(self): self.get = lambda: 'B'\n    def get(self): return 'A'",
        {"call:get": UNKNOWN},
    ),
    "property of a project": (
        "class property:\n    def __init__(self, f): self.f = f\n    def __get__(self, o, t): return 'B'\n"
        "class A:\n    @property\n    def x(self): return 'A'",
        {"attr:x": UNKNOWN},
    ),
    "decorator named like another": (
        "class region:\n    def staticmethod(f): return lambda *a: 'B'\nclass A:\n    @region.staticmethod\n"
        "    def x(): return 'A'",
        {"call:x": UNKNOWN},
    ),
    # Expressions
    "f-string of a tuple": ("class A:\n    x = f\"{('a', 1)}\"", {"attr:x": "('a', 1)"}),
    "f-string of a set": ("class A:\n    x = f\"{ {'a', 'b'} }\"", {"attr:x": UNKNOWN}),
    "f-string with a format": ("class A:\n    x = f\"{1:>5}{'a'!r}\"", {"attr:x": UNKNOWN}),
    "f-string in ASCII": ("class A:\n    x = f'{\"é\"!a}'", {"attr:x": UNKNOWN}),
    "f-string that quotes": (
        "N = 'a'\nclass A:\n    x = f\"{N!r} {None} {True} {1.5} {[N]}\"",
        {"attr:x": "'a' None True 1.5 ['a']"},
    ),
    "duplicates in a set": ("class A:\n    x = {1, 1.0, True, 'a', 'a'}", {"attr:x": [1, "a"]}),
    "keys that are equal": ("class A:\n    x = {True: 'a', 1: 'b', 'c': 1}", {"attr:x": {"True": "b", "c": 1}}),
    "set that cannot be": ("class A:\n    x = 1\n    def y(self): return {[]}", {"call:y": UNKNOWN}),
    "unpacked in a list": (
        "N = ('a',)\nD = {'k': 1}\nclass A:\n    x = [*N, 'b']\n    y = {**D, 'l': 2}",
        {"attr:x": ["a", "b"], "attr:y": {"k": 1, "l": 2}},
    ),
    "numbers": (
        "K = 1024\nclass A:\n    x = 60 * 60\n    y = 2 * K * K\n    z = 1 << 3\n    h = 2 ** 99 ** 9 if 0 else 1",
        {"attr:x": 3600, "attr:y": 2097152, "attr:z": 8, "attr:h": UNKNOWN},
    ),
    "large number": ("class A:\n    def x(self): return 10 ** 10 ** 10", {}),
    "bytes": ("class A:\n    x = b'a'", {"attr:x": "b'a'"}),
    "conditions": (
        "class A:\n    x = '' or 'a'\n    y = 'a' and 0\n    z = not 1",
        {"attr:x": "a", "attr:y": 0, "attr:z": False},
    ),
    "methods of texts": (
        "class A:\n    x = 'a b'.split()\n    y = ', '.join(['a', 'b'])\n"
        "    z = '{} {n}'.format(1) if 0 else 2\n    p = '%s-%d' % ('a', 1)",
        {"attr:x": ["a", "b"], "attr:y": "a, b", "attr:p": "a-1"},
    ),
    "makers": (
        "class A:\n    x = dict(a=1)\n    y = frozenset(['b', 'a'])\n    z = tuple({'a', 'b'})",
        {"attr:x": {"a": 1}, "attr:y": ["a", "b"], "attr:z": UNKNOWN},
    ),
    "maker of a project": ("def dict(**k): return 1\nclass A:\n    x = dict(a=1)", {"attr:x": UNKNOWN}),
    "item": ("D = {'a': [1, 2]}\nclass A:\n    x = D['a']\n    y = D['a'][1]", {"attr:x": [1, 2], "attr:y": 2}),
    "what a function gives back": ("import re\nP = 'a'\nclass A:\n    x = re.compile(P)", {"attr:x": UNKNOWN}),
    # Translations
    "gettext that is not": ("def _(t): return t.upper()\nclass A:\n    x = _('a')", {"attr:x": UNKNOWN}),
    "gettext that is another": ("_ = str.upper\nclass A:\n    x = _('a')", {"attr:x": UNKNOWN}),
    "gettext that is a lambda": (
        "_ = lambda s: s + '!'\nN_ = lambda s: s\nclass A:\n    x = _('a')\n    y = N_('b')",
        {"attr:x": UNKNOWN, "attr:y": "b"},
    ),
    "gettext that changes what it gets": (
        "def _(t):\n    t = t + '!'\n    return t\nclass A:\n    x = _('a')",
        {"attr:x": UNKNOWN},
    ),
    "gettext of an object": (
        "class T:\n    def gettext(self, t): return t + '!'\n    def ugettext(self, t): return t\nt = T()\n"
        "class A:\n    x = t.gettext('a')\n    y = t.ugettext('b')",
        {"attr:x": UNKNOWN, "attr:y": "b"},
    ),
    "gettext that is imported": ("from string import capwords as _\nclass A:\n    x = _('a')", {"attr:x": UNKNOWN}),
    "gettext": (
        "from gettext import gettext as _\nimport gettext\nclass A:\n    x = _('a')\n    y = gettext.gettext('b')",
        {"attr:x": "a", "attr:y": "b"},
    ),
    "gettext of a domain": (
        "import gettext\n_ = gettext.translation('x', fallback=True).gettext\nclass A:\n    x = _('a')",
        {"attr:x": "a"},
    ),
    "gettext from a star": ("from gettext import *\nclass A:\n    x = gettext('a')", {"attr:x": "a"}),
    "gettext that a star hides": (
        "from gettext import gettext\nfrom tokenize import *\nfrom string import *\ngettext = capwords\n"
        "class A:\n    x = gettext('a')",
        {"attr:x": UNKNOWN},
    ),
    "decorators from a star": (
        "from abc import *\nfrom dataclasses import *\n@dataclass\nclass A:\n    x = 1\n    @abstractmethod\n"
        "    def get(self): return 1",
        {"attr:x": 1, "attr:title": ABSENT},
    ),
    "choices": (UNKNOWN_BASE + "class A(g.TextChoices):\n    x = 1", {"attr:x": UNKNOWN}),
    "gettext that is local": ("_ = str\nclass A:\n    def x(self, _=str.upper): return _('a')", {"call:x": UNKNOWN}),
    # Dictionaries
    "dictionary": (
        "class A:\n    meta = {'name': 'CSV', 'of': {'a': [1]}, 'keys': 2}",
        {
            "attr:meta.name": "CSV",
            "attr:meta.of.a": [1],
            "attr:meta.keys": 2,
            "attr:meta.no": ABSENT,
            "attr:meta.get": UNKNOWN,
            "attr:meta.name.x": ABSENT,
        },
    ),
    "dictionary of a constant": ("D = dict(name='CSV')\nclass A:\n    meta = D", {"attr:meta.name": "CSV"}),
    "dictionary that a property gives": (
        "class A:\n    @property\n    def meta(self): return {'name': 'CSV'}",
        {"attr:meta.name": UNKNOWN},
    ),
}


class Asked:
    """Asks each plugin for what its case tells of."""

    def missing(self, plugin: Plugin) -> tuple[str, ...]:
        answered = {answer.describer for answer in plugin.answers}
        return tuple(describer for describer in CASES[plugin.name][1] if describer not in answered)

    def is_file(self, plugin: Plugin) -> bool:
        del plugin
        return False

    def cache_key(self, plugin: Plugin) -> object:
        return plugin.name


def answers(way: Introspector, *names: str) -> dict[str, dict[str, object]]:
    """Have plugins answer; a value of None is absent."""
    numbers = {name: number for number, name in enumerate(CASES)}
    plugins = [Plugin(namespace="ns", name=name, target=f"v{numbers[name]}:A") for name in names]
    said = {}
    for found in way.introspect(plugins, Asked()):
        said[found.plugin.name] = {
            answer.describer: UNKNOWN if answer.error else ABSENT if answer.value is None else answer.value
            for answer in found.plugin.answers
        }
    return said


def test_base_in_an_entry_of_sys_modules(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "p/__init__.py": "import sys\nimport _abc_\nsys.modules['p.abc'] = _abc_\nabc = _abc_",
        "_abc_.py": "class M:\n    label = 'M'",
        "v0.py": "import p.abc\nfrom p.abc import M\nclass B: pass\nclass A(B, p.abc.M):\n    title = 'A'",
    }
    install("one", files=files)
    monkeypatch.setattr(
        "tests.test_values.CASES", {"a": ("", {"attr:title": "A", "attr:label": "M", "attr:x": ABSENT})}
    )
    finder = ModuleFinder(*Installed().roots())
    for way in (Static(finder), Live(Environment(timeout=30, path=tuple(sys.path)), finder)):
        assert answers(way, "a") == {"a": CASES["a"][1]}


MAPPINGS = """
import collections, types
class A:
    proxy = types.MappingProxyType({"name": "a", "of": collections.UserDict(x=1)})
    chain = collections.ChainMap({}, {"name": "b"})
    default = collections.defaultdict(list, name="c")
"""


def test_loading_goes_into_whatever_serves_as_a_dictionary(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("one", files={"v0.py": MAPPINGS})
    expected = {
        "attr:proxy.name": "a",
        "attr:proxy.of.x": 1,
        "attr:chain.name": "b",
        "attr:default.name": "c",
        "attr:default.nothing": ABSENT,
        "attr:proxy.nothing": ABSENT,
    }
    monkeypatch.setattr("tests.test_values.CASES", {"a": ("", expected)})
    live = Live(Environment(timeout=30, path=tuple(sys.path)), ModuleFinder(*Installed().roots()))
    assert answers(live, "a") == {"a": expected}


ELSEWHERE = {
    "its package sets": ({"p/__init__.py": "from .n import A\nA.x = 2", "p/n.py": "class A: x = 1"}, "p.n:A"),
    "what imports it sets": ({"n.py": "class A: x = 1", "m.py": "from n import A\nA.x = 2"}, "m:A"),
    "what imports it has set": (
        {"n.py": "class A: x = 1", "m.py": "from n import A\ndef f(c): c.x = 2\nf(A)"},
        "m:A",
    ),
    "a constant that is set": ({"n.py": "X = 1", "m.py": "import n\nn.X = 2\nclass A: x = n.X"}, "m:A"),
}


@pytest.mark.parametrize(("files", "target"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_value_that_another_module_sets_is_not_told(install: Install, files: dict[str, str], target: str) -> None:
    install("one", files=files)
    plugin = Plugin(namespace="ns", name="a", target=target)
    [found] = Static(ModuleFinder(*Installed().roots())).introspect([plugin], Fields({"X": ["attr:x"]}))
    assert [answer.value for answer in found.plugin.answers if answer.error is None] == []


@pytest.fixture
def installed(install: Install) -> None:
    install("one", files={f"v{number}.py": source for number, (source, _) in enumerate(CASES.values())})


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", CASES)
def test_the_source_tells(name: str) -> None:
    [said] = answers(Static(ModuleFinder(*Installed().roots())), name).values()
    assert said == CASES[name][1]


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
def test_loading_agrees_with_all_that_the_source_tells() -> None:
    finder = ModuleFinder(*Installed().roots())
    loaded = answers(Live(Environment(timeout=30, path=tuple(sys.path)), finder), *CASES)
    told = {
        (name, describer): value
        for name, (_, expected) in CASES.items()
        for describer, value in expected.items()
        if value != UNKNOWN
    }
    assert len(told) > 100
    assert {(name, describer): loaded[name].get(describer) for name, describer in told} == told
