"""Reports on the command line, over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted
from tests.clients.cli.test_operations import BOTH, printed, to, user
from tests.clients.cli.test_terminal import shown
from tests.support.client import Client
from tests.support.engine import ON_SQLITE

__all__ = ["user"]

LEADS = {
    "by": "city",
    "first_day": None,
    "last_day": None,
    "total": 4,
    "others": 1,
    "rows": [{"value": "213", "label": "Abrantes", "count": 3}],
}


@ON_SQLITE
@BOTH
def test_leads_are_counted(run: Run, user: dict[str, str], api: Client) -> None:
    api.new("lead", {"name": "Ana", "city_id": 213, "contact_lifecycle_stage_id": 3})
    api.new("lead", {"name": "Rui"})
    assert printed(run, user, "report", "leads", "--by", "city") == "\t\t1\n213\tAbrantes\t1\n"
    assert printed(run, user, "report", "leads", "--to", "yesterday") == ""
    assert printed(run, user, "report", "funnel").splitlines()[2] == "3\tLead\t1\t1"
    rows = dict(line.split("\t") for line in printed(run, user, "report", "first-contact").splitlines())
    assert (rows["leads"], rows["contacted"], rows["percentile 90"]) == ("2", "0", "")


@pytest.mark.parametrize("command", ["leads", "funnel", "first-contact"])
def test_what_is_asked_for_is_sent(run: Run, script: Scripted, command: str) -> None:
    script.data({"rows": []})
    told = printed(
        run, to(script), "report", command, "--from", "-7d", "--to", "today", "--owner", "", "--json"
    )
    assert json.loads(told) == {"rows": []}
    by = "by=day&" if command == "leads" else ""
    assert [one.call for one in script.requests] == [
        f"GET /api/report/{command}?{by}from=-7d&to=today&owner_id="
    ]


def test_a_terminal_has_a_table(script: Scripted, tmp_path: Path) -> None:
    script.data(LEADS)
    lines = shown(script, tmp_path, "report", "leads", "--by", "city").splitlines()
    assert [line.split() for line in lines[:2]] == [["city", "name", "leads"], ["213", "Abrantes", "3"]]
    assert lines[-1] == "4 leads, 1 of them with other values"


@pytest.mark.parametrize("data", [[], {}, {"rows": 1}, {"rows": [1]}])
def test_an_answer_without_a_report(run: Run, script: Scripted, data: Any) -> None:
    script.data(data)
    done = run("report", "leads", **to(script))
    assert (done.returncode, done.stdout) == (1, "")
    assert "has no report" in done.stderr
