"""Random lists, walks, the feed and histories over HTTP, as clients send them, beside a naive scan of a model."""

import random
import time

import pytest

from tests.support.answers import faults
from tests.support.client import Client
from tests.support.model.account import BELONGING, Account, Refused, expected
from tests.support.model.asked import Asked, Model
from tests.support.model.asks import TIMES, lists
from tests.support.model.bodies import Body, to_do, to_find
from tests.support.model.compared import Walk, compare_feed, compare_history, compare_list
from tests.support.model.door import QUOTES, Http
from tests.support.model.past import Past
from tests.support.model.scan import Moment, kind
from tests.support.model.work import put

FIXED = [text for text in TIMES if text[0] == "2"]
"""Times that mean the same whenever the test runs."""


class Known:
    """A client's account and the model of it: each write is sent, and noted where it is done."""

    def __init__(self, api: Client, chance: random.Random) -> None:
        self.api, self.chance = api, chance
        self.account, self.past = Account(0), Past()
        self.doors = [Http(api, quote) for quote in QUOTES]
        self.position = self.door.changes("now", 1).pagination["next"]
        self._send("lead", {"name": "Ana"}, None)  # which tells who the user is

    @property
    def door(self) -> Http:
        return self.chance.choice(self.doors)

    @property
    def model(self) -> Model:
        return Model(self.account, self.past, Moment(int(time.time()), "UTC"))

    def create(self) -> None:
        self._send("lead", to_find(self.chance), None)

    def update(self) -> None:
        lead = self.chance.choice(sorted(self.account.lead))
        self._send("lead", to_find(self.chance), lead)

    def work(self) -> None:
        """A note, a task or a consent, or another state of one; nobody changes a consent."""
        table = self.chance.choice(BELONGING)
        body = to_do(self.chance, table, self.chance.choice(sorted(self.account.lead)))
        known = [] if table == "consent" else sorted(getattr(self.account, table))
        now = {"done": "2026-03-28"} if str(body.get("done")).lower() == "true" else {}
        self._send(table, body | now, self.chance.choice([None, *known[-1:]]))

    def _send(self, table: str, body: Body, one: int | None) -> None:
        path = f"/api/{table}" if one is None else f"/api/{table}/{one}"
        answer, refused = self.api.request("PUT" if one else "POST", path, json=body), set[str]()
        try:
            if table == "lead":
                self.account = expected(self.account, table, body, one)
            else:
                self.account = put(self.account, table, body, one, self.model.moment)
        except Refused as error:
            refused = set(error.args)
        if refused:
            assert set(faults(answer)) == refused
            return
        assert answer.is_success, answer.text
        changed = self.door.changes(self.position, 100)
        noted = self.past.note(self.account, changed.data[0]["at"] if changed.data else "")
        assert len(noted) == len(changed.data)
        self.position = changed.pagination["next"]
        if changed.data:
            self.account.user = changed.data[0]["user"]["id"]


def fixed(asked: Asked, chance: random.Random) -> Asked:
    """Without what means something else tomorrow."""
    return asked._replace(
        filters=tuple(
            one._replace(text=chance.choice(FIXED)) if kind(one.name) == "time" and one.text else one
            for one in asked.filters
        )
    )


@pytest.mark.parametrize("seed", range(3))
def test_what_clients_find(api: Client, seed: int) -> None:
    chance = random.Random(seed)
    client = Known(api, chance)
    for _ in range(12):
        client.create()
        client.work()
    walks = [
        Walk(fixed(one, chance)._replace(limit=50 if one.resource == "city" else 2))
        for one in lists(chance, 9)
    ]
    while walks:
        for asked in lists(chance, 6):
            compare_list(client.door, fixed(asked, chance), client.model)
        walks = [one for one in walks if one.go_on(client.door, client.model)]
        chance.choice((client.create, client.update, client.work))()
    compare_feed(client.door, client.model, 7)
    for key in {one.key for one in client.past.events}:
        compare_history(client.door, key, client.model, 2)
