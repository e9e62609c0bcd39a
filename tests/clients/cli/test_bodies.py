"""Values that options set, and what a server says of those that it did not take."""

import pytest

from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])


@BOTH
def test_an_address_and_a_number_are_enough(run: Run, script: Scripted) -> None:
    who = {"CLOSUM_URL": script.address, "CLOSUM_TOKEN": "x"}
    for phone in ("--phone", "--phone-number"):
        script.data({"id": 1}, 201)
        values = ("--email", "ana@example.com", phone, "+351 912 340 999")
        assert run("lead", "create", *values, **who).stdout == "Created lead 1.\n"
        assert script.requests.pop().body == {
            "email": {"email": "ana@example.com"},
            "phone": {"number": "+351 912 340 999"},
        }
        script.answers.clear()
    shown = run("lead", "create", "--help").stdout
    assert "--phone-number, --phone TEXT" in shown


@BOTH
def test_what_the_server_ignored_is_a_line_on_standard_error(
    run: Run, script: Scripted, entry_point: str
) -> None:
    body = '{"success":true,"data":{"id":1}}'
    script.raw(201, body, **{"X-Ignored-Properties": "city, phone.foo, a%1Bb, %E2%80%A6"})
    data = '{"name":"Ana","city":"Lisboa"}'
    done = run("lead", "create", "--data", data, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    assert (done.returncode, done.stdout) == (0, "Created lead 1.\n")
    assert done.stderr == (
        f"{entry_point}: The server ignored city, phone.foo, a\\x1bb, …: unknown to it, or read-only\n"
    )


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("lead get", "Show a lead."),
        ("lead update", "Change a lead: what is given replaces what it had."),
        ("lead patch", "Change a lead, and parts of its custom_data."),
        ("note patch", "Change a note, as update does."),
        ("account patch", "Change your account, as set does."),
        ("email get", "Show an email."),
        ("account show", "Show your account."),
        ("account set", "Change your account: what is given replaces what it had."),
    ],
)
def test_help_does_not_offer_to_change_an_id(run: Run, words: str, text: str) -> None:
    assert text in run(*words.split(), "--help").stdout
