"""Sources that are hard to read, each with what static introspection has to say of its target ``m:f``.

Run as a script, it has all of them introspected in the folder that it is given, refuses whatever
would run code meanwhile, and writes what came of it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from sphinxext.plugins.core.describers import Fields
from sphinxext.plugins.core.model import Plugin
from sphinxext.plugins.introspect.modules import ModuleFinder
from sphinxext.plugins.introspect.static.introspector import Static
from tests.hostile.refusing import refusing

OWN = 'def f():\n    """Own."""\n'
LARGE = 10 * 2**20


class Source(NamedTuple):
    """A source, and what has to come of it."""

    files: dict[str, str | bytes]

    problem: str | None = None
    """A part of the problem's message, the least that has to be said; None where there must be none."""

    docstring: str | None = None
    target: str = "m:f"


def nested(opening: str, inner: str, closing: str, depth: int) -> dict[str, str | bytes]:
    return {"m.py": f"{OWN}x = {opening * depth}{inner}{closing * depth}\n"}


def chain(count: int, line: str) -> dict[str, str | bytes]:
    """Modules that lead from one to the next, the first of which is ``m``."""
    names = ["m", *(f"m{n}" for n in range(1, count))]
    files: dict[str, str | bytes] = {f"{a}.py": line.format(b) for a, b in pairwise(names)}
    return files | {f"{names[-1]}.py": OWN}


def doubling(first: str, line: str, count: int) -> str:
    return first + "".join(line.format(a=f"v{n}", b=f"v{n + 1}") for n in range(count))


READ = "its source is nested too deeply"
UNREAD = "cannot be read"
CIRCLE = "leads in a circle"

SOURCES = {
    # What nests
    "parentheses, 150": Source(nested("(", "1", ")", 150), docstring="Own."),
    "parentheses, 10,000": Source(nested("(", "1", ")", 10_000), UNREAD),
    "lists, 10,000": Source(nested("[", "", "]", 10_000), UNREAD),
    "lists, 190": Source(nested("[", "", "]", 190), docstring="Own."),
    "dicts, 190": Source(nested("{1:", "1", "}", 190), docstring="Own."),
    "generators, 190": Source(nested("(a for a in ", "b", ")", 190), docstring="Own."),
    "minuses, 100,000": Source(nested("-", "1", "", 100_000), UNREAD),
    "nots, 100,000": Source(nested("not ", "1", "", 100_000), UNREAD),
    "lambdas, 50,000": Source(nested("lambda: ", "1", "", 50_000), UNREAD),
    "conditions, 50,000": Source(nested("1 if 1 else ", "1", "", 50_000), UNREAD),
    "powers, 100,000": Source(nested("1**", "1", "", 100_000), UNREAD),
    "sums, 100,000": Source(nested("1+", "1", "", 100_000), UNREAD),
    "attributes, 100,000": Source(nested("", "a", ".b", 100_000), UNREAD),
    "calls, 100,000": Source(nested("", "a", "()", 100_000), UNREAD),
    "ors, 100,000": Source(nested("a or ", "a", "", 100_000), docstring="Own."),
    "f-strings, 140": Source(nested("f'{", "1", "}'", 140), ""),
    "specifications, 500": Source({"m.py": OWN + "x = f'{a:" + "{a:" * 500 + "}" * 500 + "}'"}, UNREAD),
    "ifs, 95": Source(
        {"m.py": OWN + "".join(" " * n + "if a:\n" for n in range(95)) + " " * 95 + "pass"}, docstring="Own."
    ),
    "ifs, 10,000": Source({"m.py": OWN + "".join(" " * n + "if a:\n" for n in range(10_000))}, UNREAD),
    "elifs, 20,000": Source({"m.py": OWN + "if a: pass\n" + "elif b: pass\n" * 20_000}, UNREAD),
    "functions, 95": Source(
        {"m.py": "".join(" " * n + "def f():\n" for n in range(95)) + " " * 95 + "pass"}, docstring=None
    ),
    "sums of the target, 800": Source({"m.py": "f = " + "a+" * 800 + "a"}, ""),
    "decorators, 20,000": Source({"m.py": "@a\n" * 20_000 + OWN}, "", "Own."),
    "quoted annotation": Source({"m.py": "def g() -> '" + "(" * 5000 + "': pass\nf = g()"}, ""),
    "annotation of unions, 50,000": Source({"m.py": OWN + "x: '" + "a|" * 50_000 + "a' = 1"}, docstring="Own."),
    # What is large
    "list, 1,000,000": Source({"m.py": f"{OWN}x = [{'0,' * 1_000_000}]"}, "too much code"),
    "list, 400,000": Source({"m.py": f"f = [{'0,' * 400_000}]"}),
    "statements, 10 MB": Source({"m.py": OWN + "a = 1\n" * (LARGE // 6)}, "too much code"),
    "comments, 9 MB": Source({"m.py": OWN + "# 'a word\n" * (9 * 2**20 // 10)}, docstring="Own."),
    "text, 9 MB": Source({"m.py": f"{OWN}x = '''{'word ' * (9 * 2**20 // 5)}'''"}, docstring="Own."),
    "text in f-strings, 4 MB": Source({"m.py": f"{OWN}x = f'''{'{a}' * (4 * 2**20 // 3)}'''"}, "too much code"),
    "file, 11 MB": Source({"m.py": OWN + "#" * (11 * 2**20)}, "too large"),
    "line, 900 kB": Source({"m.py": f"{OWN}x = {'a, ' * 300_000}"}, docstring="Own."),
    "bindings, 50,000": Source({"m.py": OWN + "".join(f"a{n} = 1\n" for n in range(50_000))}, docstring="Own."),
    "bindings of one name, 50,000": Source({"m.py": "x = 1\n" * 50_000 + OWN}, docstring="Own."),
    "bindings in a try, 20,000": Source(
        {"m.py": "try:\n" + "".join(f" import a{n}\n f = {n}\n" for n in range(20_000)) + "except E: pass\n"}, ""
    ),
    "branches, 20,000": Source({"m.py": "".join(f"if a{n}:\n f = g{n}\n" for n in range(20_000))}, ""),
    "docstring, 2 MB": Source({"m.py": "def f():\n    '" + "Own. " * 400_000 + "'"}, docstring="Own."),
    "assigned docstring, 2 MB": Source({"m.py": f"def f(): pass\nf.__doc__ = '{'Own. ' * 400_000}'"}, "too long"),
    "default, 1 MB": Source({"m.py": "def f(a='" + "x" * 2**20 + "'):\n    'Own.'"}, docstring="Own."),
    "parameters, 60,000": Source(
        {"m.py": f"def f({', '.join(f'a{n}' for n in range(60_000))}): 'Own.'"}, docstring="Own."
    ),
    "value, 1 MB": Source({"m.py": f"def f(): 'Own.'\nsize = '{'x' * 2**20}'"}, docstring=None, target="m"),
    # What is no source
    "empty": Source({"m.py": ""}, "does not define f"),
    "latin-1": Source({"m.py": 'def f():\n    """Gr\xfc\xdfe."""'.encode("latin-1")}, UNREAD),
    "latin-1 that says so": Source({"m.py": b"# coding: latin-1\ndef f():\n    'Gr\xfc\xdfe.'"}, docstring="Grüße."),
    "UTF-16": Source({"m.py": OWN.encode("utf-16")}, UNREAD),
    "byte order mark": Source({"m.py": b"\xef\xbb\xbf" + OWN.encode()}, docstring="Own."),
    "byte order mark and another encoding": Source({"m.py": b"\xef\xbb\xbf# coding: latin-1\n"}, UNREAD),
    "unknown encoding": Source({"m.py": f"# coding: klingon\n{OWN}"}, UNREAD),
    "encoding that is none": Source({"m.py": f"# coding: zlib\n{OWN}"}, UNREAD),
    "encoding that changes the text": Source({"m.py": f"# coding: rot13\n{OWN}"}, UNREAD),
    "idna": Source({"m.py": f"# coding: idna\n{OWN}"}, docstring="Own."),
    "unicode_escape": Source({"m.py": f"# coding: unicode_escape\n{OWN}"}, docstring="Own."),
    "NUL": Source({"m.py": f"{OWN}\0"}, UNREAD),
    "noise": Source({"m.py": bytes(range(256)) * 1000}, UNREAD),
    "compiled": Source({"m.py": b"\xa7\r\r\n\0\0\0\0" + b"\xe3" * 100}, UNREAD),
    "Python 2": Source({"m.py": f"{OWN}print 'Hello'\nexec 'code'\nraise E, 'words'\n"}, UNREAD),
    "Python 2's octal": Source({"m.py": f"{OWN}mode = 0777\n"}, UNREAD),
    "unclosed": Source({"m.py": f"{OWN}x = '''"}, UNREAD),
    "indentation": Source({"m.py": f"{OWN}  x = 1\n"}, UNREAD),
    "tabs and blanks": Source({"m.py": "def f():\n\t'Own.'\n        pass\n"}, UNREAD),
    "great number": Source({"m.py": f"{OWN}x = {'9' * 100_000}"}, UNREAD),
    "infinite number": Source({"m.py": "size = 1e999\n"}, target="m"),
    "lone surrogates": Source({"m.py": 'def f():\n    """Own. \\ud800"""'}, docstring="Own. \ud800"),
    "form feeds": Source({"m.py": f"\f\n{OWN}\f\n"}, docstring="Own."),
    "carriage returns": Source({"m.py": OWN.replace("\n", "\r")}, docstring="Own."),
    # What leads in a circle, or nowhere
    "import of itself": Source({"m.py": "from m import f"}, CIRCLE),
    "imports of each other": Source({"m.py": "from n import f", "n.py": "from m import f"}, CIRCLE),
    "* of itself": Source({"m.py": "from m import *"}, ""),
    "* of each other, 30": Source(
        {
            f"{name}.py": "".join(f"from {other} import *\n" for other in ["m", *(f"s{n}" for n in range(30))])
            for name in ["m", *(f"s{n}" for n in range(30))]
        },
        CIRCLE,
    ),
    "* with __all__ of each other": Source(
        {
            "m.py": "import n\nfrom n import *\n__all__ = n.__all__ + ['g']",
            "n.py": "import m\nfrom m import *\n__all__ = m.__all__ + ['h']",
        },
        CIRCLE,
    ),
    "aliases in a circle": Source({"m.py": "f = g\ng = h\nh = f"}, ""),
    "aliases, 5,000": Source(
        {"m.py": OWN + "".join(f"a{n} = {f'a{n - 1}' if n else 'f'}\n" for n in range(5000))}, CIRCLE, None, "m:a4999"
    ),
    "re-exports, 2,000": Source(chain(2000, "from {} import f"), CIRCLE),
    "* of 2,000": Source(chain(2000, "from {} import *"), CIRCLE),
    "re-exports, 100": Source(chain(100, "from {} import f"), docstring="Own."),
    "class of itself": Source({"m.py": "class f(f): 'Own.'"}, "", "Own."),
    "method of a class of itself": Source({"m.py": "class f(f): 'Own.'"}, "", None, "m:f.g"),
    "bases in a circle": Source({"m.py": "class f(g): 'Own.'\nclass g(f): pass"}, None, "Own."),
    "method of bases in a circle": Source({"m.py": "class f(g): pass\nclass g(f): pass"}, CIRCLE, None, "m:f.h"),
    "metaclasses in a circle": Source(
        {"m.py": "class f(metaclass=g): 'Own.'\nclass g(metaclass=f): pass"}, None, "Own."
    ),
    "bases in no order": Source(
        {"m.py": "class a: pass\nclass b(a): pass\nclass f(a, b): pass"}, "in no order", None, "m:f.g"
    ),
    "bases, 5,000 deep": Source(
        {"m.py": "class c0: pass\n" + "".join(f"class c{n}(c{n - 1}): pass\n" for n in range(1, 5000)) + "f = c4999"},
        "",
        None,
        "m:f.g",
    ),
    "bases, 2 to the power of 40": Source(
        {
            "m.py": "class a0: pass\nclass b0: pass\n"
            + "".join(
                f"class a{n}(a{n - 1}, b{n - 1}): pass\nclass b{n}(a{n - 1}, b{n - 1}): pass\n" for n in range(1, 40)
            )
            + "f = a39"
        },
        CIRCLE,
        None,
        "m:f.g",
    ),
    "decorators of decorators": Source(
        {
            "m.py": "def d0(f): return [f]\n"
            + "".join(f"@d{n}\n" * 60 + f"def d{n + 1}(f): return [f]\n" for n in range(8))
            + "@d8\n" * 60
            + OWN
        },
        "",
        "Own.",
    ),
    "decorated by itself": Source({"m.py": f"@f\n{OWN}"}, ""),
    "function that returns itself": Source({"m.py": "def g(): return g()\nf = g()"}, ""),
    "functions that return each other": Source({"m.py": "def g(): return h()\ndef h(): return g()\nf = g()"}, ""),
    "factories of each other": Source(
        {"m.py": f"def g(a): return h(a)\ndef h(a): return g(a)\n@g(1)\n{OWN}"}, "", "Own."
    ),
    "__getattr__ of a package": Source({"m/__init__.py": "def __getattr__(name): raise SystemExit"}, "__getattr__"),
    "deep target": Source({"m.py": ""}, "", None, "m:" + ".".join("a" * 3000)),
    "deep module": Source({"m.py": ""}, "no module", None, ".".join("m" * 3000)),
    # What grows where it is worked out
    "docstring that doubles, 40 times": Source(
        {"m.py": "def f(): pass\n" + doubling("v0 = 'ha'", "\n{b} = {a} + {a}", 40) + "\nf.__doc__ = v40"}, ""
    ),
    "docstring that is repeated": Source({"m.py": "def f(): pass\nf.__doc__ = 'x' * 10**10"}, "is computed"),
    "docstring that is formatted": Source({"m.py": "def f(): pass\nf.__doc__ = '%10000000000d' % 1"}, "is computed"),
    "docstring of a wide field": Source({"m.py": "def f(): pass\nf.__doc__ = f'{1:10000000000}'"}, "is computed"),
    "docstring of a call": Source({"m.py": "def f(): pass\nf.__doc__ = 'x'.ljust(10**10)"}, "is computed"),
    "docstring of a large expression": Source({"m.py": f"def f(): pass\nf.__doc__ = g({'0,' * 300_000})"}, ""),
    "value of a power": Source({"m.py": "size = 10 ** 10 ** 10"}, target="m"),
    "value of a shift": Source({"m.py": "size = 1 << 10 ** 9"}, target="m"),
    "value that is repeated": Source({"m.py": "size = [0] * 10 ** 9"}, target="m"),
    "value that doubles, 40 times": Source(
        {"m.py": doubling("v0 = ['ha']", "\n{b} = {a} + {a}", 40) + "\nsize = v40"}, target="m"
    ),
    "value that nests, 300 times": Source(
        {"m.py": doubling("v0 = []", "\n{b} = [{a}]", 300) + "\nsize = v300"}, target="m"
    ),
    "value of a function that doubles, 40 times": Source(
        {"m.py": "def size():\n " + doubling("v0 = 'ha'", "\n {b} = {a} + '' + {a}", 40) + "\n return v40"},
        target="m",
    ),
    "condition that is a bomb": Source({"m.py": "if 10 ** 10 ** 10 > 1:\n  def f(): 'Own.'"}, None, "Own."),
    "version that is a bomb": Source(
        {"m.py": f"import sys\nif sys.version_info > (9,) * 10 ** 10:\n    pass\n{OWN}"}, docstring="Own."
    ),
}


def write(folder: Path) -> None:
    """Write the sources, each in a folder of its own, and beside them what is no plain file."""
    for number, source in enumerate(SOURCES.values()):
        for name, content in source.files.items():
            file = folder / str(number) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


def introspect(folder: Path, target: str) -> dict[str, Any]:
    """Return what static introspection says of a target, and how long that took."""
    fields = Fields({} if ":" in target else {"Size": ["attr:size"], "Called": ["call:size"]})
    began = time.monotonic()
    way = Static(ModuleFinder({}, [folder]))
    [found] = way.introspect([Plugin(namespace="ns", name=target[:80], target=target)], fields)
    for read in found.read:
        way._modules.finder.state(read)  # noqa: SLF001  # as the cache will
    plugin = found.plugin
    return {
        "seconds": time.monotonic() - began,
        "kind": plugin.kind,
        "docstring": plugin.docstring and plugin.docstring.text,
        "problems": [problem.message for problem in plugin.problems],
        "answers": [[answer.value, answer.error] for answer in plugin.answers],
        "length": len(repr(plugin)),
    }


def main(folder: Path) -> None:
    """Introspect all that is in a folder."""
    introspect(folder / "nowhere", "m:f")  # what is imported late is imported now
    with refusing() as refused:
        found = {name: introspect(folder / str(n), source.target) for n, (name, source) in enumerate(SOURCES.items())}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    json.dump({"found": found, "refused": refused, "memory": memory}, sys.stdout)


if __name__ == "__main__":
    main(Path(os.path.abspath(sys.argv[1])))  # noqa: PTH100
