"""A lead that is worked by either client: stages, lists, notes, tasks, consent, rules and reports."""

from datetime import UTC, datetime

from closum_client import Client

DUE = datetime(2026, 1, 31, 17, tzinfo=UTC)


def test_a_lead_is_worked(client: Client) -> None:
    stage = client.contact_lifecycle_stages.create(label="Demo", position=5)
    newsletter = client.audience_lists.create(name="Newsletter")
    client.assignment_rules.create(source="fair", user_ids=[1])
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
    (shown,) = client.leads.select("owner_id", "source", "consent_email", "first_contact", "next_due")
    assert (shown["owner_id"], shown["source"], shown["consent_email"]) == (1, "fair", "given")
    assert (shown["first_contact"] is not None, shown["next_due"]) == (True, None)
    assert [one.channel for one in client.consents.list()] == ["email"]
    assert [one.label for one in client.leads.stages(lead)] == ["Demo"]


def test_reports_count_it(client: Client) -> None:
    client.leads.create(name="Ana", contact_lifecycle_stage_id=3)
    assert client.reports.leads(by="stage").total == 1
    assert [one.entered for one in client.reports.funnel().rows if one.entered] == [1]
    assert client.reports.first_contact().contacted == 0


def test_who_is_no_lead_yet(client: Client) -> None:
    kind = client.contact_types.create(label="Cliente")
    found = client.unqualified_leads.create(name="Rui", contact_type_id=kind)
    assert client.unqualified_leads.retrieve(found).contact_type_id == kind
