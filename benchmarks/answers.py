"""Compares the answers of all products: a run fails if they differ."""

import urllib.error
from collections.abc import Iterator

from benchmarks.contestants.contestant import Contestant
from benchmarks.load import Target
from benchmarks.scenarios import CLOSUM, PRODUCTS
from benchmarks.setting import Setting

EVERY_PAGE_BELOW = 500_000
"""Leads: in a larger account a few pages are compared, since some products take seconds for each."""


Answer = tuple[str, tuple[object, object]]
"""Questions and answers: a lead's number and the lead, or a page's total and its leads."""


class Differ(Exception):
    """Two products answer differently."""


def check(setting: Setting) -> list[str]:
    """What was compared. Raises Differ."""
    found: list[str] = []
    ours = setting.contestants[CLOSUM]
    for group, targets in ours.targets.items():
        for number in sorted({0, len(targets) // 2, len(targets) - 1}):
            if targets[number].leads:
                expected = list(_answers(ours, targets[number]))
                for name in PRODUCTS[1:]:
                    peer = setting.contestants[name]
                    found.extend(_compare(expected, peer, peer.targets[group][number]))
                records = sum(len(mine[1]) if isinstance(mine[1], list) else 1 for _, mine in expected)
                found.append(f"{records} records of an account of {targets[number].leads:,} leads")
    return found


def _compare(expected: list[Answer], peer: Contestant, target: Target) -> Iterator[str]:
    """A question without an answer, which is accepted only for a large account."""
    theirs = _answers(peer, target)
    for what, mine in expected:
        try:
            _, answer = next(theirs)
        except urllib.error.HTTPError as error:
            if target.leads <= EVERY_PAGE_BELOW:
                raise
            yield f"{peer.name} answers {error.code} to {what} of {target.leads:,} leads"
            return
        if mine != answer:
            raise Differ(f"{what}: closum has {mine}, {peer.name} has {answer}")


def _answers(contestant: Contestant, target: Target) -> Iterator[Answer]:
    pages = -(-target.leads // 25)
    for number in (1, (target.leads + 1) // 2, target.leads):
        yield f"lead {number}", (number, contestant.lead(contestant.ask("lead", target, id=number)))
    yield "the first page", contestant.page(contestant.ask("first page", target))
    for sort, numbers in _orders(target.leads, pages):
        for page in numbers:
            answer = contestant.ask("page", target, page=page, sort=sort)
            yield f"page {page} by {sort}", contestant.page(answer)


def _orders(leads: int, pages: int) -> list[tuple[str, tuple[int, ...]]]:
    middle = (pages + 1) // 2
    if leads > EVERY_PAGE_BELOW:
        return [("id", (middle, pages)), ("name", (min(400, pages),))]
    return [(sort, (1, middle, pages)) for sort in ("id", "name", "creation_date")]
