"""Which lines of who did what are asked for: those of a user, of a kind, of some days."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Self
from urllib.parse import urlencode

from closum.model.draft import MAX_ID
from closum.web.locale import Locale
from closum.web.page import Page
from closum.web.settings.frame import AUDIT

OPERATIONS, ENTRIES = "operations", "entries"
KINDS = (OPERATIONS, ENTRIES)
"""What was done to records; what the ledger has."""


class Wanted(NamedTuple):
    """`user` is an id; `since` and `until` are the first and the last day; each is None, or "", where all are wanted."""

    user: int | None = None
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @classmethod
    def given(cls, given: Mapping[str, str]) -> Self:
        """By the parameters of an address; what means nothing asks for nothing."""
        user, kind = given.get("user", ""), given.get("kind", "")
        is_id = user.isascii() and user.isdigit() and len(user) < len(str(MAX_ID))
        days = (_day(given.get(one, "")) for one in ("from", "to"))
        return cls((int(user) if is_id else 0) or None, kind if kind in KINDS else "", *days)

    @property
    def parameters(self) -> dict[str, str]:
        """As `given` takes them."""
        named = {"user": self.user, "kind": self.kind, "from": self.since, "to": self.until}
        return {name: str(value) for name, value in named.items() if value}

    def url(self, place: Mapping[str, int] | None = None) -> str:
        """The page of these lines, or the part of it that begins at a place."""
        query = urlencode({**self.parameters, **(place or {})})
        return f"{AUDIT.path}?{query}" if query else AUDIT.path

    def begin(self, locale: Locale) -> str:
        """The time of the first moment of these days, "" without a first one."""
        return locale.begin(self.since) if self.since else ""

    def end(self, locale: Locale) -> str:
        """The time of the first moment behind these days, "" without a last one."""
        return locale.begin(self.until + dt.timedelta(days=1)) if self.until else ""


class Chip(NamedTuple):
    """Something that is asked for, and the address without it."""

    label: str
    text: str
    url: str


def chips(page: Page, wanted: Wanted, users: Mapping[int, str]) -> Iterator[Chip]:
    words, date = page.words, page.locale.date
    if wanted.user:
        called = users.get(wanted.user, str(wanted.user))
        yield Chip(words.who, called, wanted._replace(user=None).url())
    if wanted.kind:
        yield Chip(words.kind, words(f"audit.{wanted.kind}"), wanted._replace(kind="").url())
    if wanted.since:
        yield Chip(words("from"), date(wanted.since), wanted._replace(since=None).url())
    if wanted.until:
        yield Chip(words.to, date(wanted.until), wanted._replace(until=None).url())


def _day(text: str) -> dt.date | None:
    try:
        return min(dt.date.fromisoformat(text), dt.date.max - dt.timedelta(days=1))
    except ValueError:
        return None
