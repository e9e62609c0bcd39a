"""A resource that is declared is imported as leads are, in both languages, without a page of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from closum.accounts import roles
from closum.formats.form import NDJSON
from closum.model.resource import Unique
from closum.operations.importing import work
from closum.store.identity import Account
from closum.store.session import Session
from closum.web.words import texts
from tests.support import gadgets
from tests.support.clerk import text_of
from tests.support.gadgets import LANGUAGES, Keeper, declare, keeping, operation_of
from tests.support.visiting import cells

Walk = Callable[[Keeper], Awaitable[None]]

NAMES = ("name", "size", "ready", "colour", "maker", "city_id", "stage_id", "user_id", "user_ids", "due")
ROWS = (
    "Lamp;12 000;{yes};{red};Bright;Abrantes;Lead;ana@example.com;1, ana@example.com;2026-01-31 17:00",
    ";3;;;Dim;;;;;",
    "Chair;;;blue;;213;3;;;",
    "Desk;many;maybe;green;;Atlantis;Nowhere;rui@example.com;7;soon",
)
LAMP = {
    "name": "Lamp",
    "size": 12_000,
    "ready": 1,
    "colour": "red",
    "maker": "Bright",
    "city_id": 213,
    "stage_id": 3,
    "due": "2026-01-31T17:00:00+00:00",
}


@pytest.fixture
def declared(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(session, monkeypatch)


@pytest.fixture(params=LANGUAGES)
def walk(
    request: pytest.FixtureRequest, session: Session, account: Account, folder: Path, declared: None
) -> Callable[[Walk], None]:
    """Has somebody do something in one of the languages."""
    return walking(session, account, folder, request.param)


def walking(
    session: Session, account: Account, folder: Path, language: str, role: roles.Role = roles.MEMBER
) -> Callable[[Walk], None]:
    def do(steps: Walk) -> None:
        async def walked() -> None:
            async with keeping(session, account, folder, language, role) as ana:
                await steps(ana)

        asyncio.run(walked())

    return do


def file(ana: Keeper) -> str:
    """A file in the words of the pages of a language."""
    rows = "\n".join(ROWS).format(yes=texts()[ana.language]["yes"], red=ana.said("gadget.colour.red"))
    return ";".join(ana.said(f"gadget.{one}") for one in NAMES) + f"\n{rows}\n"


def shown(html: str) -> str:
    return unescape(text_of(html))


async def checked(ana: Keeper, number: int, **columns: str) -> str:
    await ana.send(f"/imports/{number}/columns", {"go": "check", **columns})
    path, page = await ana.arrives(f"/imports/{number}/check")
    assert path == f"/imports/{number}/check"
    return page


async def imported(ana: Keeper, number: int) -> str:
    await ana.send(f"/imports/{number}", {})
    path, page = await ana.arrives(f"/imports/{number}")
    assert path == f"/imports/{number}"
    return page


def test_the_columns_have_their_words_and_leads_have_no_part(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        common = texts()[ana.language]
        assert 'href="/imports/new?resource=gadget"' in await ana.page("/gadgets")
        new = shown(await ana.page("/imports/new?resource=gadget"))
        assert ", ".join(ana.said(f"gadget.{one}") for one in NAMES) in new
        path, columns = await ana.arrives(await ana.upload(file(ana)))
        assert path == "/imports/1/columns"
        for name in NAMES:
            assert f'<option value="text {name}" selected>{ana.said(f"gadget.{name}")}<' in columns, name
        for of_leads in ('name="on_match"', 'name="country"', "custom_data", common["map_rest"]):
            assert of_leads not in unescape(columns)
        size = {"en": "12,000", "pt": "12 000"}[ana.language]
        assert (
            f"2 {common['row.new']} Lamp {size} {common['yes']} {ana.said('gadget.colour.red')} 3"
            in shown(columns)
        )
        assert f"{ana.said('gadget.size')}: {common['fault._integer']}" in shown(columns)
        nothing = {f"column-{one}": "" for one in range(1, 11)}
        refused = await ana.send("/imports/1/columns", {"go": "check", **nothing}, 422)
        assert common["columns_none"] in shown(refused.text)

    walk(steps)


def test_a_check_an_import_its_history_and_its_undo(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        common = texts()[ana.language]
        await ana.upload(file(ana))
        await ana.arrives("/imports/1/columns")
        check = await checked(ana, 1)
        assert f"{common['rows.new']} 2 50" in shown(check)
        names = ", ".join(ana.said(f"gadget.colour.{one}") for one in ("red", "blue"))
        wrong = {
            "size": ("many", common["fault._integer"]),
            "ready": ("maybe", common["rule._flag"]),
            "colour": ("green", common["rule._inList"].format(names=names)),
            "city_id": ("Atlantis", common["fault._existsIn"]),
            "stage_id": ("Nowhere", common["fault._existsIn"]),
            "user_id": ("rui@example.com", common["fault._existsIn"]),
            "user_ids": ("7", common["fault._existsIn"]),
            "due": ("soon", common["rule._time"]),
        }
        faults = [
            ["3", ana.said("gadget.name"), "", common["rule._required"]],
            *(["5", ana.said(f"gadget.{name}"), *told] for name, told in wrong.items()),
        ]
        assert cells(check) == faults
        result = await imported(ana, 1)
        assert cells(result) == faults
        see = {"en": "See the gadgets", "pt": "Ver aparelhos"}[ana.language]
        assert f'href="/gadgets">{see}<' in result
        lamp, chair = await ana.api("GET", "/gadget")
        assert {name: lamp[name] for name in NAMES} == LAMP | {
            "user_id": ana.user_id,
            "user_ids": [ana.user_id],
        }
        assert [chair[one] for one in ("colour", "city_id", "stage_id")] == ["blue", 213, 3]
        headings, first, *_ = (await ana.page("/imports/1/faults")).splitlines()
        assert headings.split(";")[2:] == [ana.said(f"gadget.{one}") for one in NAMES]
        assert first == f"3;{ana.said('gadget.name')}: {common['rule._required']};;3;;;Dim;;;;;"
        assert "gadgets.csv" in shown(await ana.page("/gadgets/1/history"))
        assert f"gadgets.csv {ana.said('gadgets')} " in shown(await ana.page("/imports"))
        assert [one[0] for one in cells(await ana.page("/imports/1/leads"))] == ["Lamp", "Chair"]
        await ana.send(operation_of(result), {})
        await ana.arrives("/imports/1")
        assert await ana.api("GET", "/gadget") == []

    walk(steps)


def test_a_table_of_the_page_means_the_same_records(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        common = texts()[ana.language]
        await ana.api("POST", "/gadget", 201, json=LAMP | {"user_id": ana.user_id, "user_ids": [ana.user_id]})
        await ana.api("POST", "/gadget", 201, json={"name": "Chair"})
        columns = "&".join(f"columns={one}" for one in NAMES[1:])
        table = await ana.page(f"/gadgets/export?format=csv&{columns}")
        await ana.arrives(await ana.upload(table))
        new = shown(await checked(ana, 1))
        assert f"{common['rows.new']} 2 100" in new
        same = shown(await checked(ana, 1, **{"column-11": "text id"}))
        assert f"{common['rows.new']} 0 0" in same
        assert f"{common['rows.same']} 2 100" in same
        workbook = await ana.workbook(f"/gadgets/export?format=xlsx&{columns}")
        await ana.arrives(await ana.upload(workbook))
        assert f"{common['rows.same']} 2 100" in shown(await checked(ana, 2, **{"column-11": "text id"}))
        changed = table.replace("Bright", "Dim").replace("Chair", "Stool")
        await ana.arrives(await ana.upload(changed))
        await checked(ana, 3, **{"column-11": "text id"})
        await imported(ana, 3)
        found = await ana.api("GET", "/gadget")
        assert [(one["name"], one["maker"], one["size"]) for one in found] == [
            ("Lamp", "Dim", 12_000),
            ("Stool", None, None),
        ]

    walk(steps)


def test_what_a_file_has_for_a_record_that_is_gone_is_refused(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        await ana.arrives(await ana.upload("name,Nr\nLamp,77\nChair,x\n"))
        check = await checked(ana, 1, **{"column-2": "text id"})
        common = texts()[ana.language]
        assert cells(check) == [
            ["2", "Nr", "77", common["fault._existsIn"]],
            ["3", "Nr", "x", common["fault._integer"]],
        ]
        assert cells(await imported(ana, 1)) == cells(check)

    walk(steps)


def test_who_may_not_write_the_records_imports_none(
    session: Session, account: Account, folder: Path, declared: None
) -> None:
    async def steps(ana: Keeper) -> None:
        assert "/imports/new" not in await ana.page("/gadgets")
        await ana.page("/imports/new?resource=gadget", 403)

    walking(session, account, folder, "en", roles.READER)(steps)


def test_what_has_no_imports(session: Session, account: Account, folder: Path, declared: None) -> None:
    async def steps(ana: Keeper) -> None:
        for name in ("email", "city", "unqualified_lead", "account", "nothing"):
            await ana.page(f"/imports/new?resource={name}", 404)
            await ana.api("POST", f"/import?resource={name}", 400, content=b"name\nLamp\n")
        await ana.page("/imports/new?resource=contact_type", 403)

    walking(session, account, folder, "en")(steps)


def test_a_key_is_there_once(
    session: Session, account: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that are decided in different steps, too: a check says what the import does."""
    monkeypatch.setattr(gadgets, "GADGET", replace(gadgets.GADGET, unique=Unique("name_sort", "name")))
    monkeypatch.setattr(work, "LEAST", 1)
    monkeypatch.setattr(work, "MOST", 1)
    declare(session, monkeypatch)

    async def steps(ana: Keeper) -> None:
        await ana.arrives(await ana.upload("name\nLamp\nChair\nlamp\n"))
        check = await checked(ana, 1)
        taken = texts()["en"]["rule._isUnique"]
        assert cells(check) == [["4", "name", "lamp", taken]]
        assert cells(await imported(ana, 1)) == cells(check)
        await ana.arrives(await ana.upload("name,n\nTorch,1\nTorch,1\nTorch,2\n"))
        check = await checked(ana, 2, **{"column-2": "text id"})
        assert cells(check) == [["4", "name", "Torch", taken]]
        assert cells(await imported(ana, 2)) == cells(check)

    walking(session, account, folder, "en")(steps)


def test_the_api(session: Session, account: Account, folder: Path, declared: None) -> None:
    async def steps(ana: Keeper) -> None:
        number = (
            await ana.api("POST", "/import?resource=gadget", 201, content=b'{"name":"Lamp","ready":true}\n')
        )["id"]
        await ana.arrives(f"/imports/{number}/columns")
        found = await ana.api("GET", f"/import/{number}")
        assert (found["resource"], found["format"]) == ("gadget", NDJSON)
        assert [one["to"] for one in found["columns"]] == ["name", "ready"]
        refused = await ana.api(
            "PUT", f"/import/{number}", 422, json={"mapping": [{"column": 1, "to": "email"}]}
        )
        names = ", ".join((*NAMES, "id", "null"))
        assert refused["errors"]["mapping"]["0"]["to"] == {"_inList": f"This value must be one of {names}"}
        await ana.api("POST", f"/import/{number}/start", json={"dry_run": True})
        await ana.arrives(f"/imports/{number}/check")
        found = await ana.api("GET", f"/import/{number}")
        assert found["preview"] == [
            {"line": 1, "result": "created", "lead": {}, "record": {"name": "Lamp", "ready": 1}}
        ]

    walking(session, account, folder, "en")(steps)
