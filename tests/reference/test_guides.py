"""The guides of the reference: each sample of them, in each of its languages, does what the guide says."""

import html
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest

from closum.accounts import api_keys, roles
from closum.model.change import COMMAND
from closum.reference import guides, samples
from tests.conftest import Programs
from tests.contract.test_published_samples import account_of
from tests.support import import_calls
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE, wait_until
from tests.support.running import FENCE, Run, Sample, real
from tests.support.server import Server, clean_environment

FILE = "Nome;E-mail;Telemóvel\nNova;nova@example.pt;912 345 678\nErrada;errada@@example.pt;\n"
TYPED = {"name": "Ana Silva", "email": "ana@example.com", "phone": "912 345 678", "website": ""}
ALL = {
    name: [Sample(name, language.capitalize(), text) for language, text in FENCE.findall(guides.source(name))]
    for name in guides.NAMES
}
pytestmark = ON_SQLITE


def of(name: str, part: int = 0) -> pytest.MarkDecorator:
    """The samples of a guide that do the same, in the three languages."""
    each = ALL[name][part * 3 : part * 3 + 3]
    return pytest.mark.parametrize("sample", each, ids=[one.language for one in each])


@pytest.mark.parametrize("name", guides.NAMES)
def test_every_guide_is_a_page_with_its_samples_in_all_languages(name: str, server: Server) -> None:
    page = httpx2.get(f"{server.address}/docs/guide/{name}", timeout=PATIENCE, trust_env=False).text
    shown = [html.unescape(one) for one in re.findall(r"<code>(.*?)</code>", page, re.DOTALL)]
    assert {one.source.rstrip("\n") for one in ALL[name]} <= {*shown}
    assert [one.language for one in ALL[name]] == [*samples.LANGUAGES] * (len(ALL[name]) // 3)
    assert ALL[name]
    hosts = re.findall(r"https?://[^/\s\"'`]+", guides.source(name))
    assert {*hosts} == {samples.ORIGIN}


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("create lead php", "capture-leads"),
        ("create a lead from a form in PHP", "capture-leads"),
        ("sync every 5 minutes", "sync"),
        ("excel", "import-a-spreadsheet"),
        ("undo import", "undo-an-import"),
        ("rollback", "undo-an-import"),
        ("contact form", "capture-leads"),
        ("cron job", "sync"),
    ],
)
def test_a_search_finds_the_guide_first(asked: str, name: str, server: Server) -> None:
    page = httpx2.get(
        f"{server.address}/docs/search", params={"q": asked}, timeout=PATIENCE, trust_env=False
    ).text
    results = page.partition("<main")[2]
    assert re.findall(r'href="(/docs/[^"#]+)', results)[0] == f"/docs/guide/{name}"


@pytest.mark.parametrize("name", guides.NAMES)
def test_a_guide_leads_to_other_guides_by_their_files(name: str, server: Server) -> None:
    linked = re.findall(r"\]\(([\w-]+)\.md\)", guides.source(name))
    page = httpx2.get(f"{server.address}/docs/guide/{name}", timeout=PATIENCE, trust_env=False).text
    assert all(one in guides.NAMES and f'href="/docs/guide/{one}"' in page for one in linked)


@of("capture-leads")
def test_a_lead_is_captured(sample: Sample, run: Run, api: Client) -> None:
    assert re.findall(r"\d+", run(sample)) == ["1"]
    check_lead(api)


def check_lead(api: Client) -> None:
    lead = api.data("GET", "/api/lead/1?fields=*,source")
    assert (lead["name"], lead["source"]) == ("Ana Silva", "Website")
    assert lead["email"]["email"] == "ana@example.com"
    assert (lead["phone"]["extension"], lead["phone"]["number"]) == ("00351", "912 345 678")


@of("sync")
def test_what_is_new_comes_once_page_by_page(sample: Sample, run: Run, api: Client) -> None:
    source, number = re.subn(r"limit(=|: )1000", r"limit\g<1>1", sample.source)
    assert number == 1
    sample = sample._replace(source=source)
    first, second = (api.new("lead", {"name": name}) for name in ("Ana", "Rui"))
    assert ids(run(sample)) == [first, second]
    assert ids(run(sample)) == []
    third = api.new("lead", {"name": "Marta"})
    api.data("PATCH", f"/api/lead/{first}", {"name": "Ana Silva"})
    assert ids(run(sample)) == [first, third]


@of("sync", part=1)
def test_a_copy_has_no_deleted_leads(sample: Sample, run: Run, api: Client, tmp_path: Path) -> None:
    run(sample)
    copied = tmp_path / "leads"
    first, second = (api.new("lead", {"name": name}) for name in ("Ana", "Rui"))
    run(sample)
    assert {one.name for one in copied.iterdir()} == {str(first), str(second)}
    api.data("DELETE", f"/api/lead/{first}")
    api.data("PATCH", f"/api/lead/{second}", {"name": "Rui Costa"})
    run(sample)
    assert [one.name for one in copied.iterdir()] == [str(second)]
    assert "Rui Costa" in (copied / str(second)).read_text(encoding="utf-8")


@of("import-a-spreadsheet")
def test_a_spreadsheet_is_imported(sample: Sample, run: Run, api: Client, tmp_path: Path) -> None:
    printed = run(sample)
    assert [one["name"] for one in api.data("GET", "/api/lead")] == ["Nova"]
    assert re.search(r"\bcreated\W+1\b", printed)
    assert (tmp_path / "faults.csv").read_text("utf-8-sig").startswith("closum line;closum reasons;Nome;")


@of("undo-an-import")
def test_what_an_undo_of_an_import_would_do_is_told(sample: Sample, run: Run, api: Client) -> None:
    import_calls.imported(api, FILE, country="PT")
    assert re.search(r"undone_count\D+3\b|\b3 changes would be undone", run(sample))
    assert len(api.data("GET", "/api/lead")) == 1


@of("undo-an-import", part=1)
def test_an_import_is_undone(sample: Sample, run: Run, api: Client) -> None:
    import_calls.imported(api, FILE, country="PT")
    assert re.search(r"undone_count\D+3\b", run(sample))
    assert api.data("GET", "/api/lead") == []


def ids(printed: str) -> list[int]:
    return [int(one) for one in re.findall(r"\bid\W+(\d+)", printed)]


class Fields(HTMLParser):
    """The names of the fields of a form, and where it is sent."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names = list[str]()
        self.action = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.action = found["action"] or ""
        if tag == "input":
            self.names.append(found["name"] or "")


def fence(language: str) -> str:
    (found,) = re.findall(
        rf"^```{language}\n(.*?)^```$", guides.source("capture-leads"), re.MULTILINE | re.DOTALL
    )
    return str(found)


@pytest.fixture
def site(program: Programs, server: Server, api: Client, tmp_path: Path) -> Iterator[httpx2.Client]:
    """A web site with the form's page, which has a key that may only create leads."""
    php = program("php", package="php-cli")
    if "curl" not in subprocess.check_output([php, "-m"], text=True):
        pytest.skip("PHP has no curl: apt-get install php-curl")
    with server.session() as session:
        account = account_of(session, api)
        with session.write() as unit:
            key = api_keys.add(unit.of(0, COMMAND), account.id, "Website", roles.CREATE)
    page = real(fence("php"), server, api).replace(str(api.token), key.text)
    (tmp_path / Fields(fence("html")).action).write_text(page, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = clean_environment() | {"NO_PROXY": "*", "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        [php, "-S", address, "-t", tmp_path], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        with httpx2.Client(base_url=f"http://{address}", timeout=PATIENCE, trust_env=False) as visitor:
            wait_until(lambda: listens(address))
            yield visitor
        process.terminate()


def listens(address: str) -> bool:
    host, _, port = address.partition(":")
    with socket.socket() as one:
        return one.connect_ex((host, int(port))) == 0


def send(site: httpx2.Client, **typed: str) -> httpx2.Response:
    assert set(Fields(fence("html")).names) == set(TYPED)
    return site.post("/lead.php", data=TYPED | typed)


def test_a_form_in_php_makes_a_lead(site: httpx2.Client, api: Client) -> None:
    answer = send(site)
    assert (answer.status_code, "Thank you" in answer.text) == (200, True), answer.text
    check_lead(api)


def test_a_form_in_php_says_what_is_wrong(site: httpx2.Client, api: Client) -> None:
    answer = send(site, name="", email="ana@@example.com", phone="")
    assert answer.status_code == 422
    assert "email: This value must be an e-mail address" in answer.text
    assert api.data("GET", "/api/lead") == []


def test_a_form_in_php_makes_no_lead_of_what_a_program_sends(site: httpx2.Client, api: Client) -> None:
    assert send(site, website="https://example.com").status_code == 200
    assert api.data("GET", "/api/lead") == []


def test_what_is_typed_into_a_form_in_php_stays_text(site: httpx2.Client, api: Client) -> None:
    name = "<script>alert(1)</script> \"' \\ \N{GREEK SMALL LETTER ALPHA}"
    assert send(site, name=name, phone="+44 20 7946 0018").status_code == 200
    lead = api.data("GET", "/api/lead/1")
    assert lead["name"] == name
    assert json.dumps(lead["phone"]["number"]) == '"+44 20 7946 0018"'
