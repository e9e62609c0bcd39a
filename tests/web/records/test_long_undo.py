"""The page that says how far a long undo is: it is asked for every second, so it counts none of the changes."""

from pathlib import Path

from closum.operations import performed
from closum.resources.lead import LEAD
from closum.store import background
from closum.store.identity import Account
from closum.store.operation import UNDO
from closum.store.session import Session
from tests.support import engine
from tests.support.clerk import text_of
from tests.support.entering import Browser, add_user, visit
from tests.support.inprocess import Clock
from tests.support.killed import as_one, leads
from tests.support.tracing import traced

SHORT, LONG = 7, 8
LATER = 3_000  # seconds until it begins


def of_changes(statements: list[str]) -> list[str]:
    """Statements whose work grows with the changes of an operation, or with its steps."""
    return [sql for sql in statements if " change" in sql and ("COUNT(*)" in sql or "walk (" in sql)]


def test_a_long_undo_is_told_without_a_look_at_its_changes(
    folder: Path, session: Session, account: Account
) -> None:
    user_id = add_user(session, account)
    with session.write(account.id) as unit:
        operation = as_one(unit, LEAD, leads(3, "some"))
        unit.now = int(Clock().now) + LATER
        for number, size in ((SHORT, performed.MOST_COUNTED), (LONG, performed.MOST_COUNTED + 1)):
            argument = {"operation": operation, "user_id": user_id, "last": operation + 5, "size": size}
            background.add(unit, UNDO, number, argument)
    seen: dict[int, tuple[list[str], str]] = {}

    with traced() as statements:

        async def scenario(browser: Browser) -> None:
            await browser.sign_in()
            for number in (SHORT, LONG):
                statements.clear()
                page = text_of(await browser.page(f"/jobs/undo-{number}"))
                seen[number] = of_changes(statements), page

        visit(engine.current.url(folder), scenario)

    assert len(seen[SHORT][0]) > 1
    assert "What was done: Created 3 leads." in seen[SHORT][1]
    assert seen[LONG][0] == []
    assert "What was done: Made 10,001 changes. 0 of 10,001 changes" in seen[LONG][1]
