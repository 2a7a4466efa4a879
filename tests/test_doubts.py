"""What the source does not tell for certain, so that it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_introspect import auto, live, run, static, text

if TYPE_CHECKING:
    from tests.conftest import Install


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
    "docstring under a condition": "import sys\nclass f:\n    'Own.'\n    if not sys.argv:\n        __doc__ = 'Other.'",
    "docstring of a loop": "class f:\n    'Other.'\n    for __doc__ in ['Own.']: pass",
}


@pytest.mark.parametrize("source", BOUND.values(), ids=BOUND)
def test_what_is_bound_otherwise_is_what_loading_tells(install: Install, source: str) -> None:
    install("one", files={"m.py": source, "fast.cpython-311-x86_64-linux-gnu.so": ""})
    [loaded], [found] = run(live(), "m:f"), auto(["m:f"])
    assert (found.kind, text(found), len(found.problems)) == (loaded.kind, text(loaded), len(loaded.problems))


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
    "not there": "",
}


@pytest.mark.parametrize("exported", EXPORTED.values(), ids=EXPORTED)
def test_what_a_star_brings_is_what_loading_tells(install: Install, exported: str) -> None:
    old = "def f():\n    'Old.'\n__all__ = ['g']\n__all__ += [n for n in dir() if n == 'f']\ng = f"
    new = f"def f():\n    'New.'\ndef g(): pass\n{exported}"
    install("one", files={"m.py": "from o import f\nfrom n import *", "n.py": new, "o.py": old})
    [loaded], [found] = run(live(), "m:f"), auto(["m:f"])
    assert text(found) == text(loaded)
    assert text(loaded) in ("Old.", "New.")


@pytest.mark.parametrize("exported", ["sorted", "split", "starred", "not there"])
def test_what_a_star_brings_is_told_where_it_stands_there(install: Install, exported: str) -> None:
    new = f"def f():\n    'New.'\ndef g(): pass\n{EXPORTED[exported]}"
    install("one", files={"m.py": "from o import f\nfrom n import *", "n.py": new, "o.py": "f = 1"})
    [plugin] = run(static(), "m:f")
    assert (text(plugin), plugin.problems) == ("New.", ())
