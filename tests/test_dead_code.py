"""Nothing is defined that nothing uses: functions, classes, methods, attributes, constants, and parameters."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "clients/python/src", "tools", "benchmarks", "tests")
PEERS = "benchmarks/peers/"
"""Programs that other frameworks call."""
CALLED = {"on_header", "pytestmark"}
"""Names that libraries look for."""
CALL_NOTHING = {"ABC", "Generic", "NamedTuple", "object", "Protocol", "TypedDict"}
"""Bases that call nothing by its name."""

WORD = re.compile(r"[^\W\d]\w*")
COMPUTED = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
"""In a template."""
PLAIN = re.compile(
    r"property|staticmethod|classmethod|(functools\.)?(lru_cache|cache).*|.*contextmanager|pytest\.fixture"
)
"""Decorators that hand a function to nobody else."""


class Defined(NamedTuple):
    name: str
    where: str


Trees = dict[str, ast.Module]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def trees() -> Trees:
    files = (file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py")))
    return {
        file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in files
        if PEERS not in file.as_posix()
    }


def templates() -> dict[str, str]:
    """The templates of pages by file."""
    files = (ROOT / "src/closum").glob("*/templates/*.html")
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}


def used(found: Trees, pages: Mapping[str, str]) -> dict[str, set[str]]:
    """The files that use each name: by reading it, as an argument's name, in a text, or in what a template computes."""
    files = defaultdict[str, set[str]](set)
    for file, text in pages.items():
        for computed in COMPUTED.findall(text):
            for name in WORD.findall(computed):
                files[name].add(file)
    for file, tree in found.items():
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        for node in ast.walk(tree):
            for name in names_in(node) if id(node) not in told else ():
                files[name].add(file)
    return files


def names_in(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load() | ast.Del()):
            return [name]
        case ast.keyword(arg=str(name)) | ast.arg(arg=name):
            return [name]
        case ast.MatchClass(kwd_attrs=names):
            return names
        case ast.Constant(value=str(text)):
            return WORD.findall(text)
    return []


def bases(found: Trees) -> dict[str, set[str]]:
    """By the name of a class, what those of that name are derived from."""
    known = defaultdict[str, set[str]](set)
    for tree in found.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                known[node.name].update(ast.unparse(base).partition("[")[0] for base in node.bases)
    return known


def is_of_others(name: str, known: dict[str, set[str]]) -> bool:
    """Whether a class is derived from one of a library, which may call any of its methods."""
    if name in CALL_NOTHING:
        return False
    return name not in known or any(one == name or is_of_others(one, known) for one in known[name])


def defined(found: Trees) -> Iterator[Defined]:
    known = bases(found)
    for file, tree in found.items():
        for line, name in of_body(tree.body):
            yield Defined(name, f"{file}:{line}")
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not is_of_others(node.name, known):
                for line, name in [*of_body(node.body), *own_attributes(node)]:
                    yield Defined(name, f"{file}:{line}")


def of_body(body: list[ast.stmt]) -> Iterator[tuple[int, str]]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if is_plain(node):
                yield node.lineno, node.name
            case ast.ClassDef():
                yield node.lineno, node.name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield node.lineno, name


def is_plain(node: Function) -> bool:
    return all(PLAIN.fullmatch(ast.unparse(one)) for one in node.decorator_list)


def own_attributes(owner: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for node in ast.walk(owner):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield node.lineno, name


def unused_parameters(found: Trees) -> Iterator[Defined]:
    """Of functions of a module that are called by name alone: whatever is handed on has the parameters that others want."""
    handed_on = {name for tree in found.values() for name in references(tree)}
    for file, tree in found.items():
        for node in tree.body:
            if isinstance(node, Function) and node.name not in handed_on and not node.decorator_list:
                read = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                for one in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
                    if one.arg not in read and not is_named_by_others(node.name):
                        yield Defined(f"{node.name}({one.arg})", f"{file}:{node.lineno}")


def references(tree: ast.Module) -> Iterator[str]:
    """Names that are read but not called."""
    callees = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in callees:
            yield node.id if isinstance(node, ast.Name) else node.attr


def is_named_by_others(name: str) -> bool:
    """By pytest, or by the interpreter."""
    return name.startswith(("test_", "pytest_", "__")) or name in CALLED


def dead(found: Trees, pages: Mapping[str, str] | None = None) -> list[str]:
    uses = used(found, pages or {})
    lines = []
    for name, where in defined(found):
        if is_named_by_others(name):
            continue
        if not uses[name]:
            lines.append(f"{where}: nothing uses {name}")
        elif where.startswith("src/") and all(file.startswith("tests/") for file in uses[name]):
            lines.append(f"{where}: only tests use {name}")
    return lines + [f"{where}: nothing reads {name}" for name, where in unused_parameters(found)]


def test_nothing_is_dead() -> None:
    assert dead(trees(), templates()) == []


def test_what_is_dead_would_be_found() -> None:
    code = """
UNUSED = 1
class Gone:
    def __init__(self, file): self.file, self.number = file, 2
    def read(self): return self.number
class Kept(Other):
    def called_by_the_other(self): pass
def tell(text, more): return text
def handed(one, more): return one
print(tell("a", 1), handed, Kept)
"""
    found = [line.rpartition(":")[2] for line in dead({"src/a.py": ast.parse(code)})]
    assert found == [
        *(" nothing uses UNUSED", " nothing uses Gone", " nothing uses read"),
        " nothing reads tell(more)",
    ]
    used_by_a_test = {"src/a.py": ast.parse("def f(): pass"), "tests/b.py": ast.parse("f()")}
    assert dead(used_by_a_test) == ["src/a.py:1: only tests use f"]
