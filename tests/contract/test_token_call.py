"""The body of POST /api/token: its two fields under both names, their limits, and what wrong ones get."""

from typing import Any

import pytest

from closum.accounts import passwords, users
from tests.support.answers import failure, faults
from tests.support.client import JSON, Client
from tests.support.server import Server

each = pytest.mark.parametrize

PASSWORD = "correct horse battery"
SHORT = "short"


@pytest.fixture(scope="module")
def user(server: Server) -> str:
    """The address of a user with a password."""
    with server.session() as session, session.write() as unit:
        account = users.add_account(unit, "Token calls")
        users.add_user(unit, account, "Signs.In@example.com", passwords.hashed(PASSWORD))
    return "Signs.In@example.com"


@each(("email", "password"), [("email", "password"), ("api_username", "api_pw"), ("email", "api_pw")])
@each("spelled", ["Signs.In@example.com", "  signs.in@EXAMPLE.com "])
def test_a_token_under_both_names(email: str, password: str, spelled: str, user: str, server: Server) -> None:
    body = {email: spelled, password: PASSWORD, "0": "x"}
    with Client(server.address, None) as nobody:
        data = nobody.data("POST", "/api/token", body)
    assert list(data) == ["token", "expires_in", "expiration_date"]
    assert data["expires_in"] == 7 * 24 * 3600
    with Client(server.address, data["token"]) as client:
        assert client.data("GET", "/api/lead") == []


INVALID: list[tuple[JSON, JSON]] = [
    ({}, {"email": "_required", "password": "_required"}),
    ({"email": None, "password": ""}, {"email": "_empty", "password": "_empty"}),
    ({"api_username": "", "api_pw": None}, {"email": "_empty", "password": "_empty"}),
    ({"email": "  ", "password": "x"}, {"email": "_empty"}),
    ({"email": True, "password": []}, {"email": "_scalar", "password": "_scalar"}),
    ({"email": "a" * 255, "password": "a" * 1025}, {"email": "_maxLength", "password": "_maxLength"}),
    ({"email": "a@example.com", "password": "é" * 513}, {"password": "_maxLength"}),
]


@each(("body", "rules"), INVALID)
def test_presence_type_and_upper_limits_are_checked(body: JSON, rules: JSON, server: Server) -> None:
    with Client(server.address, None) as nobody:
        assert faults(nobody.post("/api/token", json=body)) == rules


WRONG: list[Any] = [
    {"email": "signs.in@example.com", "password": "wrong password"},
    {"email": "signs.in@example.com", "password": SHORT},
    {"email": "signs.in@example.com", "password": PASSWORD + " "},
    {"email": "signs.in@example.com", "password": "é" * 512},
    {"email": "nobody@example.com", "password": PASSWORD},
    {"email": "no address", "password": 12345678},
    {"email": "a" * 254, "password": "x"},
]


def test_wrong_ones_are_one_and_the_same_401(user: str, server: Server) -> None:
    with Client(server.address, None) as nobody:
        answers = [nobody.post("/api/token", json=body) for body in WRONG]
    for answer in answers:
        failure(answer, 401, "/api/token")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.content == answers[0].content
