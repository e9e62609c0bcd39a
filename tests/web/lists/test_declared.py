"""A resource that is declared, and has a table and words, has a list with a cell and a control for each kind of field."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx2
import pytest

from closum import app, resources
from closum.accounts import sessions, users
from closum.model import draft
from closum.model.choices import Choice
from closum.model.examples import Examples
from closum.model.fields import Flag, Integer, Text, Timestamp
from closum.model.moments import Moment
from closum.model.relations import Reference, Use
from closum.model.resource import Listing, Resource
from closum.model.user_fields import User, Users
from closum.operations import records
from closum.resources.city import CITY
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.together import Resources
from closum.store.identity import Account
from closum.store.migrate import Migration
from closum.store.session import Session
from closum.web.site import Site
from closum.web.words import LANGUAGES
from tests.support import engine
from tests.support.inprocess import Clock, built, running
from tests.support.visiting import cells, links

NAMES = (
    "name",
    "size",
    "ready",
    "colour",
    "city_id",
    "stage_id",
    "user_id",
    "user_ids",
    "due",
    "creation_date",
)
GADGET = Resource(
    name="gadget",
    fields=(
        Text("name", required=True),
        Integer("size"),
        Flag("ready", initial=0),
        Choice("colour", among=("red", "blue")),
        Reference("city_id", resource=CITY),
        Use("stage_id", resource=CONTACT_LIFECYCLE_STAGE),
        User("user_id"),
        Users("user_ids", initial="[]"),
        Moment("due"),
        Timestamp("creation_date", read_only=True),
    ),
    listing=Listing(
        listed=("id", *NAMES),
        retrieved=("id", *NAMES),
        sorts={"id": "id", "name": "name", "creation_date": "id"},
        columns=NAMES[1:],
    ),
    examples=Examples(sample={"name": "Lamp"}),
)
WORDS = {
    "gadget": "Gadget",
    "gadgets": "Gadgets",
    "gadget.new": "New gadget",
    "gadget.n": "{n} gadgets",
    "gadget.n_one": "{n} gadget",
    **{f"gadget.{name}": name.capitalize() for name in NAMES},
    "gadget.colour.red": "deep red",
    "gadget.colour.blue": "sky blue",
}
TABLE = """
CREATE TABLE gadget (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT,
    ready BIGINT,
    colour TEXT,
    city_id BIGINT,
    stage_id BIGINT,
    user_id BIGINT,
    user_ids TEXT,
    due TEXT,
    creation_date TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
)
WITHOUT ROWID -- sqlite
;
CREATE INDEX gadget_name ON gadget (account_id, name, id);
"""


@pytest.fixture(autouse=True)
def _declared(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with session.write() as unit:
        for statement in Migration(0, "gadget.sql", TABLE).statements(unit.engine):
            unit.run(statement)
    monkeypatch.setattr(resources, "RESOURCES", Resources(*resources.RESOURCES, GADGET))
    monkeypatch.setattr(app, "Site", partial(Site, more_words=dict.fromkeys(LANGUAGES, WORDS)))


@asynccontextmanager
async def signed_in(session: Session, account: Account, folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """With two gadgets, of which one has everything."""
    clock = Clock()
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "no password")
        text = sessions.begin(unit, user_id)
        clock.now = float(unit.now)
    full = {"name": "Lamp", "size": 12_000, "ready": 1, "colour": "red", "city_id": 213, "user_id": user_id}
    full |= {"stage_id": 3, "user_ids": [user_id], "due": "2026-01-31T17:00:00+00:00"}
    with session.write(account.id) as unit:
        records.create_many(unit, GADGET, [draft.parse(GADGET, body) for body in (full, {"name": "Chair"})])
    async with running(built(engine.current.url(folder), clock)) as client:
        client.base_url = httpx2.URL("http://localhost")
        client.cookies.set("closum", text)
        yield client


def test_it_has_a_list_with_each_kind(session: Session, account: Account, folder: Path) -> None:
    async def walk() -> None:
        async with signed_in(session, account, folder) as client:
            html = (await client.get("/gadgets")).text
            chair, lamp = cells(html)
            assert chair[:9] == ["Chair", "", "No", "", "", "", "", "", ""]
            shown = [
                "Lamp",
                "12,000",
                "Yes",
                "deep red",
                "Abrantes",
                "Lead",
                "ana@example.com",
                "ana@example.com",
            ]
            assert lamp[:9] == [*shown, "31 Jan 2026"]
            assert {"/gadgets/new", "/gadgets/1?at=2", "/gadgets?sort=name"} <= set(links(html))
            assert 'name="do" value="edit"' in html

    asyncio.run(walk())


FILTERS = [
    ("f.name", "Lamp"),
    ("f.size.from", "12000"),
    ("f.ready", "1"),
    ("f.colour", "red"),
    ("f.city_id", "213"),
    ("f.stage_id", "3"),
    ("f.due.to", "2026-01-31"),
]


def test_each_kind_has_a_control_that_filters(session: Session, account: Account, folder: Path) -> None:
    async def walk() -> None:
        async with signed_in(session, account, folder) as client:
            form = (await client.get("/gadgets/filters")).text
            for name, value in [*FILTERS, ("f.user_id", "1")]:
                assert f'name="{name}"' in form
                answer = await client.get("/gadgets/filter", params={name: value})
                html = (await client.get(answer.headers["location"])).text
                assert [row[0] for row in cells(html)] == ["Lamp"], name
                assert '<span class="chip">' in html
            assert ">sky blue<" in form

    asyncio.run(walk())
