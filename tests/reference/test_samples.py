"""Every sample of the reference page, in all three languages, run against a server as a reader would run it.

They are taken from the document that the page is made of. Each has an account with demo data to itself.
"""

import functools
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import passwords, users
from closum.api.routes import table
from closum.api.verbs import VERBS
from closum.http.route import NOTHING
from closum.model.resource import Resource
from closum.operations import demo
from closum.operations.edit import shown_by, used_by
from closum.reference import prose, samples
from closum.resources import DECLARED, RESOURCES
from closum.settings import load
from closum.store import background
from closum.store.background import Key, Progress
from tests.contract.test_openapi import PUBLISHED
from tests.contract.test_published_samples import HOST, SAMPLES, account_of
from tests.support import import_calls
from tests.support.client import Client
from tests.support.command import waiting_undo
from tests.support.engine import ON_SQLITE
from tests.support.resources import alone, by_need, first_id, given
from tests.support.running import FENCE, Run, Sample
from tests.support.server import Server

LEADS = 60


def all_samples() -> Iterator[Sample]:
    for call, several in samples.samples(table(RESOURCES)).items():
        for one in several:
            yield Sample(call, one["lang"], one["source"])
    for section, text in prose.sections(DECLARED).items():
        for language, source in FENCE.findall(text):
            yield Sample(section, language.capitalize(), source)


ALL = list(all_samples())
OWN = {
    route.name: route.operation.result
    for route in table(RESOURCES)
    if route.operation and route.resource and route.verb not in VERBS
}
"""What the verbs return that one resource alone has."""
each = pytest.mark.parametrize("sample", ALL, ids=lambda sample: f"{sample.call} {sample.language}")


def test_the_page_has_no_other_samples(api: Client) -> None:
    document = api.get("/api/openapi.json").json()
    shown = [
        (one["lang"], one["source"])
        for methods in document["paths"].values()
        for operation in methods.values()
        for one in operation["x-codeSamples"]
    ]
    for tag in document["tags"]:
        fences = FENCE.findall(tag["description"])
        shown += [(language.capitalize(), source) for language, source in fences]
        others = re.findall(r"^```(\w*)$", tag["description"], re.MULTILINE)
        assert {*others} <= {"", "shell", "ruby", "python", "json"}
    assert sorted(shown) == sorted((one.language, one.source) for one in ALL)
    assert len({one.call for one in ALL}) > len(RESOURCES)


@each
def test_placeholders_are_the_published_ones(sample: Sample) -> None:
    hosts = re.findall(r"https?://[^/\s\"']+", sample.source)
    assert {*hosts} == {samples.ORIGIN}
    assert f"http://{load({}, {}).host}:{load({}, {}).port}" == samples.ORIGIN
    if sample.call == "POST /api/token":
        assert "email@closum.com" in sample.source
        assert "yourpassword" in sample.source
    elif sample.call not in ("GET /health", "GET /ready"):
        assert "your.bearer.token" in sample.source


@pytest.mark.parametrize("call", PUBLISHED)
def test_shell_samples_are_the_published_ones(call: str) -> None:
    (source,) = [one.source for one in ALL if (one.call, one.language) == (call, "Shell")]
    ours = shlex.split(source.replace("\\\n", " "), comments=True)[1:]
    published = [one.replace(HOST, samples.ORIGIN) for one in SAMPLES[PUBLISHED[call]].arguments]
    assert normal(ours) == normal(published)


def normal(arguments: list[str]) -> list[Any]:
    """Arguments with JSON read and names of headers in lower case; one published sample prints its first two twice."""
    if arguments[:2] == arguments[2:4]:
        arguments = arguments[2:]
    return [
        json.loads(one) if one.startswith("{") else re.sub(r"^[\w-]+(?=: )", lambda m: m[0].lower(), one)
        for one in arguments
    ]


FILE = "Nome,E-mail,Telefone\nNova,nova@example.pt,912 345 678\nErrada,errada@@example.pt,\n"
ENTRY = re.compile(r"(/api/bin/|client\.bin\.[a-z]+\()1\b")


@functools.cache
def hashed() -> str:
    """Of the password that the samples have: a hash takes long by intent."""
    return passwords.hashed(samples.PASSWORD)


@pytest.fixture
def _demo(server: Server, api: Client) -> None:
    """Demo data in the account, and a user with the password that the samples have."""
    with server.session() as session:
        account = account_of(session, api)
        session.write_steps(demo.steps(0, LEADS, lambda: demo.SMALL_SET, lambda *_: None), account.id)
        with session.write(account.id) as unit:
            background.add(unit, "undo", 1, {"operation": 1})
            background.save(unit, Key(account.id, "undo", 1), Progress(done=1, total=1, ended=True), None)
        with session.write() as unit:
            users.add_user(unit, account, f"sign-in.{api.email}", hashed())
    for resource in by_need(RESOURCES):
        if api.get(f"/api/{resource.slug}").json()["pagination"]["count"] == given(resource):
            api.new(resource.name, alone(resource))


@ON_SQLITE
@pytest.mark.usefixtures("_demo")
@each
def test_a_sample_does_what_it_says(
    sample: Sample, run: Run, server: Server, api: Client, tmp_path: Path
) -> None:
    sample = _ready(sample, server, api)
    before = {one.name: api.get(f"/api/{one.slug}").json()["pagination"]["count"] for one in RESOURCES}
    printed = run(sample)
    method, _, path = sample.call.partition(" ")
    resource = next((one for one in DECLARED if path.split("/")[2:3] == [one.slug]), None)
    if check_section := SECTIONS.get(sample.call):
        check_section(sample, api, printed)
    elif sample.call == "POST /api/token":
        token = re.findall(r"[\w-]+\.[\w-]+\.[\w-]+", printed)[0]
        headers = {"Authorization": f"Bearer {token}"}
        assert api.get("/api/lead/1", headers=headers).status_code == 200
    elif path.startswith("/api/import"):
        _check_import(method, path, api, printed, tmp_path)
    elif path.startswith(("/api/operation", "/api/job")):
        assert (
            "undo-" if "job" in path else "undone" if method == "POST" else "can_be_undone_until"
        ) in printed
        assert api.data("GET", "/api/operation/1")["undone_by"] is None
    elif (method == "DELETE" and path.endswith("/{id}")) or "/bin" in path:
        _check_deleted(sample, api, printed)
    elif sample.call in OWN:
        assert bool(printed.strip()) is (sample.language == "Shell" or OWN[sample.call] != NOTHING)
    elif resource and resource.singleton:
        shown = api.data("GET", path)
        if method in ("PUT", "PATCH"):
            check(shown, resource.examples.change)
        else:
            assert all(str(value) in printed for value in shown.values() if value is not None)
    elif method in ("POST", "PUT", "PATCH"):
        assert resource
        number = first_id(resource) + (before[resource.name] - given(resource) if method == "POST" else 0)
        number = 1 if resource.unique and resource.unique.repeated else number  # the pair is there
        assert method != "POST" or re.findall(r"\d+", printed) == [str(number)]
        bodies = {"POST": resource.examples.sample, "PATCH": resource.examples.patch}
        body = bodies.get(method, resource.examples.change)
        check(_whole(api, resource, number, body), body)
    else:
        _check_printed(sample, resource, api, printed)


def _ready(sample: Sample, server: Server, api: Client) -> Sample:
    """With work that goes on where it stops that."""
    if sample.call.endswith("/stop"):
        return sample._replace(source=sample.source.replace("undo-1", waiting_undo(server, api, 2)))
    return _prepared(sample, api)


def _prepared(sample: Sample, api: Client) -> Sample:
    """With a record in the bin where it calls that, and one that nothing shows where it deletes that."""
    method, _, path = sample.call.partition(" ")
    if sample.call == "Writes":
        api.new("lead", {"email": {"email": "ana@example.com"}})
        api.data("PATCH", "/api/lead/1", {"city_id": 213, "custom_data": {"source": "fair"}})
    if path.startswith("/api/import") and sample.call != "POST /api/import":
        assert import_calls.send(api, FILE) == 1
    if "/bin" in path:
        api.data("DELETE", "/api/lead/1")
        (entry,) = api.data("GET", "/api/bin")
        return sample._replace(source=ENTRY.sub(rf"\g<1>{entry['id']}", sample.source))
    if method == "DELETE":
        resource = next(one for one in RESOURCES if one.slug == path.split("/")[2])
        for other, _ in (*shown_by(resource), *used_by(resource)):
            if other.name != "lead":
                api.data("DELETE", f"/api/{other.slug}/1")
        for name in ("email", "phone") if shown_by(resource) or resource.name == "lead" else ():
            for lead in api.data("GET", f"/api/lead?filter={name}!=&limit=1000"):
                if api.data("GET", f"/api/lead/{lead['id']}")[name]["id"] == 1 and path != "/api/lead/{id}":
                    api.data("DELETE", f"/api/lead/{lead['id']}")
    return sample


def _check_deleted(sample: Sample, api: Client, printed: str) -> None:
    """What the calls of the bin, and those that delete a record, have done."""
    entries = [(one["resource"], one["record_id"]) for one in api.data("GET", "/api/bin")]
    name = sample.call.split("/")[2]
    if name != "bin":
        (resource,) = (one for one in RESOURCES if one.slug == name)
        assert entries[0] == (resource.name, first_id(resource))
    elif sample.call.startswith("GET"):
        assert re.search(r"record_id\W+1\b", printed)
    else:
        assert entries == []
        assert api.get("/api/lead/1").status_code == (200 if "restore" in sample.call else 404)


def _check_import(method: str, path: str, api: Client, printed: str, folder: Path) -> None:
    found = import_calls.ended(api, 1)
    assert (found["file"]["name"], found["format"]) == ("leads.csv", "csv")
    if path.endswith("/faults"):
        assert (folder / "faults.csv").read_text("utf-8-sig").startswith("closum line,closum reasons,Nome,")
    elif path.endswith("/cancel"):
        assert found["phase"] == "cancelled"
    elif path.endswith("/start"):
        assert (found["phase"], found["is_dry_run"], found["rows"]) == ("ready", True, 2)
    elif method == "PUT":
        assert (found["country"], found["on_match"]) == ("PT", "skip")
    elif method == "POST":
        assert re.findall(r"\d+", printed) == ["1"]
    else:
        assert "leads.csv" in printed


def _check_imported(sample: Sample, api: Client, printed: str) -> None:
    assert [one["name"] for one in api.data("GET", "/api/lead?email=nova@example.pt")] == ["Nova"]
    assert re.search(r"\bcreated\W+1\b", printed)
    (found,) = api.data("GET", "/api/import")
    assert (found["phase"], found["on_match"], found["counts"]["faulty"]) == ("done", "update", 1)


def _check_found(sample: Sample, api: Client, printed: str) -> None:
    new = [
        one["id"]
        for one in api.data("GET", "/api/lead?limit=1000&filter=creation_date%3E=-7d&filter=city_id!=")
    ]
    assert new
    assert [int(one) for one in re.findall(r"\bid\W+(\d+)", printed)] == new
    assert "city_name" in printed
    assert ("no such lead" in printed) is (sample.language != "Shell")


def _check_written(_: Sample, api: Client, printed: str) -> None:
    """The lead with the address has a name now, and those of the city a key of the custom data more."""
    (ana,) = api.data("GET", "/api/lead?email=ana@example.com")
    assert (ana["id"], ana["name"]) == (LEADS + 1, "Ana Silva")
    assert re.search(rf"\bid\W+{LEADS + 1}\b", printed)
    changed = api.data("GET", "/api/lead?city_id=213&limit=1000")
    assert [json.loads(one["custom_data"])["stage"] for one in changed] == ["won"] * len(changed)
    first = json.loads(api.data("GET", "/api/lead/1")["custom_data"])
    assert (first["source"], first["stage"]) == ("fair", "won")
    assert re.search(rf"\bchanged\W+{len(changed)}\b", printed)


def _check_changed(_: Sample, api: Client, printed: str) -> None:
    """The clients show every page, a call the first one."""
    changed = [one["id"] for one in api.data("GET", "/api/lead?limit=1000&changed_since=-7d")]
    assert changed
    shown = [int(one) for one in re.findall(r"\bid\W+(\d+)", printed)]
    assert shown[:25] == changed[:25]


def _check_users(sample: Sample, api: Client, printed: str) -> None:
    found = api.data("GET", "/api/user")
    assert found
    assert all(str(one["id"]) in printed and one["email"] in printed for one in found)


SECTIONS = {
    "GET /api/user": _check_users,
    "Imports": _check_imported,
    "Find": _check_found,
    "Writes": _check_written,
    "Changes": _check_changed,
}


def _check_printed(sample: Sample, resource: Resource | None, api: Client, printed: str) -> None:
    if sample.call == "GET /api/change":
        assert re.search(r"(?<![\w-])[\w-]{22}(?![\w-])", printed)  # a position
    elif "/report/" in sample.call:
        assert REPORTED[sample.call.rpartition("/")[2]] in printed
    elif resource is None and sample.call.startswith("GET"):
        assert "status" in printed
    elif sample.call.endswith("{id}"):
        assert resource
        assert re.search(rf"\bid\W+{first_id(resource)}\b", printed)
    else:  # a list: curl shows a page, the clients all of it
        query = "" if resource else "&sort=name&direction=desc"
        records = api.data("GET", f"/api/{resource.slug if resource else 'lead'}?limit=1000{query}")
        cut = sample.language == "Shell" and resource
        ids = [str(one["id"]) for one in records][: 25 if cut else None]
        assert re.findall(r"\b(?<!_)id\W+(\d+)", printed) == ids


REPORTED = {"leads": "others", "funnel": "Evangelista", "first-contact": "percentile_90"}
"""What the answer to each report has, whatever the leads are."""


def _whole(api: Client, resource: Resource, number: int, body: Any) -> Any:
    """A record, with what answers show only where they are asked for."""
    path = f"/api/{resource.slug}/{number}"
    hidden = [name for name in body if name not in resource.listing.retrieved]
    hidden += [
        f"{nested.name}.{name}"
        for nested in resource.nested
        for name in body.get(nested.name) or {}
        if name not in nested.retrieved
    ]
    hidden = [name for name in hidden if name not in {one.name for one in resource.sent}]
    return api.data("GET", f"{path}?fields={','.join(['*', *hidden])}")


def check(record: Any, body: Any) -> None:
    """The record has the values of the body."""
    for name, value in body.items():
        if isinstance(value, dict) and isinstance(record[name], str):  # a document: the other keys stay
            assert json.loads(record[name]).items() >= value.items()
        elif isinstance(value, dict):
            check(record[name], value)
        elif name == "done":
            assert bool(record[name]) is value
        else:
            assert record[name] == value or name == "id"
