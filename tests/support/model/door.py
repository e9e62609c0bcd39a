"""Two ways to a list, to the feed and to the history of a record: the functions that a handler calls, and HTTP."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, quote_plus, urlencode

import msgspec

from closum.errors import Gone, Malformed, NotFound
from closum.model import query
from closum.model.cursor import Cursors
from closum.model.query import Query
from closum.operations import feed, past, records
from closum.resources import RESOURCES
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.client import Client
from tests.support.model.asked import Pairs

BY_NAME = {one.name: one for one in RESOURCES}
STATUS = {Malformed: 400, NotFound: 404, Gone: 410}


class Answer(NamedTuple):
    status: int
    data: Any = None
    pagination: Any = None


class Door(Protocol):
    def list(self, resource: str, pairs: Pairs) -> Answer: ...

    def changes(self, since: str, most: int) -> Answer: ...

    def history(self, resource: str, record_id: int, most: int, before: int | None) -> Answer: ...


class Direct:
    """By the functions of `operations`, in a transaction for each call."""

    def __init__(self, session: Session, account_id: int) -> None:
        self._session, self._account_id = session, account_id
        self._cursors = Cursors(b"a key")

    def list(self, resource: str, pairs: Pairs) -> Answer:
        return self._answer(lambda unit: self._list(unit, resource, pairs))

    def _list(self, unit: Unit, resource: str, pairs: Pairs) -> Answer:
        of = BY_NAME[resource]
        if wrong := query.unknown((name for name, _ in pairs), query.parameters(of)):
            raise Malformed(wrong)
        asked = query.parse(of, pairs)
        if asked.cursor:
            asked = asked.behind(asked.cursor, self._cursors.read(self._place(asked, resource), asked.cursor))
        if not asked.is_window:
            found, count = records.page(unit, of, asked)
            return Answer(200, found, asked.pagination(count))
        window = records.window(unit, of, asked)
        after = window.last and self._cursors.write(self._place(asked, resource), window.last)
        return Answer(200, window.records, asked.pagination(window.total, window.last is not None, after))

    def _place(self, asked: Query, resource: str) -> tuple[Any, ...]:
        return self._account_id, *asked.of(BY_NAME[resource])

    def changes(self, since: str, most: int) -> Answer:
        def read(unit: Unit) -> Answer:
            found = feed.read(unit, since, most)
            return Answer(200, found.changes, {"next": found.next, "has_next_page": found.has_more})

        return self._answer(read)

    def history(self, resource: str, record_id: int, most: int, before: int | None) -> Answer:
        def read(unit: Unit) -> Answer:
            found = past.read(unit, BY_NAME[resource], record_id, most, before)
            return Answer(200, found.changes, {"next": found.next})

        return self._answer(read)

    def _answer(self, read: Callable[[Unit], Answer]) -> Answer:
        try:
            with self._session.read() as unit:
                found = read(unit.of(self._account_id))
        except (Malformed, NotFound, Gone) as error:
            return Answer(STATUS[type(error)])
        return found._replace(data=msgspec.to_builtins(found.data))


class Http:
    """By a server; `quote_via` is how a client writes what is not a letter."""

    def __init__(self, api: Client, quote_via: Callable[..., str] = quote_plus) -> None:
        self._api, self._quote_via = api, quote_via

    def list(self, resource: str, pairs: Pairs) -> Answer:
        return self._get(f"/api/{resource}", pairs)

    def changes(self, since: str, most: int) -> Answer:
        return self._get("/api/change", [("since", since), ("limit", str(most))])

    def history(self, resource: str, record_id: int, most: int, before: int | None) -> Answer:
        pairs = [("limit", str(most)), *([("before", str(before))] if before else [])]
        return self._get(f"/api/{resource}/{record_id}/history", pairs)

    def _get(self, path: str, pairs: Pairs) -> Answer:
        answer = self._api.get(f"{path}?{urlencode(pairs, quote_via=self._quote_via, safe='')}")
        body = answer.json()
        return Answer(answer.status_code, body["data"] if answer.is_success else None, body.get("pagination"))


QUOTES = (quote, quote_plus)
