"""What projects change, by handlers of the two events of this extension.

A handler is the project's own code and may do anything, but none ends a build: one that fails is a problem, and what
it would have changed stays as it is.
"""

from __future__ import annotations

import inspect
from functools import cached_property, partial
from operator import attrgetter
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from sphinxext.plugins.core import cleaning
from sphinxext.plugins.core.extensions import FAILURES, checked, code_state, digest, file_state
from sphinxext.plugins.core.files import is_file
from sphinxext.plugins.core.model import Location, Plugin, Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

PLUGIN = "plugins-plugin"
"""``(app, plugin)``: a handler may return a changed plugin, which is shown in place of the one that was found."""

DETAILS = "plugins-details"
"""``(app, plugin, nodes)``: a handler may change the list of what is shown of a plugin below its name."""


class Handlers:
    """The handlers of a build.

    :ivar failed: what those that change plugins fail with, by the message and the namespace
    """

    def __init__(self, app: Sphinx) -> None:
        self._app = app
        self.failed: dict[tuple[str, str], Problem] = {}
        self._failed: dict[tuple[str, str], Problem] = {}

    def change_plugin(self, plugin: Plugin) -> Plugin:
        """Return a plugin as the handlers change it, one after the other; none changes what it is called.

        What they change may be others' words, so that it is cleaned again.
        """
        changed = plugin
        for handler in self._of(PLUGIN):
            try:
                given = handler(self._app, changed)
                changed = changed if given is None else _same(checked(given, Plugin), plugin)
            except FAILURES as error:
                problem = self._failing(PLUGIN, handler, error, plugin.namespace)
                self.failed[problem.message, plugin.namespace] = problem
        return changed if changed is plugin else cleaning.registered([changed])[0][0]

    def change_details(
        self, note: Callable[[Problem], None], plugin: Plugin, shown: list[nodes.Node]
    ) -> list[nodes.Node]:
        """Return what is shown of a plugin as the handlers change it, one after the other.

        :param note: notes a problem of the page
        """
        changed = shown
        for handler in self._of(DETAILS):
            given, copies = list(changed), [node.deepcopy() for node in changed]
            try:
                handler(self._app, plugin, given)
                _ensure_nodes(given)
            except FAILURES as error:
                note(self._failing(DETAILS, handler, error, plugin.namespace))
                # Where it changed none of them they stay: what docutils knows of the page leads to these objects.
                changed = changed if _are_alike(changed, copies) else copies
            else:
                changed = given
        return changed

    @cached_property
    def fingerprint(self) -> str:
        """A text that changes with the handlers, their order and their code; empty where there are none."""
        made = [[event, *_made_of(handler)] for event in (PLUGIN, DETAILS) for handler in self._of(event)]
        return digest(repr(made).encode()) if made else ""

    def _of(self, event: str) -> list[Callable[..., object]]:
        """Return the handlers of an event, in the order of their priorities."""
        listeners = self._app.events.listeners.get(event, [])
        return [listener.handler for listener in sorted(listeners, key=attrgetter("priority"))]

    def _failing(self, event: str, handler: Callable[..., object], error: BaseException, namespace: str) -> Problem:
        """Say that a handler fails: alike for each plugin of a namespace, so that it is one warning, whoever reads."""
        message = f"the handler {_name(handler)} of {event} fails with {type(error).__name__}"
        if (message, namespace) not in self._failed:
            logger.verbose("[plugins] %s: %s", message, error)
            self._failed[message, namespace] = Problem(
                kind=ProblemKind.CONFIG,
                message=message,
                remedy="correct it (-v tells more), or disconnect it; until then it changes nothing where it fails",
                location=_place(handler, error),
            )
        return self._failed[message, namespace]


def _same(changed: Plugin, plugin: Plugin) -> Plugin:
    """Make sure that a handler gives the plugin that it was given: one that is registered is on the page.

    :raises ValueError: where that is another one
    """
    if (changed.identity, changed.target) != (plugin.identity, plugin.target):
        msg = f"it was given {plugin.identity} ({plugin.target}), and gives {changed.identity} ({changed.target})"
        raise ValueError(msg)
    return changed


def _ensure_nodes(given: Iterable[object]) -> None:
    """Make sure that a list holds nodes only, each of them once: others end the build when the page is written.

    :raises TypeError: where there is something else in it, or a document
    :raises ValueError: where a node is in it twice, or in itself
    """
    seen: set[int] = set()
    rest = list(given)
    while rest:
        node = rest.pop()
        if not isinstance(node, nodes.Node) or isinstance(node, nodes.document):
            msg = f"it puts {type(node).__name__} among nodes"
            raise TypeError(msg)
        if id(node) in seen:
            msg = f"it puts a {type(node).__name__} in two places"
            raise ValueError(msg)
        seen.add(id(node))
        rest += node.children


def _are_alike(some: Iterable[nodes.Node], others: Iterable[nodes.Node]) -> bool:
    """Whether nodes hold the same."""
    try:
        return [node.pformat() for node in some] == [node.pformat() for node in others]
    except RecursionError:  # one was put into itself
        return False


def _function(handler: Callable[..., object]) -> Any:  # noqa: ANN401  # a function, or the class of what is called
    """Return the function that a handler is made of, or the class where it is no function."""
    while isinstance(handler, partial):
        handler = handler.func
    function = getattr(handler, "__func__", handler)
    return function if hasattr(function, "__code__") else type(function)


def _name(handler: Callable[..., object]) -> str:
    return str(getattr(_function(handler), "__qualname__", handler))


def _place(handler: Callable[..., object], error: BaseException) -> Location | None:
    """Find the line of a handler's own file that it fails at, or else where it begins."""
    code = getattr(_function(handler), "__code__", None)
    if code is None:
        return None
    line, trace = code.co_firstlineno, error.__traceback__
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == code.co_filename else line
        trace = trace.tb_next
    return Location(file=code.co_filename, line=line)


def _made_of(handler: Callable[..., object]) -> list[str]:
    """Return texts that change with the code of a handler: with its file, and its package where it is in one.

    A decorator has a file of its own. Of what a handler is bound to, texts and numbers count.
    """
    made = [_name(handler)]
    while isinstance(handler, partial):
        bound = (*handler.args, *handler.keywords.values())
        made += [repr(value) for value in bound if isinstance(value, str | int | float | None)]
        handler = handler.func
    functions = [_function(handler), _function(inspect.unwrap(handler))]
    for function in dict.fromkeys(functions):
        code = getattr(function, "__code__", None)
        made += code_state(str(function.__module__))
        if code is not None:
            made += file_state(Path(code.co_filename)) if is_file(code.co_filename) else [_shown(code)]
    return made


def _shown(code: CodeType) -> str:
    """Return all of some code that has no file, without the addresses of what is in it."""
    parts = [_shown(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts]
    return repr((code.co_code, code.co_names, parts))
