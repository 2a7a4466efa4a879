"""Reading the forms that files of others have: JSON, TOML, YAML, INI and Python.

Whatever is in them, each function gives a value or raises a ValueError that says why there is none. What comes of
it nests no deeper, and has no longer numbers, than what is made of it can take.
"""

from __future__ import annotations

import ast
import configparser
import importlib
import re
import tomllib
import warnings
from typing import Any

import msgspec

from sphinxext.plugins.core import limits

_LONG_SPACE = re.compile(r"[^\S\n]{100,}")


_TOO_MUCH = (RecursionError, MemoryError, OverflowError)
"""What is raised for what nests too deeply, or is too much in another way."""


def text(content: bytes) -> str:
    """Read a text in UTF-8, with or without a byte order mark.

    :raises ValueError: where it is none
    """
    return content.decode("utf-8-sig")


def json(content: bytes | str, form: object = Any) -> Any:  # noqa: ANN401  # what is in it
    """Read JSON.

    :param form: what it has to be, where that is known
    :raises ValueError: where it is none, or not of the form
    """
    try:
        value = msgspec.json.decode(content, type=form)
    except _TOO_MUCH as error:
        raise _too_deep() from error
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    if form is Any:
        _ensure_plain(value)
    return value


def toml(content: str) -> dict[str, Any]:
    """Read TOML.

    :raises ValueError: where it is none
    """
    if any(line.count(".") > limits.MOST_DOTS for line in content.splitlines()):
        msg = f"it has a line of more than {limits.MOST_DOTS:,} dots"
        raise ValueError(msg)
    try:
        value = tomllib.loads(content)
    except _TOO_MUCH as error:
        raise _too_deep() from error
    _ensure_plain(value)
    return value


NO_YAML = "reading YAML needs PyYAML, which is not installed"
"""Why no YAML is read; the one reason of all that has to do with this environment and not with a file."""


def yaml(content: str) -> Any:  # noqa: ANN401  # what is in it
    """Read YAML, where PyYAML is installed: texts, numbers, lists and dictionaries. What else there is stays a text.

    :raises ValueError: where it is none, or nothing here reads it
    """
    try:
        yaml = importlib.import_module("yaml")  # an extra brings it, and few need it
    except ImportError as error:
        raise ValueError(NO_YAML) from error
    try:
        # In Python: what C nests too deeply ends the process. And composed only: aliases may make a file of
        # some lines a value of any size, which is counted as it is made.
        loader = yaml.SafeLoader(content)
        value = _Composed(loader).value(loader.get_single_node())
    except _TOO_MUCH as error:
        raise _too_deep() from error
    except (yaml.YAMLError, LookupError) as error:  # the latter from what is tagged as something that it is not
        raise ValueError(" ".join(str(error).split())) from error
    _ensure_plain(value)
    return value


class _Composed:
    """Makes values of what YAML was composed into."""

    def __init__(self, loader: Any) -> None:  # noqa: ANN401  # PyYAML need not be there
        self._loader = loader
        self._left = limits.MOST_LITERALS

    def value(self, node: Any) -> Any:  # noqa: ANN401
        """Make a value."""
        self._left -= 1
        if self._left < 0:
            msg = "it has too much in it"
            raise ValueError(msg)
        if node is None or node.id == "scalar":
            return node and self._scalar(node)
        if node.id == "sequence":
            return [self.value(item) for item in node.value]
        made: dict[str, Any] = {}
        for key, item in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                merged = self.value(item)
                for each in merged if isinstance(merged, list) else [merged]:
                    made |= {k: v for k, v in each.items() if k not in made} if isinstance(each, dict) else {}
            else:
                made[key.value if key.id == "scalar" else str(self.value(key))] = self.value(item)
        return made

    def _scalar(self, node: Any) -> Any:  # noqa: ANN401
        known = node.tag.removeprefix("tag:yaml.org,2002:") in {"null", "bool", "int", "float"}
        # The number of a long text would take long to make.
        return self._loader.construct_object(node) if known and len(node.value) < limits.SHORTENED else node.value


def ini(content: str) -> tuple[dict[str, dict[str, str]], str | None]:
    """Read what there is of a file in the form of INI by its sections, and say what of it is wrong."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # as its documentation says
    wrong: str | None = None
    try:
        # The standard library takes time in the square of lines that are wrong, and of spaces in one.
        if content.count("\n") > limits.MOST_INI_LINES:
            msg = f"it has more than {limits.MOST_INI_LINES:,} lines"
            raise ValueError(msg)  # noqa: TRY301  # one reason like the others
        parser.read_string(_LONG_SPACE.sub(" ", content))
    except (configparser.Error, ValueError, *_TOO_MUCH) as error:
        wrong = str(error)
    return {name: dict(parser.items(name)) for name in parser.sections()}, wrong


def python(source: bytes | str) -> ast.Module:
    """Parse a module.

    :raises ValueError: where it is none
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes of others are no concern of the host's
            return ast.parse(source)
    except _TOO_MUCH as error:
        raise _too_deep() from error
    except SyntaxError as error:
        raise ValueError(str(error)) from error


def _too_deep() -> ValueError:
    return ValueError("it is nested too deeply")


def _ensure_plain(value: object) -> None:
    """Make sure that a value can be written again.

    :raises ValueError: where it cannot
    """
    level: list[Any] = [value]
    for _ in range(limits.DEEPEST_DATA):
        if any(isinstance(each, int) and abs(each) >= limits.LARGEST_NUMBER for each in level):
            msg = "it has a number of too many digits"
            raise ValueError(msg)
        nested = (each for each in level if isinstance(each, dict | list))
        level = [inner for each in nested for inner in (each.values() if isinstance(each, dict) else each)]
        if not level:
            return
    raise _too_deep()
