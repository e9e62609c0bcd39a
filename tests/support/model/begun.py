"""Phones by the first digits of their numbers, in the order in which pages list them: a scan, written from the guide alone."""

import random
import re
from dataclasses import replace

from closum.model import query
from closum.resources.phone import PHONE
from closum.store import rows
from closum.store.session import Session
from tests.support.model import scan
from tests.support.model.asked import Model
from tests.support.model.same import key
from tests.support.model.scan import CODES, Row
from tests.support.model.texts import fold

TYPED = (
    *("9", "912", "0912", "912 34", "912-345-678", "20", "020 79", "(201) 555", "2015550123", "7"),
    *("+", "+3", "+351", "+351 912", "+351 0912", "+44 (0)20", "+44 20 7946 0018", "+1", "+12015", "+999"),
    *("351912", "351", "44 20", "1 9", "00351 9", "0044", "a", "abc", "A-B", "b"),
)


def compare_begun(session: Session, model: Model, choice: random.Random) -> None:
    """A page of those that begin with what somebody has typed."""
    typed, sort, is_down = choice.choice(TYPED), choice.choice(("id", "number")), choice.random() < 0.5
    limit, number = choice.choice((1, 3, 1000)), choice.choice((1, 1, 2))
    expected = found(model, typed, sort, is_down)
    given = {"filter": f"number.begins={typed}", "sort": sort, "limit": limit, "page": number}
    pairs = [(name, str(value)) for name, value in given.items()]
    asked = query.parse(PHONE, [*pairs, ("direction", "desc" if is_down else "asc")])
    with session.read() as unit:
        page, count = rows.page(unit.of(model.account.id), PHONE, replace(asked, shown=True))
    ids = [one["id"] for one in expected]
    assert count == len(ids), typed
    assert [one["id"] for one in page] == ids[(number - 1) * limit :][:limit], (typed, sort, is_down)


def found(model: Model, typed: str, sort: str, is_down: bool) -> list[Row]:
    phones = scan.rows(model.account, model.past, "phone")
    codes = {code for one in phones for code in CODES if place(one).startswith(f"+{code}")}
    some = [one for one in phones if place(one).startswith(tuple(starts(typed, codes)))]
    return sorted(some, key=lambda one: (place(one) if sort == "number" else "", one["id"]), reverse=is_down)


def place(phone: Row) -> str:
    """As it is dialled; the text without gaps where it is none."""
    return key(phone) or bare(phone["number"])


def bare(text: str) -> str:
    return re.sub("[^0-9a-z+]", "", fold(text))


def starts(typed: str, codes: set[str]) -> set[str]:
    """Behind a + or 00 a calling code follows; else the digits are those of each country that has numbers, or begin with its
    code. The zeros do not count with which a number is dialled within a country.
    """
    digits = re.sub("[^0-9]", "", typed)
    if not digits:
        return {bare(typed)}
    if typed.startswith(("+", "00")):
        whole = digits.lstrip("0")
        code = next((one for one in CODES if whole.startswith(one)), "")
        return {f"+{whole}", f"+{code}{whole.removeprefix(code).lstrip('0')}" if code else f"+{whole}"}
    within = {f"+{code}{one}" for code in codes for one in (digits, digits.lstrip("0")) if one}
    return within | {f"+{digits}" for code in codes if digits.startswith(code)}
