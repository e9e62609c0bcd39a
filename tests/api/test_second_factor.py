"""POST /api/token for a user with a second factor, and for one without."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pyotp
import pytest

from closum.accounts import passwords, second_factor, users
from closum.accounts.keys import signing_key
from closum.model.change import By
from closum.store import identity
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine
from tests.support.inprocess import Clock, built, running

PASSWORD = "correct horse"
NOW = int(Clock().now)


@pytest.fixture
def url(session: Session, account: Account, folder: Path) -> str:
    """Of a database with Ana, who has a second factor, and Eva, who has none."""
    with session.write() as unit:
        for name in ("ana", "eva"):
            users.add_user(unit, account, f"{name}@example.com", passwords.hashed(PASSWORD))
    return engine.current.url(folder)


@pytest.fixture
def app(session: Session, url: str) -> tuple[pyotp.TOTP, list[str]]:
    key = signing_key(None, url)
    with session.write() as unit:
        unit.now = NOW - 1_000
        ana = identity.user(unit, 1)
        assert ana
        made = pyotp.TOTP(second_factor.begin(unit, key, ana).secret)
        return made, second_factor.confirm(unit, key, ana, made.at(unit.now), By(1, "", "page"))


def answers(url: str, *bodies: dict[str, Any]) -> list[httpx2.Response]:
    async def _run() -> list[httpx2.Response]:
        async with running(built(url, Clock())) as client:
            return [await client.post("/api/token", json={"password": PASSWORD} | body) for body in bodies]

    return asyncio.run(_run())


def test_a_code_or_a_recovery_code_gives_a_token(url: str, app: tuple[pyotp.TOTP, list[str]]) -> None:
    totp, recovery = app
    ana = {"email": "ana@example.com"}
    codes = [totp.at(NOW), totp.at(NOW), recovery[0], recovery[0]]
    found = answers(url, *(ana | {"code": code} for code in codes))
    assert [one.status_code for one in found] == [200, 401, 200, 401]
    assert found[0].json()["data"].keys() == {"token", "expires_in", "expiration_date"}
    assert all("x-ignored-properties" not in one.headers for one in found)
    assert (
        found[1].json()["data"]["message"].startswith("The code of the second factor is wrong, or was used")
    )


def test_without_a_code_the_answer_says_so_to_who_has_the_password(
    url: str, app: tuple[pyotp.TOTP, list[str]]
) -> None:
    ana = {"email": "ana@example.com"}
    right, wrong, wrong_with_code = answers(
        url, ana, ana | {"password": "wrong"}, ana | {"password": "wrong", "code": app[0].at(NOW)}
    )
    assert [one.status_code for one in (right, wrong, wrong_with_code)] == [401] * 3
    assert right.json()["data"]["message"].startswith(
        "This user signs in with a second factor: send its code"
    )
    assert wrong.json()["data"]["message"] == wrong_with_code.json()["data"]["message"]
    assert wrong.json()["data"]["message"] == "Unknown e-mail address or wrong password"


def test_for_a_user_without_one_a_code_is_ignored_whatever_it_is(url: str) -> None:
    eva = {"email": "eva@example.com"}
    plain, *others = answers(url, eva, *(eva | {"code": code} for code in ("123456", 7, {"a": 1}, "x" * 999)))
    assert [one.status_code for one in (plain, *others)] == [200] * 5
    assert "x-ignored-properties" not in plain.headers
    assert {one.headers["x-ignored-properties"] for one in others} == {"code"}


def test_what_is_no_code_is_a_fault(url: str, app: tuple[pyotp.TOTP, list[str]]) -> None:
    ana = {"email": "ana@example.com"}
    found = answers(url, ana | {"code": {"a": 1}}, ana | {"code": "x" * 65})
    assert [one.status_code for one in found] == [422, 422]
    assert [list(one.json()["data"]["errors"]["code"]) for one in found] == [["_scalar"], ["_maxLength"]]
