"""A catalog that was exported, which stands in for the plugins themselves."""

from __future__ import annotations

import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from packaging.utils import canonicalize_name

from sphinxext.plugins.core import limits
from sphinxext.plugins.core.exported import UnreadableError, from_json
from sphinxext.plugins.core.files import read, reason
from sphinxext.plugins.core.model import Catalog, Problem, ProblemKind
from sphinxext.plugins.core.text import clean_name
from sphinxext.plugins.sources.registered import Unloaded, legibly, source_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sphinxext.plugins.core.model import Distribution, Interface, Plugin
    from sphinxext.plugins.sources.registered import Registered


class Snapshot(Unloaded):
    """The distributions of an exported catalog.

    :param place: its file, or its address
    :param network: whether it may be fetched
    """

    introspected = True

    def __init__(self, place: Path | str, name: str, *, network: bool = False) -> None:
        self.name = name
        self._place = place
        self._network = network

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the file."""
        return self._read[1]

    def registered(self) -> Iterator[Registered]:
        """Return every distribution, with plugins that are introspected."""
        plugins: dict[str, list[Plugin]] = {}
        distributions: dict[int, Distribution] = {}
        for namespace in self._read[0].namespaces:
            for plugin in namespace.plugins:
                of = plugin.distribution
                if of is not None:  # that many plugins have in common, and go on having so
                    of = distributions.setdefault(id(of), msgspec.structs.replace(of, source=self.name, tier=None))
                name = clean_name(of.name) if of else ""
                plugins.setdefault(canonicalize_name(name), []).append(self._bare(plugin, of))
        return (legibly(name, registered) for name, registered in plugins.items())

    def places(self, wanted: Callable[[str], bool]) -> Iterator[Path]:  # noqa: ARG002  # whatever they say
        """Return nothing: it has only what was said of distributions, names included."""
        return iter(())

    def _bare(self, plugin: Plugin, distribution: Distribution | None) -> Plugin:
        """Return a plugin without what is made of its answers, and of its company, for that is made again."""
        problems = tuple(problem for problem in plugin.problems if problem.kind is ProblemKind.LOAD)
        return msgspec.structs.replace(
            plugin,
            distribution=distribution,
            source=None if distribution else self.name,
            aliases=(),
            compatible=(),
            fields=(),
            problems=problems,
        )

    @property
    def interfaces(self) -> dict[str, Interface]:
        """The interfaces that it tells, by namespace."""
        return {each.name: each.interface for each in self._read[0].namespaces if each.interface is not None}

    @cached_property
    def _read(self) -> tuple[Catalog, list[Problem]]:
        try:
            catalog = from_json(self._text())
        except UnreadableError as error:
            return Catalog(), [self._problem(f"cannot be read: {error}", error.remedy)]
        except OSError as error:
            return Catalog(), [
                self._problem(f"cannot be read: {reason(error)}", "write it, with sphinx-plugins snapshot")
            ]
        return catalog, [self._problem(f"has this problem: {p.message}", p.remedy) for p in catalog.problems]

    def _text(self) -> bytes:
        if not isinstance(self._place, str):
            return read(self._place)
        if not self._network:
            reason = "it is on the network, which no source is read from"
            raise UnreadableError(reason, "set plugins_network to True, or keep a copy of it beside the documentation")
        return _fetched(self._place)

    def _problem(self, message: str, remedy: str) -> Problem:
        return source_problem(self.name, self._place, message, remedy)


def _fetched(address: str) -> bytes:
    """Fetch a text, in all within a time, however slowly it comes.

    :raises UnreadableError: where that fails; what it says holds nothing of the address, which may hold a secret
    """
    outcome: list[bytes | Exception] = []

    def fetch() -> None:
        try:
            outcome.append(_received(address, time.monotonic() + limits.FETCH_TIMEOUT))
        except Exception as error:  # noqa: BLE001  # requests lets through what urllib3, ssl and codecs raise
            outcome.append(error)

    # The time-outs of a connection are those of each part that comes; a thread can be left to itself.
    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    thread.join(limits.FETCH_TIMEOUT)
    match outcome:
        case [bytes() as text]:
            return text
        case [UnreadableError() as error]:
            raise error
        case [Exception() as error]:
            reason = f"it cannot be fetched ({type(error).__name__})"
            raise UnreadableError(reason, _REMEDY) from error
        case _:
            reason = f"it does not come within {limits.FETCH_TIMEOUT} seconds"
            raise UnreadableError(reason, _REMEDY)


def _received(address: str, end: float) -> bytes:
    import requests  # noqa: PLC0415  # few builds need it, and it takes a while to import

    text = b""
    with requests.get(address, timeout=limits.FETCH_TIMEOUT, stream=True) as response:
        if not response.ok:
            reason = f"the server answers {response.status_code}"
            raise UnreadableError(reason, _REMEDY)
        for part in response.iter_content(2**16):
            text += part
            if len(text) > limits.LARGEST_FILE:
                reason = f"it is larger than {limits.LARGEST_FILE // 2**20} MiB"
                raise UnreadableError(reason, _REMEDY)
            if time.monotonic() > end:
                break  # nobody waits for it any more
    return text


_REMEDY = "see whether the address is right, or keep a copy of the snapshot beside the documentation"
