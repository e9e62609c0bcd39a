"""Gadgets: a resource that a test declares, with a field of each kind, its table and its words; nothing else is of its own."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from closum import app, resources
from closum.accounts import api_keys, roles, sessions, users
from closum.model.choices import Choice
from closum.model.examples import Examples
from closum.model.fields import Flag, Integer, Text, Timestamp
from closum.model.moments import Moment
from closum.model.relations import Reference, Use
from closum.model.resource import Derived, Listing, Resource
from closum.model.text import sort_key
from closum.model.user_fields import User, Users
from closum.resources.city import CITY
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.together import Resources
from closum.store.identity import Account
from closum.store.migrate import Migration
from closum.store.session import Session
from closum.web.site import Site
from tests.support import engine
from tests.support.inprocess import Clock, built, running
from tests.support.patience import PATIENCE

NAMES = (
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
    "creation_date",
)
GADGET = Resource(
    name="gadget",
    fields=(
        Text("name", required=True),
        Integer("size"),
        Flag("ready", initial=0),
        Choice("colour", among=("red", "blue")),
        Text("maker"),
        Reference("city_id", resource=CITY),
        Use("stage_id", resource=CONTACT_LIFECYCLE_STAGE),
        User("user_id"),
        Users("user_ids", initial="[]"),
        Moment("due"),
        Timestamp("creation_date", read_only=True),
    ),
    derived=(Derived(("name_sort",), ("name",), lambda name: (sort_key(name),)),),
    listing=Listing(
        listed=("id", *NAMES),
        retrieved=("id", *NAMES),
        sorts={"id": "id", "name": "name_sort", "creation_date": "id"},
        columns=NAMES[1:],
    ),
    examples=Examples(sample={"name": "Lamp"}),
)
WORDS = {
    "gadget": ("Gadget", "Aparelho"),
    "gadgets": ("Gadgets", "Aparelhos"),
    "gadget.new": ("New gadget", "Novo aparelho"),
    "gadget.n": ("{n} gadgets", "{n} aparelhos"),
    "gadget.n_one": ("{n} gadget", "{n} aparelho"),
    "gadget.name": ("Label", "Etiqueta"),
    "gadget.size": ("Size", "Tamanho"),
    "gadget.ready": ("Ready", "Pronto"),
    "gadget.colour": ("Colour", "Cor"),
    "gadget.colour.red": ("deep red", "vermelho-escuro"),
    "gadget.colour.blue": ("sky blue", "azul-celeste"),
    "gadget.maker": ("Maker", "Fabricante"),
    "gadget.city_id": ("Place", "Lugar"),
    "gadget.stage_id": ("Step", "Passo"),
    "gadget.user_id": ("Keeper", "Guardião"),
    "gadget.user_ids": ("Helpers", "Ajudantes"),
    "gadget.due": ("Due", "Prazo"),
    "gadget.creation_date": ("Made", "Feito"),
}
"""In English and in Portuguese: no two are alike."""
TABLE = """
CREATE TABLE gadget (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT,
    ready BIGINT,
    colour TEXT,
    maker TEXT,
    city_id BIGINT,
    stage_id BIGINT,
    user_id BIGINT,
    user_ids TEXT,
    due TEXT,
    creation_date TEXT NOT NULL,
    name_sort TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
)
WITHOUT ROWID -- sqlite
;
CREATE INDEX gadget_name ON gadget (account_id, name_sort, id); -- sqlite
CREATE INDEX gadget_name ON gadget (account_id, name_sort NULLS FIRST, id); -- postgres
"""
LANGUAGES = ("en", "pt")


def declare(session: Session, patch: pytest.MonkeyPatch) -> None:
    """Put gadgets on the list of resources, with a table and their words."""
    with session.write() as unit:
        for statement in Migration(0, "gadget.sql", TABLE).statements(unit.engine):
            unit.run(statement)
    patch.setattr(resources, "RESOURCES", Resources(*resources.RESOURCES, GADGET))
    words = {one: {key: texts[at] for key, texts in WORDS.items()} for at, one in enumerate(LANGUAGES)}
    patch.setattr(app, "Site", partial(Site, more_words=words))


class Keeper:
    """A member of the account who works with gadgets on its pages in a language, and with a key over the API."""

    def __init__(self, client: httpx2.AsyncClient, language: str, key: str, user_id: int) -> None:
        self.user_id, self.language = user_id, language
        self._client, self._key = client, {"authorization": f"Bearer {key}"}

    def said(self, key: str, **values: Any) -> str:
        """One of WORDS in the language."""
        return WORDS[key][LANGUAGES.index(self.language)].format(**values)

    async def page(self, path: str, status: int = 200) -> str:
        answer = await self._client.get(path, headers=self._key if path.startswith("/api/") else {})
        assert answer.status_code == status, answer.text
        return answer.text

    async def send(self, path: str, fields: dict[str, Any], status: int = 303) -> httpx2.Response:
        """A form with the token of the page for a new gadget."""
        token = re.search(r'name="_token" value="(\w+)"', await self.page("/gadgets/new"))
        assert token
        answer = await self._client.post(path, data={"_token": token[1], **fields})
        assert answer.status_code == status, answer.text
        return answer

    async def upload(self, content: str | bytes, status: int = 303) -> str:
        """Where a file of gadgets leads to that is sent by the page for it."""
        token = re.search(r'name="_token" value="(\w+)"', await self.page("/imports/new?resource=gadget"))
        assert token
        answer = await self._client.post(
            "/imports/new?resource=gadget",
            data={"_token": token[1]},
            files={"file": ("gadgets.csv", content)},
        )
        assert answer.status_code == status, answer.text
        return str(answer.headers.get("location", ""))

    async def arrives(self, path: str) -> tuple[str, str]:
        """Where one comes by following redirects, once nothing there waits any more, and what is shown."""
        end = time.monotonic() + PATIENCE
        while True:
            answer = await self._client.get(path, follow_redirects=True)
            assert answer.status_code == 200, answer.text
            if 'hx-trigger="every 1s"' not in answer.text:
                return answer.url.path, answer.text.replace("<wbr>", "")
            assert time.monotonic() < end, answer.text
            await asyncio.sleep(0.01)

    async def sent_on(self, path: str, **parameters: str) -> str:
        """Where a GET is sent on to."""
        answer = await self._client.get(path, params=parameters)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def file(self, path: str) -> list[list[str]]:
        """The lines of a CSV file of a page, by their cells."""
        text = (await self.page(path)).removeprefix("\ufeff")
        return [line.split({"en": ",", "pt": ";"}[self.language]) for line in text.splitlines()]

    async def workbook(self, path: str) -> bytes:
        """A file that is no text."""
        answer = await self._client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.content

    async def api(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        """What a call answers as its data."""
        answer = await self._client.request(method, f"/api{path}", headers=self._key, **options)
        assert answer.status_code == status, answer.text
        return answer.json()["data"]


@asynccontextmanager
async def keeping(
    session: Session, account: Account, folder: Path, language: str, role: roles.Role = roles.MEMBER
) -> AsyncIterator[Keeper]:
    clock = Clock()
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "no password", role=role)
        text = sessions.begin(unit, user_id)
        key = api_keys.add(unit, account.id, "test", roles.FULL).text
        clock.now = float(unit.now)
    async with running(built(engine.current.url(folder), clock)) as client:
        client.base_url = httpx2.URL("http://localhost")
        client.cookies.set("closum", text)
        client.headers["accept-language"] = language
        yield Keeper(client, language, key, user_id)


def operation_of(html: str) -> str:
    """The first undo that a page offers, by the path of its form."""
    found = re.search(r'action="(/undo/[0-9]+)', html)
    assert found, unescape(html)
    return found[1]
