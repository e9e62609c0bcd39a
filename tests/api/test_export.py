"""A list as a file: what is in it, in which form, and that all of it arrives."""

import csv
import io
import json
from base64 import b64decode
from hashlib import sha256
from typing import Any

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from closum.operations.exporting import MEDIA_TYPES
from tests.support.answers import check_headers, failure
from tests.support.client import Client

each = pytest.mark.parametrize

TOUCHES = ("source", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
HEADINGS = [
    "id",
    "name",
    "email.email",
    "phone.extension",
    "phone.number",
    "city_id",
    "city.city_name",
    "creation_date",
    "custom_data",
    *("contact_lifecycle_stage_id", "contact_lifecycle_stage.label", "owner_id"),
    *(f"{last}{name}" for last in ("", "last_") for name in TOUCHES),
    "consent_email",
    "consent_sms",
]
NOTHING = [""] * (5 + 2 * len(TOUCHES))
ALIVE = '=HYPERLINK("http://example.com")'


@pytest.fixture
def filled(api: Client) -> Client:
    """Three leads: all of it, alone a name, alone a number."""
    ana = {"name": 'Ana "Águeda", Lda', "city_id": 1, "custom_data": {"a": [1, "x\r\ny"]}}
    api.new("lead", ana | {"email": {"email": "ana@example.com"}, "phone": {"number": "+351 912 345 678"}})
    api.new("lead", {"name": ALIVE})
    api.new("lead", {"phone": {"extension": "351", "number": "912 345 679"}})
    return api


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def column(api: Client, query: str) -> list[str]:
    """The names in an export."""
    answer = api.get(f"/api/lead/export?fields=name&{query}")
    assert answer.status_code == 200, answer.text
    return [row[0] for row in rows(answer.content)[1:]]


def sheet(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


def test_csv(filled: Client) -> None:
    answer = filled.get("/api/lead/export")
    check_headers(answer, MEDIA_TYPES["csv"])
    city = filled.data("GET", "/api/city/1")["city_name"]
    dates = [filled.data("GET", f"/api/lead/{one}")["creation_date"] for one in (1, 2, 3)]
    assert answer.content.startswith(b"\xef\xbb\xbfid,name,")
    assert answer.content.count(b"\r\n") == 4
    assert rows(answer.content) == [
        HEADINGS,
        [
            "1",
            'Ana "Águeda", Lda',
            "ana@example.com",
            "00351",
            "'+351 912 345 678",
            "1",
            city,
            dates[0],
            '{"a":[1,"x\\r\\ny"]}',
            *NOTHING,
        ],
        ["2", f"'{ALIVE}", "", "", "", "", "", dates[1], "", *NOTHING],
        ["3", "", "", "351", "912 345 679", "", "", dates[2], "", *NOTHING],
    ]


def test_xlsx_has_texts_and_numbers_and_no_formula(filled: Client) -> None:
    answer = filled.get("/api/lead/export?format=xlsx")
    check_headers(answer, MEDIA_TYPES["xlsx"])
    found = sheet(answer.content)
    assert (found.title, found.freeze_panes, found.max_row) == ("leads", "A2", 4)
    assert [cell.value for cell in found[1]] == HEADINGS
    assert [(cell.value, cell.data_type) for cell in found["A"][1:]] == [(1, "n"), (2, "n"), (3, "n")]
    assert [(cell.value, cell.data_type) for cell in found["B"][1:]] == [
        ('Ana "Águeda", Lda', "s"),
        (f"'{ALIVE}", "s"),
        (None, "n"),
    ]
    assert found["E2"].value == "'+351 912 345 678"
    assert found["I2"].value == '{"a":[1,"x\\r\\ny"]}'


def test_ndjson_is_the_list_and_proves_that_it_is_whole(filled: Client) -> None:
    answer = filled.get("/api/lead/export?format=ndjson")
    check_headers(answer, MEDIA_TYPES["ndjson"])
    *lines, last = answer.content.splitlines(keepends=True)
    assert [json.loads(line) for line in lines] == filled.data("GET", "/api/lead")
    proof = {"count": 3, "sha256": sha256(b"".join(lines)).hexdigest()}
    assert json.loads(last) == {"closum_export": proof}
    assert last.endswith(b"\n")


@each("format", MEDIA_TYPES)
def test_an_account_without_records_has_an_empty_file(format: str, api: Client) -> None:
    answer = api.get(f"/api/lead/export?format={format}")
    assert answer.status_code == 200
    match format:
        case "csv":
            assert rows(answer.content) == [HEADINGS]
        case "xlsx":
            assert [[cell.value for cell in row] for row in sheet(answer.content)] == [HEADINGS]
        case "ndjson":
            assert json.loads(answer.content)["closum_export"]["count"] == 0


def test_length_digest_and_name(filled: Client) -> None:
    answer = filled.get("/api/lead/export")
    assert int(answer.headers["content-length"]) == len(answer.content)
    digest = answer.headers["repr-digest"].removeprefix("sha-256=:").removesuffix(":")
    assert b64decode(digest) == sha256(answer.content).digest()
    today = filled.data("GET", "/api/lead/3")["creation_date"][:10]
    name = f"leads-{today}.csv"
    assert (
        answer.headers["content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    )
    head = filled.head("/api/lead/export")
    own = {"x-request-id": "", "date": ""}
    assert {**head.headers} | own == {**answer.headers} | own


@each("format", MEDIA_TYPES)
def test_a_part_of_the_same_file(format: str, filled: Client) -> None:
    path = f"/api/lead/export?format={format}"
    whole = filled.get(path)
    tag = whole.headers["etag"]
    part = filled.get(path, headers={"Range": "bytes=10-", "If-Range": tag})
    assert (part.status_code, part.content) == (206, whole.content[10:])
    assert part.headers["content-range"] == f"bytes 10-{len(whole.content) - 1}/{len(whole.content)}"
    assert part.headers["repr-digest"] == whole.headers["repr-digest"]
    assert filled.get(path, headers={"If-None-Match": tag}).status_code == 304
    beyond = filled.get(path, headers={"Range": f"bytes={len(whole.content)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole.content)}")
    filled.new("lead", {"name": "Rui"})
    other = filled.get(path, headers={"Range": "bytes=10-", "If-Range": tag})
    assert (other.status_code, other.headers["etag"] == tag) == (200, False)


def test_it_takes_what_the_list_takes(api: Client) -> None:
    for name, city in (("Ana", 2), ("Rui", 1), ("Álvaro", 2), ("Eva", None)):
        api.new("lead", {"name": name, "city_id": city})
    assert column(api, "sort=name") == ["Álvaro", "Ana", "Eva", "Rui"]
    assert column(api, "sort=name&direction=desc") == ["Rui", "Eva", "Ana", "Álvaro"]
    assert column(api, "direction=desc") == ["Eva", "Álvaro", "Rui", "Ana"]
    assert column(api, "sort=city_id") == ["Eva", "Rui", "Ana", "Álvaro"]
    assert column(api, "filter=city_id=2") == ["Ana", "Álvaro"]
    assert column(api, "city_id=2&direction=desc") == ["Álvaro", "Ana"]
    assert column(api, "filter=city_id>=1&filter=name<r&sort=name&direction=desc") == ["Ana", "Álvaro"]
    assert column(api, "q=a") == ["Ana", "Álvaro"]
    assert column(api, "q=a&sort=relevance&direction=desc") == ["Álvaro", "Ana"]
    assert column(api, "q=nobody") == []
    assert column(api, "changed_since=-1d") == ["Ana", "Rui", "Álvaro", "Eva"]


def test_fields_are_its_columns(filled: Client) -> None:
    answer = filled.get("/api/lead/export?fields=city.city_name,email,id,phone.is_valid&filter=id=1")
    city = filled.data("GET", "/api/city/1")["city_name"]
    assert rows(answer.content) == [
        ["city.city_name", "email.email", "id", "phone.is_valid"],
        [city, "ana@example.com", "1", "1"],
    ]
    answer = filled.get("/api/lead/export?format=ndjson&fields=name,city.city_name&sort=name&direction=desc")
    shown = filled.data("GET", "/api/lead?fields=name,city.city_name&sort=name&direction=desc")
    assert [json.loads(line) for line in answer.content.splitlines()[:-1]] == shown


def test_addresses_and_numbers_are_exported_too(filled: Client) -> None:
    addresses = rows(filled.get("/api/email/export").content)
    assert addresses[0] == ["id", "email", "status", "register_date"]
    assert [row[:3] for row in addresses[1:]] == [["1", "ana@example.com", "1"]]
    numbers = rows(filled.get("/api/phone/export?filter=is_valid=1&sort=number").content)
    assert [row[1:4] for row in numbers] == [
        ["extension", "number", "is_valid"],
        ["00351", "'+351 912 345 678", "1"],
        ["351", "912 345 679", "1"],
    ]


def test_more_than_one_piece_in_every_order(api: Client) -> None:
    names = [f"{one % 7} lead {one:04}" for one in range(1_100)]
    for start in range(0, len(names), 100):
        batch = [{"action": "create", "data": {"name": name}} for name in names[start : start + 100]]
        api.data("POST", "/api/lead/batch", {"items": batch})
    assert column(api, "") == names
    assert column(api, "direction=desc") == names[::-1]
    assert column(api, "sort=name") == sorted(names)
    assert column(api, "q=lead&sort=name&direction=desc") == sorted(names)[::-1]
    assert column(api, "filter=id>=551") == names[550:]


def test_nothing_of_another_account_is_in_it(filled: Client, other_api: Client) -> None:
    other_api.new("lead", {"name": "Theirs"})
    for query in ("", "sort=name", "q=theirs", "filter=name=theirs", "changed_since=-1d"):
        assert "Theirs" not in column(filled, query)
        assert column(other_api, query) == ["Theirs"]


@each(
    "query",
    [
        "limit=1",
        "page=1",
        "cursor=",
        "count=false",
        "format=pdf",
        "format=CSV&format=csv",
        "fields=x",
        "sort=x",
    ],
)
def test_what_it_does_not_take_is_refused(query: str, api: Client) -> None:
    failure(api.get(f"/api/lead/export?{query}"), 400)


def test_it_is_for_who_may_read(server: Any, api: Client) -> None:
    for token in (None, "no-token"):
        with Client(server.address, token) as stranger:
            failure(stranger.get("/api/lead/export?format=pdf"), 401)
    failure(api.post("/api/lead/export", json={}), 405)
    failure(api.get("/api/city/export"), 404)


def test_a_text_that_no_cell_of_xlsx_holds_is_refused(api: Client) -> None:
    api.new("lead", {"name": "Ana", "custom_data": {"a": "x" * 32_758}})  # 32,767 with what JSON needs
    assert api.get("/api/lead/export?format=xlsx").status_code == 200
    api.new("lead", {"name": "Rui", "custom_data": {"a": "😀" * 16_380}})
    message = failure(api.get("/api/lead/export?format=xlsx"), 400)["message"]
    assert "custom_data of the record 2" in message
    assert api.get("/api/lead/export?format=xlsx&fields=id,name").status_code == 200
    assert api.get("/api/lead/export").status_code == 200
