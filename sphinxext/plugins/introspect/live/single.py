"""Whether a class is made for one object.

Both ways of introspection ask this of the source of its module. The process that loads plugins runs it as a
script, so it imports only the standard library and runs on Python 3.8 and newer.
"""

from __future__ import annotations

import ast
import sys
from inspect import getsource


def is_only_instance(target: object) -> bool:
    """Whether a class is made for an object alone."""
    of = type(target)
    module = sys.modules[of.__module__]
    if not isinstance(of.__dict__.get("__doc__"), str) or "." in of.__qualname__:
        return False  # for most this is known without their source
    name = only_instance(ast.parse(getsource(module)), of.__name__)
    return name is not None and vars(module).get(name) is target


def only_instance(module: ast.Module, name: str) -> str | None:
    """Name what the only instance of a class is bound to, where its module uses the class for nothing else."""
    definitions = [part for part in module.body if isinstance(part, ast.ClassDef) and part.name == name]
    bound = [part for part in module.body if instance_of(part) == name]
    if len(definitions) != 1 or len(bound) != 1:
        return None
    statement = bound[0]
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    annotation = getattr(statement, "annotation", None)
    known = {id(part) for whole in (definitions[0], annotation) if whole is not None for part in ast.walk(whole)}
    uses = [part for part in ast.walk(module) if id(part) not in known and refers(part, name)]
    return target.id if len(uses) == 1 and isinstance(target, ast.Name) else None


def instance_of(statement: ast.stmt) -> str | None:
    """Name what a statement assigns an instance of, or the result of, to one target."""
    if isinstance(statement, ast.AnnAssign) or (isinstance(statement, ast.Assign) and len(statement.targets) == 1):
        value = statement.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            return value.func.id
    return None


def refers(part: ast.AST, name: str) -> bool:
    """Whether a part of a syntax tree may stand for a class, by its name."""
    if isinstance(part, ast.Name):
        return part.id == name
    if isinstance(part, ast.Attribute):
        return part.attr == name
    if isinstance(part, ast.alias):
        return name in (part.name, part.asname)
    return isinstance(part, ast.Constant) and part.value == name
