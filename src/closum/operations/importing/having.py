"""Which properties imagined leads have, and not what: enough to tell whether a row that fills in adds anything."""

from functools import lru_cache
from typing import Any

from closum.model import document
from closum.model.consents import GIVEN, column
from closum.model.draft import Draft
from closum.model.fields import Document
from closum.model.relations import Row
from closum.operations.importing.headings import CONSENTS, OWNER
from closum.operations.importing.wire import OWN, Ready
from closum.resources.lead import LEAD

Has = frozenset[tuple[str, str]]
"""The columns that a lead has, each with "", or with the keys of its document as JSON."""

NOTHING: Has = frozenset()

_SOMETHING: Any = object()  # which no value equals
_LEAF = 1
_EMPTY = (None, "")
_LINKS = {one.name: one.link for one in LEAD.nested}
_DOCUMENTS = [one.name for one in LEAD.writable if isinstance(one, Document)]
_OTHERS = (*(one for one in LEAD.writable_names if one not in _DOCUMENTS), *_LINKS.values(), *CONSENTS)
_BLANK: Row = dict.fromkeys((*_DOCUMENTS, *_OTHERS))


def of_new(row: Ready, owner: int | None) -> Has:
    """What a new lead has that a row makes, and that goes to an owner."""
    own = dict(zip(OWN, row.values, strict=True))
    told = {name: GIVEN if own[name] == GIVEN else None for name in CONSENTS}
    shown = zip(_LINKS.values(), row.nested, strict=True)
    return _of({**_BLANK, **own, **told, **dict(shown), OWNER: own[OWNER] or owner})


def of_changed(present: Row, new: Draft) -> Has:
    """What a lead has behind a change that fills it in: `present` is its row, or what `as_row` gives."""
    sent = [one for some in (new.sent or {}).values() for one in some if one["state"] == GIVEN]
    given = {column(one["channel"]): GIVEN for one in sent}
    return _of({**present, **new.values, **given, **{_LINKS[name]: _SOMETHING for name in new.nested}})


@lru_cache(maxsize=1_024)
def as_row(has: Has) -> Row:
    """A row that is filled in as one that has these."""
    return _BLANK | {name: text or _SOMETHING for name, text in has}


def _of(row: Row) -> Has:
    names = [(name, "") for name in _OTHERS if row[name] is not None]
    documents = [(name, _keys(row[name])) for name in _DOCUMENTS if row[name] is not None]
    return frozenset([*names, *documents])


def _keys(text: str) -> str:
    """A document with the same keys, those without a value left out."""
    return document.write(_outline(document.read(text)))


def _outline(value: Any) -> Any:
    if not isinstance(value, dict):
        return _LEAF
    return {key: _outline(one) for key, one in sorted(value.items()) if one not in _EMPTY}
