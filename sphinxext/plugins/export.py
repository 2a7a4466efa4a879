"""The catalog as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinxext.plugins.model import Namespace

SCHEMA_VERSION = "1.0"
"""The version of the form: the first number grows where something is taken away or changes its meaning."""


def to_json(namespaces: Iterable[Namespace]) -> bytes:
    """Write namespaces as JSON, the same text for the same namespaces.

    .. code-block:: json

       {"schema_version": "1.0",
        "distributions": {"sluice": {"name": "sluice", "version": "2.1.0"}},
        "namespaces": {"sluice.reader": {"plugins": [{"name": "csv", "distribution": "sluice"}]}}}

    What is not known is left out. Each distribution stands there once.
    """
    distributions: dict[str, Any] = {}
    told: dict[str, Any] = {}
    for namespace in sorted(namespaces, key=lambda each: each.name):
        made = msgspec.to_builtins(namespace)
        for plugin in made.get("plugins", ()):
            del plugin["namespace"]
            distribution = plugin.get("distribution")
            if distribution is not None:
                distributions[distribution["name"]] = distribution
                plugin["distribution"] = distribution["name"]
        told[made.pop("name")] = made
    whole = {"schema_version": SCHEMA_VERSION, "distributions": dict(sorted(distributions.items())), "namespaces": told}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
