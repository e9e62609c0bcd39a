"""What says how a call is done, misspelled: the call is refused, instead of done in another way."""

from typing import Any

import pytest

from tests.support.answers import failure
from tests.support.client import Client


def history(api: Client) -> Any:
    return api.data("GET", "/api/operation")


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "/api/lead/{lead}/merge", {"ids": ["{other}"], "dry-run": True}, "'dry-run'"),
        (
            "POST",
            "/api/lead/{lead}/merge",
            {"ids": ["{other}"], "properties": {"nmae": 1}},
            "'properties.nmae'",
        ),
        (
            "POST",
            "/api/operation/{operation}/undo",
            {"dryrun": True},
            "'dryrun': the body of this call has dry_run",
        ),
        (
            "POST",
            "/api/bin/1/restore",
            {"dry_run": True},
            "'dry_run': the body of this call has no properties",
        ),
        (
            "POST",
            "/api/lead/duplicates/dismiss",
            {"ids": ["{lead}", "{other}"], "all": 1},
            "'all': the body of this call has ids",
        ),
        ("DELETE", "/api/lead?filter=id>0", {"dryrun": True}, "'dryrun': the body of this call has dry_run"),
        ("POST", "/api/lead/batch", {"items": [{"action": "delete", "id": "{lead}"}], "atomc": 1}, "'atomc'"),
    ],
)
def test_nothing_is_done(api: Client, method: str, path: str, body: dict[str, Any], said: str) -> None:
    known = {"lead": api.new("lead", {"name": "Ana"}), "other": api.new("lead", {"name": "Ana"})}
    known["operation"] = history(api)[0]["id"]
    before = history(api)
    sent = {name: _filled(value, known) for name, value in body.items()}
    refused = failure(api.request(method, path.format(**known), json=sent), 400)
    assert f"Unknown property {said}" in refused["message"]
    assert history(api) == before


def _filled(value: Any, known: dict[str, int]) -> Any:
    if isinstance(value, list):
        return [_filled(one, known) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, known) for name, one in value.items()}
    return int(value.format(**known)) if isinstance(value, str) and value.startswith("{") else value
