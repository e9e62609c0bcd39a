"""Properties of custom data are compared alike on both engines: texts by their sort keys, numbers as numbers."""

import json
import operator
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closum.model import draft, query
from closum.model.text import sort_key
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import identity
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from tests.support.engine import Engine

OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
LETTERS = "aAzZéÉßẞæÆœþÞøØłŁđıIİçñſﬁǰŉΐΣσςжЖ한语日Ωω😀 0-_\u0301\u0345\u00ad\u200d\ufe0f"

each = pytest.mark.parametrize


@pytest.fixture(scope="module")
def shared(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One database for all examples, each of which has an account of its own."""
    folder = tmp_path_factory.mktemp("custom")
    with open_session(engine.fill(folder)) as session:
        if isinstance(session, SQLiteSession):
            session.connection.pragma("synchronous", "off")
        yield session
    engine.forget(folder)


def account_with(session: Session, values: list[Any]) -> int:
    with session.write() as unit:
        name = f"Account {len(identity.accounts(unit)) + 1}"
        account_id = identity.add_account(unit, name, name)
    with session.write(account_id) as unit:
        bodies = [{"name": "A", "custom_data": json.dumps({"k": one})} for one in values]
        records.create_many(unit, LEAD, [draft.parse(LEAD, body) for body in bodies])
    return account_id


def found(session: Session, account_id: int, text: str) -> list[int]:
    asked = query.parse(LEAD, [("filter", f"custom_data.k{text}"), ("limit", "1000")])
    with session.read() as unit:
        return [one["id"] for one in records.window(unit.of(account_id), LEAD, asked).records]


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.text(LETTERS, max_size=5), min_size=1, max_size=25),
    than=st.text(LETTERS, min_size=1, max_size=3),
    sign=st.sampled_from(sorted(OPERATORS)),
)
def test_texts_by_their_sort_keys(shared: Session, values: list[str], than: str, sign: str) -> None:
    account_id = account_with(shared, values)
    than = f"{than}x"  # no number
    key = sort_key(than) or ""
    expected = [at for at, one in enumerate(values, 1) if OPERATORS[sign](sort_key(one) or "", key)]
    assert found(shared, account_id, f"{sign}{than}") == expected
    same = [at for at, one in enumerate(values, 1) if sort_key(one) == key]
    assert found(shared, account_id, f"={than}") == same


NUMBERS = [
    0,
    -0.0,
    1,
    12,
    12.0,
    12.5,
    -3,
    1e2,
    1e-400,
    1e-310,
    0.1,
    2**53,
    2**53 + 1,
    -(2**53) - 1,
    2**63 - 1,
    2**63,
    2**64 + 1,
    10**30,
    10**400,
    1e300,
]
OTHERS: list[Any] = ["12", "abc", True, None, [12], {"a": 12}]


@each(
    ("text", "expected"),
    [
        ("=12", [12, 12.0, "12"]),
        ("=12.0", [12, 12.0]),
        ("=1.2e1", [12, 12.0]),
        ("=+12", [12, 12.0]),
        ("= 12", [12, 12.0]),
        ("=.1", [0.1]),
        ("=0", [0, -0.0, 1e-400]),
        ("=1e2", [1e2]),
        ("=9007199254740993", [2**53 + 1]),
        ("=9007199254740992", [2**53]),
        ("=9223372036854775807", [2**63 - 1]),
        ("=true", [True]),
        ("=abc", ["abc"]),
        (">9007199254740992", [2**53 + 1, 2**63 - 1, 2**63, 2**64 + 1, 10**30, 10**400, 1e300]),
        (">=9223372036854775807", [2**63 - 1, 2**63, 2**64 + 1, 10**30, 10**400, 1e300]),
        ("<-9007199254740992", [-(2**53) - 1]),
        ("<.5", [0, -0.0, -3, 1e-400, 1e-310, 0.1, -(2**53) - 1]),
        ("<=1e0", [0, -0.0, 1, -3, 1e-400, 1e-310, 0.1, -(2**53) - 1]),
        (">+99.5", [1e2, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 + 1, 10**30, 10**400, 1e300]),
        (">=12.5", [12.5, 1e2, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 + 1, 10**30, 10**400, 1e300]),
        (">1e29", [10**30, 10**400, 1e300]),
        (">1.5x", ["12", "abc"]),
    ],
)
def test_numbers_as_numbers(shared: Session, text: str, expected: list[Any]) -> None:
    values = [*NUMBERS, *OTHERS]
    account_id = account_with(shared, values)
    assert [repr(values[at - 1]) for at in found(shared, account_id, text)] == list(map(repr, expected))


@each("sign", sorted(OPERATORS))
@each("than", [2**63 - 1, 2**63, -(2**63)])
def test_numbers_at_the_end_of_64_bits(shared: Session, sign: str, than: int) -> None:
    values = [2**63 - 2, 2**63 - 1, 2**63, -(2**63), -(2**63) + 1, 2.0**64]
    account_id = account_with(shared, values)
    expected = [at for at, one in enumerate(values, 1) if OPERATORS[sign](one, than)]
    assert found(shared, account_id, f"{sign}{than}") == expected


@each("than", ["ax", "hx", "sx", "zx", "\u0131x", "µx"])
def test_every_latin_letter_is_compared_by_its_key(shared: Session, than: str) -> None:
    values = [f"{chr(one)}x" for one in range(0x20, 0x250)]
    account_id = account_with(shared, values)
    expected = [at for at, one in enumerate(values, 1) if (sort_key(one) or "") >= (sort_key(than) or "")]
    assert found(shared, account_id, f">={than}") == expected


def test_each_of_many_keys_is_found(shared: Session) -> None:
    with shared.write() as unit:
        account_id = identity.add_account(unit, "Many keys", "Many keys")
    notes = " ".join(f"word{one}" for one in range(6_000))
    bodies: list[dict[str, Any]] = [
        {"custom_data": {f"k{one}": f"v{one}" for one in range(1_000)}},
        {"custom_data": {"notes": notes, "source": "fair", "score": 7}},
    ]
    with shared.write(account_id) as unit:
        made = [draft.parse(LEAD, {"name": "A"} | one) for one in bodies]
        records.create_many(unit, LEAD, made)

    def ids(*filters: str) -> list[int]:
        asked = query.parse(LEAD, [("fields", "id"), *(("filter", one) for one in filters)])
        with shared.read() as unit:
            return [one["id"] for one in records.window(unit.of(account_id), LEAD, asked).records]

    assert ids("custom_data.k0=v0") == ids("custom_data.k999=v999") == [1]
    assert ids("custom_data.k999!=v999") == [2]
    assert ids("custom_data.source=fair") == ids("custom_data.score>=5") == [2]
    assert ids("custom_data.source=") == [1]
    assert ids("custom_data.notes~=word4999") == [2]
