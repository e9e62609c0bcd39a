"""Which tables statements write, told from their texts, and which module has them executed."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import closum

SOURCE = Path(closum.__file__).parent
DRIVERS = ("store/sqlite/", "store/postgres/")
PUT_IN = "{}"
"""A placeholder for the name of a table."""

_TABLE = r"\s+(?:ONLY\s+)?(?:\w+\.)?([\w{}%\"]*)"
_WRITES = re.compile(
    rf"\b(?:(?i:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|MERGE\s+INTO|DELETE\s+FROM){_TABLE}"
    rf"|(?i:UPDATE){_TABLE}(?=\s+(?i:(?:AS\s+)?(?:\w+\s+)?SET\b)|$)"
    rf"|(?:TRUNCATE(?:\s+TABLE)?|COPY){_TABLE})"
)


def written(sql: str) -> set[str]:
    """Tables that are written; PUT_IN for each whose name is put into the text."""
    names = {next(filter(None, match.groups()), "") for match in _WRITES.finditer(sql)}
    return {name.strip('"').lower() if re.fullmatch(r'"?\w+"?', name) else PUT_IN for name in names}


def texts(tree: ast.Module) -> Iterator[str]:
    """Every text in the code that is no docstring, with PUT_IN for what is put into it."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    skipped = docstrings | parts
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else PUT_IN for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def executing() -> str:
    """The module that has a statement executed at this moment: a driver only where nothing above it is of the product."""
    frame, driver = sys._getframe(), ""
    while (caller := frame.f_back) is not None:
        frame, path = caller, Path(caller.f_code.co_filename)
        if path.is_relative_to(SOURCE):
            name = path.relative_to(SOURCE).as_posix()
            if not name.startswith(DRIVERS):
                return name
            driver = driver or name
    return driver
