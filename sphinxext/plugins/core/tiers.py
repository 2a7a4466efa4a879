"""What the settings say of plugins by their distributions: tiers, and the hosts that plugins are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from packaging.utils import canonicalize_name

from sphinxext.plugins.core.compatibility import compatibility
from sphinxext.plugins.core.model import Tier
from sphinxext.plugins.core.namespaces import invalid
from sphinxext.plugins.core.text import clean, clean_line
from sphinxext.plugins.core.trust import named
from sphinxext.plugins.core.typos import the_nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sphinxext.plugins.core.compatibility import Compatibility
    from sphinxext.plugins.core.model import Distribution, Plugin
    from sphinxext.plugins.core.namespaces import Wrong


class TierOptions(msgspec.Struct, frozen=True):
    """The settings of a tier."""

    distributions: tuple[str, ...] = ()
    """Names, or globs, of those that are of it."""

    title: str | None = None
    text: str | None = None


_FORMS = {"distributions": "a list of names and globs of distributions", "title": "a text", "text": "a text"}
_TYPES = {field.name: field.type for field in msgspec.structs.fields(TierOptions)}


def read(given: Mapping[object, object]) -> tuple[dict[str, TierOptions], list[Wrong]]:
    """Read the settings of tiers, as far as they are valid."""
    valid: dict[str, TierOptions] = {}
    wrong: list[Wrong] = []
    for name, settings in given.items():
        if not isinstance(name, str) or not name.strip() or not isinstance(settings, dict):
            wrong.append(invalid("tiers", [name], settings, "a name, and a dictionary with 'distributions'"))
            continue
        kept: dict[str, Any] = {}
        for key, value in settings.items():
            try:
                kept[key] = msgspec.convert(value, _TYPES[key])
            except (LookupError, TypeError):
                keys = f"one of the keys {', '.join(_TYPES)}{the_nearest(str(key), _TYPES)}"
                wrong.append(invalid("tiers", [name, key], value, keys))
            except msgspec.ValidationError:
                wrong.append(invalid("tiers", [name, key], value, _FORMS[key]))
        if "distributions" not in settings:
            wrong.append(invalid("tiers", [name], settings, f"'distributions', {_FORMS['distributions']}"))
        valid[name] = TierOptions(**kept)
    return valid, wrong


class Judge:
    """Says of plugins what follows from their distributions and the settings.

    :param hosts: the distributions that they are for
    :param versions: those of all distributions, by normalised name
    :param change: what a project changes of a plugin afterwards
    """

    def __init__(
        self,
        hosts: Sequence[str],
        tiers: Mapping[str, TierOptions],
        versions: Mapping[str, str],
        change: Callable[[Plugin], Plugin] | None = None,
    ) -> None:
        self._hosts = hosts
        self._versions = versions
        self._change = change
        self._tiers = [
            (each.distributions, _tier(name, each, rank)) for rank, (name, each) in enumerate(tiers.items(), start=1)
        ]
        self._placed: dict[int, tuple[Distribution, Distribution]] = {}
        self._required: dict[tuple[int, tuple[str, ...]], tuple[Compatibility, ...]] = {}

    def __call__(self, plugin: Plugin) -> Plugin:
        """Return a plugin with its tier and its compatibility, whatever its source says of these."""
        judged, of = plugin, plugin.distribution
        if of is not None:
            if id(of) not in self._placed:
                self._placed[id(of)] = of, msgspec.structs.replace(of, tier=self._tier(of))
            key = id(of), plugin.extras
            if key not in self._required:
                self._required[key] = tuple(self._compatible(of, plugin.extras))
            judged = msgspec.structs.replace(
                plugin, distribution=self._placed[id(of)][1], compatible=self._required[key]
            )
        return self._change(judged) if self._change else judged

    def _tier(self, distribution: Distribution) -> Tier | None:
        return next((tier for globs, tier in self._tiers if named(distribution.name, globs)), None)

    def _compatible(self, distribution: Distribution, extras: Collection[str]) -> Iterator[Compatibility]:
        headers = [value for header, value in distribution.metadata if header.lower() == "requires-dist"]
        for host in self._hosts:
            name = canonicalize_name(host)
            if name != canonicalize_name(distribution.name):
                yield from compatibility(headers, extras, host, self._versions.get(name))


def _tier(name: str, options: TierOptions, rank: int) -> Tier:
    title = clean_line(options.title or f"{name[:1].upper()}{name[1:]}")
    return Tier(name=name, title=title, text=options.text and clean(options.text), rank=rank)
