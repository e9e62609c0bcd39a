"""The rules of tests/conftest.py: nothing is skipped in CI, and a quick test starts no process."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import quick
from tests.support.patience import PATIENCE
from tests.support.server import clean_environment

ONE = "import pytest\ndef test_one() -> None:\n    pytest.skip('no nginx')\n"
MARKED = "import pytest\n@pytest.mark.skip(reason='no nginx')\ndef test_one() -> None: ...\n"
MODULE = "import pytest\npytest.skip('no nginx', allow_module_level=True)\n"
NEEDED = "import pytest\npytest.importorskip('nginx_that_is_not_there', reason='no nginx')\n"
EXPECTED = "import pytest\n@pytest.mark.xfail\ndef test_one() -> None:\n    assert False\n"
STARTS = """
import subprocess, sys, pytest
@pytest.mark.quick
def test_one() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
def test_two() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
"""


def ended(folder: Path, text: str, ci: str, *options: str) -> tuple[int, str]:
    """How a run of pytest with closum's conftest ends, and what it prints."""
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    plugins = ("-p", "tests.conftest", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *options, "-c", folder / "pytest.ini", folder],
        cwd=Path(__file__).parents[1],
        env=clean_environment() | {"CI": ci, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "xdist"])
@pytest.mark.parametrize("text", [ONE, MARKED, MODULE, NEEDED], ids=["test", "mark", "module", "import"])
def test_a_skip_fails_in_ci(tmp_path: Path, text: str, options: tuple[str, ...]) -> None:
    code, printed = ended(tmp_path, text, "true", *options)
    assert code in (1, 2)
    assert "skipped under CI=true" in printed
    assert "no nginx" in printed


def test_a_skip_is_one_elsewhere(tmp_path: Path) -> None:
    assert ended(tmp_path, ONE, "")[0] == 0
    assert ended(tmp_path, MODULE, "")[0] == 5  # no tests


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    assert ended(tmp_path, EXPECTED, "true")[0] == 0


def test_a_quick_test_starts_no_process(tmp_path: Path) -> None:
    code, printed = ended(tmp_path, STARTS, "", "-W", "ignore::pytest.PytestUnknownMarkWarning")
    assert (code, "1 failed, 1 passed" in printed) == (1, True)
    assert "test_one starts a process, so it is none for `make quick`: mark it slow" in printed


def test_make_quick_has_the_places_of_quick_tests() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    assert f"QUICK = $(addprefix tests/,{' '.join(quick.PLACES)})\n" in makefile
