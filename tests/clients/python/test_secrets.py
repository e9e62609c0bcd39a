"""Neither password nor token is in a name of the client's code, which tools that show tracebacks print."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any

import httpx2
import pytest

from closum_client import ClosumError
from tests.clients.python.both import Connect
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import TOKEN, html, ok, refused
from tests.clients.python.wire import Behaviour, Wire, drop, half

WHO: dict[str, Any] = {"email": "email@closum.com", "password": "secret word"}
SECRETS = (WHO["password"], "made.by.server", "a.b.c")

FAULTS: dict[str, tuple[object, ...]] = {
    "no connection": (httpx2.ConnectError("refused"),),
    "wrong password": (refused(401),),
    "not closum": (html(200),),
    "a page of a proxy": (html(502),),
    "no token": (ok({}),),
    "token without an end": (ok({**TOKEN, "expires_in": None}),),
    "token that is none": (ok({**TOKEN, "expires_in": -1}),),
    "token not taken": (ok(TOKEN), refused(401), ok(TOKEN), refused(401)),
    "another record": (ok(TOKEN), ok({"id": 5, "city_name": "Faro"})),
    "no record": (ok(TOKEN), ok([])),
    "broken off": (ok(TOKEN), httpx2.ReadError("reset")),
}


def locals_of(error: BaseException | None) -> Iterator[tuple[str, str]]:
    """Frame and text of each name in the tracebacks of an error and its causes, but for those of tests."""
    while error is not None:
        yield from _locals(error.__traceback__)
        error = error.__cause__ or error.__context__


def _locals(traceback: TracebackType | None) -> Iterator[tuple[str, str]]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if "/tests/" not in code.co_filename:
            for name, value in traceback.tb_frame.f_locals.items():
                yield f"{code.co_filename}, {code.co_name}, {name}", repr(value)
        traceback = traceback.tb_next


def assert_nothing_is_shown(error: BaseException) -> None:
    found = list(locals_of(error))
    assert found
    assert [where for where, text in found for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("behaviour", [drop, half])
def test_the_request_that_httpx2_keeps(connect: Connect, behaviour: Behaviour) -> None:
    with Wire(behaviour, behaviour) as wire:
        for who in (WHO, {"token": "a.b.c"}):
            with pytest.raises(ClosumError) as raised:
                connect(wire.address, retries=0, **who).leads.retrieve(1)
            cause = raised.value.__cause__
            assert isinstance(cause, httpx2.RequestError)
            assert cause.request.url.path in ("/api/token", "/api/lead/1")
            assert (cause.request.content, cause.request.headers.get("Authorization")) == (b"", None)


@pytest.mark.parametrize("answers", FAULTS.values(), ids=FAULTS)
def test_signing_in(scripted: Scripted, answers: tuple[object, ...]) -> None:
    client, script = scripted(*answers, retries=0, **WHO)
    with pytest.raises(ClosumError) as raised:
        client.cities.retrieve(1)
    assert script.is_at_end
    assert_nothing_is_shown(raised.value)


@pytest.mark.parametrize("answer", [html(200), refused(401), ok([]), httpx2.ReadTimeout("slow")])
def test_a_given_token(scripted: Scripted, answer: object) -> None:
    client, _ = scripted(answer, retries=0)
    with pytest.raises(ClosumError) as raised:
        client.cities.retrieve(1)
    assert_nothing_is_shown(raised.value)


@pytest.mark.parametrize("behaviour", [drop, half])
def test_over_a_real_connection(connect: Connect, behaviour: Behaviour) -> None:
    with Wire(behaviour) as wire, pytest.raises(ClosumError) as raised:
        connect(wire.address, retries=0, **WHO).cities.retrieve(1)
    assert_nothing_is_shown(raised.value)
