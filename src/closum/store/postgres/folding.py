"""The sort key of a text, made by PostgreSQL."""

import itertools
from functools import lru_cache
from typing import NamedTuple

from closum.model.text import folded
from closum.store.sql import Sql, sql, value

_LAST = 0x1FFFF
_LATIN, _LATIN_FOLDED = 0x24F, 0x36F
"""The last Latin letter with an accent, and the last character of its NFKD that a key has another one for."""


class Folding(NamedTuple):
    """What is done with a text in NFKD: several characters for one, then one for one, and the rest taken out."""

    several: tuple[tuple[str, str], ...]
    these: str
    others: str


@lru_cache(maxsize=2)
def _folding(last: int) -> Folding:
    codes = itertools.chain(range(last), range(0xE0100, 0xE01F0) if last == _LAST else ())
    others = {one: other for code in codes if (other := folded(one := chr(code))) != one}
    single = {one: other for one, other in others.items() if len(other) == 1}
    gone = "".join(one for one, other in others.items() if not other)
    return Folding(
        tuple((one, other) for one, other in others.items() if len(other) > 1),
        "".join(single) + gone,
        "".join(single.values()),
    )


def sort_key_of(document: str) -> Sql:
    """The `model.text.sort_key` of a text in JSON, compared by code point.

    The fewer characters may have to be replaced, the less it costs: each character is looked for among them.
    """
    text = f"{document} #>> '{{}}'"
    return sql(
        '(CASE WHEN octet_length({text}) = length({text}) THEN lower({text} COLLATE "C")'
        ' WHEN ({text} COLLATE "C") !~ {others} THEN {latin} ELSE {every} END COLLATE "C")',
        text=text,
        others=value(f"[^\x01-{chr(_LATIN)}]"),
        latin=_folded(text, _folding(_LATIN_FOLDED + 1)),
        every=_folded(text, _folding(_LAST)),
    )


def _folded(text: str, folding: Folding) -> Sql:
    key = sql("normalize({text}, NFKD)", text=text)
    for one, other in folding.several:
        key = sql("replace({key}, {one}, {other})", key=key, one=value(one), other=value(other))
    these, others = value(folding.these), value(folding.others)
    return sql("translate({key}, {these}, {others})", key=key, these=these, others=others)
