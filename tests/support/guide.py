"""The examples of CONTRIBUTING.md, as those who follow them leave a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from closum import __version__
from closum.store.migrate import newest
from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COPIED = ("src", "tests", "tools", "clients", "benchmarks", "docs")
FILES = ("*.md", "*.toml", "*.lock", "Makefile", "LICENSE", "NOTICE")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "node_modules")


def blocks(text: str, language: str) -> list[str]:
    """Fenced blocks of a language, without the fences and their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def section(title: str) -> str:
    """The part of the guide below a heading."""
    (found,) = re.findall(rf"^## {title}\n(.*?)^## ", CONTRIBUTING, re.DOTALL | re.MULTILINE)
    return str(found)


def _on_one_line(found: re.Match[str]) -> str:
    """An import in brackets without them."""
    return f"{found[0].partition('(')[0]}{' '.join(found[1].split())}"


class Copy:
    """A copy of the project in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        for file in [file for pattern in FILES for file in ROOT.glob(pattern)]:
            shutil.copy(file, folder)

    def add_resource(self) -> None:
        """As the guide says."""
        text = section("Add a resource")
        (declaration, test), (migration,) = blocks(text, "python"), blocks(text, "sql")
        number = f"{newest() + 1:04}"
        self._add(new_files(text), (declaration, migration, test), number)
        self._replace(
            "src/closum/resources/__init__.py",
            ("    unqualified_lead,\n)", "    unqualified_lead,\n    visit,\n)"),
            (".UNQUALIFIED_LEAD_CONSENT,\n)", ".UNQUALIFIED_LEAD_CONSENT,\n    visit.VISIT,\n)"),
        )
        self._replace(
            "src/closum/store/migrate.py",
            (f'{newest() + 1}), "{__version__}")', f'{newest() + 2}), "{__version__}")'),
        )
        (words,) = blocks(text, "tsv")
        with (self.folder / "src/closum/web/strings/resources.tsv").open("a", encoding="utf-8") as file:
            file.write(words)

    def add_verb(self) -> None:
        """As the guide says."""
        text = section("Add a verb")
        self._add(new_files(text), blocks(text, "python"))
        self._import("src/closum/api/routes.py", "closum.api", "move")
        self._replace("src/closum/api/routes.py", ("\n    ]\n", "\n        *move.ROUTES,\n    ]\n"))

    def add_page(self) -> None:
        """As the guide says."""
        text = section("Add a page")
        self._add(new_files(text), blocks(text, "python"))
        self._import("src/closum/app.py", "closum.web", "newest")
        self._replace(
            "src/closum/app.py", ("    return table\n", "    table += newest.ROUTES\n    return table\n")
        )

    def _add(self, names: Sequence[str], texts: Sequence[str], number: str = "") -> None:
        """New files; a package may be there already."""
        for text, name in zip(texts, names, strict=True):
            path = self.folder / name.replace("NNNN", number)
            path.parent.mkdir(exist_ok=True)
            assert path.name == "__init__.py" or not path.exists(), f"the guide's {name} is there already"
            if not path.exists():
                path.write_text(text, encoding="utf-8")

    def _import(self, name: str, package: str, module: str) -> None:
        """A module of a package, among those that a file imports."""
        path = self.folder / name
        head = f"from {package} import "
        text = path.read_text(encoding="utf-8")
        whole = re.sub(
            rf"^{re.escape(head)}\((.*?),?\s*\)$", _on_one_line, text, flags=re.DOTALL | re.MULTILINE
        )
        lines = whole.splitlines(keepends=True)
        modules = {module}
        for line in [line for line in lines if line.startswith(head)]:
            if " as " not in line:
                modules |= {one.strip() for one in line.removeprefix(head).split(",")}
                lines.remove(line)
        new = f"{head}{', '.join(sorted(modules))}\n"
        place = max(at for at, line in enumerate(lines) if line.startswith("from closum.") and line < new)
        lines.insert(place + 1, new)
        path.write_text("".join(lines), encoding="utf-8")

    def _replace(self, name: str, *replacements: tuple[str, str]) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text, (name, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")

    def python(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run Python with the packages of the copy."""
        places = [self.folder, self.folder / "src", self.folder / "clients/python/src"]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, places))}
        for name in [name for name in environment if name.startswith("PYTEST_")]:
            del environment[name]
        return subprocess.run(
            [sys.executable, *arguments],
            check=False,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=10 * PATIENCE,
        )


def new_files(text: str = CONTRIBUTING) -> list[str]:
    """The files that the guide, or a section of it, names as new ones, in its order."""
    return re.findall(r"^\d\. `([\w/.]+)`", text, re.MULTILINE)
