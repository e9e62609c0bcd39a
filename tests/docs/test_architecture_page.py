"""docs/architecture.md, and what each package says of itself, beside the real imports and the contracts."""

import re
import tomllib
from pathlib import Path

import grimp
import pytest

from tools import architecture

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/closum"
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
PACKAGES = sorted(
    ".".join(["closum", *file.parent.relative_to(SOURCE).parts]) for file in SOURCE.rglob("__init__.py")
)


def drawn() -> dict[str, list[str]]:
    """By package, from the top, what the picture says that it imports."""
    found = re.findall(r"^│.*│  (\w+) → (.+)$", PAGE, re.MULTILINE)
    return {name: [] if used == "nothing" else used.split() for name, used in found}


def boxes() -> list[list[str]]:
    """The layers of the picture, from the top."""
    rows = [
        re.findall(r"\w+", line[: architecture.WIDTH + 2]) for line in PAGE.splitlines() if line[:1] == "│"
    ]
    return [row for row in rows if row]


def test_the_picture_has_the_real_imports() -> None:
    graph = grimp.build_graph("closum", cache_dir=None)
    real: dict[str, set[str]] = {name: set() for name in drawn()}
    for module in graph.modules - {"closum", "closum.__main__"}:
        for imported in graph.find_modules_directly_imported_by(module) - {"closum"}:
            if imported.split(".")[1] != module.split(".")[1]:
                real[module.split(".")[1]].add(imported.split(".")[1])
    assert {name: set(used) for name, used in drawn().items()} == real


def test_the_picture_has_the_layers_of_the_contract() -> None:
    """Those in parentheses may be missing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    there = {path.stem for path in SOURCE.iterdir()}
    rows = [[name.strip() for name in row.split("|")] for row in contract["layers"]]
    for row in rows:
        assert [name for name in row if name not in there and not name.startswith("(")] == []
    expected = [[name.strip("()") for name in row if name.strip("()") in there] for row in rows]
    assert boxes() == expected
    assert list(drawn()) == [name for row in expected for name in row]


def test_every_arrow_points_down() -> None:
    level = {name: number for number, row in enumerate(boxes()) for name in row}
    assert [
        (one, other) for one, used in drawn().items() for other in used if level[one] >= level[other]
    ] == []


def test_the_picture_is_drawn_of_boxes_that_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one to three packages in a layer, also of such as are not built yet."""
    monkeypatch.setattr(
        architecture, "built", lambda: [["cli"], ["api", "web", "reference"], ["resources", "store"]]
    )
    monkeypatch.setattr(architecture, "imports", lambda: {("cli", "web"), ("web", "store")})
    assert (
        architecture.picture()
        == """\
```text
┌─────────────────────────────┐
│             cli             │  cli → web
├─────────┬─────────┬─────────┤
│   api   │   web   │reference│  api → nothing
│         │         │         │  web → store
│         │         │         │  reference → nothing
├─────────┴────┬────┴─────────┤
│  resources   │    store     │  resources → nothing
│              │              │  store → nothing
└──────────────┴──────────────┘
```"""
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_is_in_it_who_may_import_it_and_where_to_begin(package: str) -> None:
    what, who, begin = architecture.described(package)
    assert re.fullmatch(r"[A-Z].*\.", what)
    assert who == (
        "Everything" if package == "closum" else architecture.importers(package.removeprefix("closum."))
    )
    folder = SOURCE.joinpath(*package.split(".")[1:])
    assert (folder / begin).is_file()
    assert begin != "__init__.py"


@pytest.mark.parametrize(
    ("package", "who"),
    [
        ("cli", "Only `__main__`"),
        ("app", "cli"),
        ("http", "api, web, reference and the layers above"),
        ("store.sqlite", "Only store.opening"),
    ],
)
def test_who_may_import_comes_from_the_contracts(package: str, who: str) -> None:
    assert architecture.importers(package) == who
