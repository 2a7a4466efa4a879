"""What is found wrong in a docstring, as the problems of its plugin, each at its line of the file."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils import Reporter

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.files import Archived
from sphinxext.plugins.core.model import Location, Problem, ProblemKind
from sphinxext.plugins.core.text import cut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sphinxext.plugins.core.model import Docstring, Plugin

_AS_IT_STANDS = "until then it is shown as it stands"


class UnfitError(ValueError):
    """A docstring that is too much for somebody: for docutils, for a format, or for who waits for the build."""


class SlowError(UnfitError):
    """A docstring that takes too long, which is no typo."""


class Findings:
    """What is found in one docstring, or in the text of a field.

    :param trusted: whether its errors are the project's own to fix
    :param field: the name of the field
    """

    def __init__(self, plugin: Plugin, docstring: Docstring, *, trusted: bool, field: str | None = None) -> None:
        self._plugin = plugin
        self._docstring = docstring
        self.of_field = field is not None
        self._what = "docstring" if field is None else f"field {field!r}"
        self.trusted = trusted
        self._wrong: list[tuple[Problem, int | None]] = []
        self._refused: dict[str, int] = {}
        self._always: list[Problem] = []

    def hear(self, message: nodes.system_message) -> None:
        """Note an error that docutils reports; it takes this as an observer."""
        if message["level"] < Reporter.WARNING_LEVEL:
            return
        if not self.trusted and len(self._wrong) >= limits.MOST_ERRORS:
            msg = f"it has more than {limits.MOST_ERRORS} errors"
            raise UnfitError(msg)
        words = next(iter(message.findall(nodes.paragraph)), message).astext()
        self.mistake(words, message.get("line"))

    def mistake(self, words: str, line: int | None = None) -> None:
        """Note an error."""
        problem = self._problem(f"has markup in its {self._what} that is not right: {words.rstrip('.')}", line)
        self._wrong.append((problem, line))

    def refuse(self, what: str, line: int | None) -> None:
        """Note something that is not allowed, ``directive raw``."""
        self._refused.setdefault(what, line or self.first_line)

    def fail(self, error: Exception) -> None:
        """Note that nothing of it can be rendered, in place of all else."""
        reason = _reason(error)
        self._wrong, self._refused = [], {}
        kind = ProblemKind.DOCSTRING if isinstance(error, SlowError) else None
        self._always.append(self._problem(f"has a {self._what} that cannot be rendered: {reason}", None, kind))

    def unhandled(self, error: Exception) -> None:
        """Note that a handler in ``conf.py`` or of an extension fails, which it may do for all that are shown."""
        problem = Problem(
            kind=ProblemKind.CONFIG,
            message=f"a handler of autodoc-process-docstring fails: {error}",
            remedy="correct it in conf.py or report it to its extension (it gets no object, for none is loaded here); "
            "until then docstrings are shown as they are written",
        )
        self._always.append(problem)

    def problems(self, shown: range | None = None) -> list[Problem]:
        """Return the problems: what is refused is one.

        :param shown: the lines that are shown, where not all are
        """
        wrong = [problem for problem, line in self._wrong if shown is None or line in shown]
        refused = [what for what, line in self._refused.items() if shown is None or line in shown]
        return [*self._always, *([self._refusal(refused)] if refused else []), *wrong]

    @property
    def first_line(self) -> int:
        """The line that the docstring begins in, or its definition."""
        return self._docstring.location.line if self._docstring.location else 1

    def _problem(self, message: str, line: int | None, kind: ProblemKind | None = None) -> Problem:
        return Problem(
            kind=kind or (ProblemKind.DOCSTRING if self.trusted else ProblemKind.UNTRUSTED),
            message=_shortened(message),
            remedy=f"mend it there; {_AS_IT_STANDS}",
            plugin=self._plugin.identity,
            location=self._place(line),
        )

    def _refusal(self, refused: Sequence[str]) -> Problem:
        named = ", ".join(refused)
        distribution = self._plugin.distribution
        who = distribution.name if distribution else "its distribution"
        return Problem(
            kind=ProblemKind.DOCSTRING,
            message=_shortened(f"uses in its {self._what} what only trusted ones may: {named}"),
            remedy=f"name the distribution that the text stands in ({who}, if it is its own) in plugins_trusted if you "
            f"trust it, or suppress this warning; {_AS_IT_STANDS}",
            plugin=self._plugin.identity,
            location=self._place(self._refused[refused[0]]),
        )

    def _place(self, line: int | None) -> Location | None:
        location = self._docstring.location
        return location and Location(file=location.file, line=line or location.line)


def unresolved(plugin: str, error: Exception) -> Problem:
    """Say that references in an untrusted docstring cannot be resolved."""
    return Problem(
        kind=ProblemKind.DOCSTRING,
        message=_shortened(f"has references in its docstring that cannot be resolved: {_reason(error)}"),
        remedy="report it to its distribution, or suppress this warning; until then they are shown as text",
        plugin=plugin,
    )


def _reason(error: Exception) -> str:
    cause = getattr(error, "orig_exc", error)  # of a handler; what Sphinx makes of it has an address in memory
    return str(cause) if isinstance(cause, UnfitError) else f"{type(cause).__name__}: {cause}"


def _shortened(message: str) -> str:
    return cut(" ".join(message.split()), limits.LONGEST_MESSAGE)


def read_lines(file: Path | None) -> list[str]:
    """Read the lines of a file as Python counts them; none where it cannot be read."""
    if file is None:
        return []
    try:
        text = Archived().read(file).decode("utf-8", "replace")
    except OSError:
        return []
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def lines_in_file(lines: Sequence[str], written: str, first: int, source: Sequence[str]) -> list[int]:
    """Find the line of the file for each line of what is parsed.

    :param written: the docstring that this was made from
    :param first: the line of the file that the docstring begins in, or its definition
    :param source: the lines of the file; none where it cannot be read
    """
    original = written.splitlines()
    if max(len(lines), len(original)) > limits.MOST_LINES:
        return [first] * len(lines)
    in_file = _in_file(original, first, source[first - 1 : first - 1 + len(original) + limits.MOST_ADDED])
    if in_file and lines[: len(original)] == original:
        return [*in_file, *in_file[-1:] * (len(lines) - len(original))]
    return [in_file[number] if in_file else first for number in _aligned(lines, original)]


def _in_file(original: Sequence[str], first: int, source: Sequence[str]) -> list[int]:
    """Find the lines of a docstring in those of the file; one after the other where they are not found."""
    one_by_one = all(line.strip() in there for line, there in zip(original, source, strict=False))
    if not source or (one_by_one and len(source) >= len(original)):
        return list(range(first, first + len(original)))
    return [first + number for number in _aligned(original, source)]


def _aligned(lines: Sequence[str], original: Sequence[str]) -> list[int]:
    """Find for each line the number of that which it was made from; one that is not found follows the last."""
    ours, theirs = ([line.strip() for line in each] for each in (lines, original))
    found: list[int] = []
    at, since = 0, 0
    for tag, start, end, first, last in SequenceMatcher(_is_blank, theirs, ours).get_opcodes():
        at, since = max(at, min(start, len(theirs) - 1)), first
        for number in range(first, last):
            near = [start + number - first] if tag == "equal" else range(at, min(end, at + limits.MOST_MOVED))
            match = next((each for each in near if tag == "equal" or _is_made_from(ours[number], theirs[each])), None)
            if match is not None:
                at, since = match, number
            found.append(max(at, min(at + number - since, end - 1)))
    return found


def _is_blank(line: str) -> bool:
    return not line


def _is_made_from(line: str, original: str) -> bool:
    r"""Whether a line has the end of another in it: ``:param x: The first.`` that of ``x (int): The first.``."""
    tail = original.rpartition(": ")[2]
    return bool(line and tail) and (line in original or tail in line)
