"""The records of a list that something is done with: those that were ticked, or all that it has."""

from dataclasses import replace
from typing import NamedTuple

from closum.model.filters import Condition
from closum.model.property import find
from closum.model.query import Query
from closum.web.forms import Form
from closum.web.lists import asked as asking
from closum.web.lists.asked import MOST_ROWS, ListQuery, Pairs
from closum.web.views import View

ID = "id"
_EVERY = ("filter", "id>0")


class Chosen(NamedTuple):
    """`ids` are those that were ticked, none of them where all of the list are meant, of which there were `total`: 0 where
    nobody has counted them.
    """

    asked: ListQuery
    ids: tuple[int, ...]
    total: int

    def query(self, fields: tuple[str, ...] = ()) -> Query:
        """What the store reads: the same records in the same order."""
        query = self.asked.query(fields)
        if not self.ids:
            return query
        number = find(self.asked.resource, ID)
        assert number
        return replace(query, where=(Condition(number, "=", self.ids),), words=())

    @property
    def api_pairs(self) -> list[tuple[str, str]]:
        """The parameters by which all of the list are found again."""
        return self.asked.api_pairs or [_EVERY]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The fields of a form, and the parameters of an address, that choose the same."""
        ids = [(ID, str(one)) for one in self.ids]
        return [("query", self.asked.text), ("count", str(self.total)), *ids]


def of_form(view: View, form: Form) -> Chosen | None:
    """Those that a form names; None where it names nothing."""
    asked = asking.of_text(view, form("query"))
    ids = () if form("all") else _ids(form.every(ID))
    count = len(ids) if ids else _number(form("count"))
    return Chosen(asked, ids, count) if ids or form("all") or (count and ID not in form) else None


def of_address(view: View, pairs: Pairs) -> Chosen:
    """Those of an address with the parameters of a list, and the ids of some of its records."""
    ids = _ids([value for name, value in pairs if name == ID])
    return Chosen(asking.parse(view, [one for one in pairs if one[0] != ID]), ids, len(ids))


def _ids(texts: list[str]) -> tuple[int, ...]:
    found = (_number(one) for one in texts)
    return tuple(dict.fromkeys(one for one in found if one))[:MOST_ROWS]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
