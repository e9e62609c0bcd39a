"""A dry run tells exactly what the import does, whatever the file, the policy and the leads that there are."""

import itertools
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closum.accounts import users
from closum.formats.form import Record
from closum.model import draft
from closum.model.change import By
from closum.model.matching import FILL_EMPTY, ON_MATCH, SKIP, UPDATE
from closum.operations import check, records
from closum.operations.importing import dry, mapping, wire, writing
from closum.operations.importing.policy import Policy
from closum.operations.importing.rows import Cities, Options, Ready, Rows
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit

NUMBERS = itertools.count(1)
HEADINGS = ("Name", "Email", "Phone", "code", "Source", "utm_source")
FORMS = ("p{}@example.com", "+35191234500{}", "{}", "fair {}", "u{}")
BY = By(None, "", "import", 1)
NUMBER = st.integers(0, 3)
CELL = st.one_of(st.just(""), NUMBER.map(str))
PHONES = ("", "+351912345000", "+351912345001", "+351912345002", "+351000000000", "+3519199")
NOBODY = (("Ana", "", "+351000000000"), ("Eva", "", "+351000000000"), ("Ana", "", "+3519199"))
ROW = st.tuples(
    st.sampled_from(["", "Ana", "Eva"]),
    CELL.map(lambda one: one and f"p{one}@example.com"),
    st.sampled_from(PHONES),
    CELL,
    st.sampled_from(["", "fair", "shop"]),
    st.sampled_from(["", "mail"]),
)
MATCH = st.sampled_from(
    [
        ["email", "phone"],
        ["phone", "email"],
        ["email"],
        ["phone"],
        ["custom_data.code"],
        ["custom_data.code", "email"],
    ]
)


def ready(rows: Sequence[tuple[str, ...]]) -> list[wire.Ready]:
    reading = Rows(HEADINGS, mapping.propose(HEADINGS), Options(None, 2_000_000_000), Cities.of(()))
    made = [(row, reading.read(Record(line, row))) for line, row in enumerate(rows, 2)]
    return [wire.ready(one.line, one.values, one.nested, row) for row, one in made if isinstance(one, Ready)]


def body(row: tuple[str, ...]) -> dict[str, Any]:
    name, email, phone, code, *rest = row
    document = dict(zip(("code", "Source", "utm_source"), (code, *rest), strict=True))
    document = {name: value for name, value in document.items() if value}
    return {
        "name": name or "Old",
        "email": {"email": email} if email else None,
        "phone": {"number": phone} if phone else None,
        "custom_data": document or None,
    }


def results(outcomes: list[writing.Outcome]) -> list[tuple[str, list[str], bool]]:
    return [(one.result, sorted(one.faults), one.is_unchanged) for one in outcomes]


def state(unit: Unit) -> list[Any]:
    """The leads, but for what differs from one account to another."""
    columns = "id, name, email_email, phone_number, custom_data, version"
    return unit.all(f"SELECT {columns} FROM lead WHERE account_id = ? ORDER BY id", (unit.account_id,))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(ROW, max_size=4), st.lists(ROW, max_size=9), MATCH, st.sampled_from(ON_MATCH), st.integers(1, 9)
)
def test_it_tells_what_the_import_does(
    session: Session,
    there: list[tuple[str, ...]],
    rows: list[tuple[str, ...]],
    match: list[str],
    on_match: str,
    size: int,
) -> None:
    """In sets of any size, and as if each row had been a set of its own."""
    policy, made = Policy(match, on_match), ready(rows)
    owners = []
    for _ in range(2):
        with session.write() as unit:
            owners.append(users.add_account(unit, f"Account {next(NUMBERS)}").id)
        with session.write(owners[-1]) as unit:
            records.create_many(unit, LEAD, [draft.parse(LEAD, body(row)) for row in there])
    known = dry.imagined(policy)
    told = list[writing.Outcome]()
    for start in range(0, len(made), size):
        with session.read() as unit:
            told += dry.decide(unit.of(owners[0]), policy, made[start : start + size], BY, known)
    done = [list[writing.Outcome](), list[writing.Outcome]()]
    for place, each in enumerate((size, 1)):
        for start in range(0, len(made), each):
            with session.write(owners[place]) as unit:
                done[place] += writing.write(unit, policy, made[start : start + each], BY).outcomes
    assert results(done[0]) == results(done[1])
    assert results(told) == results(done[0])
    with session.read() as unit:
        assert state(unit.of(owners[0])) == state(unit.of(owners[1]))


@pytest.mark.parametrize("on_match", ON_MATCH)
def test_what_is_written_is_sound(session: Session, account: Account, on_match: str) -> None:
    chance = random.Random(20_180_101)
    digits = [str(one) for one in range(10)]
    rows = [
        (
            chance.choice(["", "Ana"]),
            *(chance.choice(["", form.format(chance.choice(digits))]) for form in FORMS),
        )
        for _ in range(200)
    ]
    made = ready(rows)
    for start in range(0, len(made), 37):
        with session.write(account.id) as unit:
            writing.write(unit, Policy(on_match=on_match), made[start : start + 37], BY)
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []


@pytest.mark.parametrize("on_match", [FILL_EMPTY, UPDATE, SKIP])
def test_a_number_that_is_not_valid_means_nobody_with_another_name(
    session: Session, account: Account, on_match: str
) -> None:
    """People write 000000000 where they have no number: two of them are not one lead."""
    rows = [(*one, "", "", "") for one in NOBODY]
    for expected in (["created"] * 3, None):
        with session.write(account.id) as unit:
            done = writing.write(unit, Policy(on_match=on_match), ready(rows), BY).outcomes
        assert [one.result for one in done] == (
            expected or ["skipped" if on_match == SKIP else "updated"] * 3
        )
    with session.read() as unit:
        found = unit.of(account.id).all(
            "SELECT name FROM lead WHERE account_id = ? ORDER BY id", (account.id,)
        )
    assert [name for (name,) in found] == ["Ana", "Eva", "Ana"]


def test_a_valid_number_means_who_has_it_whatever_the_name(session: Session, account: Account) -> None:
    rows = [(name, "", "+351912345001", "", "", "") for name in ("Ana", "Ana Sousa")]
    with session.write(account.id) as unit:
        done = writing.write(unit, Policy(on_match=SKIP), ready(rows), BY).outcomes
    assert [one.result for one in done] == ["created", "skipped"]
