"""`GET /live` as a stream, on a clock that the test moves: who is told what, and when it ends."""

import resource
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from starlette.types import ASGIApp

from closum.accounts import sessions, users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.errors import Unavailable
from closum.store import news
from closum.store.news import News, since
from closum.store.opening import open_session
from closum.store.unit import Unit
from closum.web.cookies import OF_SESSION
from closum.web.forms import TOKEN
from closum.web.live import hub, stream, told
from tests.support import engine
from tests.support.inprocess import Clock, built, running
from tests.support.quiet import QuietLoop, rounds, run_quietly
from tests.support.streaming import Streamed

EVENTS = "text/event-stream"
CANARY = "canary@example.com"


class Person(NamedTuple):
    """A user, signed in to the pages by a cookie, and to the API by a token; `form` is what forms carry."""

    user_id: int
    cookie: str
    token: str
    form: str


class Scene:
    """An application with people, and their streams."""

    def __init__(
        self, loop: QuietLoop, app: ASGIApp, client: httpx2.AsyncClient, people: list[Person]
    ) -> None:
        self.loop, self.app, self.client, self.people = loop, app, client, people

    async def listen(self, who: int = 0, path: str = "/live", **headers: str) -> Streamed:
        cookie = f"{OF_SESSION.name}={self.people[who].cookie}"
        made = Streamed(self.app, path, cookie=cookie, accept=EVENTS, **headers)
        await self.settled(lambda: made.messages)
        return made

    async def settled(self, condition: Callable[[], object]) -> None:
        while not condition():
            await self.loop.pass_time(0)

    async def call(self, method: str, path: str, body: Any = None, who: int = 0) -> Any:
        headers = {"Authorization": f"Bearer {self.people[who].token}"}
        answer = await self.client.request(method, path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json()["data"]

    async def send(self, path: str, who: int = 0) -> None:
        """A form with a button."""
        own, where = self.people[who], {"Cookie": f"{OF_SESSION.name}={self.people[who].cookie}"}
        answer = await self.client.post(path, data={TOKEN: own.form}, headers=where)
        assert answer.status_code == 303, answer.text

    async def beat(self) -> None:
        """One look of the hub, and what follows from it."""
        await self.loop.pass_time(hub.BEAT)
        for _ in range(5):
            await rounds()


def csrf(key: bytes, user_id: int, cookie: str) -> str:
    return f"{sessions.csrf(key, cookie)}_{user_id}"


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Callable[[Scene], Awaitable[None]]], None]:
    """Plays a scene with the owners of two accounts, and another user of the first one."""
    url, clock = engine.SQLITE.url(tmp_path), Clock()
    engine.SQLITE.fill(tmp_path)
    people = []
    clock.now = time.time()
    with open_session(url) as session, session.write() as unit:
        now = unit.now  # at which the numbers of the users' tokens begin
        first, second = (users.add_account(unit, name) for name in ("Acme", "Other"))
        for number, account in enumerate((first, second, first)):
            user_id = users.add_user(unit, account, f"user{number}@example.com", "x")
            people.append((user_id, sessions.begin(unit, user_id)))
    key = signing_key(None, url)

    def run(scene: Callable[[Scene], Awaitable[None]]) -> None:
        async def scenario(loop: QuietLoop) -> None:
            app = built(url, clock)
            async with running(app) as client:
                known = [
                    Person(*one, Tokens(key, 3600).issue(one[0], now, now), csrf(key, *one)) for one in people
                ]
                await scene(Scene(loop, app, client, known))

        run_quietly(scenario)

    return run


def test_events_carry_ids_and_numbers_of_their_own_account_alone(play: Any) -> None:
    async def scene(of: Scene) -> None:
        own, other = await of.listen(), await of.listen(1)
        assert (own.status, own.headers["content-type"]) == (200, EVENTS)
        assert own.headers["x-accel-buffering"] == "no"
        assert "no-transform" in own.headers["cache-control"]
        assert "content-encoding" not in own.headers
        await of.call("POST", "/api/lead", {"name": CANARY, "email": {"email": CANARY}}, who=1)
        await of.call("PATCH", "/api/lead/1", {"name": f"{CANARY} again"}, who=1)
        await of.beat()
        await of.beat()
        assert [one["position"] for one in own.events] == [0]
        last = other.events[-1]
        assert last["last"]["lead"] == 1
        assert last["changed"] == [["lead", 1, last["position"]]]
        sent = b"".join(own.pieces + other.pieces)
        assert b"canary" not in sent
        for one in (own, other):
            await one.leave()

    play(scene)


def test_a_stream_goes_on_where_its_page_or_its_last_event_was(play: Any) -> None:
    async def scene(of: Scene) -> None:
        for name in ("Ana", "Rui"):
            await of.call("POST", "/api/lead", {"name": name})
        for asked, headers, position in (
            ("?since=1", {}, 1),
            ("?since=1", {"last-event-id": "2"}, 2),
            ("?since=9", {}, 9),
            ("", {}, 2),
            ("?since=x", {}, 2),
            (f"?since={10**30}", {}, 2),
        ):
            one = await of.listen(0, f"/live{asked}", **headers)
            assert one.pieces[0].startswith(b"retry: ")
            (first,) = one.events
            assert (first["since"], first["position"], first["more"]) == (position, 2, position == 9)
            await one.leave()

    play(scene)


def test_who_reads_slowly_gets_everything_in_one_event_and_others_wait_for_nobody(play: Any) -> None:
    async def scene(of: Scene) -> None:
        slow, quick = await of.listen(), await of.listen()
        slow.stick()
        for name in ("Ana", "Rui", "Zoe"):
            await of.call("POST", "/api/lead", {"name": name})
            await of.beat()
        assert [one["last"]["lead"] for one in quick.events[1:]] == [1, 2, 3]
        slow.go_on()
        await of.settled(lambda: slow.events[-1]["position"] == 3)
        assert [(one["since"], one["position"]) for one in slow.events[1:]] == [(0, 1), (1, 3)]
        await slow.leave()
        await quick.leave()

    play(scene)


def test_nothing_new_is_told_now_and_then_and_nobody_looks_when_nobody_listens(
    play: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def look(unit: Unit, position: int, with_new: tuple[str, ...]) -> News:
        looks.append(position)
        return since(unit, position, with_new)

    monkeypatch.setattr(news, "since", look)

    async def scene(of: Scene) -> None:
        one = await of.listen()
        for _ in range(int(2 * hub.QUIET / hub.BEAT) + 2):
            await of.beat()
        assert one.pieces[1:] == [told.QUIET] * len(one.pieces[1:])
        assert 2 <= len(one.pieces[1:]) <= 4
        await one.leave()
        before = len(looks)
        for _ in range(3):
            await of.beat()
        assert len(looks) == before

    play(scene)


def test_a_stream_ends_with_its_session(play: Any) -> None:
    """And what comes between its end and the next look is not sent."""

    async def scene(of: Scene) -> None:
        own, other = await of.listen(), await of.listen(2)
        await of.loop.pass_time(stream.LOOK)
        await of.send("/settings/sign-out")
        await of.loop.pass_time(stream.LOOK)
        await of.call("POST", "/api/lead", {"name": "Ana"}, who=2)
        await of.beat()
        assert own.is_over
        assert len(own.events) == 1
        assert [one["position"] for one in other.events] == [0, 1]
        again = await of.listen()
        assert (again.status, again.pieces) == (204, [])  # by which a browser connects no more
        await other.leave()

    play(scene)


def test_a_page_of_somebody_who_has_signed_out_is_told_nothing(play: Any) -> None:
    async def scene(of: Scene) -> None:
        own, other = (of.people[one].user_id for one in (0, 1))
        foreign = await of.listen(path=f"/live?user={other}")
        assert (foreign.status, foreign.pieces) == (204, [])
        listening = await of.listen(path=f"/live?user={own}")
        assert listening.status == 200
        await listening.leave()

    play(scene)


def test_no_page_of_another_site_listens(play: Any) -> None:
    async def scene(of: Scene) -> None:
        for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
            one = await of.listen(0, "/live", **{"sec-fetch-site": site})
            assert one.status == status
            await one.leave()

    play(scene)


def test_the_oldest_of_too_many_streams_of_a_user_ends(play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "MOST_OF_USER", 2)

    async def scene(of: Scene) -> None:
        other = await of.listen(2)
        first, second, third = [await of.listen() for _ in range(3)]
        await of.settled(lambda: first.is_over)
        assert any(stream.REPLACED in one.get("body", b"") for one in first.messages)
        assert [one.is_over for one in (second, third, other)] == [False] * 3
        for one in (second, third, other):
            await one.leave()

    play(scene)


def test_too_many_streams_are_refused_and_their_places_are_free_again(
    play: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST", 1)

    async def scene(of: Scene) -> None:
        for _ in range(2):
            first = await of.listen()
            refused = await of.listen(1)
            assert (first.status, refused.status) == (200, 503)
            assert refused.headers["retry-after"]
            await first.leave()

    play(scene)


def test_a_database_that_does_not_answer_ends_no_stream(play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(unit: Unit, position: int, with_new: tuple[str, ...]) -> News:
        raise Unavailable

    async def scene(of: Scene) -> None:
        one = await of.listen()
        with monkeypatch.context() as patch:
            patch.setattr(news, "since", fails)
            await of.beat()
        await of.call("POST", "/api/lead", {"name": "Ana"})
        await of.beat()
        assert [event["position"] for event in one.events] == [0, 1]
        await one.leave()

    play(scene)


def test_streams_leave_half_of_the_connections_to_others() -> None:
    unlimited = resource.RLIM_INFINITY
    assert [hub.most(one) for one in (1_024, 1_048_576, unlimited)] == [512, 2_000, 2_000]
