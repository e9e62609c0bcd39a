"""The records of a list that something is done with: those that were ticked, or all that it has."""

from dataclasses import replace
from typing import Any, NamedTuple

from closum.errors import Malformed
from closum.model import query as queries
from closum.model.filters import Condition
from closum.model.property import find
from closum.model.query import Query
from closum.operations.bulk import Asked
from closum.operations.placing import Placing
from closum.web.forms import Form
from closum.web.lists import asked as asking
from closum.web.lists.asked import MOST_ROWS, ListQuery, Pairs
from closum.web.views import View

ID, ALL, EVERY = "id", "all", "1"
"""The fields of a form that choose: the number of each record, or all of the list."""
_ANY = ("filter", "id>0")
_UNREADABLE = "\ufffd"
"""What is in a query string for bytes that are no text."""


class Chosen(NamedTuple):
    """`ids` are those that were ticked, none of them where all of the list are meant, of which there were `total`: 0 where
    nobody has seen that number.
    """

    asked: ListQuery
    ids: tuple[int, ...]
    total: int

    def query(self, fields: tuple[str, ...] = ()) -> Query:
        """What the store reads: the same records in the same order, on whichever page of the list somebody was."""
        query = self.asked.having().query(fields)
        if not self.ids:
            return query
        number = find(self.asked.resource, ID)
        assert number
        return replace(query, where=(Condition(number, "=", self.ids),), words=())

    def to(self, body: dict[str, Any] | None, place: Placing | None = None) -> Asked:
        """What is to become of them."""
        resource = self.asked.resource
        if self.ids:
            return Asked(resource, self.query(), (), body, place)
        return Asked(resource, queries.parse(resource, self.api_pairs), self.api_pairs, body, place)

    @property
    def api_pairs(self) -> list[tuple[str, str]]:
        """The parameters by which all of the list are found again."""
        return self.asked.api_pairs or [_ANY]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The fields of a form, and the parameters of an address, that choose the same."""
        these = [(ID, str(one)) for one in self.ids] or [(ALL, EVERY)]
        return [("query", self.asked.text), ("count", str(self.total)), *these]


def of_form(view: View, form: Form) -> Chosen | None:
    """Those that a form names; None where it names nothing. Raises Malformed.

    All of the list beside some `rows` of its page contradict each other: nobody has seen how many are meant.
    """
    asked, ids = asked_by(view, form), _ids(form.every(ID))
    if form(ALL) != EVERY:
        return Chosen(asked, ids, len(ids)) if ids else None
    is_clear = len(ids) in (0, _number(form("rows")))
    return Chosen(asked, (), _number(form("count")) if is_clear else 0)


def asked_by(view: View, form: Form) -> ListQuery:
    """The list of a form. Raises Malformed."""
    return _read(asking.of_text(view, form("query")))


def of_address(view: View, pairs: Pairs) -> Chosen:
    """Those of an address with the parameters of a list, and the ids of some of its records. Raises Malformed."""
    texts = [value for name, value in pairs if name == ID]
    ids = _ids(texts)
    if texts and not ids:
        raise Malformed("These are no records")
    return Chosen(_read(asking.parse(view, [one for one in pairs if one[0] != ID])), ids, len(ids))


def _read(asked: ListQuery) -> ListQuery:
    """Raises Malformed where a part of a list cannot be read: without it other records would be meant."""
    if asked.refused or any(_UNREADABLE in value for _, value in asked.pairs):
        raise Malformed("A filter of the list cannot be read")
    return asked


def _ids(texts: list[str]) -> tuple[int, ...]:
    """None where there is none among them. Raises Malformed where some are none, or more than a page has."""
    found = dict.fromkeys(_number(one) for one in texts)
    ids = tuple(one for one in found if one)
    if ids and (0 in found or len(ids) > MOST_ROWS):
        raise Malformed("These are no records of one page")
    return ids


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
