"""Errors as answers: status, headers and the body of each."""

import json
import re
from typing import Any

import pytest

from closum import errors
from closum.errors import fault
from closum.http import answer

URL = "/api/lead?page=0"


def rendered(error: errors.Error) -> tuple[int, dict[str, str], Any]:
    status, fields, body = answer.failure(error, URL, "id-1")
    headers = {name.decode(): value.decode() for name, value in fields}
    assert len(headers) == len(fields)
    assert headers["content-length"] == str(len(body))
    return status, headers, json.loads(body)


EVERY = [
    (errors.Malformed("No"), 400, {}),
    (errors.Unauthorized(), 401, {"www-authenticate": "Bearer"}),
    (errors.SignInRefused(), 401, {"www-authenticate": "Bearer"}),
    (errors.CodeNeeded(), 401, {"www-authenticate": "Bearer"}),
    (errors.TicketEnded(), 401, {"www-authenticate": "Bearer"}),
    (errors.CodeRefused(), 401, {"www-authenticate": "Bearer"}),
    (errors.SetUpRefused(), 401, {"www-authenticate": "Bearer"}),
    (errors.Forbidden("lead:write"), 403, {}),
    (errors.NotAuthor(), 403, {}),
    (errors.NotFound(), 404, {}),
    (errors.MethodNotAllowed(("GET", "HEAD", "POST")), 405, {"allow": "GET, HEAD, POST"}),
    (errors.Gone(), 410, {}),
    (errors.Merged("lead", 2, 1), 404, {}),
    (errors.LinkEnded(), 404, {}),
    (errors.StillRunning(), 409, {"retry-after": "1"}),
    (errors.WorkEnded(), 409, {}),
    (errors.WorkRunning("bulk-7"), 409, {"retry-after": "5"}),
    (errors.WrongPhase("Import 7 has ended"), 409, {}),
    (errors.Changed(), 412, {}),
    (errors.CountChanged(), 412, {}),
    (errors.CountRequired(), 428, {}),
    (errors.BodyTooLarge(), 413, {"connection": "close"}),
    (errors.RequestLineTooLong(), 414, {}),
    (errors.UnsupportedMediaType(), 415, {}),
    (errors.Invalid({"name": fault("_scalar")}), 422, {}),
    (errors.TooManyAttempts("passwords for this e-mail address", retry_after=77), 429, {"retry-after": "77"}),
    (errors.HeadersTooLarge(), 431, {}),
    (errors.Internal(), 500, {}),
    (errors.Unavailable(), 503, {"retry-after": "1"}),
]


@pytest.mark.parametrize(("error", "status", "own"), EVERY, ids=lambda one: type(one).__name__)
def test_every_error_is_answered_in_the_envelope(
    error: errors.Error, status: int, own: dict[str, str]
) -> None:
    answered, headers, document = rendered(error)
    assert (answered, document["success"]) == (status, False)
    assert document["data"].items() >= {"code": status, "url": URL, "message": error.message}.items()
    assert headers.items() >= own.items()
    assert (
        headers.items()
        >= {
            "content-type": "application/json",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "vary": "Authorization",
            "x-request-id": "id-1",
        }.items()
    )
    assert "server" not in headers


def test_no_error_is_left_out() -> None:
    def kinds(kind: type[errors.Error]) -> set[type[errors.Error]]:
        return {kind}.union(*map(kinds, kind.__subclasses__()))

    ours = {kind for kind in kinds(errors.Error) if kind.__module__ == errors.__name__}
    assert ours - {errors.Error, errors.Retryable} == {type(error) for error, _, _ in EVERY}


def test_faults_are_counted_and_shown_by_field() -> None:
    faults: errors.Faults = {
        "name": fault("_scalar"),
        "phone": {"extension": fault("_prefix"), "number": {**fault("_scalar"), **fault("_empty")}},
    }
    _, _, document = rendered(errors.Invalid(faults))
    assert document["data"]["errorCount"] == 4
    assert document["data"]["errors"] == faults
    assert document["data"]["message"] == "4 validation errors occurred"
    _, _, document = rendered(errors.Invalid({"name": fault("_scalar")}))
    assert document["data"]["message"] == "1 validation error occurred"


def test_only_a_fault_of_ours_names_the_request_in_its_body() -> None:
    assert rendered(errors.Internal())[2]["data"]["request_id"] == "id-1"
    assert all("request_id" not in rendered(error)[2]["data"] for error, status, _ in EVERY if status != 500)


def test_to_try_again_at_once_is_a_second() -> None:
    assert rendered(errors.Unavailable(retry_after=0))[1]["retry-after"] == "1"


@pytest.mark.parametrize("sent", [b"a", b"A.b-9_", b"x" * 64])
def test_a_sound_request_id_is_the_clients(sent: bytes) -> None:
    assert answer.request_id_of([(b"accept", b"*/*"), (b"x-request-id", sent)]) == sent.decode()


@pytest.mark.parametrize("sent", [b"", b"x" * 65, b"a b", b"a\n", b"\xc3\xa9", b"a/b"])
def test_any_other_is_a_new_one(sent: bytes) -> None:
    made = {answer.request_id_of([(b"x-request-id", sent)]) for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in made)


@pytest.mark.parametrize(
    ("path", "query", "url"),
    [
        (b"/api/lead", b"", "/api/lead"),
        (b"/api/lead", b"page=0", "/api/lead?page=0"),
        (b"/api/le%61d", b"a=%20", "/api/le%61d?a=%20"),
        (b"/api/\xc3\xa9 \n", b"\xff", "/api/%C3%A9%20%0A?%FF"),
    ],
)
def test_the_url_is_shown_as_it_was_sent(path: bytes, query: bytes, url: str) -> None:
    assert answer.url_of({"raw_path": path, "query_string": query}) == url
