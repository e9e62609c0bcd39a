"""One day of a salesperson, the same through every binding: Python, Python asynchronously, Ruby, Shell."""

import asyncio
import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from closum.accounts import passwords, users
from closum_client import ApiError, AsyncClient, Client, Invalid
from tests.conftest import Programs
from tests.contract.test_published_samples import account_of
from tests.support.client import Client as Api
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse"
RESOURCES = {"leads": "lead", "emails": "email", "phones": "phone", "cities": "city", "account": "account"}
LISTS = ("list", "select")
OF_THE_ACCOUNT = {"retrieve": "show", "update": "set"}


class Refused(Exception):
    """An error of the API, as each binding tells it."""

    def __init__(self, status: int, errors: Any) -> None:
        super().__init__(status, errors)
        self.status, self.errors = status, errors


class Binding(Protocol):
    """A verb of a resource (in the plural); a list gives its records from all pages."""

    def __call__(self, resource: str, verb: str, *id: int, **arguments: Any) -> Any: ...


Open = Callable[[str, str, str], AbstractContextManager[Binding]]


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def plain(value: Any) -> Any:
    """A value of the Python client as JSON has it."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {key: plain(one) for key, one in dataclasses.asdict(value).items()}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value


@contextmanager
def python(url: str, email: str, password: str) -> Iterator[Binding]:
    with Client(url, email=email, password=password) as client:

        def call(resource: str, verb: str, *id: int, **arguments: Any) -> Any:
            try:
                value = getattr(getattr(client, resource), verb)(*id, **arguments)
                return plain(list(value) if verb in LISTS else value)
            except ApiError as error:
                raise refusal(error) from error

        yield call


@contextmanager
def python_async(url: str, email: str, password: str) -> Iterator[Binding]:
    with asyncio.Runner() as runner:
        client = AsyncClient(url, email=email, password=password)

        async def called(resource: str, verb: str, id: tuple[int, ...], arguments: dict[str, Any]) -> Any:
            value = getattr(getattr(client, resource), verb)(*id, **arguments)
            return [one async for one in value] if verb in LISTS else await value

        def call(resource: str, verb: str, *id: int, **arguments: Any) -> Any:
            try:
                return plain(runner.run(called(resource, verb, id, arguments)))
            except ApiError as error:
                raise refusal(error) from error

        try:
            yield call
        finally:
            runner.run(client.close())


def refusal(error: ApiError) -> Refused:
    return Refused(error.status, error.errors if isinstance(error, Invalid) else {})


@contextmanager
def ruby(url: str, email: str, password: str) -> Iterator[Binding]:
    program = Programs()("ruby", package="ruby")
    with subprocess.Popen(
        [
            program,
            "-w",
            "-I",
            ROOT / "clients/ruby/lib",
            ROOT / "tests/clients/piped.rb",
            url,
            email,
            password,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=clean_environment() | {"NO_PROXY": "*"},
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout

        def call(resource: str, verb: str, *id: int, **arguments: Any) -> Any:
            process.stdin.write(json.dumps([resource, verb, id, arguments]) + "\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            answer = json.loads(process.stdout.readline())  # type: ignore[union-attr]
            if "status" in answer:
                raise Refused(answer["status"], answer["errors"])
            return answer["value"]

        try:
            yield call
        finally:
            process.stdin.close()
    assert process.returncode == 0


EXIT_CODES = {1: 400, 3: 401, 4: 404, 5: 422, 7: 412}


@contextmanager
def shell(url: str, email: str, password: str) -> Iterator[Binding]:
    home = f"{Path.cwd()}/home"
    environment = clean_environment() | {"HOME": home, "CLOSUM_URL": url, "NO_PROXY": "*"}
    environment.pop("XDG_CONFIG_HOME", None)

    def run(*arguments: str, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "closum_client.cli", *arguments],
            input=stdin,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode:
            raise Refused(EXIT_CODES[done.returncode], done.stderr)
        return done.stdout

    run("login", "--email", email, "--password-stdin", stdin=password)

    def call(resource: str, verb: str, *id: int, if_match: str = "", **arguments: Any) -> Any:
        commands = OF_THE_ACCOUNT if resource == "account" else {"retrieve": "get", "select": "list"}
        command = commands.get(verb, verb)
        words = [RESOURCES[resource], command, *map(str, id), "--json"]
        if verb in LISTS:
            words += [
                "--all",
                *(f"--{name}={one}" for name, value in arguments.items() for one in several(value)),
            ]
        elif arguments:
            words += ["--data", json.dumps(arguments)]
        words += ["--if-match", if_match] if if_match else []
        words += ["--etag"] if verb == "retrieve" and resource in ("leads", "account") else []
        value = json.loads(run(*words))
        return value["id"] if verb == "create" else value or None

    yield call


BINDINGS: dict[str, Open] = {"python": python, "python-async": python_async, "ruby": ruby, "shell": shell}


@pytest.fixture(params=BINDINGS)
def opened(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.chdir(tmp_path)
    return BINDINGS[request.param]


@pytest.fixture
def email(server: Server, api: Api) -> str:
    """The address of a user with a password, in an account that begins empty."""
    with server.session() as session:
        account = account_of(session, api)
        with session.write() as unit:
            users.add_user(unit, account, f"sales.{api.email}", passwords.hashed(PASSWORD))
    return f"sales.{api.email}"


def test_the_day(opened: Open, server: Server, email: str, api: Api) -> None:
    with opened(server.address, email, PASSWORD) as call:
        lead = call(
            "leads",
            "create",
            name="Sylvia L. Hook",
            email={"email": "sylvialhook@closum.com"},
            phone={"extension": "001", "number": "517-388-1452"},
        )
        found = call("leads", "retrieve", lead)
        assert (found["name"], found["city_id"]) == ("Sylvia L. Hook", None)
        assert found["email"] == {"id": 1, "email": "sylvialhook@closum.com"}
        assert found["phone"] == {"id": 1, "extension": "001", "number": "517-388-1452"}
        assert found["creation_date"].endswith(("+00:00", "Z"))

        (city,) = [one for one in call("cities", "list", limit=100) if one["city_name"] == "Abrantes"]
        call("leads", "update", lead, city_id=city["id"], custom_data={"source": "fair"}, phone=None)
        found = call("leads", "retrieve", lead)
        assert (found["city_id"], found["custom_data"], found["phone"]) == (213, '{"source":"fair"}', None)

        call("emails", "update", 1, email="update.sylvialhook@closum.com")
        assert call("leads", "retrieve", lead)["email"]["email"] == "update.sylvialhook@closum.com"
        assert call("emails", "retrieve", 1)["status"] == 1
        assert bool(call("phones", "retrieve", 1)["is_valid"]) is True

        for number in range(9):
            call("leads", "create", name=f"Lead {number}")
        assert [one["id"] for one in call("leads", "list", filter=["name~=sylv", "city_id=213"])] == [lead]
        assert not call("leads", "list", filter="email=sylvialhook@closum.com")
        assert call("leads", "list", filter="custom_data.source=fair")[0]["name"] == "Sylvia L. Hook"
        shown = call("leads", "select", fields="id,city.city_name", filter=["name!=", "city_id!="], limit=1)
        assert shown == [{"id": lead, "city": {"city_name": "Abrantes"}}]
        with pytest.raises(Refused) as refused:
            call("leads", "list", filter="nane=Ana")
        assert refused.value.status == 400
        names = [one["name"] for one in call("leads", "list", limit=4, sort="name", direction="desc")]
        assert names == ["Sylvia L. Hook", *(f"Lead {number}" for number in reversed(range(9)))]
    assert api.get("/api/lead").json()["pagination"]["count"] == 10


def test_the_account(opened: Open, server: Server, email: str, api: Api) -> None:
    with opened(server.address, email, PASSWORD) as call:
        before = call("account", "retrieve")
        seen = before.pop("etag")
        assert before == api.data("GET", "/api/account")
        assert call("account", "update", zone="Europe/Lisbon", country="PT", if_match=seen) is None
        after = call("account", "retrieve")
        assert after.pop("etag") != seen
        assert after == before | {"zone": "Europe/Lisbon", "country": "PT"}
        with pytest.raises(Refused) as refused:
            call("account", "update", zone="UTC", if_match=seen)
        assert refused.value.status == 412
        call("account", "update", country=None)
        assert call("account", "retrieve")["country"] is None
        with pytest.raises(Refused) as refused:
            call("account", "update", zone="WET+1", language="fr")
        assert refused.value.status == 422
        assert "This value must be a time zone" in str(refused.value.errors)
        assert "This value must be one of en, pt" in str(refused.value.errors)
    assert api.data("GET", "/api/account") == before | {"zone": "Europe/Lisbon"}


def test_what_is_refused_is_told(opened: Open, server: Server, email: str, api: Api) -> None:
    with opened(server.address, email, PASSWORD) as call:
        call("emails", "create", email="sylvialhook@closum.com")
        with pytest.raises(Refused) as refused:
            call("emails", "create", email="SylviaLHook@closum.com")
        assert refused.value.status == 422
        assert "This value is already in use" in str(refused.value.errors)
        with pytest.raises(Refused) as refused:
            call("leads", "create", city_id=99_999, name="Ana", phone={"number": "912345678"})
        assert refused.value.status == 422
        assert "This value does not exist" in str(refused.value.errors)
        assert "This field is required" in str(refused.value.errors)
        with pytest.raises(Refused) as refused:
            call("phones", "retrieve", 99)
        assert refused.value.status == 404
        assert not call("leads", "list")
    assert api.get("/api/email").json()["pagination"]["count"] == 1


def test_who_was_overtaken_changes_nothing(opened: Open, server: Server, email: str, api: Api) -> None:
    with opened(server.address, email, PASSWORD) as call:
        lead = call("leads", "create", name="Ana", email={"email": "ana@example.com"})
        seen = call("leads", "retrieve", lead)["etag"]
        call("leads", "update", lead, name="Rui", if_match=seen)
        now = call("leads", "retrieve", lead)["etag"]
        assert now != seen
        with pytest.raises(Refused) as refused:
            call("leads", "update", lead, name="Eva", if_match=seen)
        assert refused.value.status == 412
        assert call("leads", "retrieve", lead)["name"] == "Rui"
        call("emails", "update", 1, email="rui@example.com")  # which the lead shows
        with pytest.raises(Refused):
            call("leads", "update", lead, name="Eva", if_match=now)
        call("leads", "update", lead, name="Eva", if_match=f'{call("leads", "retrieve", lead)["etag"]}, "x"')
        call("leads", "update", lead, city_id=213, if_match="*")
        found = call("leads", "retrieve", lead)
    assert (found["name"], found["city_id"], found["email"]["email"]) == ("Eva", 213, "rui@example.com")
    assert api.get(f"/api/lead/{lead}").headers["ETag"] == found["etag"]


def test_a_wrong_password_is_told(opened: Open, server: Server, email: str) -> None:
    with pytest.raises(Refused) as refused, opened(server.address, email, "wrong horse") as call:
        call("leads", "list")
    assert refused.value.status == 401
