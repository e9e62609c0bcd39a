"""A withdrawal is told as one, wherever a consent that was given is told."""

import pytest

from tests.support.clerk import Clerk
from tests.support.client import Client
from tests.support.visiting import text

SAID = {
    "en": (
        "Recorded the withdrawal of the consent of Ana (email).",
        "recorded the withdrawal of consent to emails",
    ),
    "pt": (
        "Registou a retirada do consentimento de Ana (email).",
        "registou a retirada do consentimento para emails",
    ),
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("name", ["lead", "unqualified_lead"])
def test_a_withdrawal_is_told_in_the_toast_the_audit_and_the_history(
    owner: Clerk, api: Client, name: str, language: str
) -> None:
    record, consent = api.new(name, {"name": "Ana"}), "consent" if name == "lead" else f"{name}_consent"
    plural = f"/{consent.replace('_', '-')}s"
    owner.headers["accept-language"] = language
    for state in ("given", "withdrawn"):
        owner.fill(plural, {f"{name}_id": str(record), "channel": "email", "state": state})
    sentence, line = SAID[language]
    path = f"/{name.replace('_', '-')}s/{record}"
    assert sentence in _said(owner, path)
    assert sentence in _said(owner, "/settings/audit")
    assert line in _said(owner, path)


def test_a_withdrawal_that_is_taken_back_is_no_consent(owner: Clerk, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    for state in ("given", "withdrawn"):
        owner.fill("/consents", {"lead_id": str(lead), "channel": "email", "state": state})
    undo = owner.page(f"/leads/{lead}/history").partition('action="/undo/')[2].partition('"')[0]
    owner.fill(f"/undo/{undo}", {"few": "1"})
    shown = _said(owner, f"/leads/{lead}")
    assert "Undone. Moved a consent entry of Ana to the bin." in shown
    assert "(undo) changed consent to emails withdrawn → given" in shown
    assert "Undo: moved a consent entry of Ana to the bin." in _said(owner, "/settings/audit")
    assert [one["resource"] for one in api.data("GET", "/api/bin")] == ["consent"]


def _said(owner: Clerk, path: str) -> str:
    return text(owner.page(path)).replace(" .", ".")
