"""How people get in, over the database of a running server: set-up, links, passwords, and the second factor at sign-in."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest

from closum.accounts import (
    attempts,
    entry,
    invitations,
    newcomers,
    passwords,
    second_factor,
    sessions,
    setup,
    users,
)
from closum.accounts.attempts import WINDOW
from closum.accounts.credentials import Credentials
from closum.accounts.second_factor import STEP, Enrolment
from closum.accounts.sign_in import TICKET_LIFETIME, Attempt, SignIn
from closum.errors import (
    CodeNeeded,
    CodeRefused,
    Invalid,
    LinkEnded,
    SetUpRefused,
    SignInRefused,
    TicketEnded,
    TooManyAttempts,
    Unauthorized,
)
from closum.http.clocks import ClockWatch
from closum.model.change import By
from closum.store import identity, ledger
from closum.store.database import Database
from closum.store.identity import Account, User
from closum.store.opening import open_database
from closum.store.session import Session
from tests.support import engine
from tests.support.inprocess import Clock

KEY = b"a key that is long enough to be one"
EMAIL, PASSWORD = "ana@example.com", "correct horse"
BY = By(None, "request-1", "page")
GIVEN = {"company": "Acme", "email": EMAIL, "name": "Ana", "password": PASSWORD}


class Running:
    """What a server has."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock
        self.sign_in = SignIn(ClockWatch(clock, clock), KEY)

    async def user(self, password: str = PASSWORD, client: str = "192.0.2.1") -> User:
        return await self.sign_in.user(self.db, attempt(password, client))

    async def second(self, ticket: str, code: str) -> User:
        return await self.sign_in.second(self.db, ticket, code, "192.0.2.1", "request-1")

    async def session(self, text: str) -> sessions.Session:
        found = await self.db.read(sessions.find, text)
        assert found
        return found

    async def ticket(self) -> str:
        with pytest.raises(CodeNeeded) as needed:
            await self.user()
        return needed.value.ticket


Scenario = Callable[[Running], Awaitable[None]]
Run = Callable[[Scenario], None]


def attempt(password: str, client: str = "192.0.2.1") -> Attempt:
    return Attempt(Credentials(EMAIL, password), client, "request-1", "page")


@pytest.fixture
def run(session: Session, folder: Path) -> Run:
    def begin(scenario: Scenario) -> None:
        async def _run() -> None:
            clock = Clock()
            db = await open_database(engine.current.url(folder), clock, 6)
            running = Running(db, clock)
            try:
                await scenario(running)
            finally:
                await db.close()
                running.sign_in.close()

        asyncio.run(_run())

    return begin


@pytest.fixture
def ana(session: Session, account: Account) -> int:
    with session.write() as unit:
        unit.now = int(Clock().now) - 1_000
        return users.add_user(unit, account, EMAIL, passwords.hashed(PASSWORD))


@pytest.fixture
def app(session: Session, ana: int) -> Enrolment:
    """The app that is Ana's second factor."""
    with session.write() as unit:
        unit.now = int(Clock().now) - 1_000
        user = identity.user(unit, ana)
        assert user
        made = second_factor.begin(unit, KEY, user)
        second_factor.confirm(unit, KEY, user, pyotp.TOTP(made.secret).at(unit.now), BY)
    return made


def events(session: Session) -> list[tuple[str, int | None, str]]:
    with session.read() as unit:
        return [(one.event, one.actor_id, one.cause) for one in ledger.entries(unit)]


def test_the_first_user_is_made_and_signs_in(run: Run, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "closum.db.setup"
    file.write_text("address")
    with session.write() as unit:
        code = setup.make(unit)

    async def scenario(server: Running) -> None:
        of: tuple[Any, ...] = (BY, file)
        with pytest.raises(SetUpRefused):
            await entry.set_up(server.db, server.sign_in, "other", {}, *of)
        with pytest.raises(Invalid):
            await entry.set_up(server.db, server.sign_in, code, GIVEN | {"email": ""}, *of)
        assert file.exists()
        made = await entry.set_up(server.db, server.sign_in, code, GIVEN, *of)
        assert not file.exists()
        assert await server.user() == made
        with pytest.raises(SetUpRefused):
            await entry.set_up(server.db, server.sign_in, code, GIVEN, *of)

    run(scenario)
    assert events(session)[-1] == ("sign_in", 1, "page")


def test_of_two_first_users_at_once_one_is_made(run: Run, session: Session) -> None:
    with session.write() as unit:
        code = setup.make(unit)

    async def scenario(server: Running) -> None:
        given = [GIVEN, GIVEN | {"company": "Other", "email": "eva@example.com"}]
        calls = [entry.set_up(server.db, server.sign_in, code, one, BY, None) for one in given]
        found = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(one) for one in found} == {User, SetUpRefused}

    run(scenario)
    with session.read() as unit:
        assert (len(identity.users(unit)), len(identity.accounts(unit))) == (1, 1)


def test_somebody_joins_and_signs_in(run: Run, session: Session, account: Account) -> None:
    with session.write() as unit:
        unit.now = int(Clock().now)
        who = newcomers.Invited(EMAIL, "member", EMAIL)
        text = invitations.invite(unit, account.id, who, BY)

    async def scenario(server: Running) -> None:
        with pytest.raises(LinkEnded):
            await entry.join(server.db, server.sign_in, "other", {}, BY)
        with pytest.raises(Invalid):
            await entry.join(server.db, server.sign_in, text, {"password": "short"}, BY)
        joined = await entry.join(server.db, server.sign_in, text, {"name": "", "password": PASSWORD}, BY)
        assert (await server.user(), joined.role, joined.name) == (joined, "member", None)
        with pytest.raises(LinkEnded):
            await entry.join(server.db, server.sign_in, text, {"password": PASSWORD}, BY)

    run(scenario)


def test_another_password_ends_everything_but_this_session(run: Run, session: Session, ana: int) -> None:
    async def scenario(server: Running) -> None:
        user = await server.user()
        own, other = [await server.db.write(None, sessions.begin, ana) for _ in range(2)]
        mine = await server.session(own)
        of = (server.db, server.sign_in, mine)
        by = By(ana, "request-2", "page")
        with pytest.raises(SignInRefused):
            await entry.change_password(*of, "wrong", {"password": "another horse"}, "192.0.2.1", by)
        with pytest.raises(Invalid):
            await entry.change_password(*of, PASSWORD, {"password": "short"}, "192.0.2.1", by)
        await entry.change_password(*of, PASSWORD, {"password": "another horse"}, "192.0.2.1", by)
        assert await server.db.read(sessions.find, other) is None
        mine = await server.session(own)
        after = await server.user("another horse")
        assert mine.number == after.token_number > user.token_number
        with pytest.raises(SignInRefused):
            await server.user()

    run(scenario)
    assert ("password_changed", ana, "page") in events(session)


def test_wrong_present_passwords_are_throttled(run: Run, session: Session, ana: int) -> None:
    async def scenario(server: Running) -> None:
        text = await server.db.write(None, sessions.begin, ana)
        mine = await server.session(text)
        await server.db.write(None, lock)
        with pytest.raises(TooManyAttempts):
            await entry.change_password(
                server.db, server.sign_in, mine, PASSWORD, {"password": "another horse"}, "192.0.2.1", BY
            )

    run(scenario)


def lock(unit: Any) -> None:
    for number in range(attempts.MOST_PER_ADDRESS):
        attempts.fail(unit, attempts.subjects(EMAIL, f"198.51.100.{number}"))


def test_a_user_with_a_second_factor_signs_in_in_two_steps(
    run: Run, session: Session, ana: int, app: Enrolment
) -> None:
    async def scenario(server: Running) -> None:
        with pytest.raises(SignInRefused) as refused:
            await server.user("wrong")
        assert type(refused.value) is SignInRefused
        ticket, code = await server.ticket(), pyotp.TOTP(app.secret).at(int(server.clock.now))
        assert ("sign_in", ana, "page") not in events(session)
        with pytest.raises(CodeRefused):
            await server.second(ticket, "000000x")
        assert (await server.second(ticket, code)).id == ana
        with pytest.raises(TicketEnded):
            await server.second(ticket, code)
        with pytest.raises(CodeRefused):
            await server.second(await server.ticket(), code)

    run(scenario)
    assert events(session).count(("sign_in", ana, "page")) == 1


def test_a_ticket_is_of_one_user_and_ends(run: Run, session: Session, ana: int, app: Enrolment) -> None:
    async def scenario(server: Running) -> None:
        ticket = await server.ticket()
        for other in ("", "x", ticket[:-2]):
            with pytest.raises(Unauthorized):
                await server.second(other, "123456")
        server.clock.now += TICKET_LIFETIME
        with pytest.raises(Unauthorized):
            await server.second(ticket, pyotp.TOTP(app.secret).at(int(server.clock.now)))
        ticket = await server.ticket()
        await server.db.write(None, identity.end_tokens, ana)
        with pytest.raises(Unauthorized) as refused:
            await server.second(ticket, pyotp.TOTP(app.secret).at(int(server.clock.now)))
        assert isinstance(refused.value, TicketEnded)

    run(scenario)


def test_wrong_codes_lock_as_wrong_passwords_do(run: Run, session: Session, ana: int, app: Enrolment) -> None:
    async def scenario(server: Running) -> None:
        ticket = await server.ticket()
        tries = [server.second(ticket, f"wrong {number}") for number in range(15)]
        found = [type(one) for one in await asyncio.gather(*tries, return_exceptions=True)]
        assert (found.count(CodeRefused), found.count(TooManyAttempts)) == (10, 5)
        for refused in (
            server.second(ticket, pyotp.TOTP(app.secret).at(int(server.clock.now))),
            server.user(),
        ):
            with pytest.raises(TooManyAttempts):
                await refused
        server.clock.now += WINDOW + STEP
        ticket = await server.ticket()
        assert await server.second(ticket, pyotp.TOTP(app.secret).at(int(server.clock.now)))

    run(scenario)
    assert [event for event, _, _ in events(session)].count("sign_in_locked") == 1


def test_of_two_that_use_a_code_at_once_one_signs_in(
    run: Run, session: Session, ana: int, app: Enrolment
) -> None:
    async def scenario(server: Running) -> None:
        ticket, code = await server.ticket(), pyotp.TOTP(app.secret).at(int(server.clock.now))
        found = await asyncio.gather(*[server.second(ticket, code) for _ in range(2)], return_exceptions=True)
        assert {type(one) for one in found} == {User, TicketEnded}

    run(scenario)
