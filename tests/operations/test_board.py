"""Leads by their stage: exact counts, whatever has been counted yet, the newest ones page by page, and a move that sees what is there."""

from typing import Any

import pytest

from closum.accounts import users
from closum.errors import Changed, Invalid, NotFound
from closum.model import draft
from closum.operations import board, records
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.lead import LEAD
from closum.store import reports, staged
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.stored import written


def new(session: Session, account: Account, stages: list[int | None]) -> list[int]:
    with session.write(account.id) as unit:
        drafts = [draft.parse(LEAD, {"name": "Ana", board.STAGE: one}) for one in stages]
        return [written(one).id for one in records.create_many(unit, LEAD, drafts)]


def new_stage(session: Session, account: Account, **more: int) -> int:
    with session.write(account.id) as unit:
        wanted = draft.parse(CONTACT_LIFECYCLE_STAGE, {"label": "Proposta", **more})
        (one,) = records.create_many(unit, CONTACT_LIFECYCLE_STAGE, [wanted])
    return written(one).id


def columns(session: Session, account: Account, most: int = 10, **behind: Any) -> dict[int, board.Column]:
    with session.read() as unit:
        found = board.columns(unit.of(account.id), behind.get("behind", {}), most)
    return {one.stage: one for one in found}


def counts(session: Session, account: Account) -> dict[int, int]:
    return {stage: one.total for stage, one in columns(session, account).items() if one.total}


def count(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        reports.count(unit, LEAD, 1_000)


def move(session: Session, account: Account, lead: int, was: int, to: int) -> int | None:
    with session.write(account.id) as unit:
        return board.move(unit, lead, was, to)


def test_the_columns_are_the_stages_in_their_order(session: Session, account: Account) -> None:
    assert [*columns(session, account)] == [*range(1, 10)]
    own = new_stage(session, account, position=35)
    new(session, account, [None])
    assert [*columns(session, account)] == [0, 1, 2, 3, own, 4, 5, 6, 7, 8, 9]


def test_an_archived_stage_is_there_as_long_as_it_has_leads(session: Session, account: Account) -> None:
    used, unused = new_stage(session, account), new_stage(session, account)
    (lead,) = new(session, account, [used])
    with session.write(account.id) as unit:
        for stage in (used, unused):
            archived = draft.parse(CONTACT_LIFECYCLE_STAGE, {"archived": 1})
            records.update(unit, CONTACT_LIFECYCLE_STAGE, stage, archived)
    found = columns(session, account)
    assert found[used].is_archived
    assert unused not in found
    with pytest.raises(Invalid):
        move(session, account, lead, used, unused)
    move(session, account, lead, used, 6)
    assert used not in columns(session, account)


@pytest.mark.parametrize("most_changed", [0, 1, 1_000])
def test_counts_are_exact_whatever_is_counted(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch, most_changed: int
) -> None:
    monkeypatch.setattr(board, "MOST_CHANGED", most_changed)
    leads = new(session, account, [3, 3, 4, None])
    assert counts(session, account) == {0: 1, 3: 2, 4: 1}
    count(session, account)
    assert counts(session, account) == {0: 1, 3: 2, 4: 1}
    new(session, account, [4, None])
    move(session, account, leads[0], 3, 7)
    move(session, account, leads[3], 0, 7)
    with session.write(account.id) as unit:
        records.delete(unit, LEAD, leads[1])
    assert counts(session, account) == {0: 1, 4: 2, 7: 2}
    move(session, account, leads[2], 4, 0)
    assert counts(session, account) == {0: 2, 4: 1, 7: 2}
    count(session, account)
    assert counts(session, account) == {0: 2, 4: 1, 7: 2}


def test_a_column_is_read_page_by_page(session: Session, account: Account) -> None:
    leads = new(session, account, [3, 4, 3, 3, None, None, None])
    found = columns(session, account, 2)
    assert (found[3].ids, found[3].next) == ([leads[3], leads[2]], leads[2])
    assert (found[0].ids, found[0].next) == ([leads[6], leads[5]], leads[5])
    found = columns(session, account, 2, behind={3: leads[2]})
    assert (found[3].ids, found[3].next) == ([leads[0]], None)
    assert found[0].ids == [leads[6], leads[5]]
    found = columns(session, account, 2, behind={0: leads[5]})
    assert (found[0].ids, found[0].next) == ([leads[4]], None)


def test_leads_without_a_stage_are_looked_for_among_some(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staged, "LOOKED_AT", 2)
    leads = new(session, account, [None, 3, 3, None])
    found = columns(session, account)
    assert (found[0].total, found[0].ids, found[0].next) == (2, [leads[3]], leads[2])
    found = columns(session, account, behind={0: leads[2]})
    assert (found[0].ids, found[0].next) == ([leads[0]], leads[0])
    found = columns(session, account, behind={0: leads[0]})
    assert (found[0].ids, found[0].next) == ([], None)


def test_a_move_is_meant_for_the_stage_that_was_seen(session: Session, account: Account) -> None:
    (lead,) = new(session, account, [3])
    assert move(session, account, lead, 3, 4)
    assert move(session, account, lead, 4, 4) is None
    with pytest.raises(Changed):
        move(session, account, lead, 3, 5)
    with pytest.raises(NotFound):
        move(session, account, lead + 1, 3, 5)
    with pytest.raises(Invalid):
        move(session, account, lead, 4, 98)
    assert counts(session, account) == {4: 1}


def test_the_leads_of_another_account_are_in_none_of_them(session: Session, account: Account) -> None:
    (lead,) = new(session, account, [3])
    with session.write() as unit:
        other = users.add_account(unit, "Other")
    assert counts(session, other) == {}
    with pytest.raises(NotFound):
        move(session, other, lead, 3, 5)
