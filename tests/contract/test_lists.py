"""Lists: limit, page, sort and direction, and the order that they come in."""

from typing import Any

import pytest

from closum.resources import RESOURCES
from tests.support.answers import failure
from tests.support.client import JSON, Client

each = pytest.mark.parametrize

MARKS = [
    "Vouzela",
    "Øster",
    "Łukasz",
    "ﬁm",
    "ızmir",
    "Oslo",
    "Lukasz",
    "Agueda",
    "zebra",
    "Strassf",
    "İzmir",
    "Águeda",
    "Straße",
    "izmir",
    "Azinhaga",
    "Strasse",
    "FIM",
    "águeda",
    "izmia",
    "Ω",
    "ω",
]
IN_ORDER = [
    "Agueda",
    "Águeda",
    "águeda",
    "Azinhaga",
    "ﬁm",
    "FIM",
    "izmia",
    "İzmir",
    "izmir",
    "ızmir",
    "Lukasz",
    "Łukasz",
    "Oslo",
    "Øster",
    "Straße",
    "Strasse",
    "Strassf",
    "Vouzela",
    "zebra",
    "Ω",
    "ω",
]


def ids(api: Client, path: str) -> list[int]:
    return [record["id"] for record in api.data("GET", path)]


def pages(api: Client, path: str) -> list[int]:
    """The ids of all pages of a list, one after the other."""
    found, page = [], 1
    while True:
        answer = api.get(f"{path}&page={page}").json()
        found += [record["id"] for record in answer["data"]]
        if not answer["pagination"]["has_next_page"]:
            return found
        page += 1


@pytest.fixture
def thirty(api: Client) -> Client:
    """An account with 30 leads."""
    for number in range(30):
        api.new("lead", {"name": f"Lead {number}"})
    return api


LIMITS: list[tuple[str, int | None, int]] = [
    ("", None, 25),
    ("limit=25", None, 25),
    ("limit=025", None, 25),
    ("limit=1", 1, 1),
    ("limit=24", 24, 24),
    ("limit=26", 26, 26),
    ("limit=1000", 1000, 30),
    ("limit=1001", 1000, 30),
    ("limit=" + "9" * 40, 1000, 30),
    ("_LIMIT=3", None, 25),
    ("_foo=1&limit=7&_=limit", 7, 7),
]


@each(("query", "limit", "number"), LIMITS)
def test_limit(query: str, limit: int | None, number: int, thirty: Client) -> None:
    answer = thirty.get(f"/api/lead?{query}").json()
    assert len(answer["data"]) == number
    assert answer["pagination"]["limit"] == limit
    assert answer["pagination"]["page_count"] == -(-30 // (limit or 25))
    assert answer["pagination"]["count"] == 30


PAGES: list[tuple[str, list[int], tuple[int, int, bool, bool]]] = [
    ("limit=12", list(range(1, 13)), (3, 1, True, False)),
    ("limit=12&page=1", list(range(1, 13)), (3, 1, True, False)),
    ("limit=12&page=02", list(range(13, 25)), (3, 2, True, True)),
    ("limit=12&page=3", list(range(25, 31)), (3, 3, False, True)),
    ("limit=10&page=3", list(range(21, 31)), (3, 3, False, True)),
    ("limit=30&page=1", list(range(1, 31)), (1, 1, False, False)),
    ("page=2", list(range(26, 31)), (2, 2, False, True)),
    ("limit=12&page=3&direction=desc", list(range(6, 0, -1)), (3, 3, False, True)),
]


@each(("query", "expected", "numbers"), PAGES)
def test_page(query: str, expected: list[int], numbers: tuple[int, int, bool, bool], thirty: Client) -> None:
    answer = thirty.get(f"/api/lead?{query}").json()
    assert list(answer) == ["success", "data", "pagination"]
    assert [record["id"] for record in answer["data"]] == expected
    names = ["page_count", "current_page", "has_next_page", "has_prev_page"]
    assert list(answer["pagination"]) == [*names, "count", "limit"]
    assert [answer["pagination"][name] for name in names] == list(numbers)


@each("query", ["page=3", "limit=30&page=2", "limit=1&page=31", "limit=1001&page=2"])
def test_a_page_beyond_the_last_is_404(query: str, thirty: Client) -> None:
    url = f"/api/lead?{query}"
    assert failure(thirty.get(url), 404, url)["message"] == "Not Found"


@each("name", [resource.slug for resource in RESOURCES if not resource.shared])
def test_an_empty_list_has_one_page(name: str, api: Client) -> None:
    assert api.get(f"/api/{name}").json() == {
        "success": True,
        "data": [],
        "pagination": {
            "page_count": 1,
            "current_page": 1,
            "has_next_page": False,
            "has_prev_page": False,
            "count": 0,
            "limit": None,
        },
    }
    failure(api.get(f"/api/{name}?page=2"), 404)


# Order

LEADS: list[JSON] = [
    {"name": "Rui", "city_id": 40, "email": {"email": "b@example.com"}},
    {"name": "Ana", "phone": {"extension": "351", "number": "912"}},
    {"email": {"email": "A@example.com"}, "phone": {"extension": "351", "number": "(21) 3"}},
    {"name": "ana", "city_id": 40, "phone": {"extension": "34", "number": "912"}},
    {"name": "Rui", "city_id": 213},
    {"email": {"email": "b@example.com"}, "city_id": 1},
]
BY: dict[str, tuple[list[int], list[int]]] = {
    "id": ([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]),
    "name": ([3, 6, 2, 4, 1, 5], [5, 1, 4, 2, 6, 3]),
    "city_id": ([2, 3, 6, 1, 4, 5], [5, 4, 1, 6, 3, 2]),
    "creation_date": ([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]),
    "email.email": ([2, 4, 5, 3, 1, 6], [6, 1, 3, 5, 4, 2]),
    "phone.number": ([1, 5, 6, 3, 2, 4], [4, 2, 3, 6, 5, 1]),
}


@pytest.fixture
def six(api: Client) -> Client:
    for lead in LEADS:
        api.new("lead", lead)
    return api


@each("sort", BY)
def test_leads_in_every_order(sort: str, six: Client) -> None:
    """null is the smallest; ties are broken by id, in the same direction."""
    ascending, descending = BY[sort]
    for limit in (2, 4, 25):
        path = f"/api/lead?sort={sort}&limit={limit}"
        assert pages(six, path) == pages(six, f"{path}&direction=asc") == ascending
        assert pages(six, f"{path}&direction=desc") == descending


@each("text", ["desc", "DESC", "Desc"])
def test_direction_in_any_case_and_without_sort(text: str, six: Client) -> None:
    assert ids(six, f"/api/lead?direction={text}") == [6, 5, 4, 3, 2, 1]
    assert ids(six, f"/api/lead?direction={text}&sort=name") == BY["name"][1]
    assert ids(six, "/api/lead?direction=ASC") == [1, 2, 3, 4, 5, 6]


def test_a_changed_value_changes_the_place(six: Client) -> None:
    six.data("PUT", "/api/lead/5", {"name": None, "email": {"email": "c@example.com"}})
    assert ids(six, "/api/lead?sort=name") == [3, 5, 6, 2, 4, 1]
    assert ids(six, "/api/lead?sort=email.email") == [2, 4, 3, 1, 6, 5]


ADDRESSES = [{"email": f"{name}@example.com"} for name in ("b", "A", "é", "E", "f")]
NUMBERS: list[JSON] = [{"extension": "351", "number": text} for text in ("912345678", "12", "0912345", "abc")]
OTHERS: list[tuple[str, str, list[int]]] = [
    ("email", "id", [1, 2, 3, 4, 5]),
    ("email", "email", [2, 1, 3, 4, 5]),
    ("email", "status", [1, 2, 3, 4, 5]),
    ("email", "register_date", [1, 2, 3, 4, 5]),
    ("phone", "id", [1, 2, 3, 4]),
    ("phone", "number", [3, 2, 1, 4]),
    ("phone", "is_valid", [2, 3, 4, 1]),
    ("phone", "date_add", [1, 2, 3, 4]),
]


@each(("name", "sort", "expected"), OTHERS)
def test_other_records_in_every_order(name: str, sort: str, expected: list[int], api: Client) -> None:
    for body in ADDRESSES if name == "email" else NUMBERS:
        api.new(name, body)
    assert pages(api, f"/api/{name}?sort={sort}&limit=2") == expected
    assert pages(api, f"/api/{name}?sort={sort}&limit=2&direction=desc") == expected[::-1]


def test_text_sorts_without_marks_and_case(api: Client) -> None:
    for name in MARKS:
        api.new("lead", {"name": name})
    listed = [lead["name"] for lead in api.data("GET", "/api/lead?sort=name")]
    keys = [same(name) for name in listed]
    assert keys == [same(name) for name in IN_ORDER]
    by_id = {name: number for number, name in enumerate(MARKS)}
    assert listed == sorted(listed, key=lambda name: (keys.index(same(name)), by_id[name]))


def same(name: str) -> str:
    """One name for all that are the same to the eye of the list."""
    groups = [
        ("Agueda", "Águeda", "águeda"),
        ("ﬁm", "FIM"),
        ("İzmir", "izmir", "ızmir"),
        ("Lukasz", "Łukasz"),
        ("Straße", "Strasse"),
        ("Ω", "ω"),
    ]
    return next((group[0] for group in groups if name in group), name)


def test_characters_beyond_the_basic_plane_sort_by_code_point(api: Client) -> None:
    """Compared by UTF-16 units, as some engines do, the emoji would come before the private character."""
    for name in ("\U0001f600", "\uf8ff", "z"):
        api.new("lead", {"name": name})
    assert ids(api, "/api/lead?sort=name") == [3, 2, 1]


# Cities


def test_cities_come_by_name(api: Client) -> None:
    listed = api.data("GET", "/api/city?limit=1000")
    names = [city["city_name"] for city in listed]
    assert len(names) == 308
    assert listed[0] == {"id": 213, "city_name": "Abrantes"}
    assert names.index("Águeda") == names.index("Aguiar da Beira") - 1
    assert names[-1] == "Vouzela"
    assert listed == api.data("GET", "/api/city?limit=1000&sort=city_name")
    assert pages(api, "/api/city?limit=100") == [city["id"] for city in listed]


def test_cities_in_other_orders(api: Client) -> None:
    by_name = ids(api, "/api/city?limit=1000")
    assert ids(api, "/api/city?limit=1000&direction=desc") == by_name[::-1]
    assert ids(api, "/api/city?limit=1000&sort=id") == list(range(1, 309))
    assert ids(api, "/api/city?limit=2&sort=id&direction=desc") == [308, 307]


@each("number", [1, 40, 213, 308])
def test_a_city_alone(number: int, api: Client) -> None:
    city: dict[str, Any] = api.data("GET", f"/api/city/{number}")
    assert list(city) == ["id", "city_name"]
    assert city["id"] == number


def test_the_count_is_exact_after_creates_refusals_and_updates(api: Client) -> None:
    for number in range(3):
        api.new("lead", {"name": "Ana", "email": {"email": f"a{number}@example.com"}})
        failure(api.post("/api/lead", json={"name": ""}), 422)
        api.data("PUT", "/api/lead/1", {"email": {"email": f"b{number}@example.com"}})
    counts = [api.get(f"/api/{name}").json()["pagination"]["count"] for name in ("lead", "email", "phone")]
    assert counts == [3, 3, 0]
