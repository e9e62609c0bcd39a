"""What a server may answer, and the error that it becomes."""

import copy
import pickle
from collections.abc import Callable

import httpx2
import pytest

from closum_client import (
    ApiError,
    BadRequest,
    ClosumError,
    ContentTooLarge,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    ServerError,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    UnexpectedAnswer,
    UnsupportedMediaType,
)
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import LEAD, html, ok, page, refused

CLASSES = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    412: PreconditionFailed,
    413: ContentTooLarge,
    414: ApiError,
    415: UnsupportedMediaType,
    422: Invalid,
    428: PreconditionRequired,
    429: TooManyRequests,
    500: ServerError,
    503: ServiceUnavailable,
    507: ServerError,
}


@pytest.mark.parametrize(("status", "error"), CLASSES.items())
def test_each_status_has_its_class(scripted: Scripted, status: int, error: type[ApiError]) -> None:
    client, _ = scripted(refused(status, "The reason", headers={"X-Request-Id": "abc-1"}), retries=0)
    with pytest.raises(ApiError) as raised:
        client.leads.list(sort="name", q="ana").first_page()
    found = raised.value
    assert type(found) is error
    assert (found.status, found.message, found.request_id) == (status, "The reason", "abc-1")
    assert found.url == "https://closum.test/api/lead"
    assert str(found) == f"The reason ({status} from {found.url}, request abc-1)"


@pytest.mark.parametrize(
    "answer",
    [
        refused(400, "The reason"),
        refused(503, "The reason"),
        html(200),
        httpx2.Response(302, headers={"Location": "//other.test/x?filter=email%3Dana%40example.com"}),
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("late"),
        httpx2.DecodingError("broken"),
        page(1, number=2, pages=2),
    ],
)
def test_no_error_shows_what_was_looked_for(scripted: Scripted, answer: object) -> None:
    """Errors are logged, and a query string may name a person."""
    client, script = scripted(answer, retries=0)
    with pytest.raises(ClosumError) as raised:
        client.leads.list(where={"email": "ana@example.com"}).first_page()
    assert "ana" in script.calls[0]
    shown = f"{raised.value} {raised.value!r} {raised.value.url}"
    assert "https://closum.test/api/lead" in shown
    assert "ana" not in shown


@pytest.mark.parametrize(
    ("told", "into"), [({"merged_into": 7}, 7), ({}, None), ({"merged_into": "7"}, None)]
)
def test_what_is_not_there_may_have_gone_into_another(
    scripted: Scripted, told: dict[str, object], into: int | None
) -> None:
    client, _ = scripted(refused(404, "The lead 8 went into the lead 7", **told))
    with pytest.raises(NotFound) as raised:
        client.leads.retrieve(8)
    assert raised.value.merged_into == into
    assert pickle.loads(pickle.dumps(raised.value)).merged_into == into


def test_no_error_shows_the_query_string_of_a_path(scripted: Scripted) -> None:
    client, _ = scripted(refused(400, "The reason"))
    with pytest.raises(BadRequest) as raised:
        client.request("GET", "/api/lead?filter=email%3Dana%40example.com")
    assert str(raised.value) == "The reason (400 from https://closum.test/api/lead)"


def test_all_faults_of_a_body_are_shown(scripted: Scripted) -> None:
    errors = {"name": {"_maxLength": "Too long"}, "phone": {"number": {"_empty": "Empty", "_scalar": "Text"}}}
    client, _ = scripted(refused(422, "3 validation errors occurred", errorCount=3, errors=errors))
    with pytest.raises(Invalid) as raised:
        client.leads.create(name="x")
    assert raised.value.errors == errors
    assert not raised.value.outcome_unknown
    assert str(raised.value).startswith(
        "3 validation errors occurred: name: Too long; phone.number: Empty; phone.number: Text (422 from "
    )


@pytest.mark.parametrize(
    "answer",
    [
        html(200),
        html(404),
        html(500),
        html(501),
        html(507),
        httpx2.Response(200, text=""),
        httpx2.Response(200, text="[" * 100_000),
        httpx2.Response(200, content=b"\xff\xfe\xff"),
        httpx2.Response(200, json=[]),
        httpx2.Response(200, json={"success": True}),
        httpx2.Response(200, json={"success": 1, "data": LEAD}),
        httpx2.Response(404, json={"detail": "Not Found"}),
        httpx2.Response(404, json={"success": False, "data": {"message": 5}}),
        httpx2.Response(404, json={"success": True, "data": LEAD}),
        httpx2.Response(500, json={"detail": "Internal Server Error"}),
        refused(200),
        httpx2.Response(204),
        httpx2.Response(304),
    ],
    ids=lambda answer: f"{answer.status_code} {answer.content[:20]!r}",
)
def test_what_closum_does_not_answer(scripted: Scripted, answer: httpx2.Response) -> None:
    client, script = scripted(answer)
    with pytest.raises(UnexpectedAnswer, match=r"is this the address of closum\?") as raised:
        client.leads.retrieve(1)
    assert (raised.value.status, script.is_at_end) == (answer.status_code, True)
    assert raised.value.url == "https://closum.test/api/lead/1"
    assert f"GET https://closum.test/api/lead/1: unexpected answer ({answer.status_code}," in str(
        raised.value
    )


@pytest.mark.parametrize("status", [401, 429, 502, 503, 504])
@pytest.mark.parametrize("answer", [html, lambda status: httpx2.Response(status, json={"detail": "No"})])
def test_what_a_proxy_says_as_closum_would(
    scripted: Scripted, status: int, answer: Callable[[int], httpx2.Response]
) -> None:
    given = answer(status)
    given.headers["X-Request-Id"] = "of-the-proxy"
    given.extensions["reason_phrase"] = b""
    client, _ = scripted(given, retries=0)
    with pytest.raises(ApiError, match=r"^\w.*, from something before closum") as raised:
        client.leads.create(name="Sylvia")
    assert type(raised.value) is CLASSES.get(status, ServerError)
    assert (raised.value.status, raised.value.request_id) == (status, None)
    assert raised.value.outcome_unknown is (status >= 500)


@pytest.mark.parametrize(
    ("answer", "unknown"),
    [(html(200), True), (html(404), False), (html(500), True), (html(501), True), (ok({}, 201), True)],
)
def test_whether_a_create_with_such_an_answer_is_done(
    scripted: Scripted, answer: httpx2.Response, unknown: bool
) -> None:
    client, _ = scripted(answer)
    with pytest.raises(UnexpectedAnswer) as raised:
        client.leads.create(name="Sylvia")
    assert raised.value.outcome_unknown is unknown


def test_a_web_page_is_called_one(scripted: Scripted) -> None:
    client, _ = scripted(html(200))
    with pytest.raises(UnexpectedAnswer, match=r"\(200, text/html\): a web page: is this the address"):
        client.leads.retrieve(1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("who", [{}, {"email": "email@closum.com", "password": "secret word"}])
def test_a_redirect_is_named_and_not_followed(
    scripted: Scripted, status: int, who: dict[str, object]
) -> None:
    client, script = scripted(httpx2.Response(status, headers={"Location": "//other.test/x"}), **who)
    with pytest.raises(UnexpectedAnswer, match=r"it points to https://other\.test/x\. Redirects are not"):
        client.leads.create(name="Sylvia")
    assert [request.url.host for request in script.requests] == ["closum.test"]


@pytest.mark.parametrize("location", ["http://[", "//[", "http://a]b/", "\x01", "http://x:99999/"])
def test_a_redirect_to_nowhere(scripted: Scripted, location: str) -> None:
    client, _ = scripted(httpx2.Response(302, headers=[(b"Location", location.encode())]))
    with pytest.raises(UnexpectedAnswer, match=r"it points to .*Redirects are not followed"):
        client.leads.retrieve(1)


@pytest.mark.parametrize("answer", [ok({**LEAD, "id": 2}), ok({**LEAD, "id": -1})])
def test_another_record_than_that_asked_for(scripted: Scripted, answer: httpx2.Response) -> None:
    client, _ = scripted(answer)
    with pytest.raises(UnexpectedAnswer, match=r"1 was asked for, and this is (2|-1)"):
        client.leads.retrieve(1)


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in LEAD.items() if key != name}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (without("id"), "'data': 'id' is missing"),
        (without("name"), "'data': 'name' is missing"),
        ({**LEAD, "name": 5}, "'data': 'name': text is needed, not int"),
        ({**LEAD, "id": True}, "'data': 'id': a whole number is needed, not bool"),
        ({**LEAD, "creation_date": None}, "'creation_date': a date with time and zone is needed"),
        ({**LEAD, "creation_date": "yesterday"}, "'creation_date': a date with time and zone is needed"),
        ({**LEAD, "creation_date": "2018-01-01T10:00:00"}, "a date with time and zone is needed"),
        ({**LEAD, "email": {"id": 1}}, "'data': 'email': 'email' is missing"),
        ({**LEAD, "email": "a@b.c"}, "'data': 'email': an object is needed, not str"),
        ([], "'data': an object is needed, not list"),
        (None, "'data': an object is needed, not null"),
    ],
)
def test_a_record_that_lacks_something_is_named(scripted: Scripted, data: object, reason: str) -> None:
    client, _ = scripted(ok(data))
    with pytest.raises(UnexpectedAnswer, match=reason):
        client.leads.retrieve(1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ok([LEAD]), "'pagination' is missing"),
        (ok({}, pagination={}), "'data': an array is needed, not dict"),
        (ok([without("id")], pagination=page(1).json()["pagination"]), "'id' is missing"),
        (ok([LEAD], pagination={}), "'pagination': 'page_count' is missing"),
    ],
)
def test_and_so_is_a_list(scripted: Scripted, answer: httpx2.Response, reason: str) -> None:
    client, _ = scripted(answer)
    with pytest.raises(UnexpectedAnswer, match=reason):
        list(client.leads.list())


def test_what_a_newer_server_adds_is_left_alone(scripted: Scripted) -> None:
    client, _ = scripted(ok({**LEAD, "score": 5, "email": {"id": 1, "email": "a@b.pt", "new": {}}}, more=1))
    lead = client.leads.retrieve(1)
    assert lead.email is not None
    assert (lead.id, lead.email.email) == (1, "a@b.pt")


@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
@pytest.mark.parametrize("answer", [refused(422, errors={"a": {"b": "c"}}), html(200), refused(503)])
def test_errors_can_be_copied(scripted: Scripted, answer: httpx2.Response, again: object) -> None:
    client, _ = scripted(answer, retries=0)
    with pytest.raises(ClosumError) as raised:
        client.leads.create(name="x")
    assert callable(again)
    other = again(raised.value)
    assert (type(other), str(other), vars(other)) == (
        type(raised.value),
        str(raised.value),
        vars(raised.value),
    )
