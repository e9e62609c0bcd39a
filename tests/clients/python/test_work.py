"""A lead that is worked by either client: stages, lists, notes, tasks, consent, rules and reports."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from closum_client import Client
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import body, ok

DUE = datetime(2026, 1, 31, 17, tzinfo=UTC)
SHOWN = ["owner_id", "source", "consent_email", "first_contact", "next_due"]


def own_id(client: Client) -> int:
    """The id of the user who is signed in: whose the tasks are that they make."""
    lead = client.leads.create(name="Rui")
    user = client.tasks.create(lead_id=lead, text="Call", returning=True).user_id
    assert user is not None
    client.leads.delete(lead)
    return user


def test_a_lead_is_worked(client: Client) -> None:
    user = own_id(client)
    stage = client.contact_lifecycle_stages.create(label="Demo", position=5)
    newsletter = client.audience_lists.create(name="Newsletter")
    rule = client.assignment_rules.create(source="fair", user_ids=[user])
    lead = client.leads.create(
        name="Ana", contact_lifecycle_stage_id=stage, source="fair", lead_opt_in={"email": True}
    )
    first = client.lead_audience_lists.create(lead_id=lead, audience_list_id=newsletter)
    assert client.lead_audience_lists.create(lead_id=lead, audience_list_id=newsletter) == first
    note = client.notes.create(lead_id=lead, kind="call", text="Wants an **offer**")
    task = client.tasks.create(lead_id=lead, text="Send it", due=DUE)
    assert [one.id for one in client.notes.list(filter="kind=call")] == [note]
    assert [one.due for one in client.tasks.list(filter=["due<=2026-01-31", "done="])] == [DUE]
    client.tasks.patch(task, done=True)
    assert client.tasks.retrieve(task).done
    (shown,) = client.leads.select(SHOWN)
    assert (shown["owner_id"], shown["source"], shown["consent_email"]) == (user, "fair", "given")
    assert (shown["first_contact"] is not None, shown["next_due"]) == (True, None)
    assert [one.channel for one in client.consents.list()] == ["email"]
    assert [one["label"] for one in client.leads.stages(lead)] == ["Demo"]
    assert client.assignment_rules.retrieve(rule).user_ids == (user,)


def test_reports_count_it(client: Client) -> None:
    client.leads.create(name="Ana", contact_lifecycle_stage_id=3)
    assert client.reports.leads(by="stage").total == 1
    assert [one.entered for one in client.reports.funnel().rows if one.entered] == [1]
    assert client.reports.first_contact().contacted == 0


def test_who_is_no_lead_yet(client: Client) -> None:
    kind = client.contact_types.create(label="Cliente")
    found = client.unqualified_leads.create(name="Rui", contact_type_id=kind)
    assert client.unqualified_leads.retrieve(found).contact_type_id == kind


@pytest.mark.parametrize(
    ("given", "due"),
    [
        (date(2026, 1, 31), datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-01-31", datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
        (datetime(2026, 1, 31, 17), DUE),  # noqa: DTZ001 -- on the clocks of the account
        (datetime(2026, 1, 31, 18, 0, 0, 5, timezone(timedelta(hours=1))), DUE),
        (None, None),
    ],
)
def test_a_time_is_given_as_people_have_it(
    client: Client, given: datetime | date | str | None, due: datetime | None
) -> None:
    lead = client.leads.create(name="Ana")
    task = client.tasks.create(lead_id=lead, text="Call", due=given, done=True)
    assert client.tasks.retrieve(task).due == due
    assert client.tasks.update(task, due=DUE, done=False, returning=True).done is None
    assert client.tasks.patch(task, done=given, returning=True).done == due


def test_times_and_days_are_sent_as_text_wherever_they_stand(scripted: Scripted) -> None:
    client, script = scripted(ok({"results": []}), ok([]))
    client.leads.batch(items=[{"custom_data": {"at": (DUE, date(2026, 1, 31))}}])
    client.request("PUT", "/api/task/1", json={"due": DUE})
    assert [body(one) for one in script.requests] == [
        {"items": [{"custom_data": {"at": ["2026-01-31T17:00:00+00:00", "2026-01-31"]}}]},
        {"due": "2026-01-31T17:00:00+00:00"},
    ]
