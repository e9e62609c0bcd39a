"""What a file calls cities that nobody knows: people say which ones they are, for all rows that have them."""

from tests.support.answers import faults
from tests.support.client import Client
from tests.support.import_calls import leads, shown
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, texts

FILE = "Nome,Email,Cidade\nAna,ana@example.pt,Gaia <b>\nRui,rui@example.pt,gaia <B>\nEva,eva@example.pt,Springfield\nIda,ida@example.pt,V. N. Gaia\n"
GAIA = 211


def test_a_city_that_is_not_known_is_named_once_for_all_rows(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    page = checked(pages, number)
    said = texts(page)
    assert "Cities that are not known" in said
    assert "3 rows have a city that is not known" in said
    assert 'name="name" value="Gaia &lt;b&gt;"' in page
    assert '<option value="Vila Nova de Gaia">' in page
    path, fields = f"/imports/{number}/cities", {"name": ["Gaia <b>", "Springfield"]}
    wrong = pages.submit(path, fields | {"city": ["Gaio", ""]}, 422).text
    assert "There is no such city" in texts(wrong)
    assert 'value="Gaio"' in wrong
    answer = pages.submit(path, fields | {"city": ["vila nova de gaia", ""]})
    _, page = pages.arrives(answer.headers["location"])
    assert 'name="name" value="Gaia' not in page
    assert 'name="name" value="Springfield"' in page
    assert shown(api, number)["cities"] == [{"name": "Gaia <b>", "city_id": GAIA}]
    assert "cities" not in api.data("GET", "/api/import")[0]
    imported(pages, number)
    assert [one["city_id"] for one in leads(api)] == [GAIA, GAIA, None, GAIA]


def test_a_call_names_cities_that_there_are(api: Client, pages: Pages) -> None:
    number = sent(pages, FILE)
    path = f"/api/import/{number}"
    wrong = [{"name": "Gaia", "city_id": GAIA}, {"name": "Springfield", "city_id": 9_999}]
    found = faults(api.put(path, json={"cities": wrong}))
    assert found == {"cities": {"1": {"city_id": "_existsIn"}}}
    assert api.data("PUT", path, {"cities": wrong[:1]})["cities"] == wrong[:1]
    assert api.data("PUT", path, {"country": "PT"})["cities"] == wrong[:1]
    assert api.data("PUT", path, {"cities": None})["cities"] == []
