"""What plugins said, without the folders of the machine that they said it on.

Reasons and values tell paths: of a file that is missing, of the environment, of somebody's home. Pages and
data are to be the same wherever they are made, and are no place to tell how their maker's machine is laid out.
What is read from source is the author's text, and stays.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sphinxext.plugins.model import Introspection, Json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinxext.plugins.introspect import Introspector, Questions
    from sphinxext.plugins.introspect.introspected import Introspected
    from sphinxext.plugins.model import Answer, Plugin, Problem

_EVERYWHERE = {"/", "/usr", "/usr/local", "/tmp"}  # noqa: S108  # nothing is put there
"""Folders that tell nothing of a machine, and that what plugins say may well be about."""


class Portable:
    """Takes folders out of what another one found: what is in one is named below it, and the home folder is ``~``.

    :param path: the folders that plugins are imported from
    """

    def __init__(self, introspector: Introspector, path: Iterable[str]) -> None:
        self._introspector = introspector
        self._home = str(Path.home())
        folders = {*path, *sys.path, sys.prefix, sys.base_prefix, str(Path.cwd()), self._home}
        told = sorted((folder for folder in folders if folder.startswith("/") and folder not in _EVERYWHERE), key=len)
        self._folder = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, reversed(told)))})(?:(/+)|(?![\w.-]))")

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin; there are no folders in its answers and problems."""
        introspected = self._introspector.introspect(plugins, questions)
        return [found._replace(plugin=self._plugin(found.plugin)) for found in introspected]

    def _plugin(self, plugin: Plugin) -> Plugin:
        answers = tuple(map(self._answer, plugin.answers))
        problems = tuple(map(self._problem, plugin.problems))
        if (answers, problems) == (plugin.answers, plugin.problems):
            return plugin
        return msgspec.structs.replace(plugin, answers=answers, problems=problems)

    def _answer(self, answer: Answer) -> Answer:
        value = self._value(answer.value) if answer.introspection is Introspection.IMPORT else answer.value
        return msgspec.structs.replace(answer, value=value, error=answer.error and self._text(answer.error))

    def _problem(self, problem: Problem) -> Problem:
        details = {name: self._text(text) for name, text in problem.details.items()}
        return msgspec.structs.replace(problem, message=self._text(problem.message), details=details)

    def _value(self, value: Json) -> Json:
        match value:
            case str():
                return self._text(value)
            case list():
                return [self._value(item) for item in value]
            case dict():
                return {self._text(key): self._value(item) for key, item in value.items()}
            case _:
                return value

    def _text(self, text: str) -> str:
        return self._folder.sub(self._below, text) if "/" in text else text

    def _below(self, found: re.Match[str]) -> str:
        if found[1] == self._home:
            return f"~{found[2] or ''}"
        return "" if found[2] else Path(found[1]).name
