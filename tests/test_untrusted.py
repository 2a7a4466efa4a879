"""What docstrings that are not trusted may use is fed all that its code could take for more than text.

The inputs are made from the lists of what is allowed, so that what is added there is tested by itself.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.languages import en
from docutils.utils import Reporter
from sphinx import addnodes
from sphinx.highlighting import PygmentsBridge

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.text import INVISIBLE
from sphinxext.plugins.sphinx.docstrings import guard
from sphinxext.plugins.sphinx.docstrings.findings import SlowError
from sphinxext.plugins.sphinx.docstrings.guard import Spent, budgeted, limited
from sphinxext.plugins.sphinx.docstrings.untrusted import DIRECTIVES, LEXERS, ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sphinx.testing.util import SphinxTestApp

    from tests.conftest import Install, Project

WORDS = {
    "percent": "%s%s %(x)s %! % %d",
    "braces": "{0.foo} {name.__class__} {0:1000000000} { } {} {!r}",
    "html": '<script>alert(1)</script> "><img src=x onerror=alert(1)>',
    "markup": r"*<*\ img src=x onerror=alert(1)> `x <javascript:alert(1)>`_ ``<script>``",
    "url": "javascript:alert(1)",
    "path": "/etc/passwd",
    "tex": r"\input{/etc/passwd} \(\href{javascript:alert(1)}{x}\) $x$ \end{document} # & ~ ^ _",
    "controls": "\x1b[31m \u202e \x07 \x00 \ufffe \u2028 \x85",
    "brackets": "(<[{" * 9,
    "marks": "a<b(" * 9 + "\\\\ && & --> ;",
}
"""What could be taken for a format, a tag, a command, a path."""

INPUTS = {
    "words": " ".join(WORDS.values()),
    "formats": f"{WORDS['percent']} {WORDS['braces']}",
    "address": WORDS["url"],
    "digits": "9" * 40,
    "count": "1000000000",
    "code": "0xD800 U+202E 0x1B 27 &#x1b; 0xFFFF 0x2028 65",
    "nothing": "",
}

BUILDERS = ["html", "text", "latex", "man", "texinfo", "xml", "epub", "json", "changes", "gettext"]

PAGE = """
Top
===

.. code-block:: text
   :name: fig
   :caption: Numbered

   x

.. plugin-catalog:: ns
"""


def of_directive(name: str, words: str) -> str:
    """A docstring with a directive that has words as its argument, as its content, and as the value of each option."""
    found, _ = directives.directive(name, en, nodes.document(None, Reporter("", 5, 5)))  # type: ignore[arg-type]
    options = sorted(getattr(found, "option_spec", None) or {})
    if name in {"replace", "unicode"}:
        return f"A |x| and |y|.\n\n.. |x| {name}:: {words}\n.. |y| {name}:: 0x1B {words}\n"
    block = f"\n   {words}\n\n   * - {words}\n"
    given = "".join(f".. {name}:: python\n   :{option}: {words}\n{block}\n" for option in options)
    return f"Says so.\n\n.. {name}:: {words}\n{block}\n.. {name}::\n{block}\n{given}"


def of_role(name: str) -> str:
    """A docstring with a role that has all of the words as its text, and as what it refers to."""
    texts = [words.replace("`", "'") for words in [*WORDS.values(), *INPUTS.values()] if words]
    used = [text for words in texts for text in (f":{name}:`{words}`", f":{name}:`{words}\n<{words}>`")]
    return "Says so.\n\n" + "\n\n".join([*used, f":{name}:`{{0.foo}} <fig>`", f":{name}:`%s%s <fig>`"])


MARKUP = {
    "numbers": "Says.\n\n3000000000. x\n",
    "letters": "Says.\n\na. x\n" + "#. y\n" * 40,
    "lineno": "Says.\n\n.. code-block:: python\n   :linenos:\n   :lineno-start: 12345678901234567\n\n   x = 1\n",
    "enumerated": "Says.\n\n1. a\n\n   1. b\n\n      1. c\n\n         1. d\n\n            1. e\n",
    "bulleted": "Says.\n\n- a\n\n  - b\n\n    - c\n\n      - d\n\n        - e\n",
    "quoted": "Says.\n\n  a\n\n    b\n\n      c\n\n        d\n\n          e\n",
    "default role": "A `{0.foo} <fig>` and `\\input{x}`.",
    "cddl": '::\n\n   "' + "\\" * 121 + '\n\n.. highlight:: cddl\n\n::\n\n   "' + "\\" * 121 + "\n",
    "nested code": '.. code-block:: rst\n\n   .. sourcecode:: cddl\n\n      "' + "\\" * 121 + "\n      x\n      x\n",
    "parsed": f".. parsed-literal::\n\n   {WORDS['markup']} |x|\n\n.. |x| unicode:: 0x1B 0x202E 0xD800\n",
    "alt": "A |x|.\n\n.. |x| image:: https://good.example/x.png\n   :alt: \x1b[31m\u202e\n",
    "formula": r"A :math:`\input{/etc/passwd}` and :eq:`{0.foo}`." + "\n\n.. math:: \\href{javascript:alert(1)}{x}\n",
    "100 kB": "Says.\n\n" + f"{WORDS['markup']}\n" * 1_500,
    "29 kB": "Says.\n\n" + f"{WORDS['markup']}\n" * 350,
    "29 kB of brackets": "Says.\n\n" + ("([{<`*_|" * 100 + "\n") * 35,
    "29 kB of code": "::\n\n" + ("   " + "=       " * 110 + "\n") * 30,
    "29 kB of ini": ".. code-block:: ini\n\n" + ("   " + "=       " * 110 + "\n") * 30,
    "napoleon": "Says.\n\nArgs:\n" + ("    x " + "(" * 960 + "\n") * 29,
    "fields": "".join(f":param {words}: {words}\n:type {words}: {words}\n" for words in WORDS.values()),
}


def fed() -> dict[str, str]:
    """All of them; the directives of Sphinx, with their options, are registered once there was an application."""
    names = sorted(DIRECTIVES)
    fed = {f"directive {name} {kind}": of_directive(name, words) for name in names for kind, words in INPUTS.items()}
    return {**fed, **{f"role {name}": of_role(name) for name in sorted(ROLES | {"numref", "std:numref"})}, **MARKUP}


@pytest.fixture
def docstrings(project: Project, make_app: Callable[..., SphinxTestApp]) -> dict[str, str]:
    (project.folder / "conf.py").touch()
    make_app(srcdir=project.folder).cleanup()  # which registers the directives of Sphinx
    return fed()


TEXTS = {".html", ".xhtml", ".txt", ".tex", ".xml", ".1", ".texi", ".fjson", ".pot"}


def written(app: SphinxTestApp) -> Iterator[tuple[Path, str]]:
    """What a builder wrote of texts, without Sphinx's own scripts; to read them shows that it is UTF-8."""
    for path in app.outdir.rglob("*"):
        if path.is_file() and path.suffix in TEXTS:
            yield path, path.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")  # of other packages
def test_no_builder_ends_or_writes_more_than_text(
    install: Install, project: Project, docstrings: dict[str, str]
) -> None:
    install_all(install, docstrings)
    settings: dict[str, object] = {"plugins_introspection": "static", "plugins_report_untrusted": True}
    settings |= {"numfig": True, "default_role": "any", "copyright": "us", "version": "1"}
    settings["extensions"] = ["sphinxext.plugins", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
    pages, first = {"index.rst": PAGE}, list[str]()
    for builder in BUILDERS:
        # The others read nothing; only gettext cannot take what was read for them.
        app = project.build(pages, builder=builder, freshenv=builder == "gettext", **settings)  # type: ignore[arg-type]
        pages = {}
        assert app.statuscode == 0
        warnings = [line for line in project.warnings if "WARNING" in line]
        assert all(re.search(r"WARNING: ns:p\d+ .*\[plugins\.(docstring|untrusted)\]$", line) for line in warnings)
        refused = [line.partition("WARNING: ")[2].split()[0] for line in warnings if "[plugins.docstring]" in line]
        assert len(refused) == len(set(refused))
        first = first or warnings
        assert warnings == first
        for path, text in written(app):
            where = f"{builder}: {path.name}"
            if builder in {"html", "epub", "json", "changes", "xml"}:
                assert not re.search(r"<script>alert|<img src=x", text), where
                assert not re.search(r"""<[^<>]*\b(href|src|refuri|url)=\\?["']?\s*javascript:""", text), where
            assert "root:" not in text, where
            found = re.search(f"[{INVISIBLE}]", text.replace("\x0c", "").replace("\x1f", ""))  # of a manual of Texinfo
            assert found is None, f"{where}: {text[max(0, found.start() - 50) : found.end() + 50]!r}"
    names = list(docstrings)
    failed = {names[int(found[1])] for line in first if (found := re.search(r"ns:p(\d+) .* cannot be rendered", line))}
    assert failed - MARKUP.keys() <= {"directive csv-table nothing", "role pep-reference", "role rfc-reference"}


def install_all(install: Install, docstrings: Mapping[str, str]) -> None:
    """Install a distribution with a plugin for each docstring."""
    source = "".join(f"class P{number}:\n    {text!r}\n" for number, text in enumerate(docstrings.values()))
    install("one", {"ns": {f"p{number}": f"m:P{number}" for number in range(len(docstrings))}}, {"m.py": source})


CATALOG = "Top\n===\n\n.. plugin-catalog:: ns\n"

TITLES = [
    "*<*\\ img src=x onerror=alert(1)>",
    "<*script*>alert(1)",
    "``<``\\ svg/onload=alert(1)>",
    "a |lt|\\ img src=x>\n\n   In it.\n\n.. |lt| replace:: <\n\n.. note::",
    "a |lt|\\ img src=x>\n\n   In it.\n\n.. |lt| unicode:: 0x3C\n\n.. note::",
    "</title><img src=x>",
]


@pytest.mark.parametrize("directive", ["topic", "admonition"])
def test_no_title_is_a_tag_to_the_search(install: Install, project: Project, directive: str) -> None:
    install_all(install, {title: f"Says.\n\n.. {directive}:: {title}\n\n   In it: 1 < 2.\n" for title in TITLES})
    tree = project.build(CATALOG).env.get_doctree("index")
    titles = [title.astext() for title in tree.findall(nodes.title)]
    assert len(titles) > len(TITLES)
    assert [title for title in titles if "<" in title] == []
    assert "1 < 2." in tree.astext()


def test_spaces_of_all_widths_stay(install: Install, project: Project) -> None:
    text = "10\u00a0000 \u2013 5\u202f% \u2009thin \u3000wide.\n\n::\n\n    a\u00a0b\n"
    install("one", {"one": {"a": "m"}}, {"m.py": f'"""{text}"""'})
    install("two", {"two": {"a": "n"}}, {"n.py": f'"""{text}"""'})
    page = "Top\n===\n\n.. list-plugins:: one\n   :detailed:\n\n.. plugin-catalog:: two\n"
    shown = project.build(page, plugins_trusted=["two"]).env.get_doctree("index").astext()
    assert shown.count("10\u00a0000 \u2013 5\u202f% \u2009thin \u3000wide.") == 1 + 2
    assert shown.count("a\u00a0b") == 2


def test_what_a_directive_makes_of_numbers_is_cleaned(install: Install, project: Project) -> None:
    codes = ["0xD800", "0x1B", "0x202E", "0x7", "0xFFFF", "0x1FFFE", "0x2028", "0xE0041", "0"]
    definitions = "".join(f".. |{number}| unicode:: {code}\n" for number, code in enumerate(codes))
    used = " ".join(f"|{number}|" for number in range(len(codes)))
    text = f"Says |1| so.\n\n.. topic:: A |2|\n\n   {used}\n\n.. parsed-literal::\n\n   {used}\n\n{definitions}"
    install_all(install, {"": text})
    tree = project.build(CATALOG, plugins_report_untrusted=True).env.get_doctree("index")
    assert re.findall(f"[{INVISIBLE}]", tree.pformat()) == []
    assert [node for node in tree.findall(nodes.Element) if re.search(f"[{INVISIBLE}]", node.rawsource)] == []


def loop() -> None:
    number = 0
    while number >= 0:
        number = abs(number) + 1


SLOW = {"a regular expression": lambda: re.match("(a*)*b", "a" * 60), "a loop": loop}


@pytest.mark.parametrize("slow", SLOW)
def test_what_takes_too_long_is_stopped(slow: str) -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    start = time.process_time()
    with pytest.raises(SlowError, match=r"it takes more than 0\.1 s"), limited(0.1):
        SLOW[slow]()
    assert time.process_time() - start < 2
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_code_that_goes_on_after_any_exception_is_stopped() -> None:
    def stubborn() -> None:
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))

    with pytest.raises(SlowError), limited(0.1):
        stubborn()


def test_another_thread_has_a_limit_too() -> None:
    raised: list[BaseException] = []

    def run() -> None:
        try:
            with limited(0.1):
                loop()
        except BaseException as error:  # noqa: BLE001  # whatever it is
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert [type(error) for error in raised] == [SlowError]


def test_what_is_quick_is_not_stopped() -> None:
    with limited(0.05):
        time.sleep(0.1)  # which needs no processor time
    with limited(0.05):
        pass
    end = time.process_time() + 0.1
    while time.process_time() < end:  # the timer is off
        pass


class Clock:
    """Processor time that passes only while something works; it stops that as the guard does."""

    def __init__(self) -> None:
        self.now = self._end = 0.0

    def thread_time(self) -> float:
        return self.now

    @contextlib.contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        self._end = self.now + seconds
        yield

    def spend(self, spent: Spent, payer: str, text: str, seconds: float) -> str:
        """Return what is said of a text that takes so long."""
        try:
            with budgeted(spent, payer, text):
                is_stopped = self.now + seconds > self._end
                self.now = min(self.now + seconds, self._end)
                if is_stopped:
                    raise SlowError  # noqa: TRY301  # as what works is stopped
        except SlowError as error:
            return str(error)
        return ""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(guard, "time", made)
    monkeypatch.setattr(guard, "limited", made.limited)
    return made


STOPPED = "it takes more than 1 s"
SLOWER = "it takes more than 0.1 s, and others of its distribution take too long"
NO_MORE = "others of its distribution take too long"


def test_what_is_too_slow_is_limited_for_each_distribution(clock: Clock) -> None:
    spent: Spent = {}
    said = [clock.spend(spent, "one", str(number), 9) for number in range(1_000)]
    assert clock.now == pytest.approx(6, abs=0.1)  # and not 1,000
    assert [each for each, _ in itertools.groupby(said)] == [STOPPED, SLOWER, NO_MORE]
    assert said.count(STOPPED) == 3
    assert [clock.spend(spent, "one", str(number), 0) for number in range(1_000)] == said
    assert clock.spend(spent, "one", "a quick one", 0) == NO_MORE
    assert not clock.spend(spent, "two", "0", 0)


def test_what_is_nearly_too_slow_counts_too(clock: Clock) -> None:
    spent: Spent = {}
    said = [clock.spend(spent, "one", str(number), 0.7) for number in range(100)]
    assert [each for each, _ in itertools.groupby(said)] == ["", SLOWER, NO_MORE]


def test_any_number_of_quick_ones_costs_nothing(clock: Clock) -> None:
    spent: Spent = {}
    assert {clock.spend(spent, "one", str(number), 0.05) for number in range(2_000)} == {""}
    assert spent == {("one",): 0}


def test_an_exception_does_not_save_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PARSING", 1)
    spent: Spent = {}

    def fail() -> None:
        until = time.thread_time() + 2 * limits.PARSING_FREE
        while time.thread_time() < until:
            pass
        raise KeyError

    with pytest.raises(KeyError), budgeted(spent, "one", ""):
        fail()
    assert spent["one",] > 0


BRACKETS = "Says.\n\nArgs:\n" + ("    x " + "(" * 900 + ": a\n") * 29


@pytest.mark.slow
@pytest.mark.parametrize("parallel", [0, 2])
def test_slow_docstrings_of_one_distribution_hold_no_build_up(
    monkeypatch: pytest.MonkeyPatch, install: Install, project: Project, parallel: int
) -> None:
    monkeypatch.setattr(limits, "PARSING", 0.3)
    pages = [f"page{number}" for number in range(4)]
    source = "".join(f"class P{number}:\n    {f'Number {number} {BRACKETS}'!r}\n" for number in range(60))
    plugins = {page: {f"p{number:02}": f"evil:P{number}" for number in range(60)} for page in pages}
    install("evil", plugins, {"evil.py": source})
    install("good", {page: {"good": "good"} for page in pages}, {"good.py": '"""*Well*."""'})
    written = {"index.rst": "Top\n===\n\n.. toctree::\n   :glob:\n\n   page*\n"}
    written |= {f"{page}.rst": f"{page}\n=====\n\n.. list-plugins:: {page}\n   :detailed:\n" for page in pages}
    settings: dict[str, object] = {"extensions": ["sphinxext.plugins", "sphinx.ext.napoleon"]}
    before = os.times()
    app = project.build(written, parallel=parallel, **settings)  # type: ignore[arg-type]
    used = sum(os.times()[:4]) - sum(before[:4])
    assert used < 12  # without a budget 240 times 0.3, and what is around that
    first = project.warnings
    assert len(first) == 60 * len(pages)
    assert all(" take too long; " in line or "it takes more than 0.3 s; " in line for line in first)
    for page in pages:
        assert [node.astext() for node in app.env.get_doctree(page).findall(nodes.emphasis)] == ["Well"]
    project.build(parallel=parallel, **settings)  # type: ignore[arg-type]
    assert project.read == []
    assert project.warnings == first


def test_one_slow_docstring_of_many_plugins_is_tried_once(
    monkeypatch: pytest.MonkeyPatch, install: Install, project: Project
) -> None:
    monkeypatch.setattr(limits, "PARSING", 0.3)
    tried: list[float] = []

    def counting(seconds: float) -> contextlib.AbstractContextManager[None]:
        tried.append(seconds)
        return limited(seconds)

    monkeypatch.setattr(guard, "limited", counting)
    install("evil", {"ns": {f"p{number}": "m:P" for number in range(20)}}, {"m.py": f"class P:\n    {BRACKETS!r}\n"})
    page = ".. list-plugins:: ns\n   :detailed:\n"
    project.build(f"Top\n===\n\n{page}\n{page}", extensions=["sphinxext.plugins", "sphinx.ext.napoleon"])
    assert tried == [0.3]
    assert len(project.warnings) == 20
    assert all("it takes more than 0.3 s; " in line for line in project.warnings)


TOKENS = [
    *list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \n0aA"),
    *['"""', "f'", "rb'", "$(", "${", "<<a\n", "$ ", ">>> ", "... ", "[[", "a=", "a: ", "- ", "//", "/*", "\\\n", "--"],
    *["Traceback (most recent call last):\n", '  File "a", line 1\n', "raise ", "import a", "class ", "0x", "1e", "1_"],
    *["%(a", "{{", "if ", "case a in ", "> ", "&a ", "!a ", "---\n", "\n[a]\n", "\u3000", "\n\n", "\n ", "EOF", '"a":'],
]
LANGUAGES = sorted(LEXERS - {"default", "none", "py", "py3", "python3", "pycon3", "sh", "shell"})


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_lexer_takes_time_that_grows_like_powers(language: str) -> None:
    lexer = PygmentsBridge().get_lexer("", language, force=True)
    chance = random.Random(language)
    for _ in range(150):
        start, *piece, end = chance.choices(TOKENS, k=chance.randint(3, 5))
        times = []
        for length in (500, 1_000):
            text = start + "".join(piece) * (length // len("".join(piece))) + end
            before = time.thread_time()
            with limited(5):
                for _ in lexer.get_tokens("\n".join(line.rstrip() for line in text.splitlines())):
                    pass
            times.append(time.thread_time() - before)
        assert times[1] < max(0.5, 16 * times[0]), (start, piece, end)


@pytest.mark.parametrize("text", ["::\n\n", ".. code-block:: ini\n\n", ".. highlight:: ini\n\n::\n\n"])
def test_the_time_of_highlighting_counts(
    monkeypatch: pytest.MonkeyPatch, install: Install, project: Project, text: str
) -> None:
    monkeypatch.setattr(limits, "PARSING", 0.2)
    install_all(install, {"": f"Says.\n\n{text}" + ("   " + "=       " * 110 + "\n") * 30})
    for _ in range(2):
        app = project.build({} if project.warnings else CATALOG, highlight_language="ini")
        [warning] = project.warnings
        assert "ns:p0 has a docstring that cannot be rendered: it takes more than 0.2 s" in warning
        assert warning.endswith("[plugins.docstring]")
    assert project.read == []
    assert "=       =" in app.env.get_doctree("index").astext()


@pytest.mark.parametrize("language", ["cddl", "fish", "c", "systemd", "rst", "nonsense"])
def test_other_code_is_plain_text(install: Install, project: Project, language: str) -> None:
    code = '   "' + "\\" * 121 + "\n"
    text = f"Says.\n\n.. code-block:: {language}\n\n{code}\n.. highlight:: {language}\n\n::\n\n{code}"
    install_all(install, {"highlighted": text, "default": f"Says.\n\n::\n\n{code}"})
    app = project.build(CATALOG, highlight_language=language, plugins_report_untrusted=True)
    assert project.warnings == []
    assert {block["language"] for block in app.env.get_doctree("index").findall(nodes.literal_block)} == {"none"}


ODD = ["a<" * 40, "a(" * 40, "{0.foo}", "%s", "x" * 900, "operator" * 90]


@pytest.mark.parametrize("default_role", ["any", "math", "numref", "raw", None])
def test_no_reference_is_read_as_an_expression(install: Install, project: Project, default_role: str | None) -> None:
    used = (f"`{odd}` :any:`{odd}`\n:any:`x <{odd.replace('<', '[')}>`" for odd in ODD)
    install_all(install, {"": "Says.\n\n" + "\n\n".join(used)})
    app = project.build(CATALOG, default_role=default_role, nitpicky=True)
    assert project.warnings == []
    assert app.env.get_doctree("index").astext().count(ODD[0]) == 2


HOST = """
import re


def resolve(app, env, node, content):
    if "fails" in node["reftarget"]:
        raise KeyError(node["reftarget"])
    if "slow" in node["reftarget"]:
        re.match("(a*)*b", "a" * 60)


def setup(app):
    app.connect("missing-reference", resolve, priority=1)
"""


def test_a_reference_that_ends_or_hangs_the_code_of_others_is_text(
    monkeypatch: pytest.MonkeyPatch, site: Path, install: Install, project: Project
) -> None:
    monkeypatch.setattr(limits, "PARSING", 0.2)
    (site / "host.py").write_text(HOST)
    texts = ["See :py:func:`fails`.", "See :py:func:`slow` and :py:class:`slower`.", "Well."]
    install_all(install, {text: text for text in texts})
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", extensions=["sphinxext.plugins", "host"])
    said = sorted(line.partition("WARNING: ")[2].partition(";")[0] for line in project.warnings)
    assert [each.partition(":")[2] for each in said] == [
        "p0 has references in its docstring that cannot be resolved: KeyError: 'fails'",
        "p1 has references in its docstring that cannot be resolved: it takes more than 0.2 s",
    ]
    html = (app.outdir / "index.html").read_text()
    assert all(f'<span class="pre">{text}</span>' in html for text in ("fails()", "slow()", "slower"))


def test_slow_references_of_one_distribution_hold_no_build_up(
    monkeypatch: pytest.MonkeyPatch, site: Path, install: Install, project: Project
) -> None:
    monkeypatch.setattr(limits, "PARSING", 0.1)
    (site / "host.py").write_text(HOST)
    install_all(install, {str(number): f"See :py:func:`slow{number}`." for number in range(60)})
    start = time.process_time()
    project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", extensions=["sphinxext.plugins", "host"])
    assert time.process_time() - start < 4  # and not 60 times 0.1
    assert len(project.warnings) == 60
    assert sum(f"resolved: {NO_MORE}" in line for line in project.warnings) > 20


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_latex_has_room_for_it(install: Install, project: Project) -> None:
    texts = {name: text for name, text in MARKUP.items() if " kB" not in name}
    texts["roman"] = "Says.\n\nMMM. x\n#. y\n"
    texts["the last roman"] = "Says.\n\nMMMMCMXCIX. x\n#. y\n"
    texts["the last letter"] = "Says.\n\nY. x\n#. y\n#. z\n"
    install_all(install, texts)
    app = project.build(CATALOG, builder="latex")
    [file] = app.outdir.glob("*.tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name]
    made = subprocess.run(command, cwd=app.outdir, check=False, capture_output=True)
    assert made.returncode == 0, made.stdout.decode("utf-8", "replace")[-2000:]


def test_escapes_are_no_characters(install: Install, project: Project) -> None:
    install_all(
        install, {"": "Of `A`\\ s, :py:class:`B`\\ es and |x|\\ y \\*, *c*\\d.\n\n.. |x| unicode:: 0x1B 0x58\n"}
    )
    tree = project.build(CATALOG, plugins_report_untrusted=True).env.get_doctree("index")
    assert "Of As, Bes and Xy *, cd." in tree.astext()


LEFT = {
    "pep": "See :pep:`8`.",
    "comment": "Says.\n\n.. not this",
    "script": "See `it <javascript:alert(1)>`__.",
    "path": "See `it <other.html>`__.",
    "web": "See `it <https://good.example/>`__.",
    "doctest": "Says.\n\n>>> 1\n1",
    "plain": "Says::\n\n   x\n\nSo.",
    "code": "Says.\n\n.. code-block:: python\n\n   x\n\nSo.",
    "table": "Says.\n\n.. table:: Title\n\n   = =\n   a b\n   = =",
    "wide": f"{'=' * 300}  =\na{' ' * 301}b\n{'=' * 300}  =",
    "letters": "Says.\n\na. x\n" + "#. y\n" * 26,
    "few letters": "Says.\n\na. x\n" + "#. y\n" * 25,
    "numbers": "Says.\n\n1000000001. x",
    "many": "Says.\n\n999999999. x\n#. y",
    "too many": "Says.\n\n1000000000. x\n#. y",
    "napoleon": "Says.\n\n.. attribute:: one\n\n   The one.",
    "refused": "Says.\n\n.. toctree::\n\n   x",
    "unknown": "Says.\n\n.. nothing-like-this::\n\n   x",
    "external": "See :external+one:py:mod:`json` and :external:std:numref:`x`.",
    "raw role": "A :raw:`x` and :download:`y`.",
}
SAID_OF_LEFT = {
    "script": "may: link to javascript:alert(1); ",
    "refused": "may: directive toctree; ",
    "raw role": "may: role raw, role download; ",
    "numbers": ": it has a list that is numbered to more than 1000000000; ",
    "too many": ": it has a list that is numbered to more than 1000000000; ",
    "unknown": ': Unknown directive type "nothing-like-this"; ',
}


def test_what_is_left_of_markup(install: Install, project: Project) -> None:
    install_all(install, LEFT)
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", plugins_introspection="static")
    sections = {node["ids"][0]: node for node in app.env.get_doctree("index").findall(nodes.section)}
    left = {name: sections[f"plugin-ns-p{number}"] for number, name in enumerate(LEFT)}

    def of(name: str, kind: type[nodes.Element]) -> list[nodes.Element]:
        return list(left[name].findall(kind))

    assert all(len(of(name, addnodes.index)) == 1 for name in LEFT)  # the extension's own
    assert not any(of(name, nodes.comment) for name in LEFT)
    links = {name: [link["refuri"] for link in of(name, nodes.reference) if "refuri" in link] for name in LEFT}
    assert {name: uris for name, uris in links.items() if uris} == {
        "pep": ["https://peps.python.org/pep-0008/"],
        "web": ["https://good.example/"],
    }
    assert [left[name][2].astext() for name in ("script", "path", "web")] == ["See it."] * 3
    blocks = {
        name: [(block["language"], block.get("force")) for block in of(name, nodes.literal_block)] for name in LEFT
    }
    assert blocks["doctest"] == [("pycon", True)]
    assert blocks["plain"] == [("default", None)]
    assert blocks["code"] == [("python", True)]
    assert [node.astext() for node in left["table"][2:4]] == ["Says.", "Title"]
    assert isinstance(left["table"][4].children[0], nodes.tgroup)
    assert [column["colwidth"] for column in of("wide", nodes.colspec)] == [100, 1]
    lists = {name: [each["enumtype"] for each in of(name, nodes.enumerated_list)] for name in LEFT}
    assert (lists["letters"], lists["few letters"], lists["many"]) == (["arabic"], ["loweralpha"], ["arabic"])
    assert (lists["numbers"], lists["too many"]) == ([], [])
    assert "The one." in left["napoleon"].astext()
    assert left["external"].astext().endswith("See json and x.")
    assert left["raw role"].astext().endswith("A x and y.")


def test_what_is_said_of_markup(install: Install, project: Project) -> None:
    install_all(install, LEFT)
    page = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"
    project.build(page, plugins_introspection="static", plugins_report_untrusted=True)
    said = {name: [line for line in project.warnings if f"WARNING: ns:p{n} " in line] for n, name in enumerate(LEFT)}
    assert {name: len(lines) for name, lines in said.items() if lines} == dict.fromkeys(SAID_OF_LEFT, 1)
    assert [name for name, words in SAID_OF_LEFT.items() if words not in said[name][0]] == []
    refused = {name for name, lines in said.items() if lines and "[plugins.docstring]" in lines[0]}
    assert refused == {"script", "refused", "raw role"}


@pytest.mark.parametrize(("role", "kind"), [("strong", nodes.strong), ("code", nodes.literal)])
def test_the_default_role_of_the_page_counts_where_it_is_allowed(
    install: Install, project: Project, role: str, kind: type[nodes.Element]
) -> None:
    install_all(install, {"one": "Says `word`."})
    app = project.build("Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n", default_role=role)
    assert [node.astext() for node in app.env.get_doctree("index").findall(kind)] == ["word"]


def test_what_is_never_allowed_is_refused_also_where_it_is_named(install: Install, project: Project) -> None:
    install_all(install, {"roles": "A :raw:`x` and :download:`y`.", "raw": ".. raw:: html\n\n   <b>x</b>"})
    page = "Top\n===\n\n.. list-plugins:: ns\n   :detailed:\n"
    settings = {"plugins_docstring_roles": ["raw", "download"], "plugins_docstring_directives": ["raw"]}
    app = project.build(page, plugins_introspection="static", **settings)  # type: ignore[arg-type]  # settings
    assert [line.partition("may: ")[2].partition(";")[0] for line in project.warnings if "may: " in line] == [
        "role raw",
        "directive raw",
    ]
    assert not list(app.env.get_doctree("index").findall(nodes.raw))
