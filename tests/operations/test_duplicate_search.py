"""Servers find the leads that look alike: of all, and of what has changed since."""

import random
from collections.abc import Iterable
from itertools import combinations, pairwise
from typing import Any

import pytest

from closum.accounts import users
from closum.errors import Refusal
from closum.model import draft, duplicates
from closum.model.change import ERASE, Operation
from closum.model.duplicates import MOST_ALIKE, RULES
from closum.operations import duplicate_search, records, undo
from closum.operations.deletion import look_up_children
from closum.operations.edit import Edit
from closum.operations.plan import known_of
from closum.operations.runner import Kind, Work
from closum.resources.lead import LEAD
from closum.store import changes, duplicate_place, history, rows
from closum.store import duplicates as store
from closum.store.background import Progress
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit, timestamp
from tests.support import engine
from tests.support.every_operation import erase
from tests.support.finding import NOW, found, groups, job, look, pairs, search_again, serve
from tests.support.stored import create, written

NAMES = ["Ana", "Anna", "Âna", "Maria", "Mario", "Silva", "Silvo", "Sousa", "Souza", "Mariana", "Rui", "Ruy"]


@pytest.fixture
def url(session: Session, folder: object) -> str:
    return engine.current.url(folder)  # type: ignore[arg-type]


def add(session: Session, account_id: int, *bodies: dict[str, Any] | str) -> list[int]:
    """Leads; a str is a name."""
    whole = [{"name": one} if isinstance(one, str) else one for one in bodies]
    with session.write(account_id) as unit:
        return create(unit, LEAD, whole)


def change(session: Session, account_id: int, lead: int, **body: Any) -> None:
    with session.write(account_id) as unit:
        records.update(unit, LEAD, lead, draft.parse(LEAD, body))


def remove(session: Session, account_id: int, lead: int) -> int:
    """Undo the creation of a lead, which nothing else has changed; the operation of the undo."""
    with session.write(account_id) as unit:
        (first, *_) = history.of_records(unit, LEAD, [lead], 0)[lead]
        gone = undo.undo(unit, first.operation).operation
    assert gone
    return gone


def erased(session: Session, account_id: int, lead: int) -> None:
    with session.write(account_id) as unit:
        known = known_of(unit)
        known.add(LEAD, rows.rows_by(unit, LEAD, "id", [lead]).values())
        look_up_children(unit, known, LEAD, [lead])
        edit = Edit(known)
        edit.delete(LEAD, lead, ERASE)
        changes.write(unit, [Operation(unit.by, edit.changes())], known.counters)


def hashes(unit: Unit) -> set[tuple[int, int]]:
    """All that are kept of an account, with the leads."""
    rows = unit.all("SELECT hash, lead_id FROM duplicate_key WHERE account_id = ?", (unit.account_id,))
    return {(row[0], row[1]) for row in rows}


def test_each_kind_is_found(session: Session, account: Account, url: str) -> None:
    add(
        session,
        account.id,
        {"email": {"email": "ana@example.com"}},
        {"email": {"email": "ANA@example.com"}, "name": "Ana"},
        {"phone": {"extension": "351", "number": "912 341 212"}},
        {"phone": {"number": "+351912341212"}},
        {"name": "José Conceição", "city_id": 1},
        {"name": "jose conceicao", "city_id": 1},
        "Rui Costa",
        "Costa, Rui",
        "Teresa Neves",
        "Tereza Neves",
        "Zélia Mota",
    )
    serve(url)
    assert pairs(session, account.id) == {
        (1, 2): ("email",),
        (3, 4): ("phone",),
        (5, 6): ("name", "city"),
        (7, 8): ("name_order",),
        (9, 10): ("name_letter",),
    }
    assert job(session, account.id) == "done"


def test_only_what_changed_is_looked_at(session: Session, account: Account) -> None:
    add(session, account.id, "Ana Silva", "Rui Costa")
    look(session, account.id)
    with session.write(account.id) as unit:  # nobody looks at these again
        unit.run("DELETE FROM duplicate_key WHERE account_id = ? AND lead_id = 2", (account.id,))
    add(session, account.id, "Ana Silvo", "Rui Costa")
    look(session, account.id)
    assert pairs(session, account.id) == {(1, 3): ("name_letter",)}
    search_again(session, account.id)
    assert pairs(session, account.id) == {(1, 3): ("name_letter",), (2, 4): ("name",)}


def test_a_changed_lead_is_compared_again(session: Session, account: Account) -> None:
    one, other = add(session, account.id, "Ana Silva", "Ana Silva")
    look(session, account.id)
    change(session, account.id, other, name="Rui Costa")
    look(session, account.id)
    assert pairs(session, account.id) == {}
    change(session, account.id, other, name="Silva Ana", city_id=1)
    change(session, account.id, one, city_id=1)
    look(session, account.id)
    assert pairs(session, account.id) == {(one, other): ("name_order", "city")}
    change(session, account.id, one, city_id=2)
    look(session, account.id)
    assert pairs(session, account.id) == {}


def test_a_lead_that_goes_leaves_at_once_and_comes_back(session: Session, account: Account) -> None:
    one, other = add(session, account.id, "Ana Silva", "Ana Silva")
    look(session, account.id)
    gone = remove(session, account.id, other)
    assert pairs(session, account.id) == {}
    with session.read() as unit:
        assert {lead for _, lead in hashes(unit.of(account.id))} <= {one}
    look(session, account.id)
    with session.write(account.id) as unit:
        undo.undo(unit, gone)
    look(session, account.id)
    assert pairs(session, account.id) == {(one, other): ("name",)}


def test_an_erased_person_leaves_nothing(session: Session, account: Account) -> None:
    """Also where a server has not looked at the lead since it had another name."""
    person = {"name": "Ana Silva", "email": {"email": "ana@example.com"}}
    ids = add(session, account.id, person, "Ana Silva", "Ana Silvo")
    look(session, account.id)
    with session.write(account.id) as unit:
        store.dismiss(unit, ids[:2])
    change(session, account.id, 1, name="Ana Maria Silva")
    with session.write(account.id) as unit:
        erase(unit, account.id, "ana@example.com")
    look(session, account.id)
    with session.read() as unit:
        assert {lead for _, lead in hashes(unit.of(account.id))} == {2, 3}
        assert store.dismissals(unit.of(account.id), [1, 2]).keys() == {2}
    assert pairs(session, account.id) == {(2, 3): ("name_letter",)}


@pytest.mark.parametrize("kind", ["email", "name", "named_in_city", "letter"])
def test_more_than_20_are_one_group(session: Session, account: Account, kind: str) -> None:
    bodies: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
        "email": ({"email": {"email": "info@example.com"}}, ("email",)),
        "name": ({"name": "Ana Silva"}, ("name",)),
        "named_in_city": ({"name": "Ana Silva", "city_id": 1}, ("name", "city")),
        "letter": ({"name": "Ana Silvo"}, ("name_letter",)),
    }
    body, reasons = bodies[kind]
    first = {"name": "Ana Silva"} if kind == "letter" else body
    add(session, account.id, first, *[body] * (MOST_ALIKE - 1))
    look(session, account.id)
    assert len(pairs(session, account.id)) == MOST_ALIKE * (MOST_ALIKE - 1) // 2
    (last,) = add(session, account.id, body)
    look(session, account.id)
    inner = {pair for pair, why in pairs(session, account.id).items() if kind != "letter" or why != ("name",)}
    assert (inner, groups(session, account.id)) == (set(), [reasons])
    remove(session, account.id, last)
    look(session, account.id)
    assert groups(session, account.id) == []
    assert len(pairs(session, account.id)) == MOST_ALIKE * (MOST_ALIKE - 1) // 2


def test_a_group_has_pairs_that_are_more_alike(session: Session, account: Account) -> None:
    shared = {"email": {"email": "info@example.com"}}
    add(session, account.id, *[shared] * MOST_ALIKE, *[shared | {"name": "Ana Silva", "city_id": 1}] * 2)
    look(session, account.id)
    assert pairs(session, account.id) == {(21, 22): ("email", "name", "city")}
    assert groups(session, account.id) == [("email",)]


def some(draw: random.Random, count: int, addresses: int) -> Iterable[dict[str, Any]]:
    for _ in range(count):
        body: dict[str, Any] = {"name": " ".join(draw.choices(NAMES, k=draw.randint(1, 3)))}
        if draw.random() < 0.5:
            body["city_id"] = draw.choice((1, 2))
        if draw.random() < 0.3:
            body["email"] = {"email": f"{draw.randrange(addresses)}@example.com"}
        yield body


@pytest.mark.parametrize(("count", "addresses"), [(30, 20), (150, 5)])
def test_one_by_one_the_same_is_found_as_of_all(
    session: Session, account: Account, count: int, addresses: int
) -> None:
    draw = random.Random(count)
    for _ in range(3):
        add(session, account.id, *some(draw, count, addresses))
        look(session, account.id)
    for body in some(draw, count // 2, addresses):
        change(session, account.id, draw.randint(1, 3 * count), **body)
        if draw.random() < 0.3:
            look(session, account.id, size=3)
    for lead in (1, count, 3 * count):
        erased(session, account.id, lead)
    look(session, account.id)
    with session.read() as unit:
        before, kept = found(unit.of(account.id)), hashes(unit.of(account.id))
    search_again(session, account.id)
    with session.read() as unit:
        assert found(unit.of(account.id)) == before
        assert hashes(unit.of(account.id)) == kept
        leads = store.leads(unit.of(account.id), range(1, 3 * count + 1))
    alike = {
        (one.id, other.id) for one, other in combinations(sorted(leads), 2) if duplicates.alike(one, other)
    }
    assert pairs(session, account.id).keys() <= alike
    assert groups(session, account.id) or pairs(session, account.id).keys() == alike


@pytest.mark.parametrize("steps", [1, 2, 5, 9])
def test_a_search_that_is_interrupted_goes_on(
    session: Session, account: Account, url: str, steps: int
) -> None:
    add(session, account.id, *some(random.Random(1), 60, 9))
    look(session, account.id)
    with session.read() as unit:
        whole = found(unit.of(account.id))
    with session.write(account.id) as unit:
        duplicate_place.set_place(unit, duplicate_place.place(unit)._replace(rules=RULES - 1))
    assert not look(session, account.id, size=10, steps=steps)
    add(session, account.id, "Zélia Mota", "Zelia Mota")
    serve(url)
    with session.read() as unit:
        assert found(unit.of(account.id)) == sorted([*whole, ((61, 62), "", ("name",))])


def test_names_are_read_from_the_beginning_where_the_last_lead_has_changed(
    session: Session, account: Account
) -> None:
    add(session, account.id, "Ana Silva", "Beatriz Melo", "Ana Silva", "Beatriz Melo")
    look(session, account.id, size=2, steps=2)
    with session.read() as unit:
        number, (lead, _) = duplicate_place.place(unit.of(account.id)).walk
    assert number == 1
    change(session, account.id, lead, name="Zélia Mota")
    look(session, account.id)
    assert len(pairs(session, account.id)) == 1


def test_a_change_is_as_much_as_many_leads(session: Session, account: Account) -> None:
    """A step of a size that was learnt in a search of all leads would take seconds for as many changes."""
    add(session, account.id, "Rui Costa")
    look(session, account.id)
    add(session, account.id, "Ana Silva", "Ana Silva", "Ana Silva")
    assert not look(session, account.id, size=2 * duplicate_search.SHARE, steps=1)
    assert pairs(session, account.id) == {(2, 3): ("name",)}
    assert not look(session, account.id, size=1, steps=1)
    assert look(session, account.id, size=1, steps=1)
    assert len(pairs(session, account.id)) == 3


def test_what_the_history_does_not_have_is_looked_for_among_all(session: Session, account: Account) -> None:
    add(session, account.id, "Ana Silva")
    look(session, account.id)
    add(session, account.id, "Ana Silva", "Rui Costa")
    with session.write(account.id) as unit:
        history.cut(unit, timestamp(unit.now + 1), 10)
    look(session, account.id)
    assert pairs(session, account.id) == {(1, 2): ("name",)}


def test_many_changes_are_looked_for_among_all(session: Session, account: Account) -> None:
    add(session, account.id, "Ana Silva")
    look(session, account.id)
    with session.read() as unit:
        run = duplicate_place.place(unit.of(account.id)).run
    add(session, account.id, *(f"{number}" for number in range(duplicate_search.FEW + 1)), "Ana Silva")
    look(session, account.id)
    with session.read() as unit:
        assert duplicate_place.place(unit.of(account.id)).run == run + 1
    assert pairs(session, account.id) == {(1, duplicate_search.FEW + 3): ("name",)}


def test_accounts_are_apart(session: Session, account: Account, url: str) -> None:
    with session.write() as unit:
        other = users.add_account(unit, "Other").id
    for one in (account.id, other):
        add(session, one, {"name": "Ana Silva", "email": {"email": "ana@example.com"}})
    serve(url)
    assert pairs(session, account.id) == pairs(session, other) == {}
    add(session, other, "Silva Ana")
    serve(url)
    assert (pairs(session, account.id), pairs(session, other)) == ({}, {(1, 2): ("name_order",)})


def test_an_account_without_news_has_no_work(session: Session, account: Account, url: str) -> None:
    serve(url)
    assert job(session, account.id) is None
    add(session, account.id, "Ana Silva")
    serve(url)
    steps = []

    def step(unit: Unit, work: Work) -> Progress:
        steps.append(unit.account_id)
        return duplicate_search.step(unit, work)

    kind = duplicate_search.kind()
    serve(url, Kind(kind.name, step, behind=kind.behind))
    assert steps == []
    add(session, account.id, "Ana Silva")
    serve(url, Kind(kind.name, step, behind=kind.behind))
    assert set(steps) == {account.id}


def test_work_that_was_given_up_waits_an_hour(session: Session, account: Account, url: str) -> None:
    tries = []

    def fail(unit: Unit, work: Work) -> Progress:
        tries.append(unit.now)
        raise Refusal("no")

    kind = Kind(duplicate_place.KIND, fail, behind=duplicate_search.kind().behind)
    add(session, account.id, "Ana Silva", "Ana Silva")
    serve(url, kind)
    serve(url, kind)
    assert (len(tries), job(session, account.id)) == (1, "failed")
    with session.write(account.id) as unit:
        at = timestamp(NOW - duplicate_place.AGAIN - 1)
        unit.run("UPDATE job SET modified = ? WHERE account_id = ?", (at, account.id))
    serve(url)
    assert pairs(session, account.id) == {(1, 2): ("name",)}


def test_a_lead_of_one_name_among_thousands(session: Session, account: Account) -> None:
    """Leads of one name are one group where they are too many to look at their cities."""
    with session.write(account.id) as unit:
        many = [draft.parse(LEAD, {"name": "Ana Silva", "city_id": 1 + n % 300}) for n in range(2_001)]
        assert written(records.create_many(unit, LEAD, many)[-1]).id == 2_001
    look(session, account.id)
    assert (pairs(session, account.id), groups(session, account.id)) == ({}, [("name",)])
    add(session, account.id, {"name": "Ana Silva", "city_id": 301}, {"name": "Ana Silvo", "city_id": 1})
    look(session, account.id)
    assert (pairs(session, account.id), groups(session, account.id)) == ({}, [("name",)])
    add(session, account.id, "Rui Costa", "Costa Rui", "Zita Mota", "Zita Mola")
    look(session, account.id)
    assert pairs(session, account.id) == {(2_004, 2_005): ("name_order",), (2_006, 2_007): ("name_letter",)}
    search_again(session, account.id)
    assert pairs(session, account.id) == {(2_004, 2_005): ("name_order",), (2_006, 2_007): ("name_letter",)}
    assert groups(session, account.id) == [("name",)]


def test_a_step_does_not_look_at_all_names_that_have_a_word_in_common(
    session: Session, account: Account
) -> None:
    names = [f"Ana {letter * 4}{end}" for letter in "bcdfghjklmnp" for end in "ao"]
    add(session, account.id, *names, *names)
    with session.write(account.id) as unit:
        duplicate_place.set_place(unit, duplicate_place.place(unit)._replace(rules=0))
    numbers, ended = [0], False
    while not ended:
        ended = look(session, account.id, size=1, steps=1)
        numbers.append(len(pairs(session, account.id)))
    assert numbers[-1] == 12 * 6
    assert max(after - before for before, after in pairwise(numbers)) == 6
