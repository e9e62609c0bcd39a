"""Imports that are stopped, taken back, and begun again."""

from tests.support.answers import failure
from tests.support.client import Client
from tests.support.import_calls import ended, send, shown, started
from tests.support.patience import wait_until

ROWS = 3_000
MANY = "Nome\n" + "".join(f"Ana {number}\n" for number in range(ROWS))


def cancelled(api: Client) -> int:
    """An import that was stopped in the middle."""
    number = send(api, MANY)
    api.data("POST", f"/api/import/{number}/start", {})
    wait_until(lambda: shown(api, number)["rows"] > 0)
    answer = api.post(f"/api/import/{number}/cancel")
    assert answer.status_code in (200, 409), answer.text  # it may have ended
    return number


def count(api: Client) -> int:
    return int(api.get("/api/lead?limit=1").json()["pagination"]["count"])


def test_it_goes_on_where_it_was_cancelled(api: Client) -> None:
    number = cancelled(api)
    if shown(api, number)["phase"] == "cancelled":
        assert started(api, number)["rows"] == ROWS
    assert count(api) == ROWS


def test_cancel_and_start_follow_each_other(api: Client) -> None:
    number = send(api, MANY)
    for _ in range(5):
        api.data("POST", f"/api/import/{number}/start", {"dry_run": True})
        api.data("POST", f"/api/import/{number}/cancel")
    api.data("POST", f"/api/import/{number}/start", {})
    found = ended(api, number)
    assert (found["phase"], found["rows"], found["counts"]["created"]) == ("done", ROWS, ROWS)
    assert count(api) == ROWS


def test_what_was_taken_back_is_imported_again_from_the_first_row(api: Client) -> None:
    number = cancelled(api)
    found = shown(api, number)
    undo = f"/api/operation/{found['operation']}/undo"
    wait_until(lambda: api.post(undo, json={}).status_code in (200, 202))  # once the last step has ended
    wait_until(lambda: count(api) == 0)
    if found["phase"] != "cancelled":
        return

    def start() -> bool:
        return api.post(f"/api/import/{number}/start", json={}).status_code == 200

    wait_until(start)
    again = ended(api, number)
    assert (again["rows"], again["counts"]["created"], again["undone_by"]) == (ROWS, ROWS, None)
    assert count(api) == ROWS


def test_a_file_that_cannot_be_read_is_not_started(api: Client) -> None:
    number = send(api, b"\xd0\xcf\x11\xe0" + bytes(600), "old.xls")
    message = failure(api.post(f"/api/import/{number}/start", json={}), 409)["message"]
    assert "cannot be read" in message
