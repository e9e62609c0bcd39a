"""Tokens: what counts as one, and what ends it."""

import base64
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest

from closum import resources
from closum.accounts import roles, users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Identity, Tokens, confirm, identify
from closum.errors import Unauthorized
from closum.store import identity
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.engine import session_of
from tests.support.server import Server

KEY = bytes(range(64))
NOW = 1_800_000_000


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(KEY, lifetime=600)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and payload, unverified."""
    header, payload, _ = token.split(".")
    return decoded(header), decoded(payload)


def decoded(part: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return data


def forged(
    tokens: Tokens,
    header: dict[str, Any] | None = None,
    key: bytes = KEY,
    algorithm: str | None = "HS256",
    **claims: Any,
) -> str:
    """A good token of user 7, but for what is said; a claim that is ... is left out."""
    own_header, payload = parts(tokens.issue(7, 3, NOW))
    payload = {name: value for name, value in (payload | claims).items() if value is not ...}
    extra = {name: value for name, value in (own_header | (header or {})).items() if value is not ...}
    extra.pop("alg", None)
    return jwt.encode(payload, key if algorithm else "", algorithm=algorithm, headers=extra)


def test_a_token_says_who_and_until_when(tokens: Tokens) -> None:
    token = tokens.issue(7, 3, NOW)
    header, payload = parts(token)
    assert payload == {"sub": "7", "ver": 3, "iat": NOW, "exp": NOW + 600}
    assert (header["alg"], header["typ"], len(header["kid"])) == ("HS256", "JWT", 16)
    claims = tokens.read(token, NOW)
    assert (claims.user_id, claims.number, claims.expires) == (7, 3, NOW + 600)


def test_it_ends_by_the_clock_to_the_second(tokens: Tokens) -> None:
    token = tokens.issue(7, 3, NOW)
    tokens.read(token, NOW + 599.9)
    for late in (NOW + 600, NOW + 10**6):
        with pytest.raises(Unauthorized):
            tokens.read(token, late)


def test_one_of_another_key_counts_for_nothing(tokens: Tokens) -> None:
    with pytest.raises(Unauthorized):
        tokens.read(Tokens(KEY[::-1]).issue(7, 3, NOW), NOW)


CLAIMS: list[dict[str, Any]] = [
    {"exp": ...},
    {"exp": str(NOW + 600)},
    {"exp": NOW + 600.5},
    {"exp": -1},
    {"exp": 2**53},
    {"exp": None},
    {"exp": True},
    {"iat": ...},
    {"iat": "x"},
    {"ver": ...},
    {"ver": "3"},
    {"ver": 3.0},
    {"ver": True},
    {"ver": -3},
    {"sub": ...},
    {"sub": ""},
    {"sub": "-7"},
    {"sub": "7 "},
    {"sub": "٧"},
    {"sub": "1" * 19},
    {"nbf": NOW + 10**9},
]


@pytest.mark.parametrize("claims", CLAIMS, ids=str)
def test_claims_that_are_not_as_issued(tokens: Tokens, claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        tokens.read(forged(tokens, **claims), NOW)


@pytest.mark.parametrize(
    "header",
    [{"kid": "other"}, {"kid": ...}, {"crit": ["exp"]}, {"jku": "https://x"}, {"b64": False}, {"cty": "x"}],
    ids=str,
)
def test_headers_that_are_not_as_issued(tokens: Tokens, header: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        tokens.read(forged(tokens, header=header), NOW)


def test_the_same_with_nothing_forged_counts(tokens: Tokens) -> None:
    assert tokens.read(forged(tokens), NOW).user_id == 7


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", None])
def test_other_algorithms(tokens: Tokens, algorithm: str | None) -> None:
    with pytest.raises(Unauthorized):
        tokens.read(forged(tokens, algorithm=algorithm), NOW)


def test_broken_texts(tokens: Tokens) -> None:
    token = tokens.issue(7, 3, NOW)
    head, body, signature = token.split(".")
    other = tokens.issue(8, 3, NOW).split(".")
    unsigned = [
        base64.urlsafe_b64encode(json.dumps({"alg": name, "typ": "JWT"}).encode()).decode().rstrip("=")
        for name in ("none", "None", "nOnE", "RS256")
    ]
    texts = ["", ".", "..", "a.b.c", "é", token[:-2], f"{head}.{body}.", f"{head}.{body}", f"{token}.x"]
    texts += [f"{head}.{other[1]}.{signature}", f"{head}.{body}.{other[2]}", "x" * 20_000]
    texts += [f"{none}.{body}." for none in unsigned] + [f"{none}.{body}.{signature}" for none in unsigned]
    texts += ["W" * 5 + "." + base64.urlsafe_b64encode(b"[" * 100_000).decode() + "." + signature]
    for text in texts:
        with pytest.raises(Unauthorized):
            tokens.read(text, NOW)


@pytest.fixture
def user(session: Session, account: Account) -> int:
    with session.write() as unit:
        return users.add_user(unit, account, "ana@example.com", "hash")


def number_of(session: Session, user_id: int) -> int:
    with session.read() as unit:
        found = identity.identity(unit, user_id)
    assert found
    assert isinstance(found[1], int)
    return found[1]


def who(session: Session, tokens: Tokens, user_id: int, number: int) -> Identity | None:
    with session.read() as unit:
        try:
            claims = tokens.read(tokens.issue(user_id, number, NOW), NOW)
            return identify(identity.identity(unit, user_id), claims)
        except Unauthorized:
            return None


def test_only_the_current_number_of_an_enabled_user_counts(
    session: Session, account: Account, tokens: Tokens, user: int
) -> None:
    first = number_of(session, user)
    assert who(session, tokens, user, first) == Identity(
        user, account.id, first, roles.rights(roles.OWNER, resources.RESOURCES)
    )
    assert [who(session, tokens, user, number) for number in (0, first - 1, first + 1)] == [None] * 3
    assert who(session, tokens, user + 1, first) is None
    with session.write() as unit:
        identity.end_tokens(unit, user)
    second = number_of(session, user)
    assert who(session, tokens, user, first) is None
    assert who(session, tokens, user, second)
    with session.write() as unit:
        identity.enable_account(unit, account.id, False)
    assert who(session, tokens, user, second) is None


def test_a_number_is_the_time_at_which_it_was_given_or_one_more_than_the_last(
    folder: Path, account: Account
) -> None:
    def at(now: float, change: Callable[[Unit], object]) -> list[int]:
        with session_of(folder, clock=lambda: now) as session:
            with session.write() as unit:
                change(unit)
            with session.read() as unit:
                return [user.token_number for user in identity.users(unit)]

    add = partial(users.add_user, account=account, password_hash="hash")
    assert at(NOW, partial(add, email="ana@example.com")) == [NOW]
    ana = 1
    assert at(NOW, partial(identity.end_tokens, user_id=ana)) == [NOW + 1]
    assert at(NOW - 9, partial(identity.end_tokens, user_id=ana)) == [NOW + 2]  # by a clock that is behind
    assert at(NOW + 60, partial(identity.end_tokens, user_id=ana)) == [NOW + 60]
    assert at(NOW + 70, partial(add, email="rui@example.com")) == [NOW + 60, NOW + 70]
    assert at(NOW + 70, identity.end_all_tokens) == [NOW + 70, NOW + 71]
    assert at(NOW + 80, partial(identity.end_all_tokens, above=NOW + 90)) == [NOW + 91, NOW + 91]


@pytest.mark.parametrize("later", [-100, -1, 0, 1, 100])
def test_signing_everybody_out_gives_each_user_a_number_that_nobody_has_had(
    folder: Path, account: Account, later: int
) -> None:
    """Whatever the clock says: it may be behind those that gave the numbers."""
    emails = [f"{name}@example.com" for name in ("ana", "rui", "eva")]
    for moment, email in enumerate(emails):
        with session_of(folder, clock=lambda moment=moment: NOW + moment) as session, session.write() as unit:
            users.add_user(unit, account, email, "hash")
    with session_of(folder, clock=lambda: NOW + later) as session:
        with session.write() as unit:
            given = {user.id: user.token_number for user in identity.users(unit)}
            identity.end_all_tokens(unit)
        with session.read() as unit:
            numbers = {user.id: user.token_number for user in identity.users(unit)}
    assert all(numbers[user] > given[user] for user in given), (given, numbers)
    assert min(numbers.values()) >= NOW + later


def test_a_server_that_looks_later_sees_every_end_of_tokens(folder: Path, account: Account) -> None:
    """Also those of one second, and of a clock that has gone back."""
    with session_of(folder, clock=lambda: NOW) as session, session.write() as unit:
        ids = [users.add_user(unit, account, f"{name}@example.com", "hash") for name in ("ana", "rui")]
    with session_of(folder, clock=lambda: NOW) as session, session.read() as unit:
        seen = identity.revoked(unit, 0)[0]
    for moment in (NOW, NOW, NOW - 100, NOW + 100):
        for user_id in ids:
            with session_of(folder, clock=lambda moment=moment: moment) as session:
                with session.write() as unit:
                    identity.end_tokens(unit, user_id)
                with session.read() as unit:
                    number, ended = identity.revoked(unit, seen)
            assert (number > seen, ended) == (True, [user_id])
            seen = number


def test_nothing_is_written_for_a_user_who_was_disabled_meanwhile(
    session: Session, tokens: Tokens, user: int
) -> None:
    identified = who(session, tokens, user, number_of(session, user))
    assert identified
    with session.write() as unit:
        confirm(unit, identified)
        identity.enable_user(unit, user, False)
        with pytest.raises(Unauthorized):
            confirm(unit, identified)


def bearer(client: Client, *values: str) -> tuple[int, Any]:
    """Status and message of a call with these Authorization headers."""
    headers = [("Authorization", value) for value in values]
    request = client.build_request("GET", "/api/lead")
    del request.headers["Authorization"]
    request.headers = type(request.headers)([*request.headers.multi_items(), *headers])
    answer = client.send(request)
    return answer.status_code, answer.json()["data"].get("message") if answer.status_code != 200 else None


def test_over_http_every_fault_is_answered_alike(server: Server) -> None:
    with sign_up(server) as client, sign_up(server) as other:
        signer = Tokens(signing_key(None, server.url), lifetime=60)
        now = int(time.time())
        faults: list[tuple[str, ...]] = [
            (),
            ("",),
            ("Bearer",),
            ("Bearer x",),
            (f"Basic {client.token}",),
            (f"Token {client.token}",),
            (f"{client.token}",),
            (f"Bearer {client.token} x",),
            (f"Bearer {client.token}", f"Bearer {other.token}"),
            (f"Bearer {signer.issue(1, 1, now - 61)}",),
            (f"Bearer {signer.issue(1, 99, now)}",),
            (f"Bearer {signer.issue(10**9, 1, now)}",),
            (f"Bearer {Tokens(KEY).issue(1, 1, now)}",),
        ]
        answers = {bearer(client, *values) for values in faults}
        assert len(answers) == 1
        assert answers.pop()[0] == 401
        assert client.get("/api/lead", headers={"Authorization": ""}).headers["WWW-Authenticate"] == "Bearer"
        for scheme in ("Bearer", "bearer", "BEARER"):
            assert bearer(client, f"{scheme} {client.token}") == (200, None)
        assert client.get(f"/api/lead?token={client.token}", headers={"Authorization": ""}).status_code == 401
