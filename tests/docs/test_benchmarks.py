"""The page of the benchmarks is about this program: its indexes, the last results, and plots of these."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.stages import STAGES, shares
from closum.resources import RESOURCES
from closum.store.sqlite.session import SQLiteSession

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def test_every_index_has_what_needs_it_beside_it(tmp_path: Path) -> None:
    with SQLiteSession(tmp_path / "closum.db", create=True) as session, session.read() as unit:
        indexes = {name for (name,) in unit.all("SELECT name FROM sqlite_schema WHERE type = 'index'")}
    section = PAGE.read_text(encoding="utf-8").split("## Every index")[1].split("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", section))
    of_sorts = {f"{one.name}_{name}" for one in RESOURCES for name in one.listing.sorts}  # are declared
    assert indexes - named - of_sorts == set()


@pytest.mark.parametrize("plot", ["lists", "lead", "create"])
def test_a_plot_is_one_of_the_results(plot: str) -> None:
    drawn = (PAGE.parent / "benchmarks" / f"{plot}.svg").read_text(encoding="utf-8")
    assert hashlib.sha256(page.RESULTS.read_bytes()).hexdigest() in drawn
    assert f"benchmarks/{plot}.svg" in PAGE.read_text(encoding="utf-8")


def test_each_goal_has_its_figure_and_verdict() -> None:
    rows = page.goals().splitlines()[2:]
    assert len(rows) == len(json.loads(page.RESULTS.read_text(encoding="utf-8"))["goals"]) > 20
    assert all(re.search(r"\| (reached|\*\*not reached\*\*: .{20,}) \|$", row) for row in rows)
    assert not any("not looked into" in row for row in rows)


def test_samples_are_put_down_to_the_innermost_stage() -> None:
    stages = dict(STAGES)
    outer = "main (closum/cli/serve.py:1);run_asgi (uvicorn/protocols/http/httptools_impl.py:9)"
    found = shares(
        [
            f"{outer};retrieve (closum/store/rows.py:16);one (closum/store/sqlite/connection.py:55) 3",
            f"{outer} 1",
            "run (threading.py:1);_worker (concurrent/futures/thread.py:81) 50",
        ]
    )
    assert found == {
        stages[r"closum/store/sqlite/connection\.py"]: 0.75,
        stages[r"closum/http/protocol\.py|uvicorn/"]: 0.25,
    }
