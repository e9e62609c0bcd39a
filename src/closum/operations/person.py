"""Erasing a person: their leads, and the address and number records that nothing shows any more."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from closum.model import number
from closum.model.address import lookup_key
from closum.model.resource import Nested, Resource
from closum.operations.records import shown_by
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import rows
from closum.store.unit import Unit

AT_ONCE = 50


class Erased(NamedTuple):
    leads: int
    records: int


class Erasure:
    """A person to be erased, in steps; `total` is what has gone so far."""

    def __init__(self, account_id: int, text: str) -> None:
        self._account_id, self._text = account_id, text
        self._more = True
        self.total = Erased(0, 0)

    def steps(self) -> Iterator[Callable[[Unit], None]]:
        """To be run one after the other, until there are no more."""
        while self._more:
            yield self._step

    def _step(self, unit: Unit) -> None:
        erased, self._more = erase_some(unit, self._account_id, self._text)
        self.total = Erased(self.total.leads + erased.leads, self.total.records + erased.records)


def erase_some(unit: Unit, account_id: int, text: str) -> tuple[Erased, bool]:
    """Erase what an e-mail address or a number (with its prefix, +351…) leads to; whether there may be more.

    The leads that show it go, with their other records where no remaining lead shows them; then itself.
    """
    found = list(_find(unit, account_id, text))
    for resource, record_id in found:
        for other, nested in shown_by(resource):
            ids = rows.ids_by(unit, account_id, other, nested.link, record_id, AT_ONCE)
            if ids:
                return Erased(len(ids), _erase_leads(unit, account_id, other, ids, nested)), True
    for resource, record_id in found:
        rows.delete(unit, account_id, resource, [record_id])
    return Erased(0, len(found)), False


def _find(unit: Unit, account_id: int, text: str) -> Iterator[tuple[Resource, int]]:
    keys = {EMAIL: ("email_key", [lookup_key(text)]), PHONE: ("number_key", _number_keys(text))}
    for resource, (column, values) in keys.items():
        for row in rows.rows_by(unit, account_id, resource, column, values).values():
            yield resource, row["id"]


def _number_keys(text: str) -> list[str]:
    """E.164, and the key that the number has where it is typed apart from its prefix."""
    digits = re.sub(r"\A(\+|00)", "", text.strip())
    if digits == text.strip():
        return []  # without a prefix it may be anybody's
    key = number.international(text)
    prefixes = [digits[:length] for length in (1, 2, 3) if number.prefix(digits[:length])]
    return [*([key] if key else []), *(number.parse(one, digits[len(one) :])[0] for one in prefixes)]


def _erase_leads(unit: Unit, account_id: int, lead: Resource, ids: list[int], erasing: Nested) -> int:
    """Erase leads; how many of their other records went with them."""
    leads = rows.rows_by(unit, account_id, lead, "id", ids).values()
    rows.delete(unit, account_id, lead, ids)
    erased = 0
    for nested in LEAD.nested:
        if nested is erasing:
            continue
        links = {row[nested.link] for row in leads} - {None}
        lonely = [link for link in links if not rows.ids_by(unit, account_id, lead, nested.link, link, 1)]
        if lonely:
            rows.delete(unit, account_id, nested.resource, lonely)
        erased += len(lonely)
    return erased
