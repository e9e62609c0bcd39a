"""What a person sees on a terminal, and that nothing in the data is obeyed by it, or by a pipe."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.clients.cli.conftest import Run
from tests.clients.cli.processes import call, environment, start, terminal
from tests.clients.cli.scripted import Scripted
from tests.support.client import JSON

STYLES = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m[red]bold[/red] :smile: \u202eevil\r\n\tnext"
HARMLESS = "\\x1b[2J\\x1b]0;owned\\x07\\x9b31m[red]bold[/red] :smile: \\u202eevil\\r\\n\\tnext"


def lead(number: int, **more: Any) -> JSON:
    return {
        "id": number,
        "name": f"Lead {number}",
        "city_id": None,
        "custom_data": None,
        "creation_date": "2018-01-01T10:00:00+00:00",
        "phone": None,
        "email": None,
    } | more


def shown(
    script: Scripted, home: Path, *arguments: str, columns: int = 80, entry_point: str = "closum-client"
) -> str:
    """What it prints on a terminal, without bold letters."""
    environ = environment(home, CLOSUM_URL=script.address, CLOSUM_TOKEN="x", TZ="HERE-1THERE,M3.5.0,M10.5.0")
    with terminal(call(entry_point, *arguments), environ, columns) as running:
        assert running.end() == 0, running.shown
        return STYLES.sub("", running.shown)


@pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
def test_a_table_that_fits(script: Scripted, tmp_path: Path, entry_point: str) -> None:
    phone = {"extension": "001", "number": "517-388-1452"}
    full = lead(
        12, name="Ana " * 50, phone=phone, email={"email": "ana@example.com"}, custom_data="{}" * 30_000
    )
    script.page([lead(1), full], number=1, pages=1_001, count=25_025)
    for columns in (80, 200):
        lines = shown(script, tmp_path, "lead", "list", columns=columns, entry_point=entry_point).splitlines()
        assert max(map(len, lines)) <= columns
        assert lines[0].split()[:2] == ["id", "name"]
        assert lines[2].startswith("12  Ana Ana")
        assert "…" in lines[2]
        assert "  +1 517 388 1452  ana@example.com" in lines[2]
        assert lines[3] == "2 of 25,025 leads, page 1 of 1,001"
        left_out = ["Too narrow for custom_data, creation_date."] if columns == 80 else []
        assert lines[4:] == left_out
    assert lines[0].split() == ["id", "name", "city", "custom_data", "creation_date", "phone", "email"]
    assert re.fullmatch(r"1   Lead 1 +2018-01-01 11:00 HERE *", lines[1])


def test_cities_have_their_names_which_are_asked_for_once(script: Scripted, tmp_path: Path) -> None:
    cities: list[JSON] = [
        {"id": 40, "city_name": "Carrazeda de Ansi\xe3es"},
        {"id": 41, "city_name": None},
        {"x": 1},
    ]
    script.part([lead(1), lead(2, city_id=40), lead(3, city_id=41)], after="A").page(cities)
    script.part([lead(4, city_id=40), lead(5, city_id=42)])
    lines = shown(script, tmp_path, "lead", "list", "--all", columns=120).splitlines()
    assert lines[0].split()[2] == "city"
    assert [" Carrazeda de Ansi\xe3es " in line for line in lines[1:6]] == [False, True, False, True, False]
    assert re.search("Lead 3 +41 ", lines[3])
    assert re.search("Lead 5 +42 ", lines[5])
    assert [request.call for request in script.requests] == [
        "GET /api/lead?limit=1000&cursor=&count=false",
        "GET /api/city?limit=1000&page=1",
        "GET /api/lead?limit=1000&cursor=A&count=false",
    ]


def test_among_many_cities_one_is_asked_for_by_its_id(script: Scripted, tmp_path: Path) -> None:
    script.page([lead(1, city_id=7), lead(2, city_id=7)]).page([], 1, 2).data({"id": 7, "city_name": "Braga"})
    assert shown(script, tmp_path, "lead", "list", columns=120).count("Braga") == 2
    assert [request.call for request in script.requests][2:] == ["GET /api/city/7"]


def test_a_server_that_tells_no_cities_leaves_their_ids(script: Scripted, tmp_path: Path) -> None:
    for status in (404, 503):
        script.answers.clear()
        script.requests.clear()
        script.page([lead(1, city_id=40), lead(2, city_id=41)]).refusal(status)
        assert "  40  " in shown(script, tmp_path, "lead", "list", columns=120)
        assert len(script.requests) == 2


def test_a_retrieved_lead_has_the_name_of_its_city(script: Scripted, tmp_path: Path) -> None:
    script.data(lead(1, city_id=40)).data({"id": 40, "city_name": "Braga\x1b[2J"})
    text = shown(script, tmp_path, "lead", "get", "1")
    assert re.search(r"^city_id +40 \(Braga\\x1b\[2J\)$", text, re.MULTILINE)
    assert re.search(r"^creation_date +2018-01-01 11:00 HERE$", text, re.MULTILINE)


def test_in_a_narrow_table_cities_are_cut_first(script: Scripted, tmp_path: Path) -> None:
    who = {"name": "Jorge Fonseca Silva", "email": {"email": "jorge.fonseca@example.com"}}
    phone = {"extension": "00351", "number": "912341208"}
    script.page([lead(1, city_id=40, phone=phone, **who)]).page([{"id": 40, "city_name": "Vila " * 20}])
    lines = shown(script, tmp_path, "lead", "list").splitlines()
    assert lines[1] == "1   Jorge Fonseca Silva  Vila Vila V…  +351 912 341 208  jorge.fonseca@example.…"


def test_a_phone_has_one_column(script: Scripted, tmp_path: Path) -> None:
    script.page([{"id": 1, "extension": "00351", "number": "912-341-208", "is_valid": 1, "date_add": "x"}])
    lines = shown(script, tmp_path, "phone", "list").splitlines()
    assert lines[0].split() == ["id", "number", "is_valid", "date_add"]
    assert lines[1].split() == ["1", "+351", "912", "341", "208", "1", "x"]


def test_no_color_means_no_styles(script: Scripted, tmp_path: Path) -> None:
    script.page([lead(1)])
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    for more, styled in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)):
        with terminal(call("closum-client", "lead", "list"), environ | more) as running:
            assert running.end() == 0
        assert ("\x1b" in running.shown) is styled


def test_wide_letters_and_a_narrow_terminal(script: Scripted, tmp_path: Path) -> None:
    script.page([lead(1, name="王小明" * 30)])
    assert "王" in shown(script, tmp_path, "lead", "list", columns=70)
    assert shown(script, tmp_path, "lead", "list", columns=10)


def test_the_footer(script: Scripted, tmp_path: Path) -> None:
    script.page([]).page([lead(1)]).part([lead(1)], after="A").part([lead(2)])
    assert shown(script, tmp_path, "lead", "list").splitlines()[-1] == "0 of 0 leads, page 1 of 1"
    assert shown(script, tmp_path, "lead", "list").splitlines()[-1] == "1 of 1 lead, page 1 of 1"
    lines = shown(script, tmp_path, "lead", "list", "--all").splitlines()
    assert [line.split()[0] for line in lines] == ["id", "1", "2", "2"]
    assert lines[-1] == "2 leads"


def test_every_page_is_printed_before_the_next_is_asked_for(script: Scripted, tmp_path: Path) -> None:
    script.part([lead(1)], after="A")
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    script.once = True
    with terminal(call("closum-client", "lead", "list", "--all"), environ) as running:
        running.read_until("Lead 1")
        script.part([lead(2)])
        script.ended.set()
        assert running.end() == 0
    assert "Lead 2" in running.shown
    assert [request.call for request in script.requests] == [
        "GET /api/lead?limit=1000&cursor=&count=false",
        "GET /api/lead?limit=1000&cursor=A&count=false",
    ]


def test_nothing_in_the_data_is_obeyed(script: Scripted, tmp_path: Path, run: Run) -> None:
    script.page([lead(1, name=HOSTILE)])
    user = {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "x"}
    assert HARMLESS in shown(script, tmp_path, "lead", "list", columns=250)
    assert f"\t{HARMLESS}\t" in run("lead", "list", **user).stdout
    raw = run("lead", "list", "--json", **user).stdout
    assert json.loads(raw)[0]["name"] == HOSTILE
    assert not set(raw) & set("\x1b\x9b\u202e\r\x07")
    script.answers.clear()
    script.data(lead(1, **{"name": HOSTILE, "ke\x1by": {"\x9bid": 1}}))
    assert f"\nname            {HARMLESS}" in shown(script, tmp_path, "lead", "get", "1", columns=250)
    lines = run("lead", "get", "1", **user).stdout.splitlines()
    assert f"name\t{HARMLESS}" in lines
    assert "ke\\x1by.\\x9bid\t1" in lines
    script.answers.clear()
    script.data({"id": 1, "x": "\x1b"}, 201)
    assert "\x1b" not in run("lead", "create", "--name", "A", "--json", **user).stdout


def test_a_record_is_shown_whole(script: Scripted, tmp_path: Path) -> None:
    script.data(lead(1, name="x" * 200, email={"id": 7, "email": "ana@example.com"}))
    text = shown(script, tmp_path, "lead", "get", "1").replace("example", "")
    assert text.count("x") == 200
    assert re.search(r"^email\.id +7 *$", text, re.MULTILINE)
    assert re.search(r"^phone *$", text, re.MULTILINE)


def test_without_colours_there_are_none(script: Scripted, tmp_path: Path) -> None:
    script.page([lead(1)])
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x") | {"TERM": "dumb"}
    with terminal(call("closum-client", "lead", "list"), environ) as running:
        assert running.end() == 0
    assert "\x1b" not in running.shown


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_an_output_without_the_letters(script: Scripted, tmp_path: Path, encoding: str) -> None:
    script.page([lead(1, name="José 王 😀")])
    environ = environment(tmp_path, CLOSUM_URL=script.address, CLOSUM_TOKEN="x", PYTHONIOENCODING=encoding)
    with terminal(call("closum-client", "lead", "list"), environ) as running:
        assert running.end() == 0
    done = start(call("closum-client", "lead", "list", "--json"), environ)
    assert (done.returncode, json.loads(done.stdout)[0]["name"]) == (0, "José 王 😀")
    if encoding == "ascii":
        assert (
            "\tJos\\xe9 \\u738b \\U0001f600\t" in start(call("closum-client", "lead", "list"), environ).stdout
        )


def test_columns_with_one_heading_are_told_apart(script: Scripted, tmp_path: Path) -> None:
    city = {"id": 40, "city_name": "Carrazeda"}
    phone = {"number": "912 340 999", "extension": "00351"}
    script.page([{"city_id": 40, "city": city, "phone": phone}]).page([])
    lines = shown(script, tmp_path, "lead", "list", "--fields", "city_id,city,phone").splitlines()
    assert lines[0].split() == ["city_id", "city", "phone"]
    assert re.split("  +", lines[1]) == ["40", "40 Carrazeda", "+351 912 340 999"]


@pytest.mark.parametrize(("is_more", "told"), [(True, "there are more"), (False, "the last one")])
def test_a_list_that_is_not_counted(script: Scripted, tmp_path: Path, is_more: bool, told: str) -> None:
    script.uncounted([lead(1), lead(2)], number=3, is_more=is_more)
    lines = shown(script, tmp_path, "lead", "list", "--no-count", "--page", "3").splitlines()
    assert lines[3] == f"2 leads, page 3, {told}"
    assert "&count=false" in script.requests[0].call


def test_a_history(script: Scripted, tmp_path: Path) -> None:
    told = {"at": "2018-01-01T10:00:00+00:00", "user": None, "cause": "command", "operation": 4}
    values = {"name": {"after": "Ana"}, "city_id": {"after": None}, "creation_date": {"after": told["at"]}}
    script.data([{**told, "verb": "create", "properties": values}], pagination={"next": 4})
    lines = shown(script, tmp_path, "lead", "history", "7", columns=70).splitlines()
    assert [line.split()[:2] for line in lines[:1]] == [["at", "verb"]]
    assert [line.split("create")[1].split() for line in lines[1:3]] == [
        ["name", "Ana"],
        ["creation_date", "2018-01-01", "11:0…"],
    ]
    assert lines[3:] == ["Older changes: --before 4", "Too narrow for operation, who."]
