"""An update that is meant for one state of a record: what is sent, what is refused before, what is repeated."""

import pickle
from dataclasses import replace

import httpx2
import pytest

from closum_client import UNSET, Client, ClosumError, PreconditionFailed
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import LEAD, body, ok, page, refused
from tests.clients.python.test_retries import MAY_BE_DONE, NOT_RECEIVED, name

TAG = '"3.2026-01-01T10:00:00+00:00"'


def change(client: Client) -> None:
    client.leads.update(1, name="Rui", if_match=TAG)


def tagged(tag: str = TAG) -> httpx2.Response:
    answer = ok(LEAD)
    answer.headers["ETag"] = tag
    return answer


def test_the_tag_of_a_retrieved_record_is_sent_as_it_is(scripted: Scripted) -> None:
    client, script = scripted(tagged(), ok([]), ok([]), ok([]))
    lead = client.leads.retrieve(1)
    client.leads.update(1, name="Rui", if_match=lead.etag)
    client.leads.update(1, name="Rui", if_match=UNSET)
    client.leads.update(1, name="Rui")
    assert lead.etag == TAG
    assert [request.headers.get("If-Match") for request in script.requests] == [None, TAG, None, None]
    assert [body(request) for request in script.requests[1:]] == [{"name": "Rui"}] * 3


def test_a_retrieved_account_has_one_too(scripted: Scripted) -> None:
    answer = ok({"name": "A", "zone": "UTC", "country": None, "language": "en", "revision": "first"})
    answer.headers["ETag"] = TAG
    client, script = scripted(answer, ok([]), ok([]))
    account = client.account.retrieve()
    client.account.update(zone="WET", if_match=account.etag)
    client.account.update(zone="WET")
    assert [request.headers.get("If-Match") for request in script.requests] == [None, TAG, None]
    with pytest.raises(ValueError, match="if_match is None"):
        client.account.update(zone="WET", if_match=None)
    assert len(script.requests) == 3


@pytest.mark.parametrize("tag", ["*", '""', 'W/"x"', '"a", W/"b","c"', '"!#~"'])
def test_other_forms_that_http_has(scripted: Scripted, tag: str) -> None:
    client, script = scripted(ok([]))
    client.leads.update(1, name="Rui", if_match=tag)
    assert script.requests[0].headers["If-Match"] == tag


@pytest.mark.parametrize(
    "tag", ["", "x", TAG[1:-1], f"{TAG}\n", f"{TAG}\r\nX-A: b", '"é"', '"a" "b"', '"a",', '"a b"', "**"]
)
def test_what_is_no_tag_is_refused_before_anything_is_sent(scripted: Scripted, tag: str) -> None:
    client, script = scripted()
    with pytest.raises(ValueError, match="if_match is an etag as the record has it, with its quotes"):
        client.leads.update(1, name="Rui", if_match=tag)
    with pytest.raises(TypeError, match="a str, not bytes"):
        client.leads.update(1, name="Rui", if_match=tag.encode())  # type: ignore[call-overload]
    assert script.requests == []


def test_a_record_of_a_list_guards_nothing_and_says_so(scripted: Scripted) -> None:
    client, script = scripted(page(1), ok(LEAD))
    for lead in (client.leads.list().first_page().records[0], client.leads.retrieve(1)):
        assert lead.etag is None
        with pytest.raises(ValueError, match="only a record that was retrieved by its id has an etag"):
            client.leads.update(1, name="Rui", if_match=lead.etag)
    assert script.is_at_end


def test_the_tag_is_no_value_of_a_record(scripted: Scripted) -> None:
    client, script = scripted(tagged(), tagged('"4"'), ok([]), ok([]))
    lead, other = client.leads.retrieve(1), client.leads.retrieve(1)
    assert lead == other
    assert "etag" not in repr(lead)
    assert pickle.loads(pickle.dumps(lead)).etag == replace(lead, name="Rui").etag == TAG
    client.leads.update(1, email=lead.email)
    client.leads.update(1, email=lead)  # type: ignore[call-overload]
    assert body(script.requests[2]) == {"email": {"id": 1, "email": "sylvialhook@closum.com"}}
    assert "etag" not in body(script.requests[3])["email"]


@pytest.mark.parametrize("fault", MAY_BE_DONE, ids=name)
def test_what_may_be_done_is_not_sent_again(scripted: Scripted, fault: object) -> None:
    """The second one would find a record that the first had changed, and call it somebody else's change."""
    client, script = scripted(fault)
    with pytest.raises(ClosumError) as raised:
        change(client)
    assert script.is_at_end
    assert raised.value.outcome_unknown


@pytest.mark.parametrize("fault", NOT_RECEIVED, ids=name)
def test_what_was_not_received_is(scripted: Scripted, fault: object) -> None:
    client, script = scripted(fault, ok([]))
    change(client)
    assert [request.headers["If-Match"] for request in script.requests] == [TAG, TAG]


def test_a_refusal_changed_nothing(scripted: Scripted) -> None:
    client, script = scripted(refused(412, "The record has been changed"))
    with pytest.raises(PreconditionFailed, match="The record has been changed") as raised:
        change(client)
    assert (raised.value.status, raised.value.outcome_unknown, script.is_at_end) == (412, False, True)
