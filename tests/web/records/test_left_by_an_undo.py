"""What an undo has left says which property stays, of which record, and what became of those that are gone."""

import re
from pathlib import Path
from typing import Any

import pytest

from closum.api import merge
from closum.model import body_fields, draft
from closum.model.change import By
from closum.operations import merging, records, undoing
from closum.operations.plan import Ask, Create, Update
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support import engine, held
from tests.support.clerk import Clerk, text_of
from tests.support.client import Client
from tests.support.entering import Browser, add_user, visit
from tests.support.every_operation import erase
from tests.support.inprocess import Clock
from tests.support.killed import as_one, leads
from tests.support.patience import wait_until
from tests.support.server import Server
from tests.support.tracing import traced
from tests.support.visiting import cells, text
from tests.web.records.test_jobs import many

each = pytest.mark.parametrize
NUMBER = undoing.AT_ONCE + 1
OF_RECORDS = ("FROM wanted", " lead ", " merged ")
"""Of statements that read what is left, or where it is."""


def _changed(
    server: Server, owner: Clerk, ids: range, new: int = 0, by: By | None = None, **values: Any
) -> int:
    """An operation that changes leads, and makes new ones."""
    by, given = by or By(owner.user_id, "change", "api"), draft.parse(LEAD, values)
    asks: list[Ask] = [Create(by, given) for _ in range(new)]
    asks += [Update(by, given, one) for one in ids]
    with server.session() as session, session.write(owner.account_id) as unit:
        _, operation = records.write_together(unit, LEAD, asks, by)
    assert operation
    return operation


def _section(page: str, name: str) -> str:
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def _ended(owner: Clerk, job: str) -> str:
    wait_until(lambda: 'hx-trigger="every 1s"' not in owner.page(job))
    return owner.page(job)


def _batch(api: Client, ids: list[int], **data: Any) -> int:
    """An operation that changes some leads."""
    items = [{"action": "patch", "id": one, "data": data} for one in ids]
    answer = api.post("/api/lead/batch", json={"items": items})
    assert answer.status_code == 200
    return int(answer.headers["x-operation"])


@each(
    ("language", "title", "why", "choose", "now"),
    [
        ("en", "Undone, but 1 lead keeps a later change", "changed since: Source", "Choose…", "as it is now"),
        (
            "pt",
            "Anulado, mas 1 lead mantém uma alteração posterior",
            "alterado depois: Origem",
            "Escolher…",
            "como está agora",
        ),
    ],
)
def test_what_many_changes_left_of_a_lead_is_a_property_and_no_reason_to_delete_it(
    server: Server, owner: Clerk, language: str, title: str, why: str, choose: str, now: str
) -> None:
    many(server, owner, NUMBER)
    operation = _changed(server, owner, range(1, NUMBER + 1), source="fair")
    owner.fill("/leads/5", {"source": "shop"})
    owner.headers["accept-language"] = language
    path = f"/undo/{operation}?back=/leads"
    before = owner.page(path)
    assert f"shop {now}" in text_of(before)
    assert "/leads/5/delete" not in before
    job = owner.fill(f"/undo/{operation}", {"back": "/leads"}).headers["location"]
    page = _ended(owner, job)
    assert f"<h1>{title}</h1>" in page
    assert f'<a href="/leads/5">Lead 4</a><small>{why}</small>' in _section(page, "changed")
    assert choose in text(_section(page, "changed"))
    assert (_section(page, "stays"), "/leads/5/delete" in page) == ("", False)
    after = owner.page(re.findall(r'href="(/undo/\d+[^"]*)"', _section(page, "changed"))[0])
    assert f"<h1>{title}</h1>" in after
    assert f"shop {now}" in text_of(after)
    assert "/leads/5/delete" not in after
    owner.fill(f"/undo/{operation}/choice", {"take.lead.5.source": "earlier", "back": "/leads"})
    assert "shop" not in text_of(owner.page("/leads/5/edit"))
    assert (f"<h1>{title}</h1>" in owner.page(path), f"<h1>{title}</h1>" in owner.page(job)) == (False, False)
    done = {"en": "All of it is undone.", "pt": "Está tudo anulado."}[language]
    assert done in text_of(owner.page(path))
    mark = {"en": "Undone", "pt": "Anulado"}[language]
    told = [row[0] for row in cells(owner.page("/settings/audit")) if mark in row[0]][-1]
    assert told.endswith(f" {mark}"), told
    assert f'action="/undo/{operation}"' not in owner.page("/leads/5")


def test_of_many_changes_only_a_lead_that_was_made_is_offered_for_the_bin(
    server: Server, owner: Clerk
) -> None:
    many(server, owner, 2)
    operation = _changed(server, owner, range(1, 3), NUMBER, name="Fair")
    for lead in ("2", "7"):
        owner.fill(f"/leads/{lead}", {"name": f"Known {lead}"})
    before = owner.page(f"/undo/{operation}?back=/leads")
    page = _ended(owner, owner.fill(f"/undo/{operation}", {"back": "/leads"}).headers["location"])
    assert "<h1>Undone, but 1 lead stays</h1>" in page
    for one in (before, page, owner.page(f"/undo/{operation}?back=/leads")):
        assert '"/leads/7/delete"' in _section(one, "stays")
        assert "/leads/2" not in _section(one, "stays")
        assert "/leads/2/delete" not in one
    assert "Known 2 changed since: Name" in text(_section(page, "changed"))
    assert '<legend><a href="/leads/2">Known 2</a>: Name</legend>' in before


def test_an_undo_that_was_stopped_says_which_property_stays(server: Server, owner: Clerk) -> None:
    many(server, owner, NUMBER)
    operation = _changed(server, owner, range(1, NUMBER + 1), source="fair")
    owner.fill(f"/leads/{NUMBER}", {"source": "shop"})
    last = operation + NUMBER - 1
    argument = {"operation": operation, "user_id": owner.user_id, "last": last, "size": NUMBER}
    with server.session() as session, session.write(owner.account_id) as unit:
        held.begin(unit, undoing.kind(), operation, argument)
    job = f"/jobs/undo-{operation}?back=/tasks"
    owner.fill(f"/jobs/undo-{operation}/stop", {"again": job})
    page = owner.page(job)
    assert "<h1>Stopped</h1>" in page
    assert f"Lead {NUMBER - 1} changed since: Source" in text(_section(page, "changed"))
    assert "/delete" not in page


def test_where_more_is_left_than_is_named_all_of_it_is_counted(
    server: Server, owner: Clerk, api: Client
) -> None:
    many(server, owner, NUMBER)
    operation = _changed(server, owner, range(1, NUMBER + 1), source="fair")
    _batch(api, [*range(1, 103)], source="shop")
    page = _ended(owner, owner.fill(f"/undo/{operation}", {"back": "/leads"}).headers["location"])
    assert "<h1>Undone, but 102 leads keep later changes</h1>" in page
    assert _section(page, "changed").count('<a href="/leads/') == undoing.FIRST_LEFT
    assert "and 2 more" in text(_section(page, "changed"))
    assert "and 2 more" in text_of(owner.page(f"/undo/{operation}?back=/leads"))


def test_a_lead_that_one_operation_made_and_changed_stays_once(server: Server, owner: Clerk) -> None:
    by = By(owner.user_id, "", "import", 7)
    operation = _changed(server, owner, range(0), 1, by, name="Ana")
    _changed(server, owner, range(1, 2), 0, by, name="Ana Reis", source="fair")
    owner.fill("/leads/1", {"name": "Eva"})
    page = owner.page(f"/undo/{operation}?back=/leads")
    assert text(_section(page, "stays")).startswith("> Kept: 1 lead Somebody has worked on this since")
    assert _section(page, "stays").count("<li>") == 1
    assert "as it is now" not in text_of(page)
    assert "/leads/1/delete" in owner.page(owner.fill(f"/undo/{operation}").headers["location"])


def test_what_a_merge_has_left_of_the_lead_that_stays_is_no_reason_to_delete_it(
    owner: Clerk, api: Client
) -> None:
    kept, gone = api.new("lead", {"name": "Ana"}), api.new("lead", {"name": "Ana", "source": "fair"})
    answer = api.post(f"/api/lead/{kept}/merge", json={"ids": [gone]})
    operation = answer.headers["x-operation"]
    api.data("PATCH", f"/api/lead/{kept}", {"source": "shop"})
    sent = owner.fill(f"/undo/{operation}", {"back": "/leads"})
    page = owner.page(sent.headers["location"])
    assert "<h1>Undone, but 1 lead keeps a later change</h1>" in page
    assert "shop as it is now" in text_of(page)
    assert f"/leads/{kept}/delete" not in page


def _rows(page: str) -> str:
    """What it says of others that are left."""
    return text(page.partition('<ul class="rows">')[2].partition("</ul>")[0])


@each(
    ("language", "deleted", "merged"),
    [
        ("en", "Helena deleted since", "Rui merged into Marta since"),
        ("pt", "Helena eliminado entretanto", "Rui unido entretanto a Marta"),
    ],
)
def test_what_is_gone_since_is_named_unless_nobody_may_know_it(
    server: Server, owner: Clerk, api: Client, language: str, deleted: str, merged: str
) -> None:
    names = ("Helena", "Rui", "Marta", "Joana", "Purged", "Erased", "Within")
    ids = {name: api.new("lead", {"name": name, "source": "fair"}) for name in names}
    api.data("PATCH", f"/api/lead/{ids['Erased']}", {"email": {"email": "erased@example.org"}})
    operation = _batch(api, [*ids.values()], source="shop")
    for into, gone in (("Joana", "Rui"), ("Marta", "Joana"), ("Erased", "Within")):
        answer = api.post(f"/api/lead/{ids[into]}/merge", json={"ids": [ids[gone]]})
        assert answer.status_code == 200
    for name in ("Helena", "Purged", "Erased"):
        api.data("DELETE", f"/api/lead/{ids[name]}")
    entries = {one["record_id"]: one["id"] for one in api.data("GET", "/api/bin")}
    api.data("DELETE", f"/api/bin/{entries[ids['Purged']]}")
    with server.session() as session, session.write() as unit:
        erase(unit, owner.account_id, "erased@example.org")
    owner.headers["accept-language"] = language
    page = owner.page(f"/undo/{operation}?back=/leads")
    assert deleted in _rows(page)
    assert merged in _rows(page)
    assert f'<a href="/leads/{ids["Helena"]}">Helena</a>' in page
    for name in ("Purged", "Erased", "Within"):
        assert f"Lead {ids[name]} " in _rows(page)
        assert name not in page
        assert name not in owner.page(f"/leads/{ids[name]}", 404)


def test_what_the_work_of_an_undo_found_gone_is_named(server: Server, owner: Clerk) -> None:
    many(server, owner, NUMBER)
    operation = _changed(server, owner, range(1, NUMBER + 1), source="fair")
    owner.fill("/leads/5/delete", {"back": "/leads"})
    page = _ended(owner, owner.fill(f"/undo/{operation}", {"back": "/leads"}).headers["location"])
    assert "<h1>Undone</h1>" in page
    assert "Lead 4 deleted since" in _rows(page)
    assert "stays as it is" not in page


def test_the_page_takes_as_many_steps_for_many_as_for_one(
    folder: Path, session: Session, account: Account
) -> None:
    add_user(session, account)
    counts = list[int]()

    def left(unit: Unit, first: int, last: int) -> int:
        """An operation of which all is left: by turns a lead is changed since, deleted, or in another one."""
        ids, by = [*range(first, last + 1)], unit.by
        update = [Update(by, draft.parse(LEAD, {"source": "fair"}), one) for one in ids]
        _, operation = records.write_together(unit, LEAD, update, by)
        changed = [Update(by, draft.parse(LEAD, {"source": "shop"}), one) for one in ids[::3]]
        records.write_together(unit, LEAD, changed, by)
        for one in ids[1::3]:
            records.delete(unit, LEAD, one)
        merging.write(unit, LEAD, ids[0], body_fields.draft(merge.FIELDS, {"ids": ids[2::3]}))
        assert operation
        return operation

    with session.write(account.id) as unit:
        unit.now = int(Clock().now)
        as_one(unit, LEAD, leads(33, "some"))
        operations = [left(unit, 1, 3), left(unit, 4, 33)]

    with traced() as statements:

        async def scenario(browser: Browser) -> None:
            await browser.sign_in()
            for operation in (operations[0], *operations):
                statements.clear()
                page = text_of(await browser.page(f"/undo/{operation}?back=/leads"))
                assert "deleted since" in page
                assert "merged into" in page
                assert "as it is now" in page
                counts.append(sum(any(part in one for part in OF_RECORDS) for one in statements))

        visit(engine.current.url(folder), scenario)

    assert counts[1] == counts[2] > 0
