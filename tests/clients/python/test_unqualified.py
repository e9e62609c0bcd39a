"""People who are no leads yet, by either client, with what they consent to."""

from closum_client import Client


def test_they_consent_as_leads_do(client: Client) -> None:
    found = client.unqualified_leads.create(
        name="Rui", unqualified_lead_opt_in={"email": True, "environment": {"REMOTE_ADDR": "192.0.2.7"}}
    )
    (first,) = client.unqualified_lead_consents.list()
    assert (first.unqualified_lead_id, first.channel, first.state) == (found, "email", "given")
    assert first.environment == '{"REMOTE_ADDR":"192.0.2.7"}'
    client.unqualified_lead_consents.create(unqualified_lead_id=found, channel="email", state="withdrawn")
    assert [one.state for one in client.unqualified_lead_consents.list()] == ["given", "withdrawn"]
