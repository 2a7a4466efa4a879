"""What extensions of Sphinx register in ``setup``."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from docutils.parsers.rst import directives, roles

from sphinxext.plugins import settings as options
from sphinxext.plugins.catalog import Assembler
from sphinxext.plugins.core.entries import Entries
from sphinxext.plugins.core.model import Introspection, ProblemKind
from sphinxext.plugins.core.schemes import REGISTERED
from sphinxext.plugins.introspect.live import setups
from tests.test_facts import DEFAULTS, MODES, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sphinx.testing.util import SphinxTestApp

    from sphinxext.plugins.core.structs import Json
    from tests.conftest import Install, Project

SHOP = '''
"""Sells things."""

from shop import helpers
from shop.things import Basket, Board, Shop, Tax, later, price as cost

ROLES = {"price": cost, "tax": Tax(2)}
PAIRS = (("first", Basket), ("second", Tax))

def setup(app):
    """Sets up."""
    from functools import partial
    import shop.things as things
    app.require_sphinx("4.0")
    app.setup_extension("shop.other")
    app.add_directive("basket", Basket, override=True)
    app.add_directive(name="till", cls=things.Basket)
    for name, role in ROLES.items():
        app.add_role(name, role)
    for name, cls in PAIRS:
        app.add_directive(name, cls)
    for kind in ["box", "bag"]:
        app.add_directive(f"shop{kind}", Basket)
    app.add_role("part", partial(cost, 1))
    app.add_role("lambda", lambda *_: ([], []))
    app.add_generic_role("plain", things.Node)
    app.add_builder(Board)
    app.add_domain(Shop)
    app.add_directive_to_domain("py", "basket", Basket)
    app.add_role_to_domain("std", "stock", Tax())
    app.add_index_to_domain("py", things.Wares)
    app.add_object_type("ware", "wares", "pair: %s; ware")
    app.add_crossref_type("topic", "topics")
    app.add_autodocumenter(things.Documenter)
    app.add_event("shop-opened")
    app.events.add("shop-closed")
    app.add_config_value("shop_open", True, "env")
    app.add_config_value(name="shop_name", default="", rebuild="env")
    app.connect("config-inited", later)
    app.connect("builder-inited", things.much_later)
    helpers.more(app, "more", cls=Basket)
    helpers.Kit.of_class(app)
    return {"version": "1"}
'''

THINGS = """
class Base:
    name = ""
    directives = {}
    indices = []

class Basket: pass

class Tax:
    def __init__(self, rate=1): pass
    def __call__(self, *given): return [], []

class Node: pass

class Wares(Base):
    name = "wares"

class Documenter:
    objtype = "ware"

class Board:
    name = "board"

class Between(Base):
    roles = {"of": Tax(), "at": Tax}

class Shop(Between):
    name = "shop"
    directives = {**Base.directives, "basket": Basket}
    indices = [Wares]

def price(*given): return [], []

def later(app, config):
    if config.shop_open and not config.shop_name:
        app.add_directive("open", Basket)
    else:
        app.add_directive("closed", Basket)

def much_later(app):
    app.add_directive("never", Basket)
"""

HELPERS = """
def more(app, name, cls, then=True):
    application = app
    application.add_directive(name, cls)
    if then:
        inner(application)

def inner(app):
    app.add_role("inner", Kit)

class Kit:
    @classmethod
    def of_class(cls, app):
        app.add_role("kit", Kit)
"""

BASKET, TAX = "shop.things:Basket", "shop.things:Tax"
EXPECTED = {
    "directives": dict.fromkeys(["basket", "till", "first", "shopbox", "shopbag", "more", "open"], BASKET)
    | {"second": TAX, "shop:basket": BASKET, "py:basket": BASKET, "ware": "shop", "topic": "shop"}
    | {"autoware": "shop.things:Documenter"},
    "roles": {"price": "shop.things:price", "part": "shop.things:price", "lambda": "shop", "tax": TAX, "stock": TAX}
    | {"shop:of": TAX, "shop:at": TAX, "plain": "shop.things:Node", "wares": "shop", "topics": "shop"}
    | dict.fromkeys(["inner", "kit"], "shop.helpers:Kit"),
    "builders": {"board": "shop.things:Board"},
    "domains": {"shop": "shop.things:Shop", "shop:wares": "shop.things:Wares", "py:wares": "shop.things:Wares"},
    "events": {"shop-opened": "shop", "shop-closed": "shop"},
    "configuration": {"shop_open": "shop", "shop_name": "shop"},
}


class Held(NamedTuple):
    """What registries hold, and what is wrong with them."""

    targets: dict[str, str]
    problems: list[str]
    origins: Collection[str | None] = frozenset()


def held(mode: str, *specs: object) -> Held:
    values = {**DEFAULTS, "introspection": mode, "registries": {"ns": list(specs)}, "sources": ("installed",)}
    made, problems = options.from_config(values)
    assert problems == []
    assembler = Assembler(made, Path())
    plugins = assembler.registered("ns")
    found = {plugin.name: plugin.target for plugin in plugins}
    assert len(found) == len(plugins)
    return Held(found, [each.message for each in assembler.problems], {plugin.origin for plugin in plugins})


@pytest.fixture
def shop(install: Install) -> None:
    files = {"__init__": SHOP, "things": THINGS, "helpers": HELPERS, "other": "def setup(app): app.add_event('x')\n"}
    install("one", files={f"shop/{name}.py": text for name, text in files.items()})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("shop")
def test_each_thing_that_is_registered_is_an_entry(mode: str) -> None:
    expected = {
        f"{'index' if kind == 'domains' and ':' in name else kind.rstrip('s')} {name}": target
        for kind, things in EXPECTED.items()
        for name, target in things.items()
    }
    assert held(mode, "setup:shop") == Held(expected, [], {"setup"})


@pytest.mark.parametrize("mode", ["static", "import"])
@pytest.mark.usefixtures("shop")
def test_the_settings_choose_kinds(mode: str) -> None:
    two = held(mode, {"from": "setup:shop", "in": ["events", "builders"]})
    if mode == "static":
        assert held(mode, {"from": "setup:shop", "in": ["domains"]}).targets == EXPECTED["domains"]
        assert held(mode, {"from": "setup:shop", "in": "directives"}).targets == EXPECTED["directives"]
    assert sorted(two.targets) == ["builder board", "event shop-closed", "event shop-opened"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("shop")
def test_several_extensions_and_modules_that_are_none(mode: str) -> None:
    assert held(mode, {"from": "setup:shop.*", "in": ["events"]}) == Held({"x": "shop.other"}, [], {"setup"})
    [problem] = held(mode, "setup:shop.things").problems
    assert problem.endswith("'setup:shop.things', which cannot be read in whole: there is no setup in shop.things")
    [problem] = held(mode, {"from": "setup:nothing", "in": ["roles"]}).problems
    assert problem == "plugins_registries['ns'] has 'setup:nothing', and there is no module nothing"


def test_kinds_are_the_same_in_the_settings_and_where_they_are_read() -> None:
    assert setups.KINDS == REGISTERED
    wrong = [{"from": "setup:a", "in": ["directive"]}, {"from": "setup:a", "name": "x"}, {"from": "setup:a", "path": 1}]
    _, problems = options.from_config({**DEFAULTS, "registries": {"ns": wrong}})
    assert [problem.kind for problem in problems] == [ProblemKind.CONFIG] * 3
    assert all("directives, roles, builders" in problem.remedy for problem in problems)


FIELDS = {kind: f"setup:{kind}" for kind in REGISTERED}


class Read(NamedTuple):
    """A field of each plugin, and the problems of each that has some."""

    values: dict[str, Json]
    problems: dict[str, list[str]]


def read(mode: str, registry: str = "modules:many.*", fields: Mapping[str, str] = FIELDS, field: str = "roles") -> Read:
    values = {**DEFAULTS, "introspection": mode, "registries": {"ns": registry}, "sources": ("installed",)}
    made, problems = options.from_config({**values, "namespaces": {"ns": {"fields": fields}}})
    assert problems == []
    namespace = Assembler(made, Path()).namespace("ns")
    assert namespace is not None
    told = {plugin.name: shown(plugin).get(field) for plugin in namespace.plugins}
    found = {plugin.name: [each.message for each in plugin.problems] for plugin in namespace.plugins}
    return Read(told, {name: each for name, each in found.items() if each})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("shop")
def test_fields_of_extensions_that_are_plugins(install: Install, mode: str) -> None:
    files = {"m.py": "from shop import setup\ndef other(app): app.add_role('x', other)\nclass C:\n    setup = other\n"}
    targets = {"module": "m", "function": "m:setup", "of": "shop:setup", "other": "m:other", "class": "m:C"}
    install("two", {"ns": targets}, files)
    made, _ = options.from_config({**DEFAULTS, "introspection": mode, "namespaces": {"ns": {"fields": FIELDS}}})
    namespace = Assembler(made, Path()).namespace("ns")
    assert namespace is not None
    expected = {kind: sorted(EXPECTED[kind]) for kind in REGISTERED if kind != "domains"} | {"domains": DOMAINS}
    nothing = dict.fromkeys(REGISTERED)
    assert {plugin.name: {**nothing, **shown(plugin)} for plugin in namespace.plugins} == {
        **dict.fromkeys(["module", "function", "of"], expected),
        **dict.fromkeys(["other", "class"], nothing),
    }
    assert [problem for plugin in namespace.plugins for problem in plugin.problems] == []
    how = Introspection.IMPORT if mode == "import" else Introspection.STATIC
    assert {field.introspection for plugin in namespace.plugins for field in plugin.fields if field.value} == {how}


DOMAINS = sorted(EXPECTED["domains"])

SURE = {
    "is_one": "if not isinstance(app, object):\n    return\napp.add_role('a', f)",
    "has": "if hasattr(app, 'add_role'):\n    app.add_role('a', f)\nelse:\n    app.add_role('b', f)",
    "of_python": "import sys\nif sys.version_info < (3,):\n    return\napp.add_role('a', f)",
    "of_a_constant": "if VERSION >= (1, 5):\n    app.add_role('a', f)",
    "imports": "try:\n    import os\nexcept ImportError:\n    return\napp.add_role('a', f)",
    "by_default": "app.add_config_value('x', 'a', '')\napp.add_role(app.config.x, f)",
    "of_a_default": "config = app.config\napp.add_config_value('x', False, '')\n"
    "if config.x:\n    app.add_role('b', f)\nelse:\n    app.add_role('a', f)",
    "once": "if getattr(app, '_done', False):\n    return\napp._done = True\napp.add_role('a', f)",
    "finally": "try:\n    app.add_role('a', f)\nfinally:\n    pass",
    "continue": "for each in ('b', 'a', 'c'):\n    if each == 'b':\n        continue\n"
    "    if each == 'c':\n        break\n    app.add_role(each, f)",
    "no_difference": "if len(str(app.outdir)) > 3:\n    app.add_js_file('a.js')\napp.add_role('a', f)",
    "parts": "name, role = 'a', f\napp.add_role(name, role)",
    "helper_of_docutils": "local()",
    "docutils": "from docutils.parsers.rst import directives, roles\nroles.register_local_role('a', f)\n"
    "directives.register_directive('b', C)",
    "lambda": "app.connect('config-inited', lambda app, config: None)\napp.add_role('a', f)",
}
"""Statements that surely register a role ``a``, and no other."""

UNSURE = {
    "condition": ("if len(str(app.outdir)) > 1:\n    app.add_role('a', f)", "the condition len(str(app.outdir)) > 1"),
    "left": (
        "if len(str(app.outdir)) < 1:\n    return\napp.add_role('a', f)",
        "the condition len(str(app.outdir)) < 1",
    ),
    "tried": ("try:\n    app.add_role('a', f)\nexcept OSError:\n    pass", "whether something fails before"),
    "loop": (
        "for each in sorted(vars(C)):\n    if each == '__doc__':\n        app.add_role('a', f)",
        "what sorted(vars(C)) holds",
    ),
    "while": ("while True:\n    app.add_role('a', f)\n    break", "what stands in line"),
    "name": ("app.add_role(chr(97), f)", "chr(97) is computed"),
    "alias": ("add = app.add_role\nadd('a', f)", "what becomes of app.add_role only shows"),
    "by_getattr": ("getattr(app, 'add_role')('a', f)", "what becomes of getattr(app, 'add_role') only shows"),
    "kept": ("kept = [app]\nkept[0].add_role('a', f)", "what becomes of app only shows"),
    "class": ("D(app)", "what D(app) registers only shows"),
    "nested": ("def inner(app):\n    app.add_role('a', f)\ninner(app)", "inner"),
    "comprehension": ("[app.add_role(each, f) for each in ('a',)]", "what [app.add_role(each, f)"),
    "or": ("None or app.add_role('a', f)", "what None or app.add_role('a', f) comes to"),
    "filled": ("held = {}\nheld['a'] = f\nfor each in held:\n    app.add_role(each, f)", "what held holds"),
    "appended": ("held = []\nheld.append('a')\nfor each in held:\n    app.add_role(each, f)", "what held holds"),
    "rebound": ("name = 'b'\nif len(str(app.outdir)) > 1:\n    name = 'a'\napp.add_role(name, f)", "name"),
    "star": ("app.add_role(*('a', f))", "is called with only shows"),
    "function": ("app.add_role('a', made())", "made()"),
    "handler": ("app.connect('config-inited', made(2))", "what made(2) registers only shows"),
    "closure": ("def add(name):\n    app.add_role(name, f)\nadd('a')", "what add registers only shows"),
    "lambda": (
        "add = lambda name: app.add_role(name, f)\nadd('a')",
        "what lambda name: app.add_role(name, f) registers",
    ),
    "attribute": ("C.app = app\nC.app.add_role('a', f)", "what becomes of app only shows"),
    "suppressed": (
        "import contextlib\nwith contextlib.suppress(OSError):\n    app.add_role('a', f)",
        "whether something",
    ),
    "missing": ("try:\n    from os import nothing\nexcept ImportError:\n    app.add_role('a', f)", "whether something"),
    "circle": ("circle(app)", "circle(app, depth - 1)"),
}
"""Statements of which the source does not tell that they register a role ``a``, with a part of the reason."""


def many(install: Install, bodies: Mapping[str, str]) -> None:
    before = (
        "VERSION = (1, 6)\ndef f(*given): return [], []\nclass C: pass\n"
        "class D:\n    def __init__(self, app): app.add_role('a', f)\n"
        "def made(depth=1):\n    def role(app, config): app.add_role('a', f)\n    return role\n"
        "from docutils.parsers.rst import roles as by_docutils\n"
        "def local(): by_docutils.register_local_role('a', f)\n"
        "def circle(app, depth=9):\n    app.add_role('a', f)\n    if depth: circle(app, depth - 1)\n"
    )
    modules = {
        name: "def setup(app):\n    '''Sets up.'''\n" + "".join(f"    {line}\n" for line in body.splitlines()) + before
        for name, body in bodies.items()
    }
    modules |= (
        {"while": modules["while"].replace("'''Sets up.'''", "\n" * 2 + "    pass")} if "while" in modules else {}
    )
    install("many", files={"many/__init__.py": ""} | {f"many/{name}_.py": text for name, text in modules.items()})


@pytest.mark.parametrize("mode", ["static", "import"])
def test_what_the_source_tells(install: Install, mode: str) -> None:
    many(install, SURE)
    assert read(mode, fields={"roles": "setup:roles"}) == Read({f"{name}_": ["a"] for name in SURE}, {})


def test_what_the_source_does_not_tell_is_asked_of_the_extension(install: Install) -> None:
    many(install, {name: body for name, (body, _) in UNSURE.items()})
    static = read("static", fields={"roles": "setup:roles"})
    assert static.values == {f"{name}_": None for name in UNSURE}
    wrong = {
        name: messages
        for name, messages in static.problems.items()
        if UNSURE[name.removesuffix("_")][1] not in messages[0] or len(messages) > 1
    }
    assert wrong == {}
    assert static.problems.keys() == static.values.keys()
    assert read("auto", fields={"roles": "setup:roles"}) == Read({f"{name}_": ["a"] for name in UNSURE}, {})


ANYTHING = """
import os
def setup(app):
    app.config.anything = app.config.project + "x"
    app.config.html_context["a"] = 1
    app.config.values.setdefault("a", 2)
    assert app.config["project"] is not None
    number = app.connect("builder-inited", setup, priority=400)
    assert isinstance(number, int) and number != app.connect("builder-inited", setup)
    app.disconnect(number)
    app.add_js_file("a.js")
    app.add_node(object, html=(None, None))
    app.registry.source_suffix.get(".md")
    app.registry.translation_handlers.setdefault("html", {})["x"] = 1
    for builder in app.registry.builders: raise AssertionError
    if app.tags.has("draft") or "x" in app.tags: raise AssertionError
    app.env.nothing[1] += 1
    with open(os.path.join(app.outdir, "a.txt"), "w") as file: file.write(str(app.srcdir))
    (app.outdir / "b").mkdir()
    assert "shop" not in app.extensions
    app.setup_extension("shop")
    assert "shop" in app.extensions
    if app.verbosity > 1 or app.phase == 3: raise AssertionError
    with app.env.x as y: y()
    print(app, f"{app.config.release:>3}", len(app.env.found_docs), int(app.parallel))
    "{} {}".format(app.config.version, app.outdir)
    for each in app.emit("a", 1): raise AssertionError
    app.add_role("a", setup)
    app.no_such_method().neither[0].nor()
"""

HOSTILE = {
    "anything": ANYTHING,
    "raises": "def setup(app):\n    app.add_role('a', setup)\n    raise SystemExit('no\\nmore')\n",
    "no_text": "def setup(app):\n    app.add_role(1, setup)\n    app.add_role('a', setup)\n",
    "no_name": "class B: pass\ndef setup(app):\n    app.add_builder(B)\n    app.add_role('a', setup)\n",
    "empty": "def setup(app):\n    app.add_role('', setup)\n    app.add_role('a', setup)\n",
    "arguments": "def setup(app):\n    app.add_role('b')\n    app.add_role('a', setup)\n",
    "two": "def setup(app, other):\n    app.add_role('a', setup)\n",
    "data": "setup = 1\n",
    "much": "def setup(app):\n    for n in range(20): app.add_role(f'a{n}', setup)\n",
}


def test_a_stand_in_survives_what_extensions_do() -> None:
    found: dict[str, tuple[object, ...]] = {}
    for name, text in HOSTILE.items():
        module = ModuleType(name)
        exec(text, vars(module))
        entries = Entries({}, str, 5)
        missing = setups.fill(module, "roles", entries, lambda _: None)
        found[name] = missing, [entry["name"] for entry in entries.found], entries.doubts, entries.left
    wrong = "add_role is called with something else"
    assert found == {
        "anything": (False, ["a"], [], []),
        "raises": (False, ["a"], ["setup raises SystemExit: no more"], []),
        "no_text": (False, ["a"], [f"{wrong}: a name is a int, and no text"], []),
        "no_name": (False, ["a"], ["add_builder is called with something else: a name is a NoneType, and no text"], []),
        "empty": (False, ["a"], [], []),
        "arguments": (False, ["a"], [f"{wrong}: 'role'"], []),
        "two": (True, [], [], []),
        "data": (True, [], [], []),
        "much": (
            False,
            [f"a{number}" for number in range(5)],
            [],
            [f"a{number}: there are more than 5" for number in range(5, 10)],
        ),
    }


ENDLESS = {
    "calls": "".join(f"def f{n}(app):\n" + f"    f{n + 1}(app)\n" * 100 for n in range(4))
    + "def f4(app): pass\ndef setup(app): f0(app)\n",
    "loops": f"L = {[1] * 1000}\ndef setup(app):\n    for a in L:\n        for b in L: app.add_role('a', setup)\n",
    "values": "def setup(app):\n    x0 = y0 = ['a']\n"
    + "".join(f"    x{n + 1} = y{n + 1} = [x{n}, y{n}]\n" for n in range(60))
    + "    app.add_role(f'{x60}', setup)\n",
    "spread": "def setup(app):\n    x0 = {'a': 1}\n"
    + "".join(f"    x{n + 1} = {{**x{n}, **x{n}}}\n" for n in range(60))
    + "    for each in x60: app.add_role(each, setup)\n",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_reading_a_setup_ends(install: Install, name: str) -> None:
    install("one", files={f"{name}.py": ENDLESS[name]})
    assert len(held("static", f"setup:{name}").problems) == 1


@pytest.mark.slow
def test_a_line_that_registers_more_changes_the_page(install: Install, project: Project, site: Path) -> None:
    install("one", files={"one.py": "def setup(app):\n    app.add_role('first', setup)\n"})
    registries = {"ns": {"from": "setup:one", "in": ["roles"]}, "of": "modules:one"}
    fields = {"of": {"fields": {"Roles": "setup:roles"}}}
    pages = "T\n=\n\n.. plugin-catalog:: ns\n\n.. plugin-catalog:: of\n"
    settings: dict[str, Any] = {"plugins_registries": registries, "plugins_namespaces": fields}
    app = project.build(pages, builder="text", **settings)
    before = (app.outdir / "index.txt").read_text()
    with (site / "one.py").open("a") as file:
        file.write("    app.add_role('second', setup)\n")
    project.build({}, builder="text", **settings)
    after = (app.outdir / "index.txt").read_text()
    assert (project.read, project.warnings) == (["index"], [])
    assert "first" in before
    assert "second" not in before
    assert "first, second" in after
    assert after.count("second") > 1


EXTENSIONS = ("autodoc", "graphviz", "autosummary", "coverage", "doctest", "duration", "ifconfig", "napoleon", "todo")
"""Extensions of Sphinx, those first that others need."""


@pytest.mark.slow
def test_both_ways_tell_the_same_of_what_comes_with_sphinx() -> None:
    specs = ("setup:sphinx.ext.*", "setup:sphinx.domains.std", "setup:sphinx.directives.other")
    static, loaded = (held(mode, *specs) for mode in ("static", "import"))
    assert static == loaded
    assert static.problems == []
    expected = {"autoclass", "toctree", "todo", "glossary", "graphviz"}
    assert {f"directive {name}" for name in expected} <= static.targets.keys()
    assert len(static.targets) > 150


class Registry:
    """What an application has by now, by kind."""

    def __init__(self, app: SphinxTestApp) -> None:
        self.app = app
        self.listeners = {each.id for each in app.events.listeners["config-inited"]}

    def names(self) -> dict[str, set[str]]:
        registry = self.app.registry
        every = registry.domains.items()
        domains = {f"{name}:{index.name}" for name, domain in every for index in domain.indices} | {*registry.domains}
        of = {"directives": {*vars(directives)["_directives"]}, "roles": {*vars(roles)["_roles"]}}
        for name, domain in every:
            of["directives"] |= {setups.within(name, each) for each in domain.directives}
            of["roles"] |= {setups.within(name, each) for each in domain.roles}
        rest = {"builders": {*registry.builders}, "domains": domains, "events": {*self.app.events.events}}
        return {**of, **rest, "configuration": {*self.app.config.values}}

    def add(self, extension: str) -> dict[str, set[str]]:
        """Return what an extension adds."""
        before = self.names()
        self.app.setup_extension(extension)
        for listener in list(self.app.events.listeners["config-inited"]):
            if listener.id not in self.listeners:
                self.listeners.add(listener.id)
                listener.handler(self.app, self.app.config)
        return {kind: names - before[kind] for kind, names in self.names().items()}


@pytest.mark.slow
def test_an_application_of_sphinx_has_what_is_told(project: Project) -> None:
    app = project.build("T\n=\n", builder="dummy", extensions=[])
    registry = Registry(app)
    values = {**DEFAULTS, "introspection": "static", "sources": ("installed",)}
    specs = [f"modules:sphinx.ext.{name}" for name in EXTENSIONS]
    made, _ = options.from_config({**values, "registries": {"ns": specs}, "namespaces": {"ns": {"fields": FIELDS}}})
    namespace = Assembler(made, Path()).namespace("ns")
    assert namespace is not None
    told = {
        plugin.name: {kind: {*(names or ())} for kind, names in shown(plugin).items()} for plugin in namespace.plugins
    }
    added = {name: registry.add(f"sphinx.ext.{name}") for name in EXTENSIONS}
    assert "autoclass" in added["autodoc"]["directives"]
    nothing: dict[str, set[str]] = {kind: set() for kind in REGISTERED}
    assert {name: {**nothing, **told[name]} for name in EXTENSIONS} == added
