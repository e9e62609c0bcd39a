"""What closum uses of uvicorn beyond its documentation: exactly what the table of docs/adr/0053 has, and it is there."""

import ast
import asyncio
import functools
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest
import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import Server, ServerState
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from closum.http import closing, protocol, quick, server

RECORD = Path(__file__).parents[2] / "docs/adr/0053-uvicorn-can-change.md"
MODULES = (protocol, closing, quick, server)
OTHERS = (RequestResponseCycle, FlowControl, ServerState)
OWN = {"Server": Server, "Worker": Process, "Workers": Multiprocess}
"""Of closum's classes, which are otherwise connections."""
VARIABLES = {
    "cycle": RequestResponseCycle,
    "flow": FlowControl,
    "server_state": ServerState,
    "worker": Process,
    "old": Process,
    "new": Process,
}
CLASSES = {kind.__name__: kind for kind in (HttpToolsProtocol, *OTHERS, *OWN.values())}

Names = Mapping[str, set[str]]


@functools.cache
def has(kind: type) -> set[str]:
    """The names that a class of uvicorn defines, attributes of its objects included, without asyncio's."""
    (tree,) = ast.parse(inspect.getsource(kind)).body
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
    return {name for name in found - set(dir(asyncio.Protocol)) if not name.startswith("__")}


@functools.cache
def used() -> Names:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for module in MODULES:
        for kind, name in _uses(module):
            if name in has(kind):
                found[kind.__name__].add(name)
    return found


def _uses(module: ModuleType) -> Iterator[tuple[type, str]]:
    for part in ast.parse(inspect.getsource(module)).body:
        kind = OWN.get(getattr(part, "name", ""), HttpToolsProtocol)
        for node in ast.walk(part):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield kind, node.name
            elif isinstance(node, ast.Attribute):
                of = ast.unparse(node.value).rpartition(".")[2]
                if of in VARIABLES:
                    yield VARIABLES[of], node.attr
                elif of in ("self", "super()", "one"):
                    yield kind, node.attr


def listed() -> Names:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for kind, names in re.findall(
        r"^\| `(\w+)` \| (.+?) \|", RECORD.read_text(encoding="utf-8"), re.MULTILINE
    ):
        found[kind] |= set(re.findall(r"`(\w+)`", names))
    return found


@pytest.mark.parametrize("kind", CLASSES)
def test_each_name_that_is_used_is_in_the_record(kind: str) -> None:
    assert used()[kind] - listed()[kind] == set(), f"do without, or list it in {RECORD.name} and say why"
    assert listed()[kind] - used()[kind] - _gone(kind) == set(), f"is not used: take it out of {RECORD.name}"


@pytest.mark.parametrize("kind", CLASSES)
def test_each_name_exists_in_this_uvicorn(kind: str) -> None:
    assert _gone(kind) == set(), (
        f"uvicorn {uvicorn.__version__} has changed {kind}. If only closum.http.quick uses the name, take that piece out of "
        f"QUICK; else see in {RECORD.name} what it is for, and use what uvicorn has in its place. Until then bound uvicorn in "
        "pyproject.toml"
    )


def _gone(kind: str) -> set[str]:
    return listed()[kind] - has(CLASSES[kind])
