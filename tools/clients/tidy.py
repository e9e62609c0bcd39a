"""Generated Python, as the formatter has it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
FIRST_PARTY = 'lint.isort.known-first-party=["closum_client"]'
COMMANDS = (("check", "--fix-only", "--select", "I,F401,RUF022", "--config", FIRST_PARTY), ("format",))


def python(files: Mapping[str, str]) -> dict[str, str]:
    """The files, by their paths, without imports that they don't need. Raises ValueError for what is no Python."""
    with TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        for command in COMMANDS:
            _ruff(*command, folder)
        return {path: (Path(folder) / path).read_text(encoding="utf-8") for path in files}


def _ruff(*command: str) -> None:
    options = ("--quiet", "--no-cache", "--config", ROOT / "pyproject.toml")
    done = subprocess.run(  # noqa: S603 -- fixed words
        [sys.executable, "-m", "ruff", *command, *options],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"the generated code is no Python: {done.stdout}{done.stderr}")
