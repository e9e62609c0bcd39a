"""The token: got, kept, renewed, and shared."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from closum_client import (
    AsyncClient,
    Client,
    ConnectionFailed,
    Token,
    TooManyRequests,
    Unauthorized,
    UnexpectedAnswer,
)
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import LEAD, TOKEN, body, html, ok, page, refused
from tests.support.patience import PATIENCE

WHO: dict[str, Any] = {"email": "email@closum.com", "password": "secret word"}


def token(text: str, life: int = 1000) -> httpx2.Response:
    return ok({**TOKEN, "token": text, "expires_in": life})


class Clock:
    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("closum_client._session.monotonic", clock)
    return clock


def test_it_signs_in_at_the_first_request(scripted: Scripted) -> None:
    client, script = scripted(token("one"), ok(LEAD), ok(LEAD), **WHO)
    assert script.calls == []
    client.leads.retrieve(1)
    client.leads.retrieve(1)
    assert script.calls == ["POST /api/token", "GET /api/lead/1", "GET /api/lead/1"]
    assert script.tokens == [None, "Bearer one", "Bearer one"]
    assert body(script.requests[0]) == WHO


def test_a_given_token_is_used(scripted: Scripted) -> None:
    client, script = scripted(ok(LEAD))
    client.leads.retrieve(1)
    assert script.tokens == ["Bearer a.b.c"]


@pytest.mark.parametrize(("life", "renewed_after"), [(604_800, 604_740), (1000, 940), (50, 45)])
def test_a_token_is_renewed_shortly_before_it_ends(
    scripted: Scripted, clock: Clock, life: int, renewed_after: float
) -> None:
    client, script = scripted(token("one", life), ok(LEAD), ok(LEAD), token("two"), ok(LEAD), **WHO)
    client.leads.retrieve(1)
    clock.now += renewed_after - 0.001
    client.leads.retrieve(1)
    assert script.tokens[-1] == "Bearer one"
    clock.now += 0.001
    client.leads.retrieve(1)
    assert script.tokens[-2:] == [None, "Bearer two"]


def test_a_token_that_ends_in_a_walk_is_renewed_silently(scripted: Scripted) -> None:
    client, script = scripted(
        token("one"), page(1, 2, pages=2), refused(401), token("two"), page(3, number=2, pages=2), **WHO
    )
    assert [lead.id for lead in client.leads.list()] == [1, 2, 3]
    assert script.calls[2:] == ["GET /api/lead?page=2", "POST /api/token", "GET /api/lead?page=2"]
    assert script.tokens[2:] == ["Bearer one", None, "Bearer two"]


def test_a_create_is_repeated_after_a_new_sign_in(scripted: Scripted) -> None:
    client, script = scripted(token("one"), refused(401), token("two"), ok({"id": 7}, 201), **WHO)
    assert client.leads.create(name="Sylvia") == 7
    assert body(script.requests[1]) == body(script.requests[3]) == {"name": "Sylvia"}


def test_only_once(scripted: Scripted) -> None:
    client, script = scripted(token("one"), refused(401), token("two"), refused(401, "No token"), **WHO)
    with pytest.raises(Unauthorized, match="No token"):
        client.leads.retrieve(1)
    assert script.is_at_end


def test_a_401_of_a_proxy_renews_too(scripted: Scripted) -> None:
    client, script = scripted(token("one"), html(401), token("two"), ok(LEAD), html(401), html(401), **WHO)
    assert client.leads.retrieve(1).id == 1
    with pytest.raises(Unauthorized, match="from something before closum"):
        client.leads.retrieve(1)
    assert script.is_at_end


def test_a_new_token_may_read_as_the_old_one(scripted: Scripted) -> None:
    client, script = scripted(token("one"), refused(401), token("one"), ok(LEAD), **WHO)
    assert client.leads.retrieve(1).id == 1
    assert script.is_at_end


def test_a_token_alone_is_not_renewed(scripted: Scripted) -> None:
    client, script = scripted(refused(401, "Authentication is required"))
    with pytest.raises(Unauthorized, match="Authentication is required") as raised:
        client.leads.retrieve(1)
    assert (script.is_at_end, raised.value.status) == (True, 401)
    with pytest.raises(ValueError, match="email and a password"):
        client.sign_in()


def test_a_wrong_password(scripted: Scripted) -> None:
    client, script = scripted(refused(401, "Unknown e-mail address or wrong password"), **WHO)
    with pytest.raises(Unauthorized, match="wrong password") as raised:
        client.leads.retrieve(1)
    assert script.is_at_end
    assert WHO["password"] not in f"{raised.value!r} {raised.value}"


def test_signing_in_is_repeated_like_what_is_safe(scripted: Scripted, pauses: list[float]) -> None:
    faults = [httpx2.ReadTimeout("slow"), refused(503), httpx2.ReadError("reset")]
    client, script = scripted(*faults, token("one"), ok({"id": 1}, 201), **WHO)
    assert client.leads.create(name="Sylvia") == 1
    assert (script.is_at_end, pauses) == (True, [0.5, 1, 2])


def test_it_does_not_wait_until_the_server_takes_passwords_again(scripted: Scripted) -> None:
    client, _ = scripted(refused(429, headers={"Retry-After": "900"}), **WHO)
    with pytest.raises(TooManyRequests) as raised:
        client.leads.create(name="Sylvia")
    assert (raised.value.retry_after, raised.value.outcome_unknown) == (900, False)


def test_signing_in_at_will(scripted: Scripted) -> None:
    client, script = scripted(token("one"), token("two"), ok(LEAD), **WHO)
    client.sign_in()
    made = client.sign_in()
    client.leads.retrieve(1)
    assert (made.token, made.expires_in, made.expiration_date.isoformat()) == (
        "two",
        1000,
        "2030-01-01T00:00:00+00:00",
    )
    assert isinstance(made, Token)
    assert "two" not in repr(made)
    assert script.tokens == [None, None, "Bearer two"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "'token' is missing"),
        ({**TOKEN, "token": "a\nb"}, "characters that a token can't have"),
        ({**TOKEN, "token": "ü"}, "characters that a token can't have"),
        ({**TOKEN, "expires_in": "soon"}, "'expires_in': a whole number is needed, not str"),
        ({**TOKEN, "expires_in": 10**400}, "'expires_in' is no number of seconds that"),
        ({**TOKEN, "expires_in": 10**9 + 1}, "'expires_in' is no number of seconds that"),
        ({**TOKEN, "expires_in": 0}, "'expires_in' is no number of seconds that"),
        ({**TOKEN, "expires_in": -1}, "'expires_in' is no number of seconds that"),
        ([], "an object is needed, not list"),
    ],
)
def test_a_token_that_is_none(scripted: Scripted, data: object, reason: str) -> None:
    client, _ = scripted(ok(data), **WHO)
    with pytest.raises(UnexpectedAnswer, match=reason) as raised:
        client.leads.retrieve(1)
    assert raised.value.url == "https://closum.test/api/token"


def test_no_secret_is_shown(scripted: Scripted) -> None:
    client, _ = scripted(**WHO)
    other, _ = scripted(token="a.b.c")
    shown = f"{client!r} {other!r}"
    assert "closum.test" in shown
    assert not any(secret in shown for secret in (*WHO.values(), "a.b.c"))


class Gate:
    """A server that takes the token that it made last, until `good` is set to another."""

    def __init__(self, sign_in: httpx2.Response) -> None:
        self.sign_in, self.good, self.sign_ins = sign_in, "none", 0
        self.lock = threading.Lock()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        with self.lock:
            if request.url.path != "/api/token":
                is_good = request.headers["Authorization"] == f"Bearer {self.good}"
                return ok(LEAD) if is_good else refused(401)
            self.sign_ins += 1
            if self.sign_in.is_error:
                return refused(self.sign_in.status_code)
            self.good = f"token-{self.sign_ins}"
            return token(self.good)


COUNT = 20


def in_threads(gate: Gate, rounds: int) -> list[object]:
    barrier = threading.Barrier(COUNT)

    def one(client: Client) -> object:
        barrier.wait(PATIENCE)
        try:
            return client.leads.retrieve(1).id
        except Unauthorized as error:
            return error

    transport = httpx2.MockTransport(gate)
    client = Client("https://closum.test", **WHO, http_client=httpx2.Client(transport=transport))
    results: list[object] = []
    with ThreadPoolExecutor(COUNT) as pool:
        for _ in range(rounds):
            results += pool.map(one, [client] * COUNT)
            gate.good = "none any more"
    return results


def in_tasks(gate: Gate, rounds: int) -> list[object]:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        return gate(request)

    async def main() -> list[object]:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        client = AsyncClient("https://closum.test", **WHO, http_client=http)
        results: list[object] = []
        for _ in range(rounds):
            calls = [client.leads.retrieve(1) for _ in range(COUNT)]
            found = await asyncio.gather(*calls, return_exceptions=True)
            results += [one if isinstance(one, BaseException) else one.id for one in found]
            gate.good = "none any more"
        return results

    return asyncio.run(main())


EACH = pytest.mark.parametrize("run", [in_threads, in_tasks])


@EACH
def test_many_sign_in_once(run: Callable[[Gate, int], list[object]]) -> None:
    gate = Gate(token("any"))
    assert run(gate, 3) == [1] * COUNT * 3
    assert gate.sign_ins == 3


def test_tasks_that_waited_for_a_refusal_share_it() -> None:
    """Ten wrong passwords would lock the user out."""
    gate = Gate(refused(401))
    results = in_tasks(gate, 2)
    assert [type(one) for one in results] == [Unauthorized] * COUNT * 2
    assert len({id(one) for one in results}) == COUNT * 2
    assert gate.sign_ins == 2


def test_a_call_that_was_under_way_when_signing_in_failed_does_not_try_again() -> None:
    """Answers that come one after the other would use up ten wrong passwords all the same."""
    sign_ins: list[httpx2.Response] = [token("one"), refused(401)]

    async def main() -> list[Any]:
        failed, asked = asyncio.Event(), asyncio.Event()

        async def answer(request: httpx2.Request) -> httpx2.Response:
            if request.url.path == "/api/token":
                return sign_ins.pop(0)
            if request.url.path == "/api/lead/2":
                asked.set()
                await failed.wait()
            return refused(401)

        http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        client = AsyncClient("https://closum.test", **WHO, http_client=http)
        slow = asyncio.ensure_future(client.leads.retrieve(2))
        await asked.wait()
        quick = await asyncio.gather(client.leads.retrieve(1), return_exceptions=True)
        failed.set()
        return [*quick, *await asyncio.gather(slow, return_exceptions=True)]

    assert [type(one) for one in asyncio.run(main())] == [Unauthorized] * 2
    assert sign_ins == []


def test_a_cancelled_sign_in_lets_others_go_on() -> None:
    async def main() -> None:
        waiting, answers = asyncio.Event(), [token("one"), ok(LEAD)]

        async def answer(request: httpx2.Request) -> httpx2.Response:
            if not waiting.is_set():
                waiting.set()
                await asyncio.Event().wait()
            return answers.pop(0)

        http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        client = AsyncClient("https://closum.test", **WHO, http_client=http)
        first = asyncio.ensure_future(client.leads.retrieve(1))
        await waiting.wait()
        first.cancel()
        assert (await asyncio.wait_for(client.leads.retrieve(1), PATIENCE)).id == 1

    asyncio.run(main())


def test_after_a_failed_sign_in_it_tries_anew(scripted: Scripted) -> None:
    client, _ = scripted(httpx2.ConnectError("refused"), token("one"), ok(LEAD), retries=0, **WHO)
    with pytest.raises(ConnectionFailed):
        client.leads.retrieve(1)
    assert client.leads.retrieve(1).id == 1
