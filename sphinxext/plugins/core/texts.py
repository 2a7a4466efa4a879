"""Texts of strangers, and values, as they can be shown where nothing in them may act."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sphinxext.plugins.core.legible import UNFIT

if TYPE_CHECKING:
    from sphinxext.plugins.core.model import Json

_ACTING = re.compile(rf"[\t\n{UNFIT}]")
_ACTING_IN_JSON = re.compile(f"[{UNFIT}]")
_NOT_ASCII = re.compile(r"[^\x00-\x7e]")


def visible(text: str) -> str:
    r"""Write a text with the characters that act instead of being shown written out: ``\x1b``, and ``\n``."""
    return _ACTING.sub(lambda found: ascii(found[0])[1:-1], text)


def in_line(text: str) -> str:
    """Write a text so in one line."""
    return visible(" ".join(text.split()))


def in_json(text: str, *, only_ascii: bool = False) -> str:
    """Write a text of JSON so that it can be shown; it stands for the same.

    :param only_ascii: whether all but ASCII is written out as well
    """
    return (_NOT_ASCII if only_ascii else _ACTING_IN_JSON).sub(lambda found: json.dumps(found[0])[1:-1], text)


def in_markdown(text: str) -> str:
    """Write a text as Markdown that shows it: of any flavour, within a line, a heading or a cell of a table."""
    shown = re.sub(r"[\\`*_{}\[\]#!|]", r"\\\g<0>", in_line(text))
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Characters that some flavours give a meaning to, and that others show with a backslash before them.
    return re.sub(
        r"[~$@^]|=(?==)|(?<==)=|(?<=www)\.|:(?=//|\w+:)",
        lambda found: f"&#{ord(found[0])};",
        shown,
        flags=re.IGNORECASE,
    )


def text_of(value: Json, yes: str = "yes", no: str = "no") -> str:
    """Write a value as text: the items of a list with commas, what is nested in one as JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return yes if value else no
        case list():
            return ", ".join(
                json.dumps(item, ensure_ascii=False) if isinstance(item, list) else text_of(item, yes, no)
                for item in value
                if item is not None
            )
        case _:
            return json.dumps(value, ensure_ascii=False)
