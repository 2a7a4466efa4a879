"""What a docstring that is not trusted costs at most: processor time, length and form.

The code that works on it (napoleon, docutils, Sphinx, other extensions) was made for the words of friends. So
all of that runs under one guard, from parsing to the resolving of references.
"""

from __future__ import annotations

import contextlib
import hashlib
import signal
import sys
import threading
import time
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from docutils import nodes

from sphinxext.plugins.core import limits
from sphinxext.plugins.sphinx.docstrings.findings import SlowError, UnfitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext.plugins.core.model import Plugin

_BOXES = (
    *(nodes.bullet_list, nodes.enumerated_list, nodes.definition_list, nodes.field_list, nodes.block_quote),
    *(nodes.Admonition, nodes.topic, nodes.table, nodes.option_list, nodes.line_block),
)

Spent = MutableMapping[tuple[str, ...], float]
"""The seconds that are counted for each distribution; and for texts of it, by their digests, when each was stopped."""


class OverrunError(BaseException):
    """Processor time is spent; not an ``Exception``, or else code that goes on after any would go on after this."""


@contextlib.contextmanager
def limited(bound: float) -> Iterator[None]:
    """Stop what runs in it when its processor time is spent, also within a regular expression.

    That takes a timer of the system, which only the main thread can have, and Windows has not. Elsewhere the
    time is looked at whenever a function is called.

    :raises SlowError: when it is
    """
    end = time.thread_time() + bound
    active = True

    def stop(*_: Any) -> None:  # noqa: ANN401  # a signal's handler, or a profiler
        if active and time.thread_time() > end:
            raise OverrunError

    has_timer = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    before: Any = signal.signal(signal.SIGVTALRM, stop) if has_timer else sys.getprofile()
    try:
        try:
            if has_timer:  # once more and again, for the exception may get lost
                signal.setitimer(signal.ITIMER_VIRTUAL, bound, limits.PARSING_STOPPED_AGAIN)
            else:
                sys.setprofile(stop)
            yield
        finally:
            active = False
    except OverrunError:
        msg = f"it takes more than {bound:g} s"
        raise SlowError(msg) from None
    finally:
        if has_timer:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before or signal.SIG_DFL)  # which is None where C set it
        else:
            sys.setprofile(before)


@contextlib.contextmanager
def budgeted(spent: Spent, payer: str, text: str) -> Iterator[None]:
    """Stop what takes too long, as :func:`limited` does, and sooner where others of the same distribution did.

    A text that was stopped is not tried a second time.

    :param spent: what was counted in this build, to which this is added
    :param payer: whose budget it is, as :func:`payer_of` gives it
    :raises SlowError: when it takes too long, or the budget is spent
    """
    key = (payer, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    counted = spent.get((payer,), 0.0)
    if key in spent:
        raise _too_slow(spent[key])
    if counted >= limits.MOST_STOPPED * limits.PARSING:
        msg = "others of its distribution take too long"
        raise SlowError(msg)
    bound = limits.PARSING if counted < limits.MOST_SLOW * limits.PARSING else limits.PARSING * limits.PARSING_FREE
    start, free = time.thread_time(), limits.PARSING * limits.PARSING_FREE
    try:
        with limited(bound):
            yield
    except SlowError:
        spent[key], free = bound, 0.0
        raise _too_slow(bound) from None
    finally:
        spent[payer,] = counted + max(0.0, time.thread_time() - start - free)


def _too_slow(bound: float) -> SlowError:
    why = ", and others of its distribution take too long" if bound < limits.PARSING else ""
    return SlowError(f"it takes more than {bound:g} s{why}")


def payer_of(plugin: Plugin) -> str:
    """Name the distribution whose budget the docstrings of a plugin count for, or else where it was found."""
    if (distribution := plugin.distribution) is None:
        return f"{plugin.found_in} {plugin.namespace}"
    return f"{plugin.found_in} {distribution.name} {distribution.version}"


def check_text(text: str) -> None:
    """Refuse a text that is longer than any docstring.

    The longest docstring of some 50,000 in well-known packages has 22,000 characters, and its lines 565.
    """
    most, longest = limits.LONGEST_UNTRUSTED, limits.LONGEST_UNTRUSTED_LINE
    _refuse(len(text) > most, f"it is longer than {most} characters")
    _refuse(any(len(line) > longest for line in text.splitlines()), f"it has a line of more than {longest} characters")


def check_document(document: nodes.document, *, trusted: bool, boxes: int = 0) -> None:
    """Refuse what is more than a page, a writer or LaTeX has room for.

    :param boxes: how many lists and the like it stands in
    """
    if not trusted:
        pieces, most = list(document.findall()), limits.MOST_CHARACTERS
        length = sum(len(text) for text in pieces if isinstance(text, nodes.Text))
        _refuse(len(pieces) > limits.MOST_NODES, f"it is made of more than {limits.MOST_NODES} pieces")
        _refuse(length > most, f"it grows to more than {most} characters")
        tables = (table for table in pieces if isinstance(table, nodes.table))
        nested = any(any(table.findall(nodes.table, include_self=False)) for table in tables)
        _refuse(nested, "it has a table in a table")
    _check_depth(document, boxes=boxes, trusted=trusted)


def _check_depth(node: nodes.Node, depth: int = 0, boxes: int = 0, *, trusted: bool) -> None:
    deepest, most = limits.DEEPEST_NODE, limits.MOST_BOXES
    _refuse(depth > deepest, f"it nests deeper than {deepest} levels, more than writers stand")
    _refuse(boxes > most and not trusted, f"it nests lists and boxes deeper than {most} levels")
    for child in node.children:
        _check_depth(child, depth + 1, boxes + isinstance(child, _BOXES), trusted=trusted)


def _refuse(is_too_much: bool, why: str) -> None:  # noqa: FBT001  # a condition
    if is_too_much:
        raise UnfitError(why)
