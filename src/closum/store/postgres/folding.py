"""The sort key of a text, made by PostgreSQL."""

import itertools
from functools import lru_cache
from typing import NamedTuple

from closum.model.text import folded
from closum.store.sql import Sql, sql, value

_LAST = 0x1FFFF


class Folding(NamedTuple):
    """What is done with a text in NFKD: several characters for one, then one for one, and the rest taken out."""

    several: tuple[tuple[str, str], ...]
    these: str
    others: str


@lru_cache(maxsize=1)
def _folding() -> Folding:
    codes = itertools.chain(range(_LAST), range(0xE0100, 0xE01F0))
    others = {one: other for code in codes if (other := folded(one := chr(code))) != one}
    single = {one: other for one, other in others.items() if len(other) == 1}
    gone = "".join(one for one, other in others.items() if not other)
    return Folding(
        tuple((one, other) for one, other in others.items() if len(other) > 1),
        "".join(single) + gone,
        "".join(single.values()),
    )


def sort_key_of(document: str) -> Sql:
    """The `model.text.sort_key` of a text in JSON, compared by code point."""
    several, these, others = _folding()
    key = sql("normalize({document} #>> '{{}}', NFKD)", document=document)
    for one, other in several:
        key = sql("replace({key}, {one}, {other})", key=key, one=value(one), other=value(other))
    return sql(
        "(CASE WHEN octet_length({document} #>> '{{}}') = length({document} #>> '{{}}')"
        ' THEN lower({document} #>> \'{{}}\' COLLATE "C") ELSE translate({key}, {these}, {others}) END COLLATE "C")',
        document=document,
        key=key,
        these=value(these),
        others=value(others),
    )
