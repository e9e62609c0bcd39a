"""list, get, create, update against a real server, by either entry point."""

import json
from typing import Any

import pytest

from tests.clients.cli.conftest import Run
from tests.support.client import Client
from tests.support.engine import ON_SQLITE

pytestmark = ON_SQLITE
BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])

ANA = (
    "--name",
    "Ana",
    "--email",
    "ana@example.com",
    "--phone-extension",
    "00351",
    "--phone-number",
    "912345678",
)


@pytest.fixture
def user(api: Client) -> dict[str, str]:
    """What the environment of a signed-in user has."""
    return {"CLOSUM_URL": str(api.base_url), "CLOSUM_TOKEN": str(api.token)}


def printed(run: Run, user: dict[str, str], *arguments: str, **more: Any) -> str:
    done = run(*arguments, **more, **user)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@BOTH
def test_a_lead_from_its_creation_to_its_change(run: Run, user: dict[str, str], api: Client) -> None:
    assert printed(run, user, "lead", "create", *ANA, "--city-id", "213") == "Created lead 1.\n"
    shown = dict(line.split("\t") for line in printed(run, user, "lead", "get", "1").splitlines())
    assert list(shown) == [
        *("id", "name", "creation_date", "city_id", "custom_data"),
        *("email.id", "email.email", "phone.id", "phone.extension", "phone.number"),
    ]
    assert (shown["name"], shown["city_id"], shown["custom_data"]) == ("Ana", "213", "")
    assert (shown["email.id"], shown["phone.number"]) == ("1", "912345678")
    assert printed(run, user, "lead", "update", "1", "--name", "Ana S.") == "Updated lead 1.\n"
    assert printed(run, user, "lead", "update", "1", "--city-id", "", "--email", "") == "Updated lead 1.\n"
    lead = api.data("GET", "/api/lead/1")
    assert (lead["name"], lead["city_id"], lead["email"]) == ("Ana S.", None, None)
    assert lead["phone"]["number"] == "912345678"


@BOTH
def test_an_update_for_one_state(run: Run, user: dict[str, str], api: Client) -> None:
    printed(run, user, "lead", "create", *ANA)
    *lines, tag = printed(run, user, "lead", "get", "1", "--etag").splitlines()
    assert lines == printed(run, user, "lead", "get", "1").splitlines()
    name, _, seen = tag.partition("\t")
    assert (name, seen) == ("etag", api.get("/api/lead/1").headers["ETag"])
    record = json.loads(printed(run, user, "lead", "get", "1", "--etag", "--json"))
    assert record == {**api.data("GET", "/api/lead/1"), "etag": seen}
    assert (
        printed(run, user, "lead", "update", "1", "--name", "Eva", "--if-match", seen) == "Updated lead 1.\n"
    )
    done = run("lead", "update", "1", "--name", "Rui", "--if-match", seen, **user)
    assert (done.returncode, "The lead 1 has changed since you got that ETag" in done.stderr) == (7, True)
    for wrong in (seen.strip('"'), "", "1"):
        done = run("lead", "update", "1", "--name", "Rui", "--if-match", wrong, **user)
        assert (done.returncode, "with its quotes" in done.stderr) == (2, True)
    assert api.data("GET", "/api/lead/1")["name"] == "Eva"
    assert "--etag" not in run("city", "get", "--help").stdout


@BOTH
def test_data_as_json(run: Run, user: dict[str, str], api: Client) -> None:
    assert printed(run, user, "lead", "list", "--json") == "[]\n"
    assert printed(run, user, "lead", "create", *ANA, "--json") == '{"id":1}\n'
    assert printed(run, user, "lead", "create", "--name", "Rui", "--email-id", "1", "--json") == '{"id":2}\n'
    assert json.loads(printed(run, user, "lead", "get", "2", "--json")) == api.data("GET", "/api/lead/2")
    assert printed(run, user, "lead", "update", "2", "--name", "Eva", "--json") == "[]\n"
    listed = printed(run, user, "lead", "list", "--json", "--sort", "name", "--direction", "DESC")
    assert json.loads(listed) == api.data("GET", "/api/lead?sort=name&direction=desc")
    assert listed.count("\n") == 2  # a line for each record


@BOTH
def test_in_a_pipe_a_list_is_lines_with_tabs(run: Run, user: dict[str, str], api: Client) -> None:
    long = "x" * 200
    api.new("lead", {"name": f"A\tB\n{long}", "phone": {"extension": "001", "number": "517-388-1452"}})
    date = api.data("GET", "/api/lead/1")["creation_date"]
    line = ["1", f"A\\tB\\n{long}", "", "", date, "001 517-388-1452", ""]
    assert printed(run, user, "lead", "list") == "\t".join(line) + "\n"


def test_the_other_resources(run: Run, user: dict[str, str]) -> None:
    assert printed(run, user, "email", "create", "--email", "eva@example.com") == "Created email 1.\n"
    assert printed(run, user, "email", "update", "1", "--email", "e@example.com") == "Updated email 1.\n"
    assert printed(run, user, "email", "list").startswith("1\te@example.com\t1\t")
    number = ("--extension", "001", "--number", "517-388-1452")
    assert printed(run, user, "phone", "create", *number) == "Created phone 1.\n"
    assert "number\t517-388-1452\nis_valid\t1\n" in printed(run, user, "phone", "get", "1")
    assert printed(run, user, "city", "get", "213") == "id\t213\ncity_name\tAbrantes\n"
    assert printed(run, user, "city", "list", "--limit", "1") == "213\tAbrantes\n"


def test_the_account(run: Run, user: dict[str, str], api: Client) -> None:
    """By `closum-client` alone: `closum account` is the server's own, which opens the database."""
    rest = "zone\tUTC\ncountry\t\nlanguage\ten\nrevision\tfirst\n"
    assert printed(run, user, "account", "show") == f"name\t{api.account}\n{rest}"
    assert (
        printed(run, user, "account", "set", "--zone", "wet", "--country", "pt") == "Updated your account.\n"
    )
    assert json.loads(printed(run, user, "account", "show", "--json")) == api.data("GET", "/api/account")
    assert printed(run, user, "account", "set", "--data", '{"country":null}', "--json") == "[]\n"
    assert (api.data("GET", "/api/account")["zone"], api.data("GET", "/api/account")["country"]) == (
        "WET",
        None,
    )
    refused = run("account", "set", "--zone", "WET+1", "--language", "fr", **user)
    assert (refused.returncode, refused.stdout) == (5, "")
    assert "--zone: This value must be a time zone" in refused.stderr
    assert "--language: This value must be one of en, pt" in refused.stderr
    assert "nothing to change" in run("account", "set", **user).stderr
    assert run("account", "show", "1", **user).returncode == 2


def test_the_account_is_changed_in_one_state(run: Run, user: dict[str, str], api: Client) -> None:
    *lines, tag = printed(run, user, "account", "show", "--etag").splitlines()
    assert lines == printed(run, user, "account", "show").splitlines()
    seen = tag.removeprefix("etag\t")
    assert seen == api.get("/api/account").headers["ETag"]
    printed(run, user, "account", "set", "--language", "pt", "--if-match", seen)
    done = run("account", "set", "--language", "en", "--if-match", seen, **user)
    assert (done.returncode, done.stdout) == (7, "")
    assert (
        "The account has changed since you got that ETag: get the new one with 'account show --etag'"
        in done.stderr
    )
    done = run("account", "set", "--language", "en", "--if-match", "1", **user)
    assert (done.returncode, "it must be what 'show --etag' shows" in done.stderr) == (2, True)
    assert api.data("GET", "/api/account")["language"] == "pt"
    assert "for set, patch --if-match" in run("account", "show", "--help").stdout


def test_pages(run: Run, user: dict[str, str]) -> None:
    pages = [printed(run, user, "city", "list", "--limit", "2", "--page", str(page)) for page in (1, 2)]
    assert printed(run, user, "city", "list", "--limit", "4") == "".join(pages)
    every = printed(run, user, "city", "list", "--all", "--limit", "100", "--sort", "id")
    assert [line.split("\t")[0] for line in every.splitlines()] == list(map(str, range(1, 309)))
    records = json.loads(printed(run, user, "city", "list", "--all", "--limit", "100", "--json"))
    assert len(records) == 308
    done = run("city", "list", "--page", "14", **user)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "closum-client: There is no page 14 of cities\n"


def test_a_body_as_json_text(run: Run, user: dict[str, str], api: Client, tmp_path: Any) -> None:
    body = '{"name":"Ana","custom_data":"{\\"a\\":1.10}","email":{"email":"ana@example.com"}}'
    (tmp_path / "lead.json").write_text(body)
    for number, data in enumerate((body, f"@{tmp_path}/lead.json", "-"), 1):
        told = printed(run, user, "lead", "create", "--data", data, stdin=body)
        assert told == f"Created lead {number}.\n"
        lead = api.data("GET", f"/api/lead/{number}")
        assert (lead["custom_data"], lead["email"]["id"]) == ('{"a":1.10}', 1)
    assert printed(run, user, "lead", "update", "1", "--data", '{"name":null}') == "Updated lead 1.\n"
    assert api.data("GET", "/api/lead/1")["name"] is None


@BOTH
def test_each_value_that_is_not_taken_has_a_line(run: Run, user: dict[str, str], entry_point: str) -> None:
    wrong = ("--city-id", "999", "--email", "nobody", "--phone-extension", "7x", "--phone-number", "1")
    done = run("lead", "create", *wrong, **user)
    assert (done.returncode, done.stdout) == (5, "")
    lines = done.stderr.splitlines()
    assert [line.split(": ")[:2] for line in sorted(lines)] == [
        [entry_point, "--city-id"],
        [entry_point, "--email"],
        [entry_point, "--phone-extension"],
    ]
    assert f"{entry_point}: --city-id: This value does not exist" in lines
    done = run("lead", "create", "--data", '{"city_id":999,"name":"A","phone":{"number":"1"}}', **user)
    assert done.returncode == 5
    assert f"{entry_point}: city_id: This value does not exist" in done.stderr.splitlines()
    assert f"{entry_point}: phone.extension: This field is required" in done.stderr.splitlines()
    assert run("lead", "create", **user).stderr.startswith(
        f"{entry_point}: At least one of --name, --email, --phone"
    )


@BOTH
@pytest.mark.parametrize("verb", [("get",), ("update", "--name", "Ana")], ids=lambda verb: verb[0])
def test_a_record_that_is_not_there(
    run: Run, user: dict[str, str], entry_point: str, verb: tuple[str, ...]
) -> None:
    done = run("lead", verb[0], "99", *verb[1:], **user)
    assert (done.returncode, done.stdout, done.stderr) == (4, "", f"{entry_point}: There is no lead 99\n")


@BOTH
def test_what_is_missing_is_named_by_its_options(run: Run, user: dict[str, str]) -> None:
    done = run("lead", "create", **user)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (5, "", 1)
    assert done.stderr.endswith(": At least one of --name, --email, --phone is needed\n")
    for words, option, number in (
        ("lead create --phone", "--phone-extension", "+351912345678"),
        ("phone create --number", "--extension", "+351912345679"),
    ):
        done = run(*words.split(), number.removeprefix("+351"), **user)
        assert done.returncode == 5
        assert (
            f"{option}: This field is required. A number that begins with its prefix, such as +35191"
            in done.stderr
        )
        assert run(*words.split(), number, **user).returncode == 0


@BOTH
def test_leads_are_deleted_and_restored(run: Run, user: dict[str, str], api: Client) -> None:
    for name in ("Ana", "Rui"):
        printed(run, user, "lead", "create", "--name", name)
    assert printed(run, user, "lead", "delete", "2", "1") == "Deleted lead 2.\nDeleted lead 1.\n"
    assert api.data("GET", "/api/lead") == []
    done = run("lead", "delete", "1", **user)
    assert (done.returncode, done.stderr.partition(": ")[2]) == (4, "There is no lead 1\n")
    assert printed(run, user, "lead", "restore", "1") == "Restored lead 1.\n"
    assert json.loads(printed(run, user, "lead", "restore", "2", "--json")) == {
        "id": 2,
        "resource": "lead",
        "left": [],
    }
    done = run("lead", "restore", "2", **user)
    assert (done.returncode, done.stderr.partition(": ")[2]) == (4, "There is no lead 2 in the bin\n")
    assert [one["name"] for one in api.data("GET", "/api/lead")] == ["Ana", "Rui"]


@BOTH
def test_a_deletion_for_one_state(run: Run, user: dict[str, str], api: Client) -> None:
    printed(run, user, "lead", "create", *ANA)
    *_, tag = printed(run, user, "lead", "get", "1", "--etag").splitlines()
    seen = tag.partition("\t")[2]
    printed(run, user, "lead", "update", "1", "--name", "Eva")
    done = run("lead", "delete", "1", "--if-match", seen, **user)
    assert (done.returncode, "then repeat the deletion" in done.stderr) == (7, True)
    assert run("lead", "delete", "1", "2", "--if-match", seen, **user).returncode == 2
    done = run("email", "delete", "1", **user)
    assert (done.returncode, "Lead 1 shows it" in done.stderr) == (5, True)
    assert printed(run, user, "lead", "delete", "1") == "Deleted lead 1.\n"
    assert printed(run, user, "email", "delete", "1") == "Deleted email 1.\n"
    assert printed(run, user, "lead", "restore", "1") == "Restored lead 1.\n"
    assert api.data("GET", "/api/lead/1")["email"]["id"] == 1


@BOTH
def test_what_a_restore_leaves_out_is_told(run: Run, user: dict[str, str], api: Client) -> None:
    printed(run, user, "lead", "create", *ANA)
    printed(run, user, "lead", "delete", "1")
    printed(run, user, "email", "delete", "1")
    (entry,) = api.data("GET", "/api/bin?resource=email")
    api.data("DELETE", f"/api/bin/{entry['id']}")
    said = "Restored lead 1.\nLeft out of lead 1: email (what it shows is not there any more).\n"
    assert printed(run, user, "lead", "restore", "1") == said
