"""Options of plugins of MkDocs: their ``config_scheme``, or their class of options."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

OPTION, CONFIG = "mkdocs.config.base.BaseConfigOption", "mkdocs.config.base.Config"

GENERATED = "The configuration option '{}' "
"""What the message begins with that is made where a deprecated option has none."""

TYPES = {"Choice": "str", "URL": "url", "ListOfItems": "list", "DictOfItems": "dict", "ConfigItems": "list"}
"""What options take, by the name of their class; others say it themselves, or have the name of their class."""


def read(target: Any, tell: Any) -> dict[str, Any] | None:
    """Read the scheme of a plugin, or a class of options."""
    declares = None if tell.is_a(target, CONFIG) else getattr(target, "config_class", None)
    if declares is not None and not tell.is_a(declares, CONFIG):
        declares = None
    of: Any = target if declares is None or not getattr(declares, "_schema", ()) else declares
    scheme: Any = of._schema if tell.is_a(of, CONFIG) else getattr(of, "config_scheme", None)
    scheme = scheme if is_scheme(scheme, tell) else target
    if not is_scheme(scheme, tell):
        return None
    docs = tell.documented(of) if tell.is_a(of, CONFIG) else {}
    options = tell.each(lambda pair: option(pair[0], pair[1], tell), scheme)
    for each in options:
        names = each["name"], each["name"] + "_"  # that of a keyword of Python
        each["help"] = each.get("help") or docs.get(names[0]) or docs.get(names[1])
        declared = names if of is not target or tell.is_a(of, CONFIG) else ("config_scheme",)
        each["owner"] = None if isinstance(scheme, list) or scheme is target else owner(target, of, declared, tell)
    return {"options": [each for each in options if each["type"] != "Private"]}


def owner(target: Any, of: Any, names: tuple[str, ...], tell: Any) -> str | None:
    """Name the class that declares an option, by its names there."""
    found: str | None = next(filter(None, (tell.owner(of, name) for name in names)), None)
    return found or (tell.path(of) if of is not target else None)


def is_scheme(scheme: Any, tell: Any) -> bool:
    """Whether something is a list of names with options; a plugin without an option has an empty one."""
    return isinstance(scheme, (list, tuple)) and all(
        isinstance(each, (list, tuple)) and len(each) == 2 and tell.is_a(each[1], OPTION)  # noqa: PLR2004
        for each in scheme
    )


def option(name: str, given: Any, tell: Any) -> dict[str, Any]:
    """Return one."""
    kind = type(given).__name__
    if kind == "Optional":
        return dict(option(name, given.option, tell), required=False)
    if kind == "Deprecated":
        said = tell.text(given.message)
        reason = None if said is None or said.startswith(GENERATED) else said
        moved = {"reason": reason and reason.replace("{}", name), "replacement": given.moved_to}
        return dict(option(name, given.option, tell), deprecated=moved, required=False)
    default = getattr(given, "default", None)
    declared = getattr(given, "_type", None)
    inner = getattr(given, "option_type", None)
    of = TYPES.get(kind) or (tell.type(declared) if declared is not None and kind == "Type" else kind.lower())
    if kind == "BaseConfigOption":
        of = None
    elif inner is not None:
        of = "{}[{}]".format(of, option(name, inner, tell)["type"])
    return {
        "name": name,
        "type": "Private" if kind == "Private" else of,
        "default": default,
        "required": bool(getattr(given, "required", False)) and default is None,
        "multiple": str(of).startswith("list"),
        "choices": getattr(given, "choices", None),
    }
