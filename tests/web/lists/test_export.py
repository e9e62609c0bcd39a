"""A list as a file: what is on the page, and never shown as a page."""

import io
import json

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from tests.support.client import Client
from tests.support.visiting import Visitor, new_leads

each = pytest.mark.parametrize
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ndjson": "application/x-ndjson",
}


@each("format_", TYPES)
def test_it_is_saved_not_shown(visitor: Visitor, api: Client, format_: str) -> None:
    new_leads(api, 3, city_id=213)
    answer = visitor.get(f"/leads/export?columns=city_id&sort=name&direction=desc&format={format_}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == TYPES[format_]
    assert answer.headers["content-disposition"].startswith('attachment; filename="leads-')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert rows(format_, answer.content) == [("N002", "Abrantes"), ("N001", "Abrantes"), ("N000", "Abrantes")]


def rows(format_: str, content: bytes) -> list[tuple[str, str]]:
    if format_ == "ndjson":
        read = [json.loads(line) for line in content.splitlines()[:-1]]
        return [(one["name"], one["city"]["city_name"]) for one in read]
    if format_ == "csv":
        lines = [tuple(one.split(",")) for one in content.decode("utf-8-sig").split()]
    else:
        lines = [*load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    assert lines[0] == ("id", "name", "city.city_name")
    return [(str(line[1]), str(line[2])) for line in lines[1:]]


def test_it_has_all_that_fit_not_one_page(visitor: Visitor, api: Client) -> None:
    new_leads(api, 60)
    answer = visitor.get("/leads/export?q=n00&columns=id&format=csv&page=2")
    assert len(answer.text.split()) == 1 + 10
    assert len(visitor.get("/leads/export").text.splitlines()) == 1 + 60


def test_formulas_stay_text(visitor: Visitor, api: Client) -> None:
    api.new("lead", {"name": "=HYPERLINK(1)"})
    assert "'=HYPERLINK(1)" in visitor.get("/leads/export").text


def test_there_is_no_other_format(visitor: Visitor, api: Client) -> None:
    new_leads(api, 1)
    assert visitor.get("/leads/export?format=html").status_code == 404
    assert visitor.get("/cities/export").status_code == 404
