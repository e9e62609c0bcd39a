"""Contact types, as the later revisions of the published documentation have them."""

from tests.support.answers import DATE, faults
from tests.support.client import Client


def test_a_retrieved_one_calls_its_date_otherwise(api: Client) -> None:
    number = api.new("contact-type", {"label": "Cliente"})
    (listed,) = api.data("GET", "/api/contact-type")
    found = api.data("GET", f"/api/contact-type/{number}")
    assert list(listed) == ["id", "label", "creation_date"]
    assert list(found) == ["id", "label", "date_add"]
    assert DATE.fullmatch(found["date_add"])
    assert found["date_add"] == listed["creation_date"]


def test_a_label_is_needed(api: Client) -> None:
    assert faults(api.post("/api/contact-type", json={"label": " "})) == {"label": "_empty"}
