"""The contract of notes, tasks and consents, in plain Python: what belongs to a lead, and what that has of it."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.model.account import CHANNELS, Account, Refused, document_of
from tests.support.model.bodies import Body
from tests.support.model.scan import Moment

KINDS = ("note", "call", "email", "meeting")
CONTACTS = KINDS[1:]
"""Those in which somebody has spoken with the lead."""
STATES = ("given", "withdrawn")
BLANKS: dict[str, Body] = {
    "note": {"lead_id": None, "kind": "note", "text": None, "user_id": None},
    "task": {"lead_id": None, "text": None, "due": None, "user_id": None, "done": None},
    "consent": {"lead_id": None, "channel": None, "state": None, "environment": None, "user_id": None},
}
"""What a record has that is told nothing."""
NEEDED = {
    "note": ("lead_id", "kind", "text"),
    "task": ("lead_id", "text"),
    "consent": ("lead_id", "channel", "state"),
}
LONGEST = {"note": 65_536, "task": 1_000}


def put(account: Account, table: str, body: Body, present: int | None, moment: Moment) -> Account:
    """The account after a call that writes a note, a task or a consent. Raises Refused, the account as it was."""
    after = account.copy()
    record = dict(getattr(after, table)[present] if present else BLANKS[table] | {"user_id": account.user})
    faults = set[str]()
    for name in [one for one in record if one in body and one != "user_id"]:
        try:
            record[name] = read(account, table, name, body[name], moment)
        except Refused:
            faults.add(name)
    faults |= {name for name in NEEDED[table] if record[name] is None}
    if table == "consent" and not faults and is_idle(account, record):
        faults.add("state")
    if faults:
        raise Refused(*sorted(faults))
    if present:
        getattr(after, table)[present] = record
    else:
        after.add(table, record)
    return after


def is_idle(account: Account, consent: Body) -> bool:
    """Whether it withdraws what does not hold."""
    held = account.told(consent["lead_id"])[f"consent_{consent['channel']}"]
    return bool(consent["state"] == "withdrawn" and held != "given")


def read(account: Account, table: str, name: str, value: Any, moment: Moment) -> Any:
    """The normal form of a property. Raises Refused."""
    if value is None or value == "":
        return None
    if name == "lead_id":
        if str(value) not in map(str, account.lead):
            raise Refused(name)
        return int(value)
    if name in CHOICES:
        return choice(name, value)
    if name in ("due", "done"):
        return time(name, value, moment)
    if name == "environment":
        return document_of(value)
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > LONGEST[table]:
        raise Refused(name)
    return str(value) if table == "note" else str(value).strip() or None


CHOICES = {"kind": KINDS, "channel": CHANNELS, "state": STATES}


def choice(name: str, value: Any) -> str | None:
    text = str(value).strip().lower()
    if text and text not in CHOICES[name]:
        raise Refused(name)
    return text or None


def time(name: str, value: Any, moment: Moment) -> str | None:
    """A time in UTC: a day is its end, and what has no offset is on the clocks of the account."""
    if name == "done" and str(value).lower() in ("true", "false"):
        return utc(datetime.fromtimestamp(moment.now, UTC)) if str(value).lower() == "true" else None
    try:
        text = str(value)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            text = f"{text}T23:59:59"
        there = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(name) from None
    zone = ZoneInfo(moment.zone)
    local = there if there.tzinfo else there.replace(tzinfo=zone)
    if not there.tzinfo and local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != there:
        raise Refused(name)
    return utc(local)


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def remove(account: Account, table: str, record_id: int) -> Account:
    after = account.copy()
    del getattr(after, table)[record_id]
    return after
