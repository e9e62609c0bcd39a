"""A resource that is declared has everything that resources have, in both languages, without a template of its own."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import roles
from closum.store.identity import Account
from closum.store.session import Session
from closum.web.words import texts
from tests.support.clerk import text_of
from tests.support.gadgets import LANGUAGES, WORDS, Keeper, declare, keeping, operation_of
from tests.support.visiting import cells, links

Walk = Callable[[Keeper], Awaitable[None]]

LAMP: dict[str, Any] = {
    "name": "Lamp",
    "size": 12_000,
    "ready": 1,
    "colour": "red",
    "maker": "Bright",
    "city_id": 213,
}
LAMP |= {"stage_id": 3, "due": "2026-01-31T17:00:00+00:00"}
CHAIR = {"name": "Chair"}
CONTAINS = {"en": " (contains|is)", "pt": " (contém|é)"}


@pytest.fixture(autouse=True)
def _declared(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(session, monkeypatch)


@pytest.fixture(params=LANGUAGES)
def walk(
    request: pytest.FixtureRequest, session: Session, account: Account, folder: Path
) -> Callable[[Walk], None]:
    """Has somebody do something in one of the languages."""

    def do(steps: Walk) -> None:
        async def walked() -> None:
            async with keeping(session, account, folder, request.param) as ana:
                await steps(ana)

        asyncio.run(walked())

    return do


async def lamp_and_chair(ana: Keeper) -> None:
    for body in (LAMP | {"user_id": ana.user_id, "user_ids": [ana.user_id]}, CHAIR):
        await ana.api("POST", "/gadget", 201, json=body)


def test_no_word_is_alike_in_both_languages() -> None:
    assert not [key for key, (english, portuguese) in WORDS.items() if english == portuguese]


def test_a_list(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        common = texts()[ana.language]
        empty = text_of(await ana.page("/gadgets"))
        assert ana.said("gadget.new") in empty
        await lamp_and_chair(ana)
        html = await ana.page("/gadgets")
        assert f"<h1>{ana.said('gadgets')} " in html
        assert f'{ana.said("gadgets")}<span class="num">2<' in await ana.page("/leads")
        chair, lamp = cells(html)
        assert chair[:3] == ["Chair", "", common["no"]]
        assert lamp[0] == "Lamp"
        assert lamp[1] in ("12,000", "12 000", "12\u00a0000", "12\u202f000")
        assert lamp[2:9] == [
            common["yes"],
            ana.said("gadget.colour.red"),
            "Bright",
            "Abrantes",
            "Lead",
            "ana@example.com",
            "ana@example.com",
        ]
        for name in ("name", "size", "ready", "colour", "maker", "city_id", "stage_id", "user_ids", "due"):
            assert f">{ana.said(f'gadget.{name}')}" in html, name
        assert {"/gadgets/new", "/gadgets/1?at=2"} <= set(links(html))
        assert [row[0] for row in cells(await ana.page("/gadgets?sort=name&direction=desc"))] == [
            "Lamp",
            "Chair",
        ]
        assert [row[0] for row in cells(await ana.page("/gadgets?q=lam"))] == ["Lamp"]
        assert [row[:2] for row in cells(await ana.page("/gadgets?columns=colour&sort=name"))] == [
            ["Chair", ""],
            ["Lamp", ana.said("gadget.colour.red")],
        ]

    walk(steps)


FILTERS = [
    ("f.name", "Lamp", "Lamp"),
    ("f.size.from", "12000", "Lamp"),
    ("f.ready", "0", "Chair"),
    ("f.colour", "red", "Lamp"),
    ("f.maker", "Bright", "Lamp"),
    ("f.city_id", "213", "Lamp"),
    ("f.stage_id", "3", "Lamp"),
    ("f.user_id", "1", "Lamp"),
    ("f.due.to", "2026-01-31", "Lamp"),
]


def test_each_kind_has_a_control_that_filters(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        await lamp_and_chair(ana)
        form = await ana.page("/gadgets/filters")
        assert f">{ana.said('gadget.colour.blue')}<" in form
        for name, value, found in FILTERS:
            field = name.split(".")[1]
            assert f'name="{name}"' in form
            label = ana.said(f"gadget.{field}")
            assert re.search(f">{label}({CONTAINS[ana.language]})?<", form)
            html = await ana.page(await ana.sent_on("/gadgets/filter", **{name: value}))
            assert [row[0] for row in cells(html)] == [found], name
            assert f'<span class="chip"><span>{ana.said(f"gadget.{field}")}' in html

    walk(steps)


def test_a_whole_number_is_typed_as_pages_write_it(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        await lamp_and_chair(ana)
        written = {"en": "12,000", "pt": "12\N{NO-BREAK SPACE}000"}[ana.language]
        assert written in await ana.page("/gadgets/1")
        html = await ana.page(path := await ana.sent_on("/gadgets/filter", **{"f.size.from": written}))
        assert "size%3E%3D12000" in path
        assert [row[0] for row in cells(html)] == ["Lamp"]
        made = await ana.send("/gadgets", {"name": "Desk", "size": written.replace("12", "1")})
        desk = made.headers["location"].partition("/gadgets/")[2]
        assert (await ana.api("GET", f"/gadget/{desk}"))["size"] == 1_000
        other = {"en": "12.000", "pt": "12,000"}[ana.language]
        assert (
            texts()[ana.language]["rule._integer"]
            in (await ana.send("/gadgets", {"name": "Desk", "size": other}, 422)).text
        )

    walk(steps)


def test_views_and_pages(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        for one in range(30):
            await ana.api("POST", "/gadget", 201, json={"name": f"N{one:02}"})
        assert len(cells(await ana.page("/gadgets"))) == 25
        assert [row[0] for row in cells(await ana.page("/gadgets?page=2&sort=name"))] == [
            f"N{one}" for one in range(25, 30)
        ]
        await ana.send("/gadgets/views", {"query": "q=N1&sort=name", "name": "Tens"})
        html = await ana.page("/gadgets")
        assert '<a data-text="Tens" href="/gadgets?q=N1&amp;sort=name">Tens</a>' in html
        assert [row[0] for row in cells(await ana.page("/gadgets?q=N1&sort=name"))] == [
            f"N{one}" for one in range(10, 20)
        ]

    walk(steps)


def test_a_form_a_record_a_history_and_undo(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        common = texts()[ana.language]
        form = await ana.page("/gadgets/new")
        assert f"<h1>{ana.said('gadget.new')}" in form
        for name in (
            "name",
            "size",
            "ready",
            "colour",
            "maker",
            "city_id",
            "stage_id",
            "user_id",
            "user_ids",
            "due",
        ):
            assert f'name="{name}' in form
            assert ana.said(f"gadget.{name}") in text_of(form), name
        wrong = await ana.send("/gadgets", {"size": "big", "colour": "green"}, 422)
        for rule in ("_required", "_integer"):
            assert common[f"rule.{rule}"] in unescape(text_of(wrong.text))
        assert ana.said("gadget.size") in text_of(wrong.text)
        made = await ana.send("/gadgets", {"name": "Lamp <b>", "size": "3", "ready": "1", "colour": "red"})
        assert made.headers["location"].partition("?")[0] == "/gadgets/1"
        record = unescape(text_of(await ana.page("/gadgets/1")))
        assert all(
            one in record for one in ("Lamp <b>", ana.said("gadget.colour.red"), ana.said("gadget.ready"))
        )
        assert 'value="Lamp &lt;b&gt;"' in await ana.page("/gadgets/1/edit")
        await ana.send("/gadgets/1", {"name": "Torch"})
        history = await ana.page("/gadgets/1/history")
        assert ana.said("gadget.name").lower() in unescape(text_of(history)).lower()
        assert "Lamp <b> → Torch" in unescape(text_of(history))
        undo = operation_of(history)
        await ana.send(undo, {})
        assert (await ana.api("GET", "/gadget/1"))["name"] == "Lamp <b>"
        await ana.send(operation_of(await ana.page("/gadgets/1/history")), {})
        assert (await ana.api("GET", "/gadget/1"))["name"] == "Torch"

    walk(steps)


def test_the_bin(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        await lamp_and_chair(ana)
        assert (await ana.send("/gadgets/1/delete", {})).headers["location"].startswith("/gadgets")
        assert "Lamp" in await ana.page("/gadgets/1", 404)
        found = await ana.page("/bin?resource=gadget")
        assert "Lamp" in text_of(found)
        assert ana.said("gadget") in text_of(found)
        (entry,) = [one["id"] for one in await ana.api("GET", "/bin")]
        await ana.send("/bin/restore", {"one": str(entry)})
        assert (await ana.api("GET", "/gadget/1"))["maker"] == "Bright"

    walk(steps)


def test_many_at_once(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        await lamp_and_chair(ana)
        both = {"query": "", "count": "2", "id": ["1", "2"]}
        form = await ana.page((await ana.send("/gadgets/bulk", {**both, "do": "edit"})).headers["location"])
        assert ana.said("gadget.n", n=2) in text_of(form)
        assert ana.said("gadget.maker") in text_of(form)
        await ana.send("/gadgets/bulk", {**both, "do": "save", "f.maker": "Dim", "f.colour": "blue"})
        assert [one["maker"] for one in await ana.api("GET", "/gadget")] == ["Dim", "Dim"]
        await ana.send(operation_of(await ana.page("/gadgets/1/history")), {})
        assert {one["colour"] for one in await ana.api("GET", "/gadget")} == {"red", None}
        gone = await ana.send("/gadgets/bulk", {**both, "do": "delete"})
        assert await ana.api("GET", "/gadget") == []
        toast = await ana.page(gone.headers["location"])
        assert ana.said("gadget.n", n=2) in text_of(toast) or ana.said("gadget.n", n=2) in unescape(toast)
        await ana.send(operation_of(toast), {})
        assert [one["name"] for one in await ana.api("GET", "/gadget")] == ["Lamp", "Chair"]

    walk(steps)


def test_exports(walk: Callable[[Walk], None]) -> None:
    async def steps(ana: Keeper) -> None:
        await lamp_and_chair(ana)
        headings, chair, lamp = await ana.file("/gadgets/export?format=csv&columns=colour&columns=maker")
        assert headings[:3] == [ana.said(f"gadget.{one}") for one in ("name", "colour", "maker")]
        assert (chair[0], lamp[:3]) == ("Chair", ["Lamp", ana.said("gadget.colour.red"), "Bright"])

    walk(steps)


def test_the_api(session: Session, account: Account, folder: Path) -> None:
    async def steps() -> None:
        async with keeping(session, account, folder, "en", roles.OWNER) as ana:
            await lamp_and_chair(ana)
            refused = await ana.api(
                "POST", "/gadget", 422, json={"size": "big", "stage_id": 77, "colour": "green"}
            )
            rules = {name: [*faults] for name, faults in refused["errors"].items()}
            assert rules == {
                "name": ["_required"],
                "size": ["_integer"],
                "stage_id": ["_existsIn"],
                "colour": ["_inList"],
            }
            await ana.api("PUT", "/gadget/2", json={"name": "Stool"})
            await ana.api("PATCH", "/gadget/1", json={"maker": None})
            assert [one["name"] for one in await ana.api("GET", "/gadget?filter=size>1")] == ["Lamp"]
            changes = await ana.api("GET", "/gadget/1/history")
            assert changes[0]["properties"] == {"maker": {"before": "Bright", "after": None}}
            await ana.api("POST", f"/operation/{changes[0]['operation']}/undo")
            assert (await ana.api("GET", "/gadget/1"))["maker"] == "Bright"
            await ana.api("DELETE", "/gadget/1")
            (entry,) = await ana.api("GET", "/bin")
            await ana.api("POST", f"/bin/{entry['id']}/restore")
            headings, *lines = await ana.file("/api/gadget/export?format=csv&sort=name")
            assert headings[:2] == ["id", "name"]
            assert [line[1] for line in lines] == ["Lamp", "Stool"]

    asyncio.run(steps())
