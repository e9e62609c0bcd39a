"""An import from its file to its result, as a person does it, without scripts."""

import re

from tests.support.client import Client
from tests.support.import_calls import leads, shown
from tests.support.pages import Pages, texts

FILE = """Nome,E-mail,Telemóvel,Cidade,Origem
Ana Sá,ana@example.pt,912 345 678,Águeda,feira
Rui,rui@@example.pt,,,
Eva,eva@example.pt,+34 612 345 678,Nenhures,loja
"""
AGAIN = "Ana Sá,ana@example.pt,912 345 678,Águeda,feira\n"


def number_of(path: str) -> int:
    return int(re.split("/", path)[2])


def test_from_the_file_to_the_result_and_back(pages: Pages, api: Client) -> None:
    path = pages.upload(FILE.encode(), "feira de maio.csv").headers["location"]
    path, page = pages.arrives(path)
    assert path.endswith("/columns")
    number = number_of(path)
    said = texts(page)
    assert "feira de maio.csv" in said
    assert "3 rows CSV commas UTF-8 first row has headings" in said
    assert "E-mail: There is more than one @ in it." in said
    assert "Check all 3 rows" in said
    assert leads(api) == []
    done = pages.submit(
        path, {"go": "check", "country": "PT", "on_match": "fill_empty", "match": "email,phone"}
    )
    path, page = pages.arrives(done.headers["location"])
    assert path == f"/imports/{number}/check"
    said = texts(page)
    assert "New 2 66.7%" in said
    assert "Not imported 1 33.3%" in said
    assert "3 E-mail rui@@example.pt There is more than one @ in it." in said
    assert "No city is called “Nenhures”" in said
    assert "Import 2 rows" in said
    assert leads(api) == []
    path, page = pages.arrives(pages.submit(f"/imports/{number}").headers["location"])
    assert path == f"/imports/{number}"
    said = texts(page)
    assert "2 rows imported" in said
    assert "Download the row not imported" in said
    assert [one["name"] for one in leads(api)] == ["Ana Sá", "Eva"]
    assert f"/undo/{shown(api, number)['operation']}" in page
    assert "Ana Sá ana@example.pt +351 912 345 678 Created" in texts(pages.shown(f"{path}/leads"))
    faults = pages.get(f"{path}/faults")
    assert faults.headers["content-disposition"].startswith("attachment")
    assert "E-mail: This is no email address: write all of it" in faults.text
    assert "feira de maio.csv Done" in texts(pages.shown("/imports"))


def test_the_same_file_once_more_finds_everything_there(pages: Pages, api: Client) -> None:
    told = []
    for _ in range(2):
        path, _ = pages.arrives(pages.upload((FILE + AGAIN).encode()).headers["location"])
        form = {"go": "check", "country": "PT", "on_match": "fill_empty", "match": "email,phone"}
        path, check = pages.arrives(pages.submit(path, form).headers["location"])
        path, page = pages.arrives(pages.submit(path.removesuffix("/check")).headers["location"])
        told.append((texts(check), texts(page)))
    assert "New 2 50.0% Filled in 0 0% Nothing new 1 25.0% Not imported 1 25.0%" in told[0][0]
    assert "New 2 50.0% Filled in 0 0% Nothing new 1 25.0% Not imported 1 25.0%" in told[0][1]
    assert "New 0 0% Filled in 0 0% Nothing new 3 75.0% Not imported 1 25.0%" in told[1][0]
    assert "New 0 0% Filled in 0 0% Nothing new 3 75.0% Not imported 1 25.0%" in told[1][1]
    assert [one["name"] for one in leads(api)] == ["Ana Sá", "Eva"]
    assert shown(api, 2)["counts"]["updated"] == 3
