"""A fixed set of leads, and what a list finds of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from functools import cache
from urllib.parse import quote

from tests.conftest import sign_up
from tests.support.client import JSON, Client
from tests.support.server import Server

DATA = {
    "source": "fair",
    "score": 12,
    "on": True,
    "a>=b": "x",
    "k%3D": "y",
    "note": "summer sale",
    "zip": "0123",
    "code": "4000-123 of 2026-01-31",
}
PEOPLE: list[JSON] = [
    {
        "name": "Ana Sílvia Ferreira",
        "email": {"email": "ana.f@Example.com"},
        "phone": {"number": "+351 912 341 208"},
        "city_id": 213,
        "custom_data": DATA,
    },
    {
        "name": "Maria João",
        "email": {"email": "mj@outra.pt"},
        "custom_data": {"source": "Web", "score": 5, "on": False, "zip": "123"},
    },
    {
        "name": "Łukasz Nowak",
        "phone": {"number": "+44 7911 123456"},
        "city_id": 40,
        "custom_data": {"source": "ÉTÉ", "score": 100},
    },
    {"email": {"email": "silva@example.com"}},
    {"name": "שלום עולם", "phone": {"extension": "00351", "number": "1"}, "custom_data": {"source": ""}},
    {"name": "100% _real_", "phone": {"number": "+351 912 341 208"}, "city_id": 213},
]


@contextmanager
def created_today(server: Server) -> Iterator[Callable[[], Client]]:
    """Gives an account with these people, always the same one on one day, and makes a neighbour's with the same people. Tests
    that share it change nothing.
    """
    with ExitStack() as stack:

        @cache
        def account_of(day: date) -> Client:
            _, api = clients = [stack.enter_context(sign_up(server)) for _ in range(2)]
            for client in clients:
                for person in PEOPLE:
                    client.new("lead", person)
            return api

        yield lambda: account_of(datetime.now(UTC).date())


def path(filters: tuple[str, ...] | str, **others: str) -> str:
    several = (filters,) if isinstance(filters, str) else filters
    pairs = [*(("filter", one) for one in several), *others.items()]
    return "/api/lead?" + "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in pairs)


def found(api: Client, url: str) -> list[int]:
    """The ids that a list has, in the order of ids; the count is exact, and a walk by cursor finds the same."""
    answer = api.get(url)
    assert answer.status_code == 200, (url, answer.text)
    ids = [one["id"] for one in answer.json()["data"]]
    assert answer.json()["pagination"]["count"] == len(ids), url
    walked: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"{url}&limit=2&count=false&fields=id&cursor={cursor}").json()
        walked += [one["id"] for one in page["data"]]
        cursor = page["pagination"]["next_cursor"]
    assert walked == ids, url
    return sorted(ids)
