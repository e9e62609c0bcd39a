"""A person at the pages of a server, without a browser: signed in, following no redirect."""

import html
import re
from collections.abc import Mapping, Sequence

import httpx2

from closum.accounts import sessions, users
from closum.accounts.roles import Role
from closum.store.identity import Account
from tests.support.patience import PATIENCE
from tests.support.server import Server

Fields = Mapping[str, str | Sequence[str]]

_TOKEN = re.compile(r'name="_token" value="(\w+)"')
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Visitor(httpx2.Client):
    """`user_id` is who is signed in."""

    def __init__(self, address: str, session: str, user_id: int) -> None:
        super().__init__(base_url=address, cookies={"closum": session}, timeout=PATIENCE)
        self.user_id = user_id
        self._token = ""

    def page(self, path: str, status: int = 200) -> str:
        """The HTML of a page."""
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def fill(self, path: str, fields: Fields | None = None, status: int = 303) -> httpx2.Response:
        """A form with its token."""
        if not self._token:
            found = _TOKEN.search(self.page("/leads/0", 404))
            assert found
            self._token = found[1]
        answer = self.post(path, data={"_token": self._token, **(fields or {})})
        assert answer.status_code == status, answer.text
        return answer

    def made(self, path: str, fields: Fields) -> int:
        """The id of the record that a form makes."""
        return int(self.fill(path, fields).headers["location"].rpartition("/")[2])


def visitor(server: Server, role: Role, account: Account) -> Visitor:
    """A new user of an account, called Owner, Member or Reader."""
    email = f"{role}.{account.id}@example.com"
    with server.session() as session, session.write() as unit:
        user_id = users.add_user(unit, account, email, "no password", role=role, name=role.title())
        text = sessions.begin(unit, user_id)
    return Visitor(server.address, text, user_id)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page by name: the last one of each."""
    return {name: html.unescape(value) for name, value in _FIELD.findall(page)}


def text_of(page: str) -> str:
    """What people read in the middle of a page."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
