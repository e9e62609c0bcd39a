"""Sessions of the pages: how they begin and end, and what they say of their user."""

import asyncio
from pathlib import Path

import pytest

from closum.accounts import preferences, sessions, users
from closum.accounts.sessions import ABSOLUTE, NOTED, SLIDING, Session
from closum.errors import Invalid
from closum.operations import retention
from closum.operations.runner import Runner
from closum.store import identity
from closum.store.identity import Account
from closum.store.opening import open_database
from closum.store.session import Session as Database
from closum.store.unit import AHEAD
from tests.support import engine

KEY = b"a key that is long enough to be one"
NOW = 1_800_000_000


@pytest.fixture
def user_id(session: Database, account: Account) -> int:
    with session.write() as unit:
        return users.add_user(unit, account, "ana@example.com", "none")


def begin(database: Database, user_id: int, now: int = NOW) -> str:
    with database.write() as unit:
        unit.now = now
        return sessions.begin(unit, user_id)


def find(database: Database, text: str, now: int = NOW) -> Session | None:
    with database.read() as unit:
        unit.now = now
        return sessions.find(unit, text)


def test_a_session_knows_its_user_and_account(session: Database, account: Account, user_id: int) -> None:
    found = find(session, begin(session, user_id))
    assert found
    assert (found.user_id, found.email, found.role) == (user_id, "ana@example.com", "owner")
    assert (found.account_id, found.account_name, found.zone) == (account.id, "Acme", "UTC")
    assert (found.country, found.is_later) == (None, False)
    assert (found.language, found.theme, found.shortcuts, found.seen) == (None, "system", True, None)
    assert not found.is_due


def test_each_session_has_a_text_of_its_own_that_is_not_stored(session: Database, user_id: int) -> None:
    texts = {begin(session, user_id) for _ in range(3)}
    assert len(texts) == 3
    assert {len(text) for text in texts} == {43}
    with session.read() as unit:
        stored = str(unit.all("SELECT * FROM session"))
    assert not any(text in stored for text in texts)


@pytest.mark.parametrize("text", ["", "x", "\udcff", "\0", "é" * 9_999])
def test_any_other_text_finds_nobody(session: Database, user_id: int, text: str) -> None:
    begin(session, user_id)
    assert find(session, text) is None


def test_a_session_that_is_not_used_ends(session: Database, user_id: int) -> None:
    text = begin(session, user_id)
    assert find(session, text, NOW + SLIDING - 1)
    assert find(session, text, NOW + SLIDING) is None


def test_a_session_that_is_used_goes_on_until_it_is_too_old(session: Database, user_id: int) -> None:
    text = begin(session, user_id)
    for now in range(NOW, NOW + ABSOLUTE, SLIDING - 1):
        with session.write() as unit:
            unit.now = now
            found = sessions.find(unit, text)
            assert found
            sessions.touch(unit, found)
    assert find(session, text, NOW + ABSOLUTE - 1)
    assert find(session, text, NOW + ABSOLUTE) is None


def test_a_use_is_to_be_noted_every_quarter_of_an_hour(session: Database, user_id: int) -> None:
    text = begin(session, user_id)
    due = [found.is_due for now in (NOW + NOTED - 1, NOW + NOTED) if (found := find(session, text, now))]
    assert due == [False, True]
    with session.write() as unit:
        unit.now = NOW + NOTED
        found = sessions.find(unit, text)
        assert found
        sessions.touch(unit, found)
        after = sessions.find(unit, text)
    assert after == found._replace(is_due=False)


def test_a_clock_that_was_ahead_makes_no_session_that_lasts(session: Database, user_id: int) -> None:
    text = begin(session, user_id, NOW + AHEAD)
    assert find(session, text)
    assert find(session, begin(session, user_id, NOW + AHEAD + 1)) is None


def test_signing_out_ends_one_session(session: Database, user_id: int) -> None:
    one, other = (begin(session, user_id) for _ in range(2))
    with session.write() as unit:
        sessions.end(unit, one)
        sessions.end(unit, "unknown")
    assert find(session, one) is None
    assert find(session, other)


@pytest.mark.parametrize("what", ["tokens", "all tokens", "password", "user", "account", "removed"])
def test_what_revokes_tokens_ends_sessions(
    session: Database, account: Account, user_id: int, what: str
) -> None:
    text = begin(session, user_id)
    with session.write() as unit:
        {
            "tokens": lambda: identity.end_tokens(unit, user_id),
            "all tokens": lambda: identity.end_all_tokens(unit),
            "password": lambda: identity.set_password(unit, user_id, "another"),
            "user": lambda: identity.enable_user(unit, user_id, False),
            "account": lambda: identity.enable_account(unit, account.id, False),
            "removed": lambda: identity.remove_user(unit, user_id),
        }[what]()
    assert find(session, text) is None
    if what != "removed":
        with session.write() as unit:
            identity.enable_user(unit, user_id, True)
            identity.enable_account(unit, account.id, True)
        assert find(session, text) is None


def test_preferences_are_the_users_own(session: Database, account: Account, user_id: int) -> None:
    with session.write() as unit:
        other = users.add_user(unit, account, "eva@example.com", "none")
        preferences.change(unit, user_id, {"language": "pt", "theme": "dark", "shortcuts": 0})
        preferences.change(unit, user_id, {"theme": "light"})
        preferences.change(unit, user_id, {})
        unit.now = NOW
        preferences.see(unit, user_id)
    found = [find(session, begin(session, one)) for one in (user_id, other)]
    assert [(one.language, one.theme, one.shortcuts, one.seen) for one in found if one] == [
        ("pt", "light", False, NOW),
        (None, "system", True, None),
    ]
    with session.write() as unit:
        preferences.change(unit, user_id, {"language": ""})
    again = find(session, begin(session, user_id))
    assert again
    assert again.language is None


def test_other_preferences_are_refused_all_at_once(session: Database, user_id: int) -> None:
    with pytest.raises(Invalid) as refused, session.write() as unit:
        preferences.change(unit, user_id, {"language": "fr", "theme": "", "shortcuts": "often"})
    assert {name: list(faults) for name, faults in refused.value.faults.items()} == {
        "language": ["_inList"],
        "theme": ["_empty"],
        "shortcuts": ["_flag"],
    }


def test_expired_sessions_are_removed_by_a_server(session: Database, user_id: int, folder: Path) -> None:
    begin(session, user_id, NOW - SLIDING)
    begin(session, user_id, NOW - SLIDING + 1)

    async def work() -> None:
        db = await open_database(engine.current.url(folder), lambda: NOW, 6)
        try:
            await Runner(db, [retention.session_kind()]).work()
        finally:
            await db.close()

    asyncio.run(work())
    with session.read() as unit:
        assert unit.all("SELECT expires FROM session") == [(NOW + 1,)]


def test_a_form_is_of_one_session_and_one_key() -> None:
    right = sessions.csrf(KEY, "text")
    assert sessions.is_csrf(KEY, "text", right)
    for key, text in ((KEY, "texts"), (KEY + b"x", "text"), (KEY, "")):
        assert not sessions.is_csrf(key, text, right)
    other = right[:-1] + ("0" if right[-1] != "0" else "1")
    for given in (
        "",
        right[:-1],
        right.upper(),
        other,
        right[:64],
        "0" * 128,
        "é" * 128,
        "\udcff",
        f"{right}\n",
    ):
        assert not sessions.is_csrf(KEY, "text", given)


def test_each_page_has_other_digits_for_the_same_form() -> None:
    one, two = sessions.csrf(KEY, "text"), sessions.csrf(KEY, "text")
    assert {len(one), len(two)} == {128}
    assert not {one[:64], one[64:]} & {two[:64], two[64:]}
    assert sessions.is_csrf(KEY, "text", one)
    assert sessions.is_csrf(KEY, "text", two)
