"""The contract of the calls that merge, match and delete, in plain Python: an account's leads after each of them."""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from tests.support.model import scan
from tests.support.model.account import (
    BELONGING,
    Account,
    Refused,
    agreed,
    document_of,
    expected,
    plain_of,
    remove_belonging,
    text_of,
)
from tests.support.model.bodies import BLANK, Body
from tests.support.model.past import Key, Past, views
from tests.support.model.scan import Moment
from tests.support.model.texts import scalar
from tests.support.model.touched import TOUCHES, of_matched, of_merged

MATCHES = ("email", "phone", "id", "custom_data.a", "custom_data.b")
ON_MATCH = ("update", "fill_empty", "skip", "fail", "create")


class Missing(Exception):
    """The record of a call is not there."""


class Written(NamedTuple):
    """The account after a call that writes a lead, its id, and what became of it."""

    after: Account
    id: int
    result: str


def load(text: str | None) -> Any:
    """A document, in which a number with a point is its spelling behind a mark."""
    return None if text is None else json.loads(text, parse_float=lambda one: f"\0{one}")


def dump(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r'"\\u0000([^"]*)"', r"\1", text)


def merged(present: str | None, value: Any) -> str:
    """The text of a document, the present one where it says the same."""
    text = dump(value)
    return present if present is not None and dump(load(present)) == text else text


def patched(target: Any, patch: Any) -> Any:
    """Source: RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = patched(found.get(name), value)
    return found


def filled(target: Any, other: Any) -> Any:
    """With what it lacks: a key that is missing, null or an empty text."""
    if target is None or target == "":
        return other
    if not isinstance(target, dict) or not isinstance(other, dict):
        return target
    more = {name: filled(target.get(name), value) for name, value in other.items() if value not in BLANK}
    return target | more


def create(account: Account, body: Body) -> Written:
    """Raises Refused."""
    after = expected(account, "lead", body, None)
    return Written(after, after.last["lead"], "created")


def put(account: Account, body: Body, lead_id: int) -> Written:
    """A lead after PUT. Raises Refused, Missing."""
    if lead_id not in account.lead:
        raise Missing
    after = expected(account, "lead", body, lead_id)
    return Written(after, lead_id, "unchanged" if after == account else "updated")


def patch(account: Account, body: Body, lead_id: int) -> Written:
    """A lead after PATCH. Raises Refused, Missing."""
    data, present = body.get("custom_data"), account.lead.get(lead_id, {}).get("custom_data")
    if isinstance(data, dict):
        change = load(json.dumps(data))
        body = body | {"custom_data": merged(present, patched(load(present), change))}
    return put(account, body, lead_id)


def delete(account: Account, table: str, record_id: int) -> Written:
    """Without a record, and what belongs to it. Raises Missing, and Refused for one that a lead shows."""
    if record_id not in getattr(account, table):
        raise Missing
    if any(lead.get(table) == record_id for lead in account.lead.values()):
        raise Refused("id")
    after = account.copy()
    del getattr(after, table)[record_id]
    if table == "lead":
        remove_belonging(after, [record_id])
    return Written(after, record_id, "deleted")


def merge(account: Account, target: int, ids: list[int], winners: dict[str, int]) -> Written:
    """Leads that go into another one. Raises Refused, Missing."""
    if target not in account.lead:
        raise Missing
    known = (target, *ids)
    faults = {
        "ids": len({*known}) < len(known) or not account.lead.keys() >= {*known},
        "properties": not {*winners.values()} <= {*known},
    }
    if wrong := [name for name, is_wrong in faults.items() if is_wrong]:
        raise Refused(*wrong)
    lead = {name: won(account, known, name, winners.get(name)) for name in account.lead[target]}
    touches = of_merged([account.lead[one] for one in known])
    lead |= {name: value for name, value in touches.items() if name not in winners}
    if all(lead[name] is None for name in ("name", "email", "phone")):
        raise Refused("properties")
    after = account.copy()
    after.lead[target] = lead
    for one in ids:
        del after.lead[one]
    for table in BELONGING:
        records = getattr(after, table)
        records |= {one: row | {"lead_id": target} for one, row in records.items() if row["lead_id"] in ids}
    return Written(after, target, "merged")


def won(account: Account, known: Sequence[int], name: str, winner: int | None) -> Any:
    """A property of leads that become one: the winner's, else that of the first which has it; a document with all keys."""
    values = [account.lead[one][name] for one in sorted(known, key=lambda one: one != winner)]
    given = [value for value in values if value is not None]
    found = values[0] if winner or not given else given[0]
    if name == "custom_data" and found is not None:
        for other in given:
            found = merged(found, filled(load(found), load(other)))
    return found


def upsert(account: Account, past: Past, moment: Moment, body: Body, match: str, then: str) -> Written:
    """A lead after a create that looks first whether it is there. Raises Refused, Missing."""
    found = matching(account, past, moment, body, match)
    name = match.partition(".")[0]
    if match == "id" and not found:
        raise Missing
    if not found or then == "create":
        return create(account, body)
    if then == "fail" or len(found) > 1:
        raise Refused(name)
    if then == "skip":
        return Written(account, found[0], "skipped")
    return put(account, matched(account.lead[found[0]], body, fills=then == "fill_empty"), found[0])


def matched(lead: Body, body: Body, *, fills: bool) -> Body:
    """What a body gives a lead that was found by it."""
    given = {name: body[name] for name in TOUCHES if name in body}
    data = body.get("custom_data")
    try:
        given = {name: plain_of(name, value) for name, value in given.items()}
        touches = of_matched(lead, given, None if data is None else document_of(data), fills=fills)
    except Refused:
        touches = None
    found = filling(lead, body) if fills else body
    return found if touches is None else without(found, TOUCHES) | touches


def without(body: Body, names: Sequence[str]) -> Body:
    return {name: value for name, value in body.items() if name not in names}


def matching(account: Account, past: Past, moment: Moment, body: Body, match: str) -> list[int]:
    """The leads that a body means. Raises Refused where it does not say."""
    if match == "id":
        return [body["id"]] if body["id"] in account.lead else []
    if match.startswith("custom_data."):
        text = text_to_find(body, match.partition(".")[2])
        rows = scan.rows(account, past, "lead")
        return [one["id"] for one in rows if scan.holds(one, match, "=", [text], moment)]
    value = body.get(match)
    if not isinstance(value, dict):
        raise Refused(match)
    if "id" in value:
        return [one for one, lead in account.lead.items() if lead[match] == value["id"]]
    record = account.find(match, agreed({name: text_of(name, part) for name, part in value.items()}))
    return [one for one, lead in account.lead.items() if record and lead[match] == record]


def text_to_find(body: Body, name: str) -> str:
    document = None if body.get("custom_data") is None else json.loads(document_of(body["custom_data"]))
    value = document.get(name) if isinstance(document, dict) else None
    text = None if value is None else scalar(value)
    if not text:
        raise Refused("custom_data")
    return text


def filling(lead: Body, body: Body) -> Body:
    """What of a body a lead lacks."""
    found = {name: value for name, value in body.items() if lead.get(name) is None}
    present = lead["custom_data"]
    if present is not None and body.get("custom_data") is not None:
        other = load(document_of(body["custom_data"]))
        found["custom_data"] = merged(present, filled(load(present), other))
    return found


def changed(before: Account, after: Account) -> set[Key]:
    """The records that one of two states has otherwise, also by what they show."""
    dates: defaultdict[Key, str] = defaultdict(str)
    old, new = views(before, dates), views(after, dates)
    return {one for one in {*old, *new} if old.get(one) != new.get(one)}
