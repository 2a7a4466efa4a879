"""The types of fields, in one table: what values each takes, how these are written and ordered, whether people choose.

How pages show them is said where pages are made. A value that does not fit the type of its field is text.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import msgspec

from sphinxext.plugins.core.text import text_of
from sphinxext.plugins.core.trust import is_address
from sphinxext.plugins.core.values import CUT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinxext.plugins.core.structs import Json


class Type(StrEnum):
    """What the value of a field is."""

    TEXT = "text"  # as it is; a list with commas
    RST = "rst"  # markup, read as that of docstrings is
    CODE = "code"  # letter by letter; several lines are a block
    LINK = "link"  # an address, or what makes one of a template
    DATE = "date"
    BOOL = "bool"
    NUMBER = "number"
    TAGS = "tags"  # each by itself
    OBJECT = "object"  # the dotted path of an object of Python
    PLUGIN = "plugin"  # the name or the target of a plugin
    RECORD = "record"  # names with values
    TABLE = "table"  # several of these

    # Those that only fields have that are built in.
    SUMMARY = "summary"  # what a docstring says first, with its markup; the reason, where the plugin is not known
    TARGET = "target"  # a link to where it is documented, and where there is room one to its source
    KIND = "kind"  # of an instance, with its class where there is room
    DISTRIBUTION = "distribution"  # where there is room with its version, its licence and its addresses
    NAMED = "named"  # the identities of plugins
    DEPRECATION = "deprecation"  # a message, which may be empty, or stand in the docstring as well
    PLUGINS = "plugins"  # names in the plugin's namespace, or identities
    RELEASE = "release"  # a version, or that it is in none yet
    CHANGES = "changes"  # what releases changed


class FieldSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings of a namespace say of a field."""

    describers: tuple[str, ...] = ()
    """Those of which the first that gives something wins."""

    type: Type = Type.TEXT

    heading: str | None = None
    """What stands above a column of it, or before its value, in place of its name."""

    facet: bool | None = None
    """Whether readers may choose by it; None where that depends on its values."""

    language: str = "none"
    """Of code, as Pygments calls it."""

    link: str | None = None
    """The address that a value leads to, with ``{value}`` where it stands."""

    namespace: str | None = None
    """That of the plugins that it names; None where it is the plugin's own."""

    columns: dict[str, str] | None = None
    """What the columns of a table show of a row: its keys, by their headings; None for all."""


def natural_order(value: Json) -> list[tuple[bool, int, str]]:
    """Return the key of a value by which numbers and versions within texts are in their own order."""
    pieces = re.split(r"(\d+)", text_of(value).casefold())
    return [_digits(piece) if piece.isdecimal() else (True, 0, piece) for piece in pieces if piece]


def _digits(digits: str) -> tuple[bool, int, str]:
    """Return the key of a number, of which Python converts only short ones: how many digits it has, and these."""
    plain = "".join(str(unicodedata.decimal(digit)) for digit in digits).lstrip("0")
    return False, len(plain), plain


class MisfitError(ValueError):
    """A value does not fit the type of its field."""


class Row(NamedTuple):
    """What is to be known of a type."""

    expected: str
    """Which values it takes, in words."""

    read: Callable[[Json, FieldSettings], Json]
    """What makes a value into what is kept of it; raises :exc:`ValueError` where it does not fit."""

    whole: bool = False
    """Whether a list is one value, and not several."""

    facet: bool = True
    """Whether people may choose by it, if there are few different values."""

    key: str | None = None
    """The key of the settings that goes with it."""

    order: Callable[[Json], object] | None = None
    """What they are ordered by, where not by the numbers and words in their texts."""


def _any(value: Json, _settings: FieldSettings) -> Json:
    return value


def _words(value: Json, _settings: FieldSettings) -> Json:
    return _fitting(value, isinstance(value, str))


def _scalar(value: Json, _settings: FieldSettings) -> Json:
    return _fitting(value, isinstance(value, str | int | float) and not isinstance(value, bool))


def _link(value: Json, settings: FieldSettings) -> Json:
    return _fitting(_scalar(value, settings), address(value, settings) is not None)


def address(value: Json, settings: FieldSettings) -> str | None:
    """Return the address that a value leads to; None where that is none that may be linked to."""
    if settings.link is not None:
        # A slash is part of many names, org/project.
        found = settings.link.replace("{value}", quote(text_of(value), safe="/"))
    else:
        found = labelled(text_of(value))[1]
    return found if is_address(found) else None


def labelled(text: str) -> tuple[str, str]:
    """Take apart a label and an address, as headers ``Project-URL`` have them; an address alone has itself."""
    label, comma, rest = text.rpartition(", ")
    return (label.strip(), rest.strip()) if comma and is_address(rest.strip()) else (text.strip(), text.strip())


def _date(value: Json, _settings: FieldSettings) -> Json:
    return _fitting(value, isinstance(value, str) and _instant(value) is not None)


def _instant(text: str) -> float | None:
    """Return when a date is, in seconds; one without a time zone is taken for UTC."""
    if not _DATE.match(text):
        return None
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_DATE = re.compile(r"\d{4}-\d\d-\d\d(?![-\w])|\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
"""What a date begins with, for there are other forms that nobody reads."""


def _bool(value: Json, _settings: FieldSettings) -> Json:
    return _fitting(value, isinstance(value, bool))


def _number(value: Json, _settings: FieldSettings) -> Json:
    if isinstance(value, str):  # JSON holds no large one
        return _fitting(value, _NUMBER.fullmatch(value) is not None and isfinite(float(value)))
    return _fitting(value, isinstance(value, int | float) and not isinstance(value, bool))


_NUMBER = re.compile(r"[+-]?\d{1,300}(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)


def _object(value: Json, _settings: FieldSettings) -> Json:
    return _fitting(value, isinstance(value, str) and _PATH.fullmatch(value) is not None).replace(":", ".")


_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*(\.[^\W\d]\w*)*)?")


def _record(value: Json, _settings: FieldSettings) -> Json:
    return _fitting(value, isinstance(value, dict))


def _table(value: Json, _settings: FieldSettings) -> Json:
    """Make a list of records: of records by name, these too, and of lists, whose keys are numbers."""
    if isinstance(value, dict) and value and all(isinstance(each, dict) for each in value.values()):
        return [
            {"name": name, **{f"{key}_" if key == "name" else key: each for key, each in row.items()}}
            for name, row in value.items()
        ]
    rows = [_row(each) for each in value] if isinstance(value, list) else []
    return _fitting(rows, bool(rows))


def _row(given: Json) -> dict[str, Json]:
    if isinstance(given, list):
        return {str(number): each for number, each in enumerate(given)}
    made = dict(_fitting(given, isinstance(given, dict)))
    if made.get(CUT) == CUT and len(made) > 1:  # the row that follows says that there is more
        del made[CUT]
    return made


def _fitting(value: Json, fits: bool) -> Json:  # noqa: FBT001  # it is what is told of the value
    if not fits:
        raise MisfitError
    return value


_A_TEXT = "a text"

TYPES: dict[Type, Row] = {
    Type.TEXT: Row("anything", _any, whole=True),
    Type.RST: Row(_A_TEXT, _words, facet=False),
    Type.CODE: Row("a text or a number", _scalar, key="language"),
    Type.LINK: Row("an address (https://…)", _link, facet=False, key="link"),
    Type.DATE: Row("a date (2024-03-01)", _date, order=_instant),
    Type.BOOL: Row("True or False", _bool),
    Type.NUMBER: Row("a number", _number, order=float),
    Type.TAGS: Row("texts", _scalar),
    Type.OBJECT: Row("a dotted path (package.module.Class)", _object),
    Type.PLUGIN: Row("the name or the target of a plugin", _words, key="namespace"),
    Type.RECORD: Row("a dictionary", _record, whole=True, facet=False),
    Type.TABLE: Row("a list of dictionaries", _table, whole=True, facet=False, key="columns"),
}
"""All that the settings may give a field, the usual one first."""


def read(value: Json, settings: FieldSettings) -> Json:
    """Return what is kept of a value: of one that is kept already, the same.

    :raises MisfitError: where it does not fit the type
    """
    row = TYPES[settings.type]
    given = [each.strip() for each in value.split(",")] if _is_listed(value, settings.type) else value
    try:
        if _is_cut(given, settings.type):
            rest = dict(list(given.items())[:-1]) if isinstance(given, dict) else given[:-1]
            kept = read(rest, settings)
            end = _last_row(kept[0], settings) if settings.type is Type.TABLE else CUT
            return kept if kept[-1] == end else [*kept, end]
        if row.whole or not isinstance(given, list):
            return row.read(given, settings)
        kept = [row.read(each, settings) for each in given if each not in {None, ""}]
        return _fitting(kept, bool(kept))
    except (TypeError, ValueError, OverflowError) as error:
        raise MisfitError from error


def _is_cut(value: Json, type_: Type) -> bool:
    """Whether a list was too long to be kept, or the dictionary that a table is made of."""
    if isinstance(value, dict):
        return type_ is Type.TABLE and len(value) > 1 and value.get(CUT) == CUT
    return isinstance(value, list) and len(value) > 1 and bool(value[-1] == CUT)


def _last_row(first: Mapping[str, Json], settings: FieldSettings) -> dict[str, Json]:
    """Return a row that says that there are more."""
    return {next(iter((settings.columns or {}).values()), next(iter(first), CUT)): CUT}


def listed(value: Json) -> list[str]:
    """Return a text, or several."""
    return [str(each) for each in (value if isinstance(value, list) else [value])]


def _is_listed(value: Json, type_: Type) -> bool:
    """Whether several tags are one text, as in headers ``Keywords``."""
    return type_ is Type.TAGS and isinstance(value, str) and "," in value


def order(value: Json, type_: str) -> tuple[int, object]:
    """Return what values are ordered by, those of each type among themselves."""
    place, own = next(((n, row.order) for n, (of, row) in enumerate(TYPES.items()) if of == type_), (0, None))
    try:
        if own is not None:
            return place, [own(each) for each in (value if isinstance(value, list) else [value])]
    except (TypeError, ValueError, OverflowError):
        pass  # a project may have changed it
    return len(TYPES), natural_order(value)


def text(value: Json, type_: str, yes: str = "yes", no: str = "no") -> str:
    """Write a value as text, in one line."""
    match type_, value:
        case Type.TABLE, list() if all(isinstance(row, dict) for row in value):  # a project may have changed it
            rows = ([f"{key}: {text_of(each, yes, no)}" for key, each in row.items()] for row in value)
            return "; ".join(map(", ".join, rows))
        case _:
            return text_of(value, yes, no)
