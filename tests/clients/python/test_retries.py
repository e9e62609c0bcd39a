"""What is sent again, how often, and after which pause."""

from collections.abc import Callable

import httpx2
import pytest

from closum_client import (
    Client,
    ClosumError,
    ConnectionFailed,
    ServerError,
    ServiceUnavailable,
    TimedOut,
    TooManyRequests,
)
from closum_client.errors import LOOK_FIRST
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import LEAD, TOKEN, html, ok, page, refused

Call = Callable[[Client], object]

CALLS: dict[str, tuple[Call, httpx2.Response]] = {
    "list": (lambda client: client.leads.list().first_page(), page(1)),
    "retrieve": (lambda client: client.leads.retrieve(1), ok(LEAD)),
    "update": (lambda client: client.leads.update(1, name="Sylvia"), ok([])),
    "patch": (lambda client: client.leads.patch(1, name="Sylvia"), ok([])),
    "dry run of many": (
        lambda client: client.leads.patch_many(filter="id>5", name="Ana", dry_run=True),
        ok({"count": 1}),
    ),
    "GET": (lambda client: client.request("get", "/api/lead"), page(1)),
}
SAFE = pytest.mark.parametrize(("call", "answer"), CALLS.values(), ids=CALLS)
CREATES: dict[str, Call] = {
    "create": lambda client: client.leads.create(name="Sylvia"),
    "POST": lambda client: client.request("POST", "/api/lead", json={"name": "Sylvia"}),
}
CREATE = pytest.mark.parametrize("create", CREATES.values(), ids=CREATES)

PASSING = [
    httpx2.ConnectError("refused"),
    httpx2.ConnectTimeout("slow"),
    httpx2.PoolTimeout("busy"),
    httpx2.ProxyError("503"),
    httpx2.ReadTimeout("slow"),
    httpx2.WriteTimeout("slow"),
    httpx2.ReadError("reset"),
    httpx2.WriteError("reset"),
    httpx2.RemoteProtocolError("Server disconnected without sending a response."),
    refused(502),
    refused(503, headers={"Retry-After": "1"}),
    refused(504),
    html(502),
    refused(429),
]
NOT_RECEIVED = [*PASSING[:4], refused(429), html(429)]
MAY_BE_DONE = [one for one in PASSING[4:] if getattr(one, "status_code", None) != 429]


def name(fault: object) -> str:
    return str(fault.status_code) if isinstance(fault, httpx2.Response) else type(fault).__name__


@pytest.mark.parametrize("fault", PASSING, ids=name)
@SAFE
def test_what_is_safe_is_repeated(
    scripted: Scripted, fault: object, call: Call, answer: httpx2.Response
) -> None:
    client, script = scripted(fault, fault, fault, answer)
    call(client)
    assert script.is_at_end
    assert len(set(script.calls)) == 1


COUNTED = {"filter": "id>5", "if_count": "1-a"}
MANY: dict[str, Call] = {
    "PATCH": lambda client: client.leads.patch_many(name="Ana", **COUNTED),  # type: ignore[arg-type]
    "DELETE": lambda client: client.leads.delete_many(**COUNTED),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("method", MANY)
def test_a_change_of_many_that_may_be_done_is_not_repeated(scripted: Scripted, method: str) -> None:
    """It would find other records, or begin the same background work once more."""
    for fault in MAY_BE_DONE:
        client, script = scripted(fault, ok({"count": 1}))
        with pytest.raises(ClosumError) as raised:
            MANY[method](client)
        assert (len(script.calls), raised.value.outcome_unknown) == (1, True)
    for fault in NOT_RECEIVED:
        client, script = scripted(fault, ok({"count": 1}))
        MANY[method](client)
        assert script.is_at_end


@pytest.mark.parametrize("fault", NOT_RECEIVED, ids=name)
@CREATE
def test_a_create_that_was_not_received_is_repeated(scripted: Scripted, fault: object, create: Call) -> None:
    client, script = scripted(fault, ok({"id": 5}, 201))
    create(client)
    assert script.calls == ["POST /api/lead"] * 2


@pytest.mark.parametrize("fault", NOT_RECEIVED, ids=name)
@CREATE
def test_and_when_it_never_is_nothing_was_created(scripted: Scripted, fault: object, create: Call) -> None:
    client, script = scripted(fault, fault, retries=1)
    with pytest.raises(ClosumError) as raised:
        create(client)
    assert script.is_at_end
    assert not raised.value.outcome_unknown
    assert LOOK_FIRST not in str(raised.value)


@pytest.mark.parametrize("fault", [*MAY_BE_DONE, refused(409, headers={"Retry-After": "1"})], ids=name)
@CREATE
def test_a_create_that_may_be_done_is_repeated_with_its_key(
    scripted: Scripted, fault: object, create: Call
) -> None:
    client, script = scripted(fault, fault, ok({"id": 5}, 201), ok({"id": 6}, 201))
    create(client)
    assert script.calls == ["POST /api/lead"] * 3
    create(client)
    first, second, third, other = (request.headers["Idempotency-Key"] for request in script.requests)
    assert first == second == third != other
    assert len({request.content for request in script.requests}) == 1


@pytest.mark.parametrize("last", [*PASSING, refused(409, headers={"Retry-After": "1"})], ids=name)
@pytest.mark.parametrize("fault", [*MAY_BE_DONE, refused(409, headers={"Retry-After": "1"})], ids=name)
@CREATE
def test_when_it_never_is_answered_nobody_knows(
    scripted: Scripted, fault: object, last: object, create: Call
) -> None:
    client, script = scripted(fault, last, retries=1)
    with pytest.raises(ClosumError) as raised:
        create(client)
    assert script.is_at_end
    assert raised.value.outcome_unknown
    assert str(raised.value).endswith(LOOK_FIRST)


@pytest.mark.parametrize("status", [400, 403, 404, 422])
@pytest.mark.parametrize("fault", MAY_BE_DONE, ids=name)
@CREATE
def test_a_refusal_says_that_it_was_not_done(
    scripted: Scripted, fault: object, status: int, create: Call
) -> None:
    client, script = scripted(fault, refused(status))
    with pytest.raises(ClosumError) as raised:
        create(client)
    assert script.is_at_end
    assert not raised.value.outcome_unknown


def test_the_key_stays_when_the_client_signs_in_again(scripted: Scripted) -> None:
    client, script = scripted(
        ok(TOKEN),
        httpx2.ReadError("reset"),
        refused(401),
        ok(TOKEN),
        httpx2.ConnectError("refused"),
        retries=1,
        email="ana@example.com",
        password="password",
        token=None,
    )
    script.answers.append(httpx2.ConnectError("refused"))
    with pytest.raises(ConnectionFailed) as raised:
        client.leads.create(name="Ana")
    assert raised.value.outcome_unknown
    keys = [one.headers.get("Idempotency-Key") for one in script.requests if one.url.path == "/api/lead"]
    assert (len(keys), len(set(keys))) == (4, 1)
    assert [
        one for one in script.requests if one.url.path == "/api/token" and "Idempotency-Key" in one.headers
    ] == []


PUTS: dict[str, Call] = {
    "update": lambda client: client.leads.update(1, name="Sylvia", if_match='"1"'),
    "patch": lambda client: client.leads.patch(1, name="Sylvia", if_match='"1"'),
    "DELETE": lambda client: client.request("DELETE", "/api/lead/1"),
}


@pytest.mark.parametrize("fault", MAY_BE_DONE, ids=name)
@pytest.mark.parametrize("call", PUTS.values(), ids=PUTS)
def test_what_is_not_safe_is_sent_once(scripted: Scripted, fault: object, call: Call) -> None:
    client, script = scripted(fault)
    with pytest.raises(ClosumError) as raised:
        call(client)
    assert script.is_at_end
    assert "Idempotency-Key" not in script.requests[0].headers
    assert raised.value.outcome_unknown


@SAFE
def test_what_is_safe_to_repeat_has_no_unknown_outcome(
    scripted: Scripted, call: Call, answer: httpx2.Response
) -> None:
    client, _ = scripted(httpx2.ReadTimeout("slow"), retries=0)
    with pytest.raises(TimedOut) as raised:
        call(client)
    assert not raised.value.outcome_unknown


@pytest.mark.parametrize("status", [400, 404, 405, 409, 413, 415, 422, 500, 501])
@SAFE
def test_other_answers_are_final(
    scripted: Scripted, status: int, call: Call, answer: httpx2.Response
) -> None:
    client, script = scripted(refused(status))
    with pytest.raises(ClosumError):
        call(client)
    assert script.is_at_end


@pytest.mark.parametrize(
    "fault",
    [httpx2.UnsupportedProtocol("ftp"), httpx2.LocalProtocolError("bad"), httpx2.DecodingError("bad")],
)
def test_faults_that_stay_are_final(scripted: Scripted, fault: Exception) -> None:
    client, script = scripted(fault)
    with pytest.raises(ClosumError) as raised:
        client.leads.retrieve(1)
    assert script.is_at_end
    assert raised.value.__cause__ is fault


def test_pauses_grow_to_a_limit(scripted: Scripted, pauses: list[float]) -> None:
    client, _ = scripted(*[httpx2.ConnectError("refused")] * 7, retries=6)
    with pytest.raises(ConnectionFailed):
        client.leads.retrieve(1)
    assert pauses == [0.5, 1, 2, 4, 8, 8]


def test_however_many_there_are(scripted: Scripted, pauses: list[float]) -> None:
    client, _ = scripted(*[httpx2.ConnectError("refused")] * 1100, ok(LEAD), retries=2000)
    assert client.leads.retrieve(1).id == 1
    assert (len(pauses), pauses[-1]) == (1100, 8)


def test_a_part_of_a_pause_is_chance(
    scripted: Scripted, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("closum_client._retry.uniform", lambda least, most: least)
    client, _ = scripted(httpx2.ConnectError("refused"), ok(LEAD))
    client.leads.retrieve(1)
    assert pauses == [0.25]


NO_RETRIES = [httpx2.ConnectError("refused"), refused(503), refused(429)]


@pytest.mark.parametrize("fault", NO_RETRIES, ids=name)
def test_no_retries(scripted: Scripted, pauses: list[float], fault: object) -> None:
    client, script = scripted(fault, retries=0)
    with pytest.raises(ClosumError):
        client.leads.retrieve(1)
    assert (script.is_at_end, pauses) == (True, [])


DATES = {
    "Date": "Fri, 01 Mar 2030 10:00:00 GMT",
    "Retry-After": "Fri, 01 Mar 2030 10:00:20 GMT",
}


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "60"}, 60),
        ({"Retry-After": "0"}, 0.5),
        (DATES, 20),
        ({**DATES, "Retry-After": "Fri, 01 Mar 2030 09:00:00 GMT"}, 0.5),
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0.5),
        ({"Retry-After": "soon"}, 0.5),
        ({"Retry-After": "-1"}, 0.5),
        ({"Retry-After": "Fri, 01 Mar 99999999999 10:00:00 GMT"}, 0.5),
        ({"Retry-After": "Fri, 01 Mar 2030 10:00:00 +" + "9" * 30}, 0.5),
        (
            {
                **DATES,
                "Date": "Fri, 01 Mar 2030 10:00:" + "9" * 30,
                "Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT",
            },
            0.5,
        ),
        ({}, 0.5),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_it_waits_as_long_as_the_server_asks(
    scripted: Scripted, pauses: list[float], status: int, headers: dict[str, str], pause: float
) -> None:
    client, _ = scripted(refused(status, headers=headers), ok(LEAD))
    client.leads.retrieve(1)
    assert pauses == [pause]


@pytest.mark.parametrize(("status", "error"), [(429, TooManyRequests), (503, ServiceUnavailable)])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "61"}, 61),
        ({**DATES, "Retry-After": "Fri, 01 Mar 2030 10:15:00 GMT"}, 900),
        ({"Retry-After": "9" * 400}, 999_999_999),
    ],
)
def test_but_not_longer_than_a_minute(
    scripted: Scripted,
    pauses: list[float],
    status: int,
    error: type[TooManyRequests | ServiceUnavailable],
    headers: dict[str, str],
    seconds: float,
) -> None:
    client, _ = scripted(refused(status, "Later", headers=headers))
    with pytest.raises(error) as raised:
        client.leads.retrieve(1)
    assert (raised.value.retry_after, pauses) == (seconds, [])
    assert f"Later; try again in {seconds} s" in str(raised.value)


def test_a_proxy_that_is_busy_is_a_server_error(scripted: Scripted) -> None:
    client, _ = scripted(html(502), retries=0)
    with pytest.raises(ServerError, match="Bad Gateway, from something before closum") as raised:
        client.leads.retrieve(1)
    assert (raised.value.status, raised.value.request_id, raised.value.retry_after) == (502, None, None)
