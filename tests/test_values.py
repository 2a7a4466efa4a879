"""What plugins answer to ``attr:``, ``call:`` and ``expr:``: by their source nothing that loading them contradicts."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import pytest

from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Distribution, Plugin
from sphinxext.plugins.introspect.live.introspector import Live
from sphinxext.plugins.introspect.live.process import Environment
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static
from sphinxext.plugins.sources import Installed

if TYPE_CHECKING:
    from pathlib import Path

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
    **{
        f"sibling is given it {how}": (f"class B:\n    {body}\nclass A: pass\n{after}", {"attr:title": ABSENT})
        for how, body, after in (
            ("twice", "title = 'a'; title = 'b'", ""),
            ("by an operator", "title = 'a'; title += 'b'", ""),
            ("afterwards", "pass", "B.title = 'b'"),
            ("by setattr", "pass", "setattr(B, 'title', 'b')"),
            ("on an instance", "pass", "b = B()\nb.title = 'b'"),
            ("by another name", "pass", "C = B\nC.title = 'b'"),
        )
    },
    **{
        f"given it {how}": (f"class B: pass\nclass A(B): pass\n{after}", {"attr:title": UNKNOWN})
        for how, after in (
            ("afterwards", "A.title = 'b'"),
            ("by its base class", "B.title = 'b'"),
            ("by another name", "C = A\nC.title = 'b'"),
            ("by a name that changes", "C = A\nC.title = 'b'\nclass C: pass"),
            ("in a loop", "for C in [A]: C.title = 'b'"),
            ("in a function", "def f(c): c.title = 'b'\nf(A)"),
            ("by what a function gives", "def f(): return A\nc = f()\nc.title = 'b'"),
            ("by an item", "ALL = {'a': A}\nALL['a'].title = 'b'"),
        )
    },
    "operator on a name of the module": ("title = 'a'\nclass A:\n    title += 'b'", {"attr:title": UNKNOWN}),
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
    "enumeration": (
        "import enum\nclass A(enum.Enum):\n    x = 1\n    def f(self): return 1",
        {"attr:x": "x", "attr:title": UNKNOWN, "attr:x.value": 1, "attr:x.name": "x", "attr:_member_map_": UNKNOWN},
    ),
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
    "metaclass that makes instances": (
        "class M(type):\n    def __call__(cls):\n        cls.y = cls.work()\n        return type.__call__(cls)\n"
        "    def work(cls): pass\n"
        "class A(metaclass=M):\n    x = 1\n    def get(self): return self.x\n"
        "    @classmethod\n    def own(cls): return 'own'",
        {"attr:x": 1, "call:own": "own", "call:get": UNKNOWN},
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
    "names that begin with a text": (
        "class B:\n    on_x = 1\n    x = 1\nfor k in ['x']: delattr(B, 'on_' + k)\n"
        "for k in ['x']: setattr(B, f'of_{k}', 2)\nclass A(B): pass",
        {"attr:on_x": UNKNOWN, "attr:of_x": UNKNOWN, "attr:x": 1, "attr:y": ABSENT, "attr:of": ABSENT},
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
    "bytes": ("class A:\n    x = b'a'", {"attr:x": "a"}),
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
    # Members of enumerations
    "members": (
        "import enum\nclass C(enum.Enum):\n    RED = 'red'\n    '''A colour.'''\n    GREEN = 2\n    ALSO = 2\n"
        "    def f(self): return 1\n    @property\n    def g(self): return 2\nclass A:\n    x = C.RED\n"
        "    y = (C.ALSO, C.RED)\n    z = {C.RED: [C.GREEN]}\n    s = {C.GREEN, C.ALSO}\n    v = C.RED.value\n"
        "    n = C.ALSO.name\n    o = C.ALSO or 1\n    f = f'{C.RED}'\n    l = C.RED.f",
        {
            "attr:x": "red",
            "attr:y": ["GREEN", "red"],
            "attr:z": {"red": ["GREEN"]},
            "attr:s": ["GREEN"],
            "attr:v": "red",
            "attr:n": "GREEN",
            "attr:o": "GREEN",
            "attr:f": UNKNOWN,
            "attr:x.value": "red",
            "attr:x.f": UNKNOWN,
            "attr:x.g": UNKNOWN,
            "attr:x.h": UNKNOWN,
            "attr:x._value_": UNKNOWN,
            "attr:z.red": UNKNOWN,
        },
    ),
    "members by auto": (
        "from enum import Enum, IntEnum, StrEnum, auto\nclass C(Enum):\n    A = auto()\n    B = auto()\n"
        "class I(IntEnum):\n    A = auto()\n    B = A + 4\nclass S(StrEnum):\n    AB = auto()\n    C = 'x'\n"
        "class A:\n    x = [C.B, I.A, S.AB, S.C]\n    y = I.B.value\n    z = I.B + 1\n"
        "    s = S.AB + 'c'\n    f = f'{S.AB}'",
        {"attr:x": ["B", "A", "ab", "x"], "attr:y": 5, "attr:z": 6, "attr:s": UNKNOWN, "attr:f": UNKNOWN},
    ),
    "flags": (
        "import enum\nclass F(enum.Flag):\n    A = enum.auto()\n    B = enum.auto()\n    C = A | B\n    N = 0\n"
        "class I(enum.IntFlag):\n    A = 1\n"
        "class A:\n    x = F.A | F.B\n    y = F.C\n    z = F.B\n    n = F.N\n    i = I.A | 8",
        {"attr:x": ["A", "B"], "attr:y": ["A", "B"], "attr:z": ["B"], "attr:n": ["N"], "attr:i": ["A", 8]},
    ),
    "members of a class of texts": (
        "import enum\nclass B(str, enum.Enum):\n    def __str__(self): return self.value\n"
        "class C(B):\n    RED = 'red'\nclass A:\n    x = C.RED\n    s = C.RED.upper()\n    f = str(C.RED)",
        {"attr:x": "red", "attr:s": UNKNOWN, "attr:f": UNKNOWN},
    ),
    "members that are made": (
        "import enum\nclass C(enum.Enum):\n    RED = 1, 2\n    def __init__(self, a, b): self._value_ = 'r'\n"
        "class D(enum.Enum):\n    def _generate_next_value_(name, *a): return name\n    X = enum.auto()\n"
        "class E(str, enum.Enum):\n    X = enum.auto()\nclass F(enum.Enum):\n    X = __import__('os').sep\n"
        "class G(int, enum.Enum):\n    X = '1'\nclass H(enum.Enum):\n    value = 3\n    X = 1\n"
        "class A:\n    c = C.RED\n    d = D.X\n    e = E.X\n    f = F.X\n    g = G.X\n    h = H.X\n    i = H.X.value",
        dict.fromkeys([f"attr:{name}" for name in "cdefghi"], UNKNOWN),
    ),
    "class that is no enumeration": (
        "class C:\n    x = 1\nclass D(str): pass\nC.D = D()\nclass A:\n    c = C.x\n    d = C.D",
        {"attr:c": 1, "attr:d": UNKNOWN},
    ),
    "nested class in an enumeration": (
        "import enum\nclass C(enum.Enum):\n    class D: pass\n    X = 1\nclass A:\n    c = C.D\n    x = C.X",
        {"attr:c": UNKNOWN, "attr:x": UNKNOWN},
    ),
    # Things that have paths
    "paths": (
        "import json, os.path, abc\nfrom json import JSONEncoder as E\ndef f(): pass\nclass B(abc.ABC):\n"
        "    class I: pass\n    def m(self): pass\n    @staticmethod\n    def s(): pass\n"
        "class A(B):\n    x = B\n    y = [f, E, json, int, len]\n"
        "    z = {'a': B.I, str: B.m}\n    def get(self): return B",
        {
            "attr:y": ["MODULE.f", "json.encoder.JSONEncoder", "json", "int", "len"],
            "attr:x": "MODULE.B",
            "attr:z": {"a": "MODULE.B.I", "str": "MODULE.B.m"},
            "attr:m": "MODULE.B.m",
            "attr:s": "MODULE.B.s",
            "attr:I": "MODULE.B.I",
            "call:get": "MODULE.B",
            "attr:z.a.title": UNKNOWN,
        },
    ),
    "paths that are not certain": (
        "import functools, collections\ndef d(f): return lambda: f\n@d\ndef f(): pass\nclass M(type):\n"
        "    def __new__(m, n, b, a):\n        a['__module__'] = 'x'\n        return type.__new__(m, n, b, a)\n"
        "class B(metaclass=M): pass\nclass A:\n    x = f\n    y = B\n    z = lambda: 1\n    o = open\n    e = IOError\n"
        "    m = collections.abc.Mapping\n    q = [f]",
        dict.fromkeys([f"attr:{name}" for name in "xyzoemq"], UNKNOWN),
    ),
    "path that a module writes": (
        "class B: pass\nB.__module__ = 'x'\nclass A:\n    x = B\n    y = [B]",
        {"attr:x": UNKNOWN, "attr:y": UNKNOWN},
    ),
    "builtin class that is bound": ("class int: pass\nclass A:\n    x = int", {"attr:x": "MODULE.int"}),
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
        {"attr:meta.name": "CSV", "attr:meta[name]": "CSV"},
    ),
    # Keys
    "keys": (
        "class A:\n    meta = {'name': 'CSV', 'x y': 1, 0: 'zero', 'a]': {'b': 2}}\n    versions = ['1', '2']",
        {
            "attr:meta[name]": "CSV",
            "attr: meta['x y']": 1,
            'attr:meta["a]"].b': 2,
            "attr:meta[0]": "zero",
            "attr:meta[no]": ABSENT,
            "attr:versions[0]": "1",
            "attr:versions[-1]": "2",
            "attr:versions[2]": ABSENT,
            "attr:no[0]": ABSENT,
        },
    ),
    "keys of a dictionary": (
        "A = {'name': 'CSV', 'x y': 1}",
        {"attr:[x y]": 1, "attr:name": "CSV", "attr:[no]": ABSENT},
    ),
    "keys of what no dictionary is": ("class A:\n    x = 1", {"attr:x[0]": UNKNOWN, "attr:[0]": UNKNOWN}),
    # The target itself is called
    "function that is the manifest": (
        "def A():\n    'Of the package.'\n    return {'package-name': 'x', 'versions': ['1']}",
        {
            "call:": {"package-name": "x", "versions": ["1"]},
            'expr: target()["package-name"]': "x",
            "expr: target()['no']": ABSENT,
            "expr: target().versions[0]": "1",
            "expr: [v + name for v in target().versions]": ["1function that is the manifest"],
        },
    ),
    "function that may be another": (
        "import os\ndef A(): return 1\nif os.sep == '/':\n    def A(): return 2",
        {"call:": UNKNOWN},
    ),
    "function that is decorated": ("def d(f): return lambda: 2\n@d\ndef A(): return 1", {"call:": UNKNOWN}),
    "function that is bound again": ("def A(): return 1\nglobals()['A'] = lambda: 2", {"call:": UNKNOWN}),
    "class that is called": (
        "class A:\n    title = 'A'\n    def __init__(self): self.own = self.title = 'B'\n    x = 1\n"
        "    def get(self): return self.x\n    @property\n    def of(self): return {'x': self.x}",
        {
            "call:": UNKNOWN,
            "expr: target().x": 1,
            "expr: target().get()": 1,
            "expr: target().of.x": 1,
            "expr: target().title": UNKNOWN,
            "expr: target().own": UNKNOWN,
            "expr: target().no": ABSENT,
            "expr: target.title": "A",
        },
    ),
    "class that is called and has decorators": (
        "import abc, functools\nclass six:\n    def add_metaclass(m): return lambda c: m(c.__name__, (c,), {})\n"
        "@six.add_metaclass(abc.ABCMeta)\nclass B:\n    x = 1\n@functools.total_ordering\nclass A(B):\n"
        "    def __lt__(self, other): return True\n    def get(self): return self.x",
        {"expr: target().x": 1, "expr: target().get()": 1, "call:get": 1, "expr: target().no": ABSENT},
    ),
    "class that is called and is a dataclass": (
        "from dataclasses import dataclass as d\n@d\nclass A:\n    x: int = 1",
        {"expr: target().x": UNKNOWN, "attr:x": 1},
    ),
    "class that makes another": (
        "class B:\n    x = 2\nclass A:\n    x = 1\n    def __new__(cls): return B()",
        {"expr: target().x": UNKNOWN},
    ),
    "metaclass that makes another": (
        "class B:\n    x = 2\nclass M(type):\n    def __call__(cls): return B()\nclass A(metaclass=M):\n    x = 1",
        {"expr: target().x": UNKNOWN},
    ),
    "instance that is called": ("class B:\n    def __call__(self): return 1\nA = B()", {"call:": UNKNOWN}),
    # Expressions
    "arguments": (
        "class A:\n    def get(self, v): return {v: [v, 'x']}\n    def more(self, v, *w): return 'm'\n"
        "    def own(self, v):\n        v = 1\n        return v\n    def of(self, v): return v.x\n"
        "    versions = ['1', '2']",
        {
            "expr: {v: target().get(v) for v in target.versions}": {"1": {"1": ["1", "x"]}, "2": {"2": ["2", "x"]}},
            "expr: target.more(1)": "m",
            "expr: target.more('a', 'b')": "m",
            "expr: target.own('a')": 1,
            "expr: target.of('a')": UNKNOWN,
            "expr: target.get()": UNKNOWN,
            "expr: target.get(v='a')": UNKNOWN,
        },
    ),
    "texts": (
        "class A:\n    wiki = 'ACME_CI'\n    names = ('b', 'a')\n    kinds = {'x', 'y'}\n    none = None",
        {
            'expr: f"https://wiki.example.org/{target.wiki}"': "https://wiki.example.org/ACME_CI",
            'expr: f"{target.no}"': ABSENT,
            'expr: f"{target.names!r:>12}|{7:03d}"': "  ('b', 'a')|007",
            'expr: f"{target.kinds}"': UNKNOWN,
            "expr: ', '.join(sorted(target.names))": "a, b",
            "expr: ', '.join(target.kinds)": UNKNOWN,
            "expr: ', '.join(sorted(target.kinds))": "x, y",
            "expr: sorted(target.kinds, key=len)": UNKNOWN,
            "expr: len(target.kinds)": 2,
            "expr: target.wiki.replace('_', ' ').title()": "Acme Ci",
            "expr: target.wiki.format": UNKNOWN,
            "expr: 'none' if target.none is None else target.none": "none",
            "expr: target.wiki is target.wiki": UNKNOWN,
            "expr: target.wiki[:4] + '%d' % len(target.names) * 2": "ACME22",
        },
    ),
    "what is lacking": (
        "class A:\n    x = 'x'",
        {
            "expr: target.no or target.x": "x",
            "expr: target.x if not target.no else 1": "x",
            "expr: [target.no, target.x]": [None, "x"],
            "expr: {'a': target.no, 'b': target.x}": {"a": None, "b": "x"},
            "expr: target.no and target.x": ABSENT,
            "expr: len(target.no)": ABSENT,
            "expr: target.no.more()": ABSENT,
            "expr: [c for c in target.x if c.no]": [],
        },
    ),
    "comprehensions": (
        "class A:\n    d = {'a': 1, 'b': 2}\n    t = [('x', (1, 2)), ('y', (3, 4))]",
        {
            "expr: {k: v * 2 for k, v in target.d.items() if v > 1}": {"b": 4},
            "expr: [a + b for _x, (a, b) in target.t]": UNKNOWN,
            "expr: [x + str(a + b) for x, (a, b) in target.t]": ["x3", "y7"],
            "expr: {c for x in target.d for c in x}": ["a", "b"],
            "expr: sum(v for v in target.d.values())": 3,
            "expr: dict(zip(target.d, range(2)))": {"a": 0, "b": 1},
            "expr: any(v > 1 for v in target.d.values()) and max(target.d, key=len)": "a",
            "expr: range(10**12)": UNKNOWN,
        },
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
    one = Distribution(name="one")  # so that one process loads all
    plugins = [Plugin(namespace="ns", name=each, target=f"v{numbers[each]}:A", distribution=one) for each in names]
    said = {}
    for found in way.introspect(plugins, Asked()):
        said[found.plugin.name] = {
            answer.describer: UNKNOWN if answer.error else ABSENT if answer.value is None else _anywhere(answer.value)
            for answer in found.plugin.answers
        }
    return said


def _anywhere(value: object) -> object:
    """Name the module of a case, which has its number, in the same way in each."""
    return json.loads(re.sub(r"\bv\d+\.", "MODULE.", json.dumps(value)))


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


def test_base_in_a_submodule_that_a_star_brings(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "p/__init__.py": "from p.base import *\nfrom p.conf import *",
        "p/base.py": "class B:\n    label = 'B'",
        "p/conf.py": "from p import base\nX = base.B",
        "v0.py": "from p import base\nclass A(base.B):\n    title = 'A'",
    }
    install("one", files=files)
    asked = {"attr:title": "A", "attr:label": "B", "attr:x": ABSENT}
    monkeypatch.setattr("tests.test_values.CASES", {"a": ("", asked)})
    finder = ModuleFinder(*Installed().roots())
    for way in (Static(finder), Live(Environment(timeout=30, path=tuple(sys.path)), finder)):
        assert answers(way, "a") == {"a": asked}


def installed(install: Install, *names: str) -> None:
    """Install the modules of cases."""
    install("one", files={f"v{number}.py": CASES[name][0] for number, name in enumerate(CASES) if name in names})


@pytest.mark.parametrize("name", CASES)
def test_the_source_tells(install: Install, name: str) -> None:
    installed(install, name)
    [said] = answers(Static(ModuleFinder(*Installed().roots())), name).values()
    assert said == CASES[name][1]


@pytest.mark.slow
def test_loading_agrees_with_all_that_the_source_tells(install: Install) -> None:
    installed(install, *CASES)
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


def test_members_where_no_standard_library_is_read(tmp_path: Path) -> None:
    source = (
        "import enum\nclass B(str, enum.Enum): pass\nclass C(B):\n    RED = 'r'\nclass A:\n    x = [C.RED, C.RED.name]"
    )
    (tmp_path / "m.py").write_text(source)
    asked = Fields({"x": ["attr:x"]})
    [found] = Static(ModuleFinder({}, [tmp_path])).introspect([Plugin(namespace="ns", name="a", target="m:A")], asked)
    assert [answer.value for answer in found.plugin.answers] == [["r", "RED"]]
