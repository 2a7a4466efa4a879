"""What expressions of literals are worth, and what of them is computed."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.literals import Computed, Literals

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(0) | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(0), inner, max_size=3)
        | st.sets(st.text(max_size=3), min_size=1, max_size=3)
    ),
    max_leaves=10,
)


def worth(text: str) -> object:
    return shown(Literals().worth(ast.parse(text, mode="eval").body))


def shown(value: object) -> object:
    """Write what is computed as its expression."""
    match value:
        case Computed():
            return f"<{value.source}>"
        case list() | tuple():
            return type(value)(map(shown, value))
        case dict():
            return {shown(key): shown(each) for key, each in value.items()}
    return value


@given(PLAIN)
def test_a_display_is_worth_what_it_shows(value: object) -> None:
    assert worth(repr(value)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a' 'b' + f'c{\"d\"}'", "abcd"),
        ("[1] + [2, *[3]]", [1, 2, 3]),
        ("(1,) + (2,)", (1, 2)),
        ("{**{'a': 1}, 'b': 2}", {"a": 1, "b": 2}),
        ("[1, f(), *g()] + h()", [1, "<f()>", "<g()>", "<h()>"]),
        ("(1,) + f()", (1, "<f()>")),
        ("{'a': f(), **g(), h(): 1}", {"a": "<f()>", "<g()>": "<g()>", "<h()>": 1}),
        ("{'a': 1, [2]: 3}", {"a": 1, "<3>": 3}),
        ("{[1], 2}", "<{[1], 2}>"),
        ("'a' + f()", "<'a' + f()>"),
        ("'a' * 3", "<'a' * 3>"),
        ("f'{1}'", "<f'{1}'>"),
        ("f'{\"a\"!r}'", "<f'{'a'!r}'>"),
        ("name", "<name>"),
    ],
)
def test_what_is_put_together(text: str, expected: object) -> None:
    found = worth(text)
    assert str(found).replace('"', "'") == str(expected).replace('"', "'")
    assert type(found) is type(expected)


class Doubled(Literals):
    """Knows a name as twice the name that is a letter shorter."""

    def other(self, node: ast.expr) -> object:
        assert isinstance(node, ast.Name)
        half = f"'{node.id}'" if len(node.id) == 1 else node.id[1:]
        return self.worth(ast.parse(f"{half} + {half}", mode="eval").body)


def test_what_takes_too_much_is_computed() -> None:
    long = "a" * (limits.MOST_LITERALS // 2)
    assert worth(f"'{long}'") == long
    assert worth(f"['{long}' + '{long}', 1]") == [f"<'{long}' + '{long}'>", "<1>"]
    assert Doubled().worth(ast.Name("aaa")) == "a" * 8
    assert isinstance(Doubled().worth(ast.Name("a" * 30)), Computed)
