"""Views of lists as a server keeps them, and calls of the functions of the store about them and what lists show beside
their records, for `tests/store/test_reading.py`: the account has no view."""

from collections.abc import Callable
from typing import Any

from closum.resources.lead import LEAD
from closum.store import news, saved_views, using
from closum.store.session import Session

READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "using.used": (lambda unit: using.used(unit, LEAD, "email_id", [1, 9], 5, has_first=True), {1: (1, 1)}),
    "saved_views.shared_names": (lambda unit: saved_views.shared_names(unit, [1, 2]), {}),
    "saved_views.of_user": (lambda unit: saved_views.of_user(unit, 1, "lead"), []),
}
WRITING = {
    "saved_views.add",
    "saved_views.arrange",
    "saved_views.change",
    "saved_views.leave",
    "saved_views.remove",
    "saved_views.replace",
    "saved_views.restore",
}


def everything(session: Session, account_id: int) -> None:
    """Each once at least; one view stays."""
    with session.write(account_id) as unit:
        for name in ("one", "other"):
            assert saved_views.add(unit, "lead", name, "q=a", 1)
        saved_views.arrange(unit, [2, 1])
        saved_views.change(unit, 1, "third", 0)
        saved_views.replace(unit, 1, "q=b", 0)
        saved_views.remove(unit, 2)
        saved_views.restore(unit, "lead", saved_views.SavedView(2, None, "second", "", 0, 2))
        saved_views.leave(unit, 99)
        assert [one.name for one in saved_views.of_user(unit, 0, "lead")] in ([], ["third"])
        assert news.since(unit, 0, ("note",)).changed
        assert news.authors(unit, 0, ["lead"])
