"""Random lists, walks, the feed and histories over HTTP, as clients send them, beside a naive scan of a model."""

import random
import time

import pytest

from tests.support.answers import faults
from tests.support.client import Client
from tests.support.model.account import Account, Refused, expected
from tests.support.model.asked import Asked, Model
from tests.support.model.asks import TIMES, lists
from tests.support.model.bodies import Body, to_find
from tests.support.model.compared import Walk, compare_feed, compare_history, compare_list
from tests.support.model.door import QUOTES, Http
from tests.support.model.past import Past
from tests.support.model.scan import Moment, kind

FIXED = [text for text in TIMES if text[0] == "2"]
"""Times that mean the same whenever the test runs."""


class Known:
    """A client's account and the model of it: each write is sent, and noted where it is done."""

    def __init__(self, api: Client, chance: random.Random) -> None:
        self.api, self.chance = api, chance
        self.account, self.past = Account(0), Past()
        self.doors = [Http(api, quote) for quote in QUOTES]
        self.position = self.door.changes("now", 1).pagination["next"]

    @property
    def door(self) -> Http:
        return self.chance.choice(self.doors)

    @property
    def model(self) -> Model:
        return Model(self.account, self.past, Moment(int(time.time()), "UTC"))

    def create(self) -> None:
        self._send("POST", "/api/lead", to_find(self.chance), None)

    def update(self) -> None:
        if self.account.lead:
            lead = self.chance.choice(sorted(self.account.lead))
            self._send("PUT", f"/api/lead/{lead}", to_find(self.chance), lead)

    def _send(self, method: str, path: str, body: Body, lead: int | None) -> None:
        answer, refused = self.api.request(method, path, json=body), set[str]()
        try:
            self.account = expected(self.account, "lead", body, lead)
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
    walks = [
        Walk(fixed(one, chance)._replace(limit=50 if one.resource == "city" else 2))
        for one in lists(chance, 9)
    ]
    while walks:
        for asked in lists(chance, 6):
            compare_list(client.door, fixed(asked, chance), client.model)
        walks = [one for one in walks if one.go_on(client.door, client.model)]
        chance.choice((client.create, client.update))()
    compare_feed(client.door, client.model, 7)
    for key in {one.key for one in client.past.events}:
        compare_history(client.door, key, client.model, 2)
