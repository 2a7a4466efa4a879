"""Options of whatever can be called: its parameters, with their annotations and defaults."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Iterator

FIELD = re.compile(r"^:(?:param|parameter|arg|argument|key|keyword)\s+(?:[^:\n]*\s)?\*{0,2}(\w+)\s*:[ ]*(.*)$")
GOOGLE = re.compile(r"^(?:Args|Arguments|Parameters|Keyword Args|Keyword Arguments):[ ]*$")
NUMPY = re.compile(r"^(?:Other )?Parameters[ ]*$")
ITEM = re.compile(r"^\*{0,2}(\w+)[ ]*(?:\([^)\n]*\))?[ ]*:(?:[ ]+(.*))?$")
NAMED = re.compile(r"^\*{0,2}(\w+)(?:[ ]*:.*)?$")


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read a class or a function; what its parameters are for stands in its docstring."""
    if not callable(target):
        return None
    is_class = isinstance(target, type)
    if not is_class and not hasattr(target, "__name__"):
        return None  # an instance that can be called was made with its options
    try:
        found = inspect.signature(target)
    except (TypeError, ValueError):
        return None
    makes = target.__init__ if is_class else target
    docs = {**described(getattr(target, "__doc__", None), tell), **described(getattr(makes, "__doc__", None), tell)}
    fixed = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = [each for each in found.parameters.values() if each.kind not in fixed]
    return {"options": tell.each(option, parameters, makes, docs, tell)}


def option(given: inspect.Parameter, of: Any, docs: dict[str, str], tell: Any) -> dict[str, Any]:
    """Return one."""
    has_default = given.default is not given.empty
    annotation = tell.hint(of, given.name, None if given.annotation is given.empty else given.annotation)
    return {
        "name": given.name,
        "type": None if annotation is None else tell.type(annotation),
        "default": given.default if has_default else None,
        "required": not has_default,
        "choices": tell.choices(annotation),
        "help": docs.get(given.name),
    }


def described(docstring: Any, tell: Any) -> dict[str, str]:
    """Return what a docstring says of parameters, in the form of Sphinx, of Google or of NumPy."""
    if not isinstance(docstring, str) or not docstring.strip():
        return {}
    lines = [
        line[: tell.limits.LONGEST_LINE] for line in tell.text(docstring[: tell.limits.LONGEST_VALUE]).splitlines()
    ]
    found: dict[str, list[str]] = {}
    for name, first, rest in (*fields(lines), *items(lines)):
        found.setdefault(name, [first, *rest] if first else rest)
    texts = {name: inspect.cleandoc("\n".join(["", *said])).strip() for name, said in found.items()}
    return {name: " ".join(text.split("\n\n")[0].split()) for name, text in texts.items() if text}


def fields(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Return what stands in field lists: the name, the first line and those below it."""
    for number, line in enumerate(lines):
        match = FIELD.match(line)
        if match:
            yield match[1], match[2], block(lines[number + 1 :], 0)


def items(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Return what stands in sections of parameters."""
    for number, line in enumerate(lines):
        below = lines[number + 1 :]
        if GOOGLE.match(line) and below:
            inner = block(below, 0)
            indent = len(inner[0]) - len(inner[0].lstrip()) if inner else 0
            yield from entries([each[indent:] for each in inner], ITEM)
        elif NUMPY.match(line) and below and set(below[0].strip()) == {"-"}:
            yield from entries(section(below[1:]), NAMED)


def entries(lines: list[str], form: re.Pattern[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Return the entries of a section, which begin at its margin."""
    for number, line in enumerate(lines):
        match = form.match(line) if line[:1].strip() else None
        if match:
            first = match[2] if form is ITEM else ""
            yield match[1], first or "", block(lines[number + 1 :], 0)


def section(lines: list[str]) -> list[str]:
    """Return the lines up to the next heading of NumPy's form."""
    for number in range(1, len(lines)):
        if set(lines[number].strip()) == {"-"} and len(lines[number].strip()) > 2:  # noqa: PLR2004
            return lines[: number - 1]
    return lines


def block(lines: list[str], margin: int) -> list[str]:
    """Return the lines that are further in than a margin, with blank ones among them."""
    found: list[str] = []
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) <= margin:
            break
        found.append(line)
    while found and not found[0].strip():
        found.pop(0)
    return found
