"""Places in long lists and in the feed, found by walking them once."""

import json
import urllib.request
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from benchmarks.contestants.contestant import Contestant
from benchmarks.find.scenarios import CHANGES, by_cursor, page_1
from benchmarks.find.setting import Setting
from benchmarks.load import Target

AT_ONCE = 1_000
CHANGES_WALKED = 100
"""Pages of the feed."""
DEPTHS = (0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999)
"""Of the way from the first record to the last one."""


def prepare(setting: Setting, name: str, orders: tuple[tuple[str, str], ...]) -> None:
    """Find the cursors, positions and the tag with which a server of closum is asked."""
    contestant, target = setting.contestants[name], setting.target(name)
    for order in orders:
        asked = dict(zip(("sort", "direction"), order, strict=True))
        setting.queries[page_1(order), name] = [urlencode(asked)]
        walked = _walk(contestant, target, "/api/lead", cursor="", **asked, count="false", fields="id")
        setting.queries[by_cursor(order), name] = [
            urlencode({"cursor": one, **asked}) for one in _at_depths(list(walked))
        ]
    positions = islice(_walk(contestant, target, "/api/change", since=""), CHANGES_WALKED)
    setting.queries[CHANGES, name] = [urlencode({"since": one}) for one in _at_depths(list(positions))]
    setting.tags[name] = _tag(contestant, target)


def _walk(contestant: Contestant, target: Target, path: str, **asked: str) -> Iterator[str]:
    """What each page but the last one says of where the next one begins."""
    following, name = "next_cursor" if "cursor" in asked else "next", next(iter(asked))
    while True:
        found = _ask(contestant, target, f"{path}?{urlencode({**asked, 'limit': AT_ONCE})}")["pagination"]
        if not found["has_next_page"]:
            return
        asked[name] = found[following]
        yield asked[name]


def _at_depths(places: list[str]) -> list[str]:
    return [places[int(depth * len(places))] for depth in DEPTHS]


def _tag(contestant: Contestant, target: Target) -> str:
    with urllib.request.urlopen(_request(contestant, target, "/api/lead/1"), timeout=60) as answer:
        return str(answer.headers["ETag"])


def _ask(contestant: Contestant, target: Target, path: str) -> Any:
    with urllib.request.urlopen(_request(contestant, target, path), timeout=60) as answer:
        return json.load(answer)


def _request(contestant: Contestant, target: Target, path: str) -> urllib.request.Request:
    headers = {"Authorization": target.authorization}
    return urllib.request.Request(contestant.process.address + path, headers=headers)
