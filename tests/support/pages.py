"""Pages over HTTP, as a browser without scripts has them: signed in, its forms found in what is shown."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import httpx2

from closum.accounts import roles, sessions, users
from closum.store import identity
from tests.support.client import Client, tls
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server

TOKEN = re.compile(r'name="_token" value="(\w+)"')


class Pages(httpx2.Client):
    """Signed in by a session; redirects are not followed, unless `follow_redirects` says so."""

    def __init__(self, address: str, session: str) -> None:
        cookies = {"closum": session}
        super().__init__(base_url=address, cookies=cookies, timeout=PATIENCE, trust_env=False, verify=tls())

    def shown(self, path: str, status: int = 200) -> str:
        """The page at a path."""
        answer = self.get(path)
        assert answer.status_code == status, (
            answer.status_code,
            answer.headers.get("location"),
            texts(answer.text),
        )
        return answer.text.replace("<wbr>", "")

    @property
    def token(self) -> str:
        """What forms carry."""
        found = TOKEN.search(self.get("/imports").text)
        assert found
        return found[1]

    def submit(self, path: str, fields: Any = (), status: int = 303) -> httpx2.Response:
        """Send a form; `fields` is a dict, whose values may be lists."""
        answer = self.post(path, data={"_token": self.token, **dict(fields)})
        assert answer.status_code == status, (answer.status_code, texts(answer.text))
        return answer

    def upload(
        self, content: bytes, name: str = "leads.csv", status: int = 303, token: str | None = None
    ) -> httpx2.Response:
        """Send a file to be imported."""
        token = self.token if token is None else token
        answer = self.post("/imports/new", data={"_token": token}, files={"file": (name, content)})
        assert answer.status_code == status, (answer.status_code, texts(answer.text))
        return answer

    def arrives(self, path: str) -> tuple[str, str]:
        """Where one comes by following redirects, once nothing there waits any more, and what is shown."""
        found: list[httpx2.Response] = []

        def has_ended() -> bool:
            found[:] = [self.get(path, follow_redirects=True)]
            return 'hx-trigger="every 1s"' not in found[0].text

        wait_until(has_ended)
        assert found[0].status_code == 200, texts(found[0].text)
        return found[0].url.path, found[0].text.replace("<wbr>", "")


@contextmanager
def pages_of(server: Server, email: str) -> Iterator[Pages]:
    """The pages of a user, signed in."""
    with server.session() as session, session.write() as unit:
        text = sessions.begin(unit, users.user_named(unit, email).id)
    with Pages(server.address, text) as pages:
        yield pages


@contextmanager
def colleague(server: Server, api: Client, role: roles.Role) -> Iterator[Pages]:
    """The pages of another user of the same account, in a role."""
    email = f"{role}-{api.email}"
    with server.session() as session, session.write() as unit:
        account = identity.account_by_key(unit, users.name_key(api.account))
        assert account
        users.add_user(unit, account, email, "no password", role=role)
    with pages_of(server, email) as pages:
        yield pages


def texts(page: str) -> str:
    """What a page says, without its markup, white space as one."""
    middle = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", middle.replace("<wbr>", ""))).split())
