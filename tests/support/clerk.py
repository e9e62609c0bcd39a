"""Somebody who fills in the forms of records, without a browser."""

import re
from collections.abc import Mapping, Sequence
from html import unescape

import httpx2

from closum.accounts import users
from closum.store import identity
from tests.support.server import Server
from tests.support.visiting import Visitor, text

Fields = Mapping[str, str | Sequence[str]]

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')

BEATRIZ = {
    "name": "Beatriz Lobo",
    "email.email": "beatriz@example.pt",
    "phone.extension": "00351",
    "phone.number": "961 000 213",
    "city_id": "1",
}
"""What a form sends that makes a lead with all that it is reached by."""


class Clerk(Visitor):
    """A user who is called as the role is: Owner, Member or Reader."""

    def __init__(self, server: Server, email: str, role: str) -> None:
        super().__init__(server, email, role)
        with server.session() as session, session.write() as unit:
            user = users.user_named(unit, email)
            identity.set_name(unit, user.id, role.title())
        self.user_id, self.account_id = user.id, user.account_id

    def fill(self, path: str, fields: Fields | None = None, status: int = 303) -> httpx2.Response:
        """Send a form, which has to be answered with this status."""
        pairs = [
            (name, one)
            for name, value in (fields or {}).items()
            for one in ([value] if isinstance(value, str) else value)
        ]
        answer = self.form(path, pairs)
        assert answer.status_code == status, answer.text
        return answer

    def made(self, path: str, fields: Fields) -> int:
        """The id of the record that a form makes."""
        return int(self.fill(path, fields).headers["location"].rpartition("/")[2])


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page by name: the last one of each."""
    return {name: unescape(value) for name, value in _HIDDEN.findall(page)}


def text_of(page: str) -> str:
    """What people read in the middle of a page."""
    return text(page[page.index("<main") : page.index("</main>")])
