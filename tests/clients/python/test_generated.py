"""What is generated from the declarations: of closum's resources, and of one that is invented."""

import ast
import re
import shutil
import string
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from closum.model.examples import Examples
from closum.model.fields import Document, Field, Flag, Text, Timestamp
from closum.model.relations import Nested, Reference
from closum.model.resource import Listing, Resource
from closum.resources import DECLARED, RESOURCES
from closum.resources.city import CITY
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum_client import records
from tests.support.patience import PATIENCE
from tools import generate
from tools.clients import groups, python, resources, ruby
from tools.clients.methods import routes_of

ROOT = python.ROOT
PACKAGE = ROOT / python.PACKAGE

TEST = """
from datetime import UTC, datetime
from typing import Any

import httpx2

from closum_client import Client
from closum_client.records import {imports}

seen: list[tuple[str, str, bytes]] = []
answers: list[dict[str, Any]] = {answers}


def answer(request: httpx2.Request) -> httpx2.Response:
    seen.append((request.method, request.url.raw_path.decode(), request.content))
    return httpx2.Response(200, json={{"success": True, **answers.pop(0)}})


client = Client(
    "https://closum.test", token="t", http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
)
{calls}
"""

VISIT_CALLS = """
id: int = client.visits.create(lead_id=7, text="Called back on Monday")
visit: Visit = client.visits.retrieve(id)
assert visit == Visit(id=5, lead_id=7, text="Called", creation_date=datetime(2018, 1, 1, 10, tzinfo=UTC))
client.visits.update(id, text="Called twice")
assert [one.text for one in client.visits.list(sort="text", direction="desc")] == ["Called"]
assert seen == [
    ("POST", "/api/visit", b'{"lead_id":7,"text":"Called back on Monday"}'),
    ("GET", "/api/visit/5", b""),
    ("PUT", "/api/visit/5", b'{"text":"Called twice"}'),
    ("GET", "/api/visit?sort=text&direction=desc", b""),
]
"""
VISIT_ANSWER = {"id": 5, "lead_id": 7, "text": "Called", "creation_date": "2018-01-01T10:00:00+00:00"}
PAGINATION = {
    "page_count": 1,
    "current_page": 1,
    "has_next_page": False,
    "has_prev_page": False,
    "count": 1,
    "limit": None,
}

DOOR = Resource(
    name="door",
    fields=(Text("code", required=True), Flag("is_open"), Timestamp("made", read_only=True)),
    listing=Listing(
        listed=("id", "code"),
        retrieved=("id", "code"),
        sorts={"id": "id"},
    ),
    examples=Examples(sample={"code": "5"}),
)
CALL_LOG = Resource(
    name="call_entry",
    fields=(
        Flag("is_open", description='Whether it is "open": \\ or """not"""'),
        Text("summary", required=True),
        Reference("city_id", resource=CITY),
        Document("details"),
        Timestamp("begun", read_only=True),
    ),
    nested=(
        Nested("phone", PHONE, key="number", shows=("number",), copies=("number",)),
        Nested("door", DOOR, key="code", shows=("code", "is_open", "made"), copies=("code",)),
    ),
    listing=Listing(
        listed=("id", "is_open", "summary", "begun", "phone", "door"),
        retrieved=("id", "is_open", "summary", "begun", "city_id", "details", "phone", "door"),
        sorts={"id": "id"},
    ),
    examples=Examples(sample={"summary": "Asked for a price"}),
    verbs=("retrieve", "update"),
)
CALL_LOG_CALLS = """
entry: CallEntry = client.call_entries.retrieve(1)
assert entry.is_open is None
assert entry.city_id is None
assert entry.phone == CallEntryPhone(id=None, number="517")
assert entry.details_value is None
client.call_entries.update(1, is_open=True, details=[True], phone={"id": 2}, door="7")
client.call_entries.update(1, is_open=None, phone=entry.phone, door=entry.door)
client.call_entries.update(1, is_open=False, door={"id": None, "code": "7", "is_open": False})
assert not hasattr(client.call_entries, "create")
assert [content for _, _, content in seen[1:]] == [
    b'{"is_open":1,"details":[true],"phone":{"id":2},"door":{"code":"7"}}',
    b'{"is_open":null,"phone":{"number":"517"},'
    b'"door":{"id":3,"code":"5","is_open":1,"made":"2018-01-01T10:00:00+00:00"}}',
    b'{"is_open":0,"door":{"code":"7","is_open":0}}',
]
"""
CALL_LOG_ANSWER = {
    "id": 1,
    "is_open": None,
    "summary": "A",
    "begun": VISIT_ANSWER["creation_date"],
    "phone": {"number": "517"},
    "door": {"id": 3, "code": "5", "is_open": 1, "made": VISIT_ANSWER["creation_date"]},
}


def visit() -> Resource:
    """The example in CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (block,) = re.findall(r'```python\n( +"""Visits.*?)```', text, re.DOTALL)
    names: dict[str, object] = {}
    exec(re.sub(r"^   ", "", block, flags=re.MULTILINE), names)
    found = names["VISIT"]
    assert isinstance(found, Resource)
    return found


def package_with(folder: Path, *resources: Resource) -> Path:
    """A copy of the client with other resources."""
    ignored = shutil.ignore_patterns("__pycache__", "cli", "resources", "records", "_generated")
    shutil.copytree(PACKAGE, folder / "closum_client", ignore=ignored)
    for path, text in python.files(resources).items():
        file = folder / Path(path).relative_to(Path(python.PACKAGE).parent)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


CASES = {
    "visit": (
        visit(),
        "Visit",
        [
            {"data": {"id": 5}},
            {"data": VISIT_ANSWER},
            {"data": []},
            {"data": [VISIT_ANSWER], "pagination": PAGINATION},
        ],
        VISIT_CALLS,
    ),
    "call_entry": (
        CALL_LOG,
        "CallEntry, CallEntryPhone",
        [{"data": CALL_LOG_ANSWER}, {"data": []}, {"data": []}, {"data": []}],
        CALL_LOG_CALLS,
    ),
}


@pytest.mark.parametrize(("resource", "imports", "answers", "calls"), CASES.values(), ids=CASES)
def test_a_new_resource_comes_out_right(
    tmp_path: Path, resource: Resource, imports: str, answers: object, calls: str
) -> None:
    folder = package_with(tmp_path, resource)
    program = tmp_path / "program.py"
    program.write_text(TEST.format(imports=imports, answers=answers, calls=calls), encoding="utf-8")
    run(folder, "-W", "error", "program.py")
    config = ("--config", str(ROOT / "pyproject.toml"))
    run(folder, "-m", "ruff", "format", "--check", "--no-cache", *config, "closum_client")
    late = ("--extend-per-file-ignores", "_drivers.py:PLC0415")  # as in the configuration, by its place there
    run(folder, "-m", "ruff", "check", "--no-cache", *config, *late, "closum_client")
    run(
        folder,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        f"--cache-dir={tmp_path}",
        "closum_client",
        "program.py",
    )


def test_what_is_there_is_what_the_declarations_say() -> None:
    for path, text in python.files().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path}: run 'make generate'"


def test_each_file_says_where_it_comes_from() -> None:
    for path, text in python.files().items():
        docstring = ast.get_docstring(ast.parse(text))
        assert docstring is not None, path
        assert re.search("Generated by make generate from src/closum/(resources|api)", docstring), path


def test_files_stay_short_however_many_resources_there_are() -> None:
    """What is in one file of all resources grows by a few lines with each, not by its methods; one of a resource by what it has."""
    made = [replace(LEAD, name=f"lead_{letter}") for letter in string.ascii_lowercase[:12]]
    bounds = {one.name: 600 + 20 * len(one.body_names) for one in (*RESOURCES, *made)}
    for generator in (resources, python, ruby):
        sizes = {path: text.count("\n") for path, text in generator.files([*RESOURCES, *made]).items()}
        assert {path: size for path, size in sizes.items() if size > bounds.get(Path(path).stem, 720)} == {}


def test_the_files_of_a_resource_that_was_removed_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "PARTS", {})
    generate.stale(write=True)
    left = [tmp_path / folder / "door.py" for folder in generate.FOLDERS]
    for file in left:
        file.touch()
    assert sorted(generate.stale(write=False)) == sorted(str(file.relative_to(tmp_path)) for file in left)
    generate.stale(write=True)
    assert (generate.stale(write=False), [file for file in left if file.exists()]) == ([], [])


def test_descriptions_are_plain_text() -> None:
    files = python.files()
    text = files[f"{python.RECORDS}/city.py"] + files[f"{python.RECORDS}/lead.py"]
    assert "city_name (str): The name of the city, a municipality of Portugal.\n" in text
    assert "the id of one of the cities.\n" in text
    commands = resources.files()[f"{resources.FOLDER}/lead.py"]
    assert "the id of one of the cities" in commands
    for made in (text, commands):
        assert "**" not in made
        assert "](" not in made


def test_records_are_all_that_their_module_shows() -> None:
    own = groups.modules(groups.groups(RESOURCES, routes_of(RESOURCES)))
    names = [*(one.name for one in DECLARED), *own]
    modules = [vars(import_module(f"{records.__name__}.{name}")) for name in names]
    public = {
        name
        for module in modules
        for name, one in module.items()
        if getattr(one, "__module__", "") == module["__name__"]
    }
    aliases = {"Document", "Direction"} | {name for name in vars(records) if name.endswith("Sort")}
    assert set(records.__all__) == public | aliases
    assert {"Lead", "LeadEmail", "LeadEmailInput", "LeadSort", "City", "Direction"} <= set(records.__all__)


def test_a_field_without_a_type_is_an_error() -> None:
    class Colour(Field):
        """Of no kind that is known."""

    odd = replace(
        RESOURCES[0], fields=(Colour("colour"),), nested=(), listing=Listing(("id",), ("colour",), {})
    )
    with pytest.raises(TypeError, match="what is a Colour in Python"):
        python.files([odd])
