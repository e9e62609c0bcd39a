from tests.support.client import Client


def test_a_lead_is_created_and_read(api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    assert api.data("GET", f"/api/lead/{lead}")["email"] == {"id": 1, "email": "ana@example.com"}
