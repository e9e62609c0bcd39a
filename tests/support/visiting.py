"""Somebody who is signed in to the pages of a server, as a browser is."""

import re
from html import unescape
from urllib.parse import urlencode

import httpx2

from closum.accounts import sessions, users
from closum.store import identity
from closum.web.cookies import OF_SESSION
from closum.web.forms import TOKEN
from tests.support.client import Client
from tests.support.server import Server

Fields = list[tuple[str, str]]


class Visitor(Client):
    """A browser without scripts. Answers are not followed."""

    def __init__(self, server: Server, email: str, role: str = "owner") -> None:
        super().__init__(server.address, None, email=email)
        with server.session() as session, session.write() as unit:
            user_id = users.user_named(unit, email).id
            identity.set_role(unit, user_id, role)
            text = sessions.begin(unit, user_id)
        self.cookies.set(OF_SESSION.name, text)

    def page(self, path: str, status: int = 200) -> str:
        """The page at a path, which has to have this status, with its addresses in one piece."""
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        return answer.text.replace(BREAK, "")

    def form(self, path: str, fields: Fields, of: str = "/leads") -> httpx2.Response:
        """Send a form with the token that the page `of` has."""
        body = urlencode([(TOKEN, self.token_of(of)), *fields]).encode()
        return self.post(path, content=body, headers={"content-type": FORM})

    def behind(self, answer: httpx2.Response) -> str:
        """The page that a form leads to."""
        assert answer.status_code == 303, answer.text
        return self.page(answer.headers["location"])

    def token_of(self, path: str) -> str:
        """That of the forms of a page."""
        found = re.search(rf'name="{TOKEN}" value="(\w+)"', self.page(path))
        assert found
        return found[1]

    def redirected(self, path: str) -> str:
        """Where a GET is sent on to."""
        answer = self.get(path)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


FORM = "application/x-www-form-urlencoded"
BREAK = "<wbr>"
"""Where a long address may break."""


def text(html: str) -> str:
    """What people read of a piece of a page."""
    whole = html.replace(BREAK, "")
    plain = re.sub(r"<(?:svg|kbd).*?</(?:svg|kbd)>|<[^>]+>", " ", whole, flags=re.DOTALL)
    return " ".join(unescape(plain).split())


def cells(html: str) -> list[list[str]]:
    """The rows of a list, each by its cells, without that of the box."""
    body = html.partition("<tbody")[2].partition("</tbody>")[0]
    rows = body.split('<tr role="row"')[1:]
    return [
        [
            text(one)
            for one in re.findall(r'<td role="cell"(?! class="check")[^>]*>(.*?)</td>', row, re.DOTALL)
        ]
        for row in rows
    ]


def links(html: str, within: str = "") -> list[str]:
    """The addresses of the links behind a piece of text."""
    return [
        unescape(one) for one in re.findall(r'href="([^"]*)"', html.partition(within)[2] if within else html)
    ]


def new_leads(api: Client, number: int, **more: object) -> None:
    """Leads called N000, N001 …"""
    items = [{"action": "create", "data": {"name": f"N{one:03}", **more}} for one in range(number)]
    for start in range(0, number, 1_000):
        answer = api.post("/api/lead/batch", json={"items": items[start : start + 1_000]})
        assert answer.status_code == 200, answer.text
