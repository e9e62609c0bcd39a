"""After any sequence of calls, counted by servers or not yet, reports are what a look at every lead comes to."""

import statistics
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from closum.accounts import users
from closum.errors import Error
from closum.model import draft
from closum.model.draft import Draft
from closum.model.when import When
from closum.operations import bin as bins
from closum.operations import check, dashboard, merging, records, reports, undo
from closum.operations.dashboard import SHARES, Wanted
from closum.operations.reports import Asked
from closum.resources.lead import LEAD
from closum.resources.note import CONTACTS, KINDS, NOTE
from closum.store import bin as entries
from closum.store import history, identity, staged
from closum.store import reports as store
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support.engine import Engine
from tests.support.every_operation import erase

EXAMPLES = {"sqlite": 40, "postgres": 15}
ZONES = ("UTC", "Asia/Kathmandu", "America/New_York")
NOW = int(datetime(2026, 1, 30, 20, tzinfo=UTC).timestamp())
STAGE = "contact_lifecycle_stage_id"
EMAILS = ("ana@example.com", "rui@example.com", "eva@bücher.example")
BODIES = st.fixed_dictionaries(
    {"name": st.just("Ana")},
    optional={
        "city_id": st.sampled_from([None, 1, 213]),
        STAGE: st.sampled_from([None, 2, 5, 7]),
        "email": st.sampled_from([None, *({"email": one} for one in EMAILS)]),
        "source": st.sampled_from([None, "fair", "Fair"]),
        "owner_id": st.sampled_from([None, 0, 1]),
        "phone": st.sampled_from([None, {"number": "+351912345678"}, {"number": "+34612345678"}]),
    },
)
LEADS = st.integers(1, 6)
Days = tuple[date | None, date | None]
ENDS = [
    date(2025, 12, 31),
    *(date(year, *day) for year in (2027, 2028) for day in ((1, 1), (2, 2), (12, 31))),
]
DAY = (
    st.none() | st.integers(0, 6).map(lambda n: date(2026, 1, 29) + timedelta(days=n)) | st.sampled_from(ENDS)
)
DAYS = st.tuples(DAY, DAY).map(lambda days: tuple(sorted(days, key=str)) if all(days) else days)
NOBODY = -1
OWNERS = st.sampled_from([None, NOBODY, 0, 1])


def by_rank(seconds: list[int], share: float) -> int:
    """The least value that so large a share of them does not exceed."""
    return next(
        one for one in sorted(seconds) if sum(each <= one for each in seconds) >= share * len(seconds)
    )


class Machine(RuleBasedStateMachine):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.now, self.zone = session, NOW, "UTC"
        with session.write() as unit:
            name = f"Account {len(identity.accounts(unit))}"
            self.account = users.add_account(unit, name).id
            self.users = [
                users.add_user(unit, Account(self.account, name, True), f"{n}@{self.account}.example", "none")
                for n in range(2)
            ]
        self.write(lambda unit: store.count(unit, LEAD, 1))

    def parsed(self, body: dict[str, Any]) -> Draft:
        """With the id of a user instead of its number."""
        number = body.get("owner_id")
        return draft.parse(LEAD, body if number is None else body | {"owner_id": self.users[number]})

    def write(self, do: Any) -> Any:
        """In a transaction some hours later; what is refused changes nothing."""
        self.now += 5 * 3_600 + 7
        try:
            with self.session.write(self.account) as unit:
                unit.now = self.now
                return do(unit.of(self.account))
        except Error:
            return None

    @rule(body=BODIES, number=st.integers(1, 3))
    def create(self, body: Any, number: int) -> None:
        self.write(lambda unit: records.create_many(unit, LEAD, [self.parsed(body)] * number))

    @rule(lead=LEADS, body=BODIES)
    def update(self, lead: int, body: Any) -> None:
        self.write(lambda unit: records.update(unit, LEAD, lead, self.parsed(body)))

    @rule(lead=LEADS)
    def delete(self, lead: int) -> None:
        self.write(lambda unit: records.delete(unit, LEAD, lead))

    @rule(purges=st.booleans(), data=st.data())
    def restore(self, purges: bool, data: st.DataObject) -> None:
        with self.session.read() as unit:
            found = [one.position for some in entries.walk(unit.of(self.account), 99) for one in some]
        if found:
            entry, act = data.draw(st.sampled_from(found)), bins.purge if purges else bins.restore
            self.write(lambda unit: act(unit, entry))

    @rule(lead=LEADS, other=LEADS)
    def merge(self, lead: int, other: int) -> None:
        self.write(lambda unit: merging.write(unit, LEAD, lead, Draft({merging.IDS: [other]}, {}, {})))

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        with self.session.read() as unit:
            done = sorted({one.operation for one in history.since(unit.of(self.account), 0, 999)})
        if done:
            operation = data.draw(st.sampled_from(done))
            self.write(lambda unit: undo.undo(unit, operation))

    @rule(text=st.sampled_from(EMAILS))
    def erase(self, text: str) -> None:
        self.write(lambda unit: erase(unit, self.account, text))

    @rule(lead=LEADS, kind=st.sampled_from(KINDS))
    def note(self, lead: int, kind: str) -> None:
        body = {"lead_id": lead, "kind": kind, "text": "Called"}
        self.write(lambda unit: records.create_many(unit, NOTE, [draft.parse(NOTE, body)]))

    @rule(note=st.integers(1, 4), kind=st.sampled_from(KINDS))
    def change_note(self, note: int, kind: str) -> None:
        self.write(lambda unit: records.update(unit, NOTE, note, draft.parse(NOTE, {"kind": kind})))

    @rule(note=st.integers(1, 4))
    def delete_note(self, note: int) -> None:
        self.write(lambda unit: records.delete(unit, NOTE, note))

    @rule(size=st.sampled_from([1, 2, 99]))
    def count(self, size: int) -> None:
        """As background work does it."""
        self.write(lambda unit: store.count(unit, LEAD, size))

    @rule(zone=st.sampled_from(ZONES))
    def move(self, zone: str) -> None:
        with self.session.write() as unit:
            unit.run("UPDATE account SET zone = ? WHERE id = ?", (zone, self.account))
        self.zone = zone

    @rule(days=st.sampled_from([30, 200, 370]))
    def time_passes(self, days: int) -> None:
        self.now += days * 86_400

    def day(self, at: str) -> date:
        return datetime.fromisoformat(at).astimezone(ZoneInfo(self.zone)).date()

    def asked(self, first: date | None, last: date | None, owner: int | None) -> Asked:
        """Of the owner with this number, NOBODY, or None for all."""
        text = None if owner is None else "" if owner == NOBODY else str(self.users[owner])
        return Asked(When(first) if first else None, When(last) if last else None, text)

    def leads(
        self, unit: Unit, first: date | None, last: date | None, owner: int | None = None
    ) -> list[dict[str, Any]]:
        """Those that were made on these days."""
        names = (
            "id",
            "creation_date",
            "city_id",
            "email_email",
            "phone_extension",
            STAGE,
            "source",
            "owner_id",
        )
        rows = unit.all(f"SELECT {', '.join(names)} FROM lead WHERE account_id = ?", (self.account,))
        found = [dict(zip(names, row, strict=True)) for row in rows]
        wanted = {None: (None,), NOBODY: (None,), 0: self.users[:1], 1: self.users[1:]}[owner]
        return [
            one
            for one in found
            if self.has(one["creation_date"], first, last) and (owner is None or one["owner_id"] in wanted)
        ]

    def has(self, at: str, first: date | None, last: date | None) -> bool:
        return (first or date.min) <= self.day(at) <= (last or date.max)

    @invariant()
    def check_finds_nothing(self) -> None:
        with self.session.read() as unit:
            found = [one for one in check.faults(unit, lambda done, total: None) if "reports" in one]
        assert found == []

    @rule(most_changed=st.sampled_from([0, 1, 1_000]))
    def leads_are_counted_by_stage(self, most_changed: int) -> None:
        with self.session.read() as read:
            unit = read.of(self.account)
            expected = Counter(one[STAGE] or staged.NONE for one in self.leads(unit, None, None))
            found = staged.counts(unit, LEAD, [*range(1, 10)], most_changed)
            assert +Counter(found) == expected
            assert min(found.values()) >= 0

    @rule(days=DAYS, owner=OWNERS)
    def leads_are_counted(self, days: Days, owner: int | None) -> None:
        with self.session.read() as read:
            unit = read.of(self.account)
            asked = self.asked(*days, owner)
            leads = self.leads(unit, *days, owner)
            for by, value in VALUES.items():
                told = reports.leads(unit, by, asked, 999)
                expected = Counter(value(one) for one in leads)
                assert {one["value"]: one["count"] for one in told["rows"]} == expected
                assert (told["total"], told["others"]) == (len(leads), 0)
            for by, period in PERIODS.items():
                told = reports.leads(unit, by, asked, 999)
                expected = Counter(period(self.day(one["creation_date"])) for one in leads)
                assert [(one["value"], one["count"]) for one in told["rows"]] == sorted(expected.items())

    @rule(days=DAYS, owner=OWNERS)
    def first_contacts_are_counted(self, days: Days, owner: int | None) -> None:
        with self.session.read() as read:
            unit = read.of(self.account)
            leads = self.leads(unit, *days, owner)
            seconds = [one for lead in leads for one in self.waited(unit, lead)]
            told = reports.first_contact(unit, self.asked(*days, owner))
        assert (told["leads"], told["contacted"]) == (len(leads), len(seconds))
        assert told["mean"] == (round(sum(seconds) / len(seconds), 3) if seconds else None)
        assert told["median"] == (statistics.median(seconds) if seconds else None)
        assert told["percentile_90"] == (by_rank(seconds, 0.9) if seconds else None)

    def waited(self, unit: Unit, lead: dict[str, Any]) -> list[int]:
        """For so many seconds, if somebody has spoken with the lead."""
        rows = unit.all(
            "SELECT kind, creation_date FROM note WHERE account_id = ? AND lead_id = ?",
            (self.account, lead["id"]),
        )
        times = [datetime.fromisoformat(at) for kind, at in rows if kind in CONTACTS]
        made = datetime.fromisoformat(lead["creation_date"])
        return [max(0, int((min(times) - made).total_seconds()))] if times else []

    @rule(days=DAYS, owner=OWNERS)
    def the_funnel_is_counted(self, days: Days, owner: int | None) -> None:
        entered, kept = Counter[int](), Counter[int]()
        with self.session.read() as read:
            unit = read.of(self.account)
            for lead in self.leads(unit, None, None, owner):
                statement = "SELECT stage_id, MIN(entered) FROM lead_stage WHERE account_id = ? AND lead_id = ? GROUP BY stage_id"
                for stage, at in unit.all(statement, (self.account, lead["id"])):
                    if self.has(at, *days):
                        entered[stage] += 1
                        kept[stage] += (lead[STAGE] or 0) >= stage
            told = reports.funnel(unit, self.asked(*days, owner))["rows"]
        assert [one[STAGE] for one in told] == [*range(1, 10)]
        assert {one[STAGE]: (one["entered"], one["kept"]) for one in told if one["entered"]} == {
            stage: (number, kept[stage]) for stage, number in entered.items()
        }

    @rule(
        by=st.sampled_from(tuple(dashboard.NUMBERS)), first=DAY, owner=OWNERS, most=st.sampled_from([1, 99])
    )
    def the_dashboard_is_counted(self, by: str, first: date | None, owner: int | None, most: int) -> None:
        with self.session.read() as read:
            read.now = self.now
            unit = read.of(self.account)
            every, some = self.leads(unit, None, None), self.leads(unit, first, None, owner)
            asked = self.asked(first, None, owner)
            told = dashboard.read(unit, Wanted(by, asked), most)
            assert told.stages == reports.funnel(unit, asked)["rows"]
            assert told.waits.items() <= reports.first_contact(unit, asked).items()
        days = [self.day(one["creation_date"]) for one in every]
        assert told.leads == len(every)
        assert told.without_email == sum(one["email_email"] is None for one in every)
        self.check_months(told, days)
        periods = Counter(PERIODS[by](day) for day in days)
        shown = {PERIODS[by](one.first): one.number for one in told.periods}
        assert shown == {one: periods[one] for one in shown}
        assert (len(shown), [*shown][-1]) == (dashboard.NUMBERS[by], PERIODS[by](self.today))
        for name in SHARES:
            share = told.shares[name]
            expected = Counter(folded(name, VALUES[name](one)) for one in some)
            none = expected.pop(None, 0)
            assert (share.none, share.total) == (none, len(some))
            assert share.others == sum(expected.values()) - sum(number for _, number in share.values)
            assert {folded(name, value): number for value, number in share.values}.items() <= expected.items()
            assert [number for _, number in share.values] == sorted(expected.values(), reverse=True)[:most]

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now, ZoneInfo(self.zone)).date()

    def check_months(self, told: dashboard.Figures, days: list[date]) -> None:
        """The present one until today, and as many days of the one before as there are."""
        now, before = told.month, told.before
        assert (now.first, now.last) == (self.today.replace(day=1), self.today)
        assert before.first == (now.first - timedelta(days=1)).replace(day=1)
        assert before.last.day in (self.today.day, (now.first - timedelta(days=1)).day)
        for each in (now, before):
            assert each.number == sum(each.first <= day <= each.last for day in days)


def folded(name: str, value: str | None) -> str | None:
    """As filters compare it."""
    return value.lower() if name == "source" and value else value


VALUES: dict[str, Any] = {
    "city": lambda lead: lead["city_id"] and str(lead["city_id"]),
    "owner": lambda lead: lead["owner_id"] and str(lead["owner_id"]),
    "source": lambda lead: lead["source"],
    "stage": lambda lead: lead[STAGE] and str(lead[STAGE]),
    "domain": lambda lead: (
        lead["email_email"] and lead["email_email"].partition("@")[2].replace("bücher", "xn--bcher-kva")
    ),
    "country": lambda lead: (
        lead["phone_extension"] and {"00351": "PT", "0034": "ES"}[lead["phone_extension"]]
    ),
}
PERIODS: dict[str, Any] = {
    "day": date.isoformat,
    "week": lambda day: (day - timedelta(days=day.weekday())).isoformat(),
    "month": lambda day: day.isoformat()[:7],
}


@pytest.mark.slow
def test_any_sequence_of_calls(session: Session, engine: Engine) -> None:
    if isinstance(session, SQLiteSession):
        session.connection.pragma("synchronous", "off")

    class Bound(Machine):
        def __init__(self) -> None:
            super().__init__(session)

    steps = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=40, deadline=None)
    run_state_machine_as_test(Bound, settings=settings(steps, suppress_health_check=list(HealthCheck)))
