"""Notes: what kinds there are, who may change one, and that they are found by their words."""

import pytest

from tests.conftest import sign_up
from tests.support.answers import failure, faults
from tests.support.client import Client
from tests.support.server import Server


def note(api: Client, **body: object) -> int:
    return api.new("note", {"lead_id": api.new("lead", {"name": "Ana"}), "text": "Called"} | body)


def test_a_note_is_a_note_unless_it_is_told_otherwise(api: Client) -> None:
    assert api.data("GET", f"/api/note/{note(api)}")["kind"] == "note"
    assert api.data("GET", f"/api/note/{note(api, kind=' Call ')}")["kind"] == "call"
    lead = api.new("lead", {"name": "Ana"})
    for kind in ("letter", None, ""):
        answer = api.post("/api/note", json={"lead_id": lead, "text": "a", "kind": kind})
        assert faults(answer) == {"kind": "_inList" if kind else "_empty"}


def test_it_needs_a_lead_of_the_account_and_a_text(api: Client, other_api: Client) -> None:
    assert faults(api.post("/api/note", json={})) == {"lead_id": "_required", "text": "_required"}
    theirs = other_api.new("lead", {"name": "Eva"})
    assert faults(api.post("/api/note", json={"lead_id": theirs, "text": "a"})) == {"lead_id": "_existsIn"}


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[a](javascript:alert(1))", "a\r\n\tb", "é" * 65_536, "  a  "]
)
def test_the_text_is_kept_as_it_is_sent(api: Client, text: str) -> None:
    assert api.data("GET", f"/api/note/{note(api, text=text)}")["text"] == text


def test_a_text_has_an_end(api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    assert faults(api.post("/api/note", json={"lead_id": lead, "text": "a" * 65_537})) == {
        "text": "_maxLength"
    }
    failure(api.post("/api/note", json={"lead_id": lead, "text": "a" * 10_000_000}), 413)


def test_who_wrote_it_alone_changes_it(server: Server, api: Client) -> None:
    number = note(api)
    found = api.data("GET", f"/api/note/{number}")
    with sign_up(server, api.account) as colleague:
        assert (
            "Another user"
            in failure(colleague.put(f"/api/note/{number}", json={"text": "b"}), 403)["message"]
        )
        failure(colleague.patch(f"/api/note/{number}", json={"text": "b"}), 403)
        mine = note(colleague)
        assert colleague.data("GET", f"/api/note/{mine}")["user_id"] != found["user_id"]
    api.data("PUT", f"/api/note/{number}", {"text": "b", "user_id": 99})
    assert api.data("GET", f"/api/note/{number}") == found | {"text": "b"}
    assert [one["verb"] for one in api.data("GET", f"/api/note/{number}/history")] == ["update", "create"]


def test_notes_are_found_by_their_words(api: Client) -> None:
    number = note(api, text="Wants an **offer** for a São João party")
    note(api, text="Nothing")
    for query in ("q=sao+joao", "q=offer", "filter=kind=note&q=part", "lead_id=1&q=wants"):
        assert [one["id"] for one in api.data("GET", f"/api/note?{query}")] == [number]
