"""Finding what a target is and says, by reading its source or by loading it.

Both ways take plugins of which only the metadata is known and give the same plugins, in the same
order, completed, each with what the answer was made from. Neither raises: what cannot be found
becomes a problem of the plugin.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, assert_never

import msgspec

from sphinxext.plugins.core import decoding, limits, manifests
from sphinxext.plugins.core.files import reason
from sphinxext.plugins.core.model import Answer, Description, Introspection, Location, Problem, ProblemKind
from sphinxext.plugins.core.readers import readers
from sphinxext.plugins.core.text import clean_name
from sphinxext.plugins.core.values import Values
from sphinxext.plugins.introspect.introspected import Introspected, no_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sphinxext.plugins.core.model import Plugin
    from sphinxext.plugins.core.structs import Json
    from sphinxext.plugins.introspect.introspected import Introspector, Progress, Questions
    from sphinxext.plugins.introspect.modules import ModuleFinder
    from sphinxext.plugins.introspect.static.introspector import Static
    from sphinxext.plugins.settings import Options


class Auto:
    """Reads the source, and loads only the plugins that it does not tell of, or not all that is asked."""

    def __init__(self, static: Introspector, live: Introspector) -> None:
        self._static = static
        self._live = live

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin; one that neither way can tell of keeps the problem of its loading."""
        found = self._static.introspect(plugins, questions)
        # One that is read but for its docstring is loaded like one of which nothing is known.
        unsure = [n for n, (read, *_) in enumerate(found) if read.problems or questions.missing(read)]
        asked = [plugins[number] if found[number].plugin.problems else found[number].plugin for number in unsure]
        loaded = self._live.introspect(asked, questions) if asked else []
        for number, after in zip(unsure, loaded, strict=True):
            if after.plugin.introspection is Introspection.METADATA:
                # What little the source says stands, with the reason why loading added nothing.
                why, tried = after.plugin.problems, after.plugin.loaded
                plugin = msgspec.structs.replace(found[number].plugin, problems=why, loaded=tried)
                found[number] = found[number].before(after._replace(plugin=plugin))
            else:
                found[number] = found[number].before(after)
        return found


class SnapshotIntrospector:
    """Leaves plugins as they were introspected elsewhere, with an answer to each describer that they lack."""

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin."""
        return [Introspected(self._answered(plugin, questions)) for plugin in plugins]

    def _answered(self, plugin: Plugin, questions: Questions) -> Plugin:
        if plugin.introspection is Introspection.METADATA:  # it could not be asked anything
            return plugin
        answered = {answer.describer for answer in plugin.answers}
        untold = tuple(
            Answer(describer=describer, introspection=plugin.introspection, error="the snapshot does not tell")
            for describer in questions.missing(plugin)
            if describer not in answered
        )
        return msgspec.structs.replace(plugin, answers=(*plugin.answers, *untold))


class Manifests:
    """Reads the files that targets name where describers ask for that, and introspects all other plugins in a way.

    What is in a file is read again by each build: it takes little time, and needs no record of what it was made from.

    :param finder: what finds the packages that the files are in
    """

    def __init__(self, finder: ModuleFinder, way: Introspector) -> None:
        self._finder = finder
        self._way = way

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin."""
        objects = [plugin for plugin in plugins if not questions.is_file(plugin)]
        found = iter(self._way.introspect(objects, questions) if objects else ())
        return [
            Introspected(self._read(plugin, questions)) if questions.is_file(plugin) else next(found)
            for plugin in plugins
        ]

    def _read(self, plugin: Plugin, questions: Questions) -> Plugin:
        file = manifests.file_of(plugin) or ""
        try:
            content = self._finder.data(plugin.module, file)
        except OSError as error:
            problem = Problem.explained(
                "cannot be read from %(target)s: %(reason)s",
                {"target": plugin.target, "reason": reason(error)},
                kind=ProblemKind.LOAD,
                remedy="have its distribution bring the file, mend or remove the entry point, or suppress this warning",
                plugin=plugin.identity,
            )
            return msgspec.structs.replace(plugin, problems=(*plugin.problems, problem))
        wrong, manifest = None, None
        try:
            manifest = manifests.read(file, content)
        except ValueError as error:
            wrong = f"{file} cannot be read: {error}" if str(error) != decoding.NO_YAML else str(error)
        place = Location(file=f"{plugin.module.replace('.', '/')}/{file}", line=1)
        answers = [_answer(describer, manifest, wrong, place) for describer in questions.missing(plugin)]
        return plugin.described(Description(), Introspection.STATIC, answers=tuple(answers))


def _answer(describer: str, manifest: Json, error: str | None, place: Location) -> Answer:
    """Answer what a manifest has at a key, or why it cannot be read; the whole file is its place."""
    value = manifests.value(manifest, describer.partition(":")[2])
    made = Values(limits)
    plain = made.plain(value)
    static, location = Introspection.STATIC, None if plain is None else place
    return Answer(
        describer=describer, introspection=static, value=plain, shown=made.shown, error=error, location=location
    )


def members(
    finder: ModuleFinder,
    plugin: Plugin,
    key: tuple[str, str],
    known: dict[tuple[str, str], tuple[dict[str, str], set[str]]],
) -> set[str]:
    """Return the names of what the target of a plugin has, as far as its source is found.

    :param key: what is kept of it is known by
    :param known: what was found before, with the states of the modules that it was made from; takes what is new
    """
    states, names = known.get(key, ({}, set()))
    if not states or any(finder.state(name) != state for name, state in states.items()):
        from sphinxext.plugins.introspect.static.introspector import members  # noqa: PLC0415  # few builds need it

        with finder.watched() as read:
            names = members(finder, plugin)
        known[key] = {name: finder.state(name) for name in read}, names
    return names


class PerSource:
    """Introspects plugins of several sources, those of each in its own way.

    :param ways: by what the modules of plugins are looked up in
    :param home: tells that of a plugin
    """

    def __init__(self, ways: Mapping[str, Introspector], home: Callable[[Plugin], str]) -> None:
        self._ways = ways
        self._home = home

    def introspect(self, plugins: Sequence[Plugin], questions: Questions) -> list[Introspected]:
        """Complete each plugin."""
        found = {n: Introspected(_without_target(each)) for n, each in enumerate(plugins) if each.target == _NO_TARGET}
        homes: dict[str, list[int]] = {}
        for n, plugin in enumerate(plugins):
            if n not in found:
                homes.setdefault(self._home(plugin), []).append(n)
        for home, way in self._ways.items():
            if numbers := homes.get(home):
                introspected = way.introspect([plugins[number] for number in numbers], questions)
                found.update(zip(numbers, introspected, strict=True))
        return [found[number] for number in range(len(plugins))]


_NO_TARGET = clean_name("")


def _without_target(plugin: Plugin) -> Plugin:
    problem = Problem.explained(
        "cannot be loaded, for its entry point has no object reference",
        {},
        kind=ProblemKind.LOAD,
        remedy=f'have its distribution write "{plugin.name} = package.module:object", or remove the entry point',
        plugin=plugin.identity,
    )
    return msgspec.structs.replace(plugin, problems=plugin.problems or (problem,))


def from_options(
    options: Options, path: Sequence[str] | None, finder: ModuleFinder, progress: Progress = no_progress
) -> Introspector:
    """Make the introspector that the options ask for.

    :param path: the :data:`sys.path` to load plugins with, where no other interpreter is asked for; None where
        they are not loaded, whatever the options say
    :param finder: what finds the modules whose source is read
    :param progress: what shows how far that is
    """
    if path is None:
        return _static(finder, progress, "install it and use the source installed")
    match options.introspection:
        case "static":
            return _static(finder, progress)
        case "import":
            return _live(options, path, finder, progress)
        case "auto":
            return Auto(_static(finder, progress), _live(options, path, finder, progress))
        case other:
            assert_never(other)


# A build in which nothing changed makes no introspector, and is not to wait for what makes them to be imported.


def _static(
    finder: ModuleFinder, progress: Progress, loading: str = 'set plugins_introspection to "auto" to have it loaded'
) -> Static:
    from sphinxext.plugins.introspect.static.introspector import Static  # noqa: PLC0415

    return Static(finder, progress, loading)


def _live(options: Options, path: Sequence[str], finder: ModuleFinder, progress: Progress) -> Introspector:
    from sphinxext.plugins.introspect.live.introspector import Live  # noqa: PLC0415
    from sphinxext.plugins.introspect.live.process import Environment  # noqa: PLC0415

    asks_options = any(each.options is not None for each in options.namespaces.values())
    environment = Environment(
        timeout=options.import_timeout,
        python=options.python or sys.executable,
        path=None if options.python else tuple(path),
        mock=tuple(options.mock_imports or ()),
        folders=(*path, *sys.path, sys.prefix, sys.base_prefix),
        variables=tuple(options.environment),
        readers=tuple(readers()) if asks_options else (),
    )
    return Live(environment, finder, progress)
