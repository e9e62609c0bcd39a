"""Undo of many changes, which is background work, and leads that went into others."""

import re

from closum.api import merge
from closum.model import body_fields, draft
from closum.model.change import By
from closum.operations import bulk, merging, records, undoing
from closum.operations.plan import Create
from closum.resources.lead import LEAD
from closum.store import background
from closum.store.background import Key
from closum.store.operation import UNDO
from tests.support import held
from tests.support.clerk import Clerk, hidden, text_of
from tests.support.patience import wait_until
from tests.support.server import Server


def many(server: Server, owner: Clerk, number: int) -> int:
    """An operation that makes so many leads."""
    by = By(owner.user_id, "many", "api")
    asks = [Create(by, draft.parse(LEAD, {"name": f"Lead {one}"})) for one in range(number)]
    with server.session() as session, session.write(owner.account_id) as unit:
        _, operation = records.write_together(unit, LEAD, asks, by)
    assert operation
    return operation


def test_much_is_undone_in_the_background(server: Server, owner: Clerk) -> None:
    operation = many(server, owner, undoing.AT_ONCE + 1)
    sent = owner.fill(f"/undo/{operation}", {"back": "/leads"})
    page = sent.headers["location"]
    assert page.startswith("/jobs/undo-")
    _wait(owner, page)
    shown = owner.page(page)
    assert "What was done: Created 3,001 leads." in text_of(shown)
    assert "<h1>Undone</h1>" in shown
    assert "Moved 3,001 leads to the bin." in text_of(shown)
    assert 'hx-trigger="every 1s"' not in shown
    assert 'http-equiv="refresh"' not in shown
    assert 'href="/leads"' in shown
    owner.page("/leads/1", 404)


SPOKEN = (
    (
        "en",
        ("Bring back…", "Bring back what was undone", "The undo did this: Moved 3,001 leads to the bin."),
        ("Bring back 3,001 changes", "The undo did this: Moved 3,001 leads to the bin."),
        ("Brought back", "Restored 3,001 leads."),
        "Undo: moved 3,001 leads to the bin.",
    ),
    (
        "pt",
        ("Repor…", "Repor o que foi anulado", "A anulação fez isto: Moveu 3 001 leads para a reciclagem."),
        ("Repor 3 001 alterações", "A anulação fez isto: Moveu 3 001 leads para a reciclagem."),
        ("Reposto", "Repôs 3 001 leads."),
        "Anulação: moveu 3 001 leads para a reciclagem.",
    ),
)


def _wait(owner: Clerk, job: str) -> None:
    wait_until(lambda: 'hx-trigger="every 1s"' not in owner.page(job))


def test_who_takes_an_undo_back_reads_what_comes_back(server: Server, owner: Clerk) -> None:
    def said(path: str) -> str:
        return text_of(owner.page(path)).replace("\N{NO-BREAK SPACE}", " ")

    operation = many(server, owner, undoing.AT_ONCE + 1)
    for language, (link, heading, did), (button, taken), (ended, result), told in SPOKEN:
        owner.headers["accept-language"] = language
        job = owner.fill(f"/undo/{operation}").headers["location"]
        _wait(owner, job)
        assert link in said(job)
        assert told in said("/settings/audit")
        path = re.findall(r'href="(/undo/\d+\?[^"]+)"', owner.page(job))[-1]
        assert f"<h1>{heading}</h1>" in owner.page(path)
        assert (did in said(path), button in said(path), "Undone" in said(path)) == (True, True, False)
        again = owner.fill(path.partition("?")[0], {"back": "/leads"}).headers["location"]
        _wait(owner, again)
        assert f"<h1>{ended}</h1>" in owner.page(again)
        assert (taken in said(again), result in said(again), link in said(again)) == (True, True, False)
        owner.page("/leads/1")


def test_work_that_goes_on_is_told_in_the_present(server: Server, owner: Clerk) -> None:
    argument = {"operation": 1, "user_id": owner.user_id, "last": 1, "size": 60_000}
    with server.session() as session, session.write(owner.account_id) as unit:
        unit.now += 3_000
        background.add(unit, UNDO, 7, argument)
    shown = text_of(owner.page("/jobs/undo-7"))
    assert "Undoing…" in shown
    assert "Undone" not in shown
    assert "You can close this page; it goes on." in shown


def test_work_that_nobody_has_taken_over_yet_says_that_it_goes_on_by_itself(
    server: Server, owner: Clerk
) -> None:
    argument = {"operation": 1, "user_id": owner.user_id, "last": 1, "size": 60_000}
    quiet = "Nothing has moved for a moment. It goes on by itself"
    with server.session() as session, session.write(owner.account_id) as unit:
        unit.now += 3_000
        background.add(unit, UNDO, 7, argument)
    assert quiet not in text_of(owner.page("/jobs/undo-7"))
    with server.session() as session, session.write(owner.account_id) as unit:
        later = unit.now + 3_000
        unit.now -= 60
        background.fail(unit, Key(owner.account_id, UNDO, 7), "a reason", 1, later)
    assert quiet in text_of(owner.page("/jobs/undo-7"))


def test_the_work_of_an_import_is_on_the_page_of_the_import(server: Server, owner: Clerk) -> None:
    with server.session() as session, session.write(owner.account_id) as unit:
        unit.now += 3_000
        background.add(unit, "import", 3)
    assert owner.get("/jobs/import-3").headers["location"] == "/imports/3"


def test_the_button_of_one_record_asks_before_it_undoes_many(server: Server, owner: Clerk) -> None:
    operation = many(server, owner, 30)
    sent = owner.fill(f"/undo/{operation}", {"few": "1", "back": "/leads/1"})
    assert sent.headers["location"].startswith(f"/undo/{operation}?")
    assert "Undo 30 changes" in text_of(owner.page(sent.headers["location"]))
    owner.page("/leads/1")


def test_a_merged_lead_leads_to_the_other_one(server: Server, owner: Clerk) -> None:
    first, second = owner.made("/leads", {"name": "Ana"}), owner.made("/leads", {"name": "Ana R"})
    with server.session() as session, session.write(owner.account_id) as unit:
        own = unit.of(owner.account_id, By(owner.user_id, "", "api"))
        merging.write(own, LEAD, first, body_fields.draft(merge.FIELDS, {"ids": [second]}))
    shown = owner.page(f"/leads/{second}", 404)
    assert f'href="/leads/{first}"' in shown
    assert f"Merged from Ana R (no. {second})" in text_of(owner.page(f"/leads/{first}"))


def _changing(server: Server, owner: Clerk, count: int, body: dict[str, str] | None) -> str:
    with server.session() as session, session.write(owner.account_id) as unit:
        return held.begin_change(unit, count, body, owner.user_id)


def test_an_undo_that_is_stopped_tells_how_far_it_came_and_goes_on(server: Server, owner: Clerk) -> None:
    operation = many(server, owner, undoing.AT_ONCE + 1)
    size = undoing.AT_ONCE + 1
    argument = {"operation": operation, "user_id": owner.user_id, "last": operation + size - 1, "size": size}
    with server.session() as session, session.write(owner.account_id) as unit:
        held.begin(unit, undoing.kind(), operation, argument)
    job = f"/jobs/undo-{operation}?back=%2Ftasks"
    assert "Stop" in text_of(owner.page(job))
    sent = owner.fill(f"/jobs/undo-{operation}/stop", {"again": job})
    assert sent.headers["location"] == job
    shown = text_of(owner.page(job))
    assert "Stopped after 400 of 3,001 changes." in shown
    assert "Moved 400 leads to the bin." in shown
    assert "Only a part of this is undone" in shown
    assert 'hx-trigger="every 1s"' not in owner.page(job)
    assert owner.fill(f"/jobs/undo-{operation}/stop").headers["location"].startswith("/jobs/undo-")
    (rest,) = re.findall(rf'href="(/undo/{operation}\?[^"]+)"', owner.page(job))
    assert "Undo 2,601 changes" in text_of(owner.page(rest))
    again = owner.fill(f"/undo/{operation}").headers["location"]
    _wait(owner, again)
    assert "Moved 2,601 leads to the bin." in text_of(owner.page(again))
    owner.page("/leads/1", 404)


def test_a_change_of_many_that_is_stopped_can_be_undone(server: Server, owner: Clerk) -> None:
    many(server, owner, 1_200)
    assert _changing(server, owner, 1_200, None) == "bulk-7"
    owner.fill("/jobs/bulk-7/stop", {"again": "/leads/bulk/bulk-7"})
    shown = text_of(owner.page("/leads/bulk/bulk-7"))
    assert "Stopped after 400 of 1,200." in shown
    assert "Moved to the bin: 400 leads." in shown or "400 leads moved to the bin." in shown
    (undo,) = re.findall(r'action="(/undo/\d+)"', owner.page("/leads/bulk/bulk-7"))
    owner.page("/leads/1", 404)
    owner.fill(undo)
    owner.page("/leads/1")


def test_a_reader_stops_nothing(server: Server, owner: Clerk, reader: Clerk) -> None:
    with server.session() as session, session.write(owner.account_id) as unit:
        unit.now += 3_000
        background.add(unit, UNDO, 7, {"operation": 1, "user_id": owner.user_id, "last": 1, "size": 60_000})
    assert "Stop" not in text_of(reader.page("/jobs/undo-7"))
    reader.fill("/jobs/undo-7/stop", status=403)


def test_a_long_undo_waits_for_a_change_of_many_and_leads_to_it(server: Server, owner: Clerk) -> None:
    operation = many(server, owner, 1_200)
    path, waits = f"/undo/{operation}?back=/leads", "A change of many records is still running"
    assert "Undo 1,200 changes" in text_of(owner.page(path))
    job = _changing(server, owner, 1_200, {"source": "fair"})
    shown = owner.page(path)
    assert waits in text_of(shown)
    assert "Undo 1,200 changes" not in text_of(shown)
    assert f'href="/jobs/{job}?back=/undo/{operation}' in shown
    refused = owner.fill(f"/undo/{operation}", {"back": "/leads"}, 409)
    assert waits in text_of(refused.text)
    assert f'href="/jobs/{job}"' in refused.text
    assert "Try again" in text_of(refused.text)
    assert refused.headers["retry-after"] == "5"
    owner.page("/leads/1")
    owner.fill(f"/jobs/{job}/stop")
    assert "Undo 800 changes" in text_of(owner.page(path))
    owner.fill(f"/undo/{operation}", {"back": "/leads"})
    owner.page("/leads/1200", 404)


def test_what_an_account_waits_for_is_said_in_portuguese_too(server: Server, owner: Clerk) -> None:
    operation = many(server, owner, 1_200)
    _changing(server, owner, 1_200, {"source": "fair"})
    owner.headers["accept-language"] = "pt"
    for shown in (owner.page(f"/undo/{operation}"), owner.fill(f"/undo/{operation}", status=409).text):
        assert "Está em curso uma alteração de muitos registos" in text_of(shown)


def test_a_short_undo_waits_for_nothing(server: Server, owner: Clerk) -> None:
    many(server, owner, 1_200)
    few = many(server, owner, 30)
    _changing(server, owner, 1_200, {"source": "fair"})
    assert "Undo 30 changes" in text_of(owner.page(f"/undo/{few}"))
    owner.fill(f"/undo/{few}")
    owner.page("/leads/1230", 404)


def test_a_change_of_many_waits_for_another_one(server: Server, owner: Clerk) -> None:
    many(server, owner, 1_200)
    job = _changing(server, owner, 1_200, {"source": "fair"})
    form = {"query": "", "count": "1200", "all": "1", "do": "delete"}
    refused = owner.fill("/leads/bulk", form, 409)
    assert f'href="/jobs/{job}"' in refused.text
    assert {*form.items()} <= {*hidden(refused.text).items()}  # for "Try again"


def test_the_page_of_a_change_accounts_for_all_that_were_confirmed(server: Server, owner: Clerk) -> None:
    many(server, owner, 1_200)
    owner.fill("/leads/1", {"source": "fair"})
    job = _changing(server, owner, 1_200, {"source": "fair"})
    owner.fill("/leads/1100/delete")
    with server.session() as session, session.write(owner.account_id) as unit:
        while held.turn(unit, bulk.kind(), 7):
            pass
    shown = text_of(owner.page(f"/jobs/{job}"))
    assert "1,198 leads" in shown
    assert "1 did not need the change." in shown
    assert "1 record has been deleted, or does not match any more." in shown
