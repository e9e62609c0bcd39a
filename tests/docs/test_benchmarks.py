"""The page of the benchmarks is about this program: its indexes, the last results, and plots of these."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.contestants.closum import KEY
from benchmarks.find import goals as finding
from benchmarks.find import page as find
from benchmarks.find.scenarios import ORDERS, by_cursor, of, page_1
from benchmarks.goals import verdicts
from benchmarks.imports import goals as importing
from benchmarks.imports import page as imports
from benchmarks.imports import scenarios as names
from benchmarks.load import Call, Load, Target
from benchmarks.stages import STAGES, shares
from benchmarks.writes import goals as writing
from benchmarks.writes import page as writes
from benchmarks.writes import scenarios
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


def test_each_goal_of_finding_has_its_figure_and_verdict() -> None:
    rows = find.goals().splitlines()[2:]
    assert len(rows) == len(find.report()["goals"]) > 10
    assert all(re.search(r"\| (reached|\*\*not reached\*\*: .{20,}) \|$", row) for row in rows)
    assert not any("not looked into" in row for row in rows)


def test_each_goal_of_writes_has_its_figure_and_verdict() -> None:
    rows = writes.goals().splitlines()[2:]
    assert len(rows) == len(writes.report()["goals"]) == len(writing.WRITING)
    assert not any("not looked into" in row for row in rows)


def test_each_goal_of_imports_has_its_figure_and_verdict() -> None:
    rows = imports.goals().splitlines()[2:]
    assert len(rows) == len(imports.report()["goals"]) == len(importing.IMPORTING)
    assert not any("not looked into" in row for row in rows)


def test_an_import_is_compared_with_what_the_database_does_alone() -> None:
    rates = {
        names.TWO: {"closum": 60, names.SHELL: 100},
        names.ANY: {"closum on PostgreSQL": 45, names.PSQL: 50},
    }
    rounds = {
        scenario: {who: [{"rate": rate, "megabytes": 90}] for who, rate in found.items()}
        for scenario, found in rates.items()
    }
    found = {row["what"]: row["figure"] for row in verdicts({"rounds": rounds}, importing.IMPORTING)}
    assert found["leads a second, to those of sqlite3, .import"] == 0.6
    assert found["leads a second, to those of psql, \\copy"] == 0.9
    assert found["megabytes, all processes"] == 90


def test_undo_is_compared_with_what_it_undoes() -> None:
    rates = {scenarios.batch("delete"): 100, scenarios.undo("delete"): 60, scenarios.batch("update"): 120}
    rounds = {name: {"closum": [{"rate": rate}] * 2} for name, rate in rates.items()}
    found = {row["scenario"]: row for row in verdicts({"rounds": rounds}, writing.WRITING)}
    assert found[scenarios.undo("delete")]["figure"] == 0.6
    assert found[scenarios.batch("delete")]["figure"] == 0.833


def test_a_goal_is_about_the_server_that_it_names() -> None:
    order = ORDERS[0]
    base, name = of(page_1(order), 25_000), of(by_cursor(order), 25_000)
    rates = {
        base: {"closum": 100, "closum on PostgreSQL": 40},
        name: {"closum": 95, "closum on PostgreSQL": 20},
    }
    rounds = {
        scenario: {who: [{"rate": rate}] * 2 for who, rate in found.items()}
        for scenario, found in rates.items()
    }
    found = {row["what"]: row for row in verdicts({"rounds": rounds}, finding.FINDING)}
    assert found["SQLite: rate to that of page 1"]["reached"]
    assert found["PostgreSQL: rate to that of page 1"]["figure"] == 0.5
    assert not found["PostgreSQL: rate to that of page 1"]["reached"]


def test_a_load_sends_any_of_its_queries_with_its_headers() -> None:
    target = Target(1, 25, "Bearer it")
    call = Call("/api/lead?<query>")
    asked = Load([target], {100: call}, KEY, queries=["q=a", 'q="b"'], headers={"If-None-Match": '"1"'}).lua()
    assert r'local queries = {"q=a", "q=\"b\""}' in asked
    assert r', ["If-None-Match"] = "\"1\""}' in asked
    assert 'wrk.format("GET", "/api/lead?" .. query .. "", headers[who], "")' in asked
    assert 'local queries = {""}' in Load([target], {100: call}, KEY).lua()


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
        stages[r"closum/http/(protocol|framing|closing|quick)\.py|uvicorn/"]: 0.25,
    }
