"""What a client is made with."""

import asyncio

import pytest

from closum.model.query import MAX_LIMIT
from closum_client import AsyncClient, Client
from closum_client._pages import MOST
from tests.clients.python.conftest import Scripted

URL = "https://closum.test"
WHO: dict[str, object] = {"email": "email@closum.com", "password": "secret word"}
WRONG: list[tuple[str, dict[str, object], str]] = [
    ("/closum", WHO, "must be the address of a server, such as https://crm.example.com"),
    ("ftp://closum.test", WHO, "must be the address of a server"),
    ("https://", WHO, "must be the address of a server"),
    ("", WHO, "must be the address of a server"),
    ("https://closum.test:secret", WHO, "must be the address of a server"),
    ("https://email:sec/ret@closum.test", WHO, "no user or password in the url"),
    ("https://email:secret@closum.test", WHO, "no user or password in the url"),
    ("https://closum.test/?a=1", WHO, "ends with the path"),
    ("https://closum.test/#a", WHO, "ends with the path"),
    (URL, {}, "needs email=… and password=…, or token=…"),
    (URL, {"email": "email@closum.com"}, "needs email=… and password=…, or token=…"),
    (URL, {"password": "secret word"}, "needs email=… and password=…, or token=…"),
    (URL, {"email": "", "password": ""}, "needs email=… and password=…, or token=…"),
    (URL, {**WHO, "token": "secret"}, "not both"),
    (URL, {"token": ""}, "the token is empty"),
    (URL, {"token": "secret\n"}, "the token is empty, or has spaces"),
    (URL, {"token": "secretü"}, "the token is empty, or has spaces"),
    (URL, {**WHO, "retries": -1}, "from 0 up"),
    (URL, {**WHO, "retries": 1.5}, "from 0 up"),
    (URL, {**WHO, "retries": True}, "from 0 up"),
    (URL, {**WHO, "timeout": 0}, "seconds above 0"),
    (URL, {**WHO, "timeout": float("inf")}, "at most a day"),
    (URL, {**WHO, "timeout": float("nan")}, "at most a day"),
    (URL, {**WHO, "timeout": 1e12}, "at most a day"),
]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(("url", "options", "reason"), WRONG)
def test_what_cannot_be_meant(
    kind: type[Client | AsyncClient], url: str, options: dict[str, object], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason) as raised:
        kind(url, **options)  # type: ignore[arg-type]
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("method", "path"), [("GE T", "/api/lead"), ("", "/"), ("GET", "api/lead"), ("GET", "/api/lead\x00")]
)
def test_a_request_that_cannot_be_meant(method: str, path: str) -> None:
    with (
        Client(URL, token="a.b.c") as client,
        pytest.raises(ValueError, match=r"a method is|the path begins"),
    ):
        client.request(method, path)


WRONG_LISTS: list[tuple[dict[str, object], type[Exception], str]] = [
    ({"page": "1"}, TypeError, "a page is an int, not str"),
    ({"page": True}, TypeError, "a page is an int, not bool"),
    ({"page": 0}, ValueError, "a page is 1 or more, not 0"),
    ({"limit": "5"}, TypeError, "a limit is an int, not str"),
    ({"limit": 0}, ValueError, "a limit is 1 or more, not 0"),
    ({"limit": -1}, ValueError, "a limit is 1 or more, not -1"),
    ({"limit": 1001}, ValueError, "a limit is 1000 at most, not 1001"),
    ({"limit": 5000}, ValueError, "a limit is 1000 at most, not 5000: it is the size of a page"),
]


@pytest.mark.parametrize(("options", "kind", "reason"), WRONG_LISTS)
def test_a_list_that_cannot_be_is_refused_before_it_is_walked(
    scripted: Scripted, options: dict[str, object], kind: type[Exception], reason: str
) -> None:
    client, script = scripted()
    with pytest.raises(kind, match=reason):
        client.leads.list(**options)  # type: ignore[arg-type]
    assert script.calls == []


def test_the_longest_page_is_what_the_server_says(client: Client) -> None:
    assert MOST == MAX_LIMIT
    assert len(client.cities.list(limit=MOST).first_page()) == 308


def test_clients_are_context_managers() -> None:
    async def main() -> None:
        async with AsyncClient(URL, token="a.b.c") as client:
            assert repr(client) == "AsyncClient('https://closum.test')"
        with pytest.raises(RuntimeError, match="closed"):
            await client.leads.retrieve(1)

    with Client(f"{URL}/crm/", token="a.b.c") as client:
        assert repr(client) == "Client('https://closum.test/crm')"
    with pytest.raises(RuntimeError, match="closed"):
        client.leads.retrieve(1)
    asyncio.run(main())
