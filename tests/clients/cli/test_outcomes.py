"""What a terminal shows of calls that answer no record, and that a pipe gets the same as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted
from tests.clients.cli.test_many import to
from tests.clients.cli.test_terminal import lead, shown

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
EVIL = "An\x1b[2Ja"
REFUSED = {"code": 422, "message": "1 validation error", "errors": {"name": {"_x": "Bad"}}}
BATCH = [
    {"status": 201, "body": {"success": True, "data": {"id": 7, "result": "created"}}},
    {"status": 200, "body": {"success": True, "data": []}},
    {"status": 422, "body": {"success": False, "data": REFUSED}},
    {"status": 404, "body": {"success": False, "data": {"code": 404, "message": "Not\x1b Found"}}},
]
ALIKE = [
    {
        "score": 93,
        "reasons": ["email", "name"],
        "ids": [1, 2],
        "leads": [lead(1), lead(2, name=EVIL)],
        "cursor": "x",
    },
    {"score": 60, "reasons": ["name"], "ids": [3, 4], "leads": [lead(3, name=None), lead(4)], "cursor": "y"},
]
MANY = {"count": 3, "changed": 2, "refused": [{"id": 4, "message": "No", "errors": {"name": {"_x": "Bad"}}}]}
JOB = {"job": {"id": "change-8", "kind": "change", "state": "pending"}}


def answered(script: Scripted, data: Any, **more: Any) -> Scripted:
    body = json.dumps({"success": True, "data": data, **more})
    return script.raw(200, body, **{"X-Operation": "12"})


@BOTH
def test_a_batch_is_a_table_of_its_items(script: Scripted, tmp_path: Path, entry_point: str) -> None:
    answered(script, BATCH)
    lines = shown(script, tmp_path, "lead", "batch", "--items", "[]", entry_point=entry_point).splitlines()
    assert [line.split(maxsplit=3) for line in lines[:4]] == [
        ["item", "status", "id", "result"],
        ["0", "201", "7", "created"],
        ["1", "200"],
        ["2", "422", "name:", "Bad"],
    ]
    assert lines[4].split() == ["3", "404", "Not\\x1b", "Found"]
    assert lines[5:] == ["Operation 12: 4 items, 2 refused."]


STAYS = [
    {
        "contact_lifecycle_stage_id": 100,
        "label": EVIL,
        "entered": "2026-01-02T10:00:00+00:00",
        "left": None,
        "lead_id": 1,
    },
    {
        "contact_lifecycle_stage_id": 3,
        "label": "Lead",
        "entered": "2026-01-01T10:00:00+00:00",
        "left": "2026-01-02T10:00:00+00:00",
        "lead_id": 2,
    },
]


@BOTH
def test_stages_are_a_table(script: Scripted, tmp_path: Path, entry_point: str) -> None:
    answered(script, STAYS, pagination={"next": 12, "has_next_page": True, "limit": 2})
    lines = shown(script, tmp_path, "lead", "stages", "1", entry_point=entry_point).splitlines()
    assert lines[0].split() == ["stage", "label", "entered", "left", "lead"]
    assert lines[1].split()[:3] == ["100", "An\\x1b[2Ja", "2026-01-02"]
    assert lines[2].split()[:3] == ["3", "Lead", "2026-01-01"]
    assert [line.split()[-1] for line in lines[1:3]] == ["1", "2"]
    assert lines[3:] == ["Earlier ones: --before 12"]


def test_no_stages(script: Scripted, tmp_path: Path) -> None:
    answered(script, [], pagination={"next": None, "has_next_page": False, "limit": None})
    assert shown(script, tmp_path, "lead", "stages", "1").splitlines() == ["It has been in no stage."]


def test_duplicates_are_a_table(script: Scripted, tmp_path: Path) -> None:
    more = {"count": 1_001, "has_next_page": True, "next_cursor": "abc", "limit": 2}
    answered(script, ALIKE, pagination=more)
    assert shown(script, tmp_path, "lead", "duplicates", "--limit", "2").splitlines() == [
        "score  reasons      ids   names",
        "93     email, name  1, 2  Lead 1, An\\x1b[2Ja",
        "60     name         3, 4  -, Lead 4",
        "1,001 pairs and groups; more: --cursor abc",
    ]
    answered(script, [], pagination=more | {"count": 0, "next_cursor": None})
    del script.answers[0]
    assert shown(script, tmp_path, "lead", "duplicates").splitlines()[-1] == "0 pairs and groups"


def test_a_dry_run_of_many_shows_a_sample_and_how_to_go_on(script: Scripted, tmp_path: Path) -> None:
    data = {"count": 1_300, "sample": [lead(5, city_id=40)], "if_count": "1300-ab"}
    script.data(data).page([{"id": 40, "city_name": "Braga"}])
    lines = shown(
        script, tmp_path, "lead", "delete-many", "--filter", "id>4", "--dry-run", columns=120
    ).splitlines()
    assert lines[0].split()[:3] == ["id", "name", "city"]
    assert lines[1].split()[:4] == ["5", "Lead", "5", "Braga"]
    assert lines[-2:] == [
        "1,300 leads would be deleted.",
        "To do it: the same with --if-count 1300-ab in the place of --dry-run.",
    ]


@pytest.mark.parametrize(("verb", "told"), [("patch-many --name Ana", "changed"), ("delete-many", "deleted")])
def test_what_became_of_many(verb: str, told: str, script: Scripted, tmp_path: Path) -> None:
    answered(script, MANY)
    done = shown(script, tmp_path, "lead", *verb.split(), "--if-count", "3-a").splitlines()
    assert done == [f"Operation 12: 2 of 3 leads {told}.", "lead 4 stays: name: Bad"]
    script.answers.clear()
    script.data(JOB, 202)
    done = shown(script, tmp_path, "lead", *verb.split(), "--if-count", "3-a").splitlines()
    assert done == ["Background work change-8 does it: 'closum-client job get change-8' shows how far it is."]


def test_a_merge_is_told_as_the_server_tells_it(script: Scripted, tmp_path: Path) -> None:
    merge = ("lead", "merge", "1", "--ids", "[2, 3]")
    answered(script, {"id": 1, "merged": [2, 3], "record": None})
    assert shown(script, tmp_path, *merge) == "Operation 12: leads 2, 3 went into lead 1.\n"
    script.answers.clear()
    script.data({"id": 1, "merged": [2, 3], "record": lead(1)})
    tried = shown(script, tmp_path, *merge, "--dry-run").splitlines()
    assert [line.split() for line in tried[:2]] == [["id", "1"], ["name", "Lead", "1"]]


def test_a_fault_within_a_value_is_told_with_the_option_and_the_place(run: Run, script: Scripted) -> None:
    faults = {"ids": {"1": {"_isMerged": "Gone"}}, "properties": {"name": {"_inList": "One of 1, 2"}}}
    script.refusal(422, errors=faults)
    done = run("lead", "merge", "1", "--ids", "[2, 3]", **to(script))
    assert done.stderr.splitlines() == [
        "closum-client: --ids.1: Gone",
        "closum-client: --properties.name: One of 1, 2",
    ]


@BOTH
def test_a_dismissal_is_told_in_words(run: Run, script: Scripted) -> None:
    done = run("lead", "dismiss-duplicates", "--ids", "[1, 2]", **to(script.data([])))
    assert done.stdout == "Dismissed: they do not come again together.\n"


@pytest.mark.parametrize(
    ("words", "data"),
    [
        ("batch --items []", BATCH),
        ("duplicates", ALIKE),
        ("delete-many --dry-run", {"count": 0, "sample": [], "if_count": "0-a"}),
        ("patch-many --name Ana --if-count 3-a", MANY),
        ("delete-many --if-count 3-a", JOB),
    ],
)
def test_a_pipe_and_json_get_the_data(
    words: str, data: Any, run: Run, script: Scripted, tmp_path: Path
) -> None:
    answered(script, data)
    printed = run("lead", *words.split(), **to(script)).stdout
    assert json.loads(printed) == data
    assert run("lead", *words.split(), "--json", **to(script)).stdout == printed
    assert json.loads(shown(script, tmp_path, "lead", *words.split(), "--json")) == data


@pytest.mark.parametrize("data", [[], None, "x", [1], {"count": None}, [{"body": 1}], [{"ids": 3}]])
@pytest.mark.parametrize("words", ["batch --items []", "duplicates", "delete-many --if-count 3-a"])
def test_an_answer_in_another_shape_breaks_nothing(
    words: str, data: Any, script: Scripted, tmp_path: Path
) -> None:
    assert shown(answered(script, data), tmp_path, "lead", *words.split())
