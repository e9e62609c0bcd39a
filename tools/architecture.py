"""The layers of the server, as import-linter's contract orders them, with the imports that there really are."""

import importlib
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/closum"
WIDTH = 29  # of the boxes: a layer of three packages fits


def contracts() -> list[dict[str, object]]:
    """The rules of import-linter, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = project["tool"]["importlinter"]["contracts"]
    return found


def layers() -> list[list[str]]:
    """The layers from the top, each with its packages, whether they are built yet or not."""
    (contract,) = [one for one in contracts() if one["type"] == "layers"]
    rows = contract["layers"]
    assert isinstance(rows, list)
    return [[name.strip(" ()") for name in row.split("|")] for row in rows]


def built() -> list[list[str]]:
    """The layers from the top, with the packages that exist."""
    return [[name for name in row if _exists(name)] for row in layers()]


def _exists(name: str) -> bool:
    return (SOURCE / name / "__init__.py").exists() or (SOURCE / f"{name}.py").exists()


@cache
def imports() -> frozenset[tuple[str, str]]:
    """Which layer's package imports which other, by its name below `closum`."""
    graph = grimp.build_graph("closum", cache_dir=None)
    found = set()
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            found.add((_package(importer), _package(imported)))
    return frozenset((one, other) for one, other in found if one != other and "" not in (one, other))


def _package(module: str) -> str:
    return [*module.split("."), ""][1]


def picture() -> str:
    """The layers as boxes, and beside each what its packages import, from the top."""
    rows = built()
    order = [name for row in rows for name in row]
    lines = [_edge([], rows[0])]
    for row, below in zip(rows, [*rows[1:], []], strict=True):
        for number, name in enumerate(row):
            used = [other for other in order if (name, other) in imports()]
            cells = _cells(row if number == 0 else [""] * len(row))
            lines.append(f"{cells}  {name} → {' '.join(used) or 'nothing'}")
        lines.append(_edge(row, below))
    return "\n".join(["```text", *lines, "```"])


def _widths(row: Sequence[str]) -> list[int]:
    """Of the cells of a layer; with the lines between them they are as wide as the box."""
    free = WIDTH - (len(row) - 1)
    return [free // len(row) + (number < free % len(row)) for number in range(len(row))]


def _cells(row: Sequence[str]) -> str:
    return "│" + "│".join(name.center(width) for name, width in zip(row, _widths(row), strict=True)) + "│"


def _edge(above: Sequence[str], below: Sequence[str]) -> str:
    """The line between two layers, or at an end of all."""
    ups, downs = set(_borders(above)), set(_borders(below))
    left, right = ("┌", "┐") if not above else ("└", "┘") if not below else ("├", "┤")
    signs = {(True, True): "┼", (True, False): "┴", (False, True): "┬", (False, False): "─"}
    return left + "".join(signs[place in ups, place in downs] for place in range(WIDTH)) + right


def _borders(row: Sequence[str]) -> Iterator[int]:
    place = 0
    for width in _widths(row)[:-1] if row else []:
        place += width
        yield place
        place += 1


def packages() -> str:
    """The table of the layers' packages, by the docstrings of their `__init__`."""
    rows = (_row(name) for row in built() for name in row)
    return "\n".join(
        ["| package | what is in it | may be imported by | begin with |", "|---|---|---|---|", *rows]
    )


def _row(name: str) -> str:
    if (SOURCE / f"{name}.py").exists():  # a layer that is one module
        what = (importlib.import_module(f"closum.{name}").__doc__ or "").partition("\n\n")[0].strip()
        return f"| `{name}` | {what} | {importers(name)} | `{name}.py` |"
    what, who, begin = described(f"closum.{name}")
    return f"| `{name}` | {what} | {who} | `{name}/{begin}` |"


def described(package: str) -> tuple[str, str, str]:
    """What its docstring says: what is in it, what may import it, the file to begin with. Raises ValueError."""
    text = importlib.import_module(package).__doc__ or ""
    found = re.fullmatch(r"(\S.*?)\n\n(\S.*?) may import it\b.*? Begin with (\w+\.py)\b.*\n", text, re.DOTALL)
    if found is None:
        raise ValueError(
            f"the docstring of {package} must say what is in it, and in a second paragraph '… may import it. Begin with ….py.'"
        )
    return found[1].replace("\n", " "), found[2], found[3]


def importers(package: str) -> str:
    """What may import a package, by import-linter's contracts, in the words of a docstring."""
    for contract in contracts():
        if contract.get("protected_modules") == [f"closum.{package}"]:
            allowed = contract["allowed_importers"]
            assert isinstance(allowed, list)
            return f"Only {', '.join(name.removeprefix('closum.') for name in allowed)}"
    rows = layers()
    (number,) = [number for number, row in enumerate(rows) if package.partition(".")[0] in row]
    if number == 0:
        return "Only `__main__`"
    return ", ".join(rows[number - 1]) + (" and the layers above" if number > 1 else "")
