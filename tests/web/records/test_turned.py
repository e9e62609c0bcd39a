"""What is completed, enabled or archived is told by that verb: in the toast, in Who did what, and in the history."""

import pytest

from tests.support.clerk import Clerk
from tests.support.client import Client
from tests.support.visiting import text

RULE = {
    "en": (
        ("Disabled the rule New leads, source Fair → Owner.", "disabled the rule"),
        ("Enabled the rule New leads, source Fair → Owner.", "enabled the rule"),
    ),
    "pt": (
        ("Desativou a regra Novos leads, origem Fair → Owner.", "desativou a regra"),
        ("Ativou a regra Novos leads, origem Fair → Owner.", "ativou a regra"),
    ),
}
STAGE = {
    "en": (
        ("Archived the stage Proposta.", "archived the stage"),
        ("Took the stage Proposta out of the archive.", "took the stage out of the archive"),
    ),
    "pt": (
        ("Arquivou a fase Proposta.", "arquivou a fase"),
        ("Desarquivou a fase Proposta.", "desarquivou a fase"),
    ),
}
TASK = {
    "en": (
        ("Completed a follow-up of Ana.", "completed the follow-up"),
        ("Reopened a follow-up of Ana.", "reopened the follow-up"),
    ),
    "pt": (
        ("Concluiu uma tarefa de Ana.", "concluiu a tarefa"),
        ("Reabriu uma tarefa de Ana.", "reabriu a tarefa"),
    ),
}
each_language = pytest.mark.parametrize("language", ["en", "pt"])


@each_language
def test_a_rule_is_disabled_and_enabled(owner: Clerk, api: Client, language: str) -> None:
    rule = api.new("assignment_rule", {"source": "Fair", "user_ids": [owner.user_id]})
    _turn(owner, f"/assignment-rules/{rule}", "enabled", ("0", "1"), RULE[language], language)


@pytest.mark.parametrize(("language", "undone"), [("en", "Undone."), ("pt", "Anulado.")])
def test_an_undo_of_it_says_so_too(owner: Clerk, api: Client, language: str, undone: str) -> None:
    rule = api.new("assignment_rule", {"source": "Fair", "user_ids": [owner.user_id]})
    owner.headers["accept-language"] = language
    path = f"/assignment-rules/{rule}"
    owner.fill(path, {"enabled": "0"})
    operation = owner.page(path).partition('action="/undo/')[2].partition('"')[0]
    owner.fill(f"/undo/{operation}")
    told, _ = RULE[language][1]
    assert f"{undone} {told}" in _read(owner, "/settings/audit")


@each_language
def test_a_stage_is_archived_and_taken_out(owner: Clerk, api: Client, language: str) -> None:
    stage = api.new("contact_lifecycle_stage", {"label": "Proposta"})
    path = f"/contact-lifecycle-stages/{stage}"
    _turn(owner, path, "archived", ("1", "0"), STAGE[language], language)


@each_language
def test_a_follow_up_is_completed_and_opened(owner: Clerk, api: Client, language: str) -> None:
    lead = api.new("lead", {"name": "Ana"})
    task = api.new("task", {"lead_id": lead, "text": "Call"})
    _turn(owner, f"/tasks/{task}", "done", ("true", "false"), TASK[language], language)


@each_language
def test_another_time_at_which_a_follow_up_was_done_is_a_change(
    owner: Clerk, api: Client, language: str
) -> None:
    """Also behind it: what was opened again later was changed first."""
    lead = api.new("lead", {"name": "Ana"})
    task = api.new("task", {"lead_id": lead, "text": "Call", "done": "2026-01-01T10:00:00+00:00"})
    api.patch(f"/api/task/{task}", json={"done": "2026-01-02T10:00:00+00:00"}).raise_for_status()
    owner.headers["accept-language"] = language
    changed = {"en": "changed a follow-up", "pt": "alterou uma tarefa"}[language]
    for number in (0, 1):
        told = text(owner.page(f"/leads/{lead}"))
        assert changed in told
        assert told.count({"en": "reopened", "pt": "reabriu"}[language]) == number
        audit = text(owner.page("/settings/audit"))
        assert audit.count(TASK[language][1][0].removesuffix(".")) == number
        owner.fill(f"/tasks/{task}", {"done": "false"})


def _turn(
    owner: Clerk,
    path: str,
    name: str,
    values: tuple[str, str],
    said: tuple[tuple[str, str], tuple[str, str]],
    language: str,
) -> None:
    owner.headers["accept-language"] = language
    for value, (sentence, line) in zip(values, said, strict=True):
        owner.fill(path, {name: value})
        shown = _read(owner, path)
        assert sentence in shown
        assert f"Owner {line}" in shown
        assert sentence in _read(owner, "/settings/audit")


def _read(owner: Clerk, path: str) -> str:
    return text(owner.page(path)).replace(" .", ".")
