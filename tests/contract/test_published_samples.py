"""Every sample of the published documentation, sent as it is printed and answered as it is printed."""

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from closum.accounts import passwords, users
from closum.model import draft
from closum.model.resource import Resource
from closum.operations import demo, records
from closum.resources.email import EMAIL
from closum.resources.phone import PHONE
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.conftest import Programs
from tests.support.answers import DATE
from tests.support.client import JSON, Client
from tests.support.patience import PATIENCE
from tests.support.server import Server

TEXT = (Path(__file__).parent / "published.md").read_text()
HOST, TOKEN = "https://api.closum.com", "your.bearer.token"


class Sample(NamedTuple):
    """A curl command as arguments, and the answer that is printed below it."""

    arguments: list[str]
    answer: Any


def _parse(block: "re.Match[str]") -> Sample:
    command = re.sub(r"^#.*", "", block["command"], flags=re.MULTILINE).replace("\\\n", " ")
    arguments = [word for word in shlex.split(command) if word != "curl"]  # one sample prints it twice
    more = re.sub(r",\s*\{\s*\.\.\.\s*\},?", "", block["answer"])
    return Sample(arguments, json.loads(more))


SECTION = re.compile(
    r"^##? (?P<title>[^\n]+)\n+(?:>[^\n]*\n+)*```shell\n(?P<command>.*?)```.*?```json\n(?P<answer>.*?)```",
    re.MULTILINE | re.DOTALL,
)
SAMPLES = {block["title"]: _parse(block) for block in SECTION.finditer(TEXT)}

Preparation = Callable[[Client, Server], None]
"""Something to be done before a sample is sent."""

SYLVIA = ("Create a New Lead", "Update a Lead")


def _in_city_40(api: Client, server: Server) -> None:
    api.data("PUT", "/api/lead/1", {"city_id": 40})
    with server.session() as session:
        account = account_of(session, api)
        steps = demo.steps(0, 25_024, lambda: 1_000, lambda *_: None)
        session.write_steps(steps, account.id)


def _filled(resource: Resource, body: Callable[[int], JSON], count: int) -> Preparation:
    """Fills the account up to this many records."""

    def fill(api: Client, server: Server) -> None:
        with server.session() as session:
            account = account_of(session, api)
            drafts = [draft.parse(resource, body(number)) for number in range(1, count)]
            sets = [drafts[start : start + 50] for start in range(0, len(drafts), 50)]
            steps = [partial(_write, account, resource, some) for some in sets]
            session.write_steps(steps, account.id)

    return fill


def _write(account: Account, resource: Resource, drafts: list[draft.Draft], unit: Unit) -> None:
    records.create_many(unit.of(account.id), resource, drafts)


def account_of(session: Session, api: Client) -> Account:
    with session.read() as unit:
        return users.account_named(unit, api.account)


def _with_a_user(api: Client, server: Server) -> None:
    with server.session() as session, session.write() as unit:
        owner = users.account_named(unit, api.account)
        users.add_user(unit, owner, "email@closum.com", passwords.hashed("yourpassword"))


def _email(number: int) -> JSON:
    return {"email": f"person{number}@example.com"}


def _phone(number: int) -> JSON:
    return {"extension": "00351", "number": str(912_000_000 + number)}


BEFORE: dict[str, tuple[str | Preparation, ...]] = {
    "Authentication": (_with_a_user,),
    "List All Leads": ("Create a New Lead", _in_city_40),
    "Create a New Lead": (),
    "Retrieve a Lead": SYLVIA,
    "Update a Lead": SYLVIA,
    "List All Cities": (),
    "List All Emails": ("Create a New Email", _filled(EMAIL, _email, 2500)),
    "Create a New Email": (),
    "Retrieve an Email": ("Create a New Email",),
    "Update an Email": ("Create a New Email",),
    "List All Phones": ("Create a New Phone", _filled(PHONE, _phone, 250)),
    "Create a New Phone": (),
    "Retrieve a Phone": ("Create a New Phone",),
    "Update a Phone": ("Create a New Phone",),
}


Curl = Callable[[Sample], tuple[int, Any]]


@pytest.fixture
def curl(program: Programs, server: Server, api: Client) -> Curl:
    """Sends a sample with curl, host and token replaced; status and body of the answer."""
    path = program("curl", package="curl")

    def send(sample: Sample) -> tuple[int, Any]:
        words = [
            word.replace(HOST, server.address).replace(TOKEN, str(api.token)) for word in sample.arguments
        ]
        options = ["--silent", "--show-error", "--noproxy", "*", "--write-out", "\n%{http_code}"]
        done = subprocess.run(
            [path, *options, *words], capture_output=True, text=True, timeout=PATIENCE, check=True
        )
        body, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(body)

    return send


def test_every_sample_of_the_documentation_is_here() -> None:
    assert list(SAMPLES) == list(BEFORE)
    assert len(SAMPLES) == TEXT.count("```shell") == TEXT.count("```json")


@pytest.mark.parametrize("title", SAMPLES)
def test_a_sample_is_answered_as_it_is_printed(title: str, curl: Curl, api: Client, server: Server) -> None:
    for preparation in BEFORE[title]:
        if isinstance(preparation, str):
            assert curl(SAMPLES[preparation])[0] in (200, 201)
        else:
            preparation(api, server)
    status, answer = curl(SAMPLES[title])
    assert status == (201 if title.startswith("Create") else 200)
    compare(SAMPLES[title].answer, answer)


def test_the_updated_address_shows(curl: Curl, api: Client) -> None:
    for title in ("Create a New Lead", "Update an Email"):
        curl(SAMPLES[title])
    assert api.data("GET", "/api/lead/1")["email"] == {"id": 1, "email": "update.sylvialhook@closum.com"}


def compare(printed: Any, answer: Any) -> None:
    """Same keys in the same order, same types, same values but for dates and the token."""
    if isinstance(printed, dict):
        expected = list(printed) + (["expires_in", "expiration_date"] if "token" in printed else [])
        assert list(answer) == expected
        for key, value in printed.items():
            compare(value, answer[key])
    elif isinstance(printed, list) and printed:
        compare(printed[0], answer[0])
        assert len(answer) == 25
        assert {shape(record) for record in answer} == {shape(answer[0])}
    elif isinstance(printed, str) and DATE.fullmatch(printed):
        assert DATE.fullmatch(answer)
    elif isinstance(printed, str) and printed.startswith("eyJ"):
        assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", answer)
    else:
        assert (type(answer), answer) == (type(printed), printed)


def shape(record: dict[str, Any]) -> tuple[str, ...]:
    """The keys of a record, in order, with those of what is nested in it where it is there."""
    nested = {"phone": ["extension", "number"], "email": ["email"]} if "phone" in record else {}
    for name, keys in nested.items():
        assert record[name] is None or list(record[name]) == keys
    return tuple(record)
