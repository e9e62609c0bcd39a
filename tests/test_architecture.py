"""The project's budgets and rules that no linter checks."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import closum
from tests.support.server import clean_environment

SOURCE = Path(closum.__file__).parent
TESTS = Path(__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
CORE = ("model", "operations/records.py", "store/statements.py", "store/pages.py", "api/handlers.py")
FINDING = tuple(
    f"model/{one}.py"
    for one in (
        "begun",
        "cursor",
        "duplicates",
        "counts",
        "filters",
        "matching",
        "position",
        "projection",
        "property",
        "reported",
        "since",
        "terms",
        "when",
        "words",
    )
)
VALUES = tuple(
    f"model/{one}.py"
    for one in (
        "address",
        "body_fields",
        "choices",
        "consents",
        "document",
        "examples",
        "merge_patch",
        "moments",
        "naming",
        "number",
        "numbering",
        "text",
        "touch",
        "user_fields",
        "zones",
    )
)

KEYWORDS = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE (TABLE|INDEX)|ALTER TABLE|DROP|PRAGMA|BEGIN(?!:V)|COMMIT|ROLLBACK)\b"
)


def name(file: Path) -> str:
    return file.relative_to(SOURCE).as_posix()


def lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def functions() -> Iterator[tuple[str, int]]:
    """Every function of the product with the number of its lines."""
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno
                yield f"{name(file)}:{node.name}", node.end_lineno - node.lineno + 1


def texts(tree: ast.Module) -> Iterator[str]:
    """Every text in the code that is no docstring."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_functions_are_short() -> None:
    sizes = dict(functions())
    assert {where: size for where, size in sizes.items() if size > 50} == {}
    assert statistics.median(sizes.values()) < 10


def is_generated(file: Path) -> bool:
    """Whether its first lines say so; such files have a bound of their own."""
    head = file.read_text(encoding="utf-8").splitlines()[:5]
    return any("enerated by make generate" in line or "Made by `make generate`" in line for line in head)


@pytest.mark.parametrize("folder", ["src", "tests", "clients", "tools", "benchmarks"])
def test_files_are_short(folder: str) -> None:
    files = [file for file in (TESTS.parent / folder).rglob("*") if file.suffix in (".py", ".rb")]
    files = [
        file for file in files if not {"_generated", "generated"} & {*file.parts} and not is_generated(file)
    ]
    assert len(files) > 5
    assert {str(file): lines(file) for file in files if lines(file) > 400} == {}


def test_the_core_is_read_in_one_sitting() -> None:
    """Without what single values are, filters, searches and reports, examples, and bodies of single verbs: read these alone."""
    core = [file for file in FILES if name(file).startswith(CORE) and name(file) not in VALUES + FINDING]
    assert len(core) > 8
    assert sum(map(lines, core)) < 2350


@pytest.mark.parametrize("file", FILES, ids=name)
def test_only_the_settings_read_the_environment(file: Path) -> None:
    read = {
        node.attr
        for node in ast.walk(TREES[file])
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "putenv")
    }
    read |= {
        alias.name
        for node in ast.walk(TREES[file])
        if isinstance(node, ast.ImportFrom) and node.module == "os"
        for alias in node.names
        if alias.name in ("environ", "environb", "getenv")
    }
    assert read == ({"environ"} if name(file) == "settings.py" else set())


OUTSIDE = [file for file in FILES if not name(file).startswith("store/")]


@pytest.mark.parametrize("file", OUTSIDE, ids=name)
def test_sql_and_commits_stand_in_the_store_alone(file: Path) -> None:
    assert [text for text in texts(TREES[file]) if KEYWORDS.search(text)] == []
    called = {node.attr for node in ast.walk(TREES[file]) if isinstance(node, ast.Attribute)}
    assert called & {"commit", "rollback", "execute", "executemany"} == set()


def told_apart(tree: ast.Module) -> set[str]:
    """What a file uses to tell the engines apart."""
    used = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return used & {"is_postgres", "is_postgres_url", "path_of", "engine"}


@pytest.mark.parametrize("file", OUTSIDE, ids=name)
def test_nothing_above_the_store_knows_which_engine_it_is(file: Path) -> None:
    """Import rules keep the drivers to `store.opening`; this keeps others from asking for the kind of a URL or a unit."""
    assert told_apart(TREES[file]) == set()


def test_who_writes_is_confirmed_in_one_place() -> None:
    users = {
        name(file)
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
        if (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) == "confirm"
    }
    assert users == {"operations/guarded.py", "cli/bin.py", "cli/person.py"}  # commands ask an operator


def test_the_rule_would_find_the_engine() -> None:
    asking = {name(file) for file in FILES if "is_postgres" in told_apart(TREES[file])}
    assert asking == {"store/opening.py"}


def test_the_rule_would_find_sql() -> None:
    stored = [
        text
        for file in FILES
        if name(file) == "store/rows.py" or name(file) == "store/identity.py"
        for text in texts(TREES[file])
    ]
    assert any(KEYWORDS.search(text) for text in stored)


def test_importing_closum_does_nothing() -> None:
    """No third-party module is loaded, nothing is opened, nothing is printed."""
    code = """
import sys
before = set(sys.modules)
opened = []
sys.addaudithook(lambda event, arguments: event in ("socket.bind", "subprocess.Popen") and opened.append(event))
import closum
names = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(names - set(sys.stdlib_module_names)), *opened)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean_environment(), capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("closum\n", "")


def test_no_module_does_anything_when_it_is_imported(tmp_path: Path) -> None:
    modules = [
        "closum." + name(file).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for file in FILES
        if (file.stem != "__main__" and file.parent != SOURCE) or file.stem not in ("__main__", "__init__")
    ]
    code = f"import importlib, threading\nfor name in {modules}: importlib.import_module(name)\nprint(threading.active_count())"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")
    assert list(tmp_path.iterdir()) == []


def test_the_list_of_resources_is_read_in_one_place() -> None:
    """A module with a list of its own would not know of a resource that a test declares. Commands run in processes of their own."""
    keeping = [
        name(file)
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "closum.resources"
        if "RESOURCES" in [one.name for one in node.names] and not name(file).startswith("cli/")
    ]
    assert keeping == []
