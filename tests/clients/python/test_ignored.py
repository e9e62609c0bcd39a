"""What a server says that it ignored is a warning."""

import asyncio
import linecache
import warnings
from pathlib import Path

import httpx2
import pytest

from closum_client import AsyncClient, Client, IgnoredProperties
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import ok


def ignoring(names: str | None) -> httpx2.Response:
    answer = ok({"id": 1}, 201)
    if names is not None:
        answer.headers["X-Ignored-Properties"] = names
    return answer


def create(client: Client) -> int:
    made: int = client.request("POST", "/api/lead", json={"city": "Lisboa"})["data"]["id"]
    return made


def test_it_has_the_names_and_points_to_the_call(scripted: Scripted) -> None:
    client, _ = scripted(ignoring("city, phone.foo, a%2Cb%20%C3%BC, %E2%80%A6"))
    with pytest.warns(IgnoredProperties) as caught:
        assert create(client) == 1
    (warning,) = caught
    assert isinstance(warning.message, IgnoredProperties)
    assert warning.message.names == ("city", "phone.foo", "a,b \u00fc", "\u2026")
    assert str(warning.message).startswith(
        "POST https://closum.test/api/lead: the server ignored city, phone.foo"
    )
    assert issubclass(IgnoredProperties, UserWarning)


def test_a_blocking_call_is_named_by_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = httpx2.MockTransport(lambda _: ignoring("city"))
    with Client("https://closum.test", token="t", http_client=httpx2.Client(transport=transport)) as client:
        for call in (lambda: create(client), lambda: client.leads.update(1, name="Ana")):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                client._driver.core._ignored._told.clear()
                call()
            assert [Path(one.filename) for one in caught] == [Path(__file__)]


def test_the_same_names_are_told_once(scripted: Scripted) -> None:
    answers = [ignoring(names) for names in ("city", "city", "city, age", "city", "age")]
    client, _ = scripted(*answers)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in answers:
            create(client)
    names = [one.message.names for one in caught if isinstance(one.message, IgnoredProperties)]
    assert names == [("city",), ("city", "age"), ("age",)]


def test_an_asynchronous_call_is_named_by_its_line() -> None:
    async def main() -> None:
        transport = httpx2.MockTransport(lambda _: ignoring("city"))
        http = httpx2.AsyncClient(transport=transport)
        async with http, AsyncClient("https://closum.test", token="t", http_client=http) as client:
            await client.leads.update(1, name="Ana")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", IgnoredProperties)
        asyncio.run(main())
    found = [one for one in caught if one.category is IgnoredProperties]
    line = linecache.getline(found[0].filename, found[0].lineno)
    assert [line.strip() for _ in found] == ['await client.leads.update(1, name="Ana")']


@pytest.mark.parametrize("header", [None, ""])
def test_without_names_there_is_none(scripted: Scripted, header: str | None) -> None:
    client, _ = scripted(ignoring(header))
    assert create(client) == 1


def test_it_can_be_silenced(scripted: Scripted) -> None:
    client, _ = scripted(ignoring("city"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IgnoredProperties)
        assert create(client) == 1
