"""Compares what the contestants find: a run fails where they differ."""

import random
from collections.abc import Sequence

from benchmarks.answers import Differ
from benchmarks.find import latency
from benchmarks.find.latency import Answer
from benchmarks.find.questions import KINDS
from benchmarks.find.scenarios import BROAD, ENGINES, FILTERED, SEARCHES
from benchmarks.find.setting import Setting
from benchmarks.scenarios import CLOSUM, POCKETBASE

EXACT = ("filter by city", "filter by address", "a custom key")
"""What PocketBase, too, finds by whole values. Elsewhere it finds parts of words."""
ASKED = 5
"""Of each kind, of PocketBase."""


def check(one: Setting) -> str:
    """What was compared. Raises Differ."""
    found = []
    for name in (*KINDS, SEARCHES, FILTERED, BROAD):
        queries, (ours, theirs) = one.queries[name, CLOSUM], (_closum(one, who, name) for who in ENGINES)
        _compare(queries, ours, theirs)
        found.append(f"{len(queries)} times {name}")
        if name in EXACT:
            numbers = random.Random(name).sample(range(len(queries)), ASKED)  # noqa: S311 - no secret
            _compare(
                [queries[n] for n in numbers], [ours[n] for n in numbers], _pocketbase(one, name, numbers)
            )
    return f"of {one.leads:,} leads {', '.join(found)}"


def _closum(one: Setting, who: str, name: str) -> list[Answer]:
    return latency.one_by_one(one.contestants[who], one.target(who), one.queries[name, who])


def _pocketbase(one: Setting, name: str, numbers: Sequence[int]) -> list[Answer]:
    peer, target, queries = one.contestants[POCKETBASE], one.target(POCKETBASE), one.queries[name, POCKETBASE]
    answers = [peer.ask("find", target, query=queries[number]) for number in numbers]
    return [
        Answer(0, one["totalItems"], tuple(int(record["id"][5:]) for record in one["items"]))
        for one in answers
    ]


def _compare(queries: Sequence[str], ours: Sequence[Answer], theirs: Sequence[Answer]) -> None:
    for query, mine, other in zip(queries, ours, theirs, strict=True):
        if None not in (mine.total, other.total) and mine[1:] != other[1:]:
            raise Differ(f"{query}: {mine[1:]}, and {other[1:]}")
