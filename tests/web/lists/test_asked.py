"""The address of a list: what it means, and its canonical form."""

from urllib.parse import parse_qsl

import pytest

from closum.resources import RESOURCES
from closum.web.lists import asked
from closum.web.lists.asked import ListQuery
from closum.web.views import views

each = pytest.mark.parametrize
VIEWS = views(RESOURCES)


def parse(text: str, resource: str = "lead") -> ListQuery:
    return asked.parse(VIEWS[resource], parse_qsl(text, keep_blank_values=True))


@each(
    ("given", "canonical"),
    [
        ("", ""),
        ("q=&filter=&limit=25&page=1&sort=creation_date&direction=desc", ""),
        ("columns=email,phone,city_id,contact_lifecycle_stage_id,creation_date", ""),
        ("direction=asc", "sort=creation_date"),
        ("sort=name&direction=asc", "sort=name"),
        ("sort=name&direction=desc", "sort=name&direction=desc"),
        ("columns=email&columns=id", "columns=email%2Cid"),
        ("page=2&q=+silva+", "q=silva&page=2"),
        ("city_id=213", "filter=city_id%3D213"),
        ("filter=city_id=", "filter=city_id%3D"),
        ("filter=email.email%3Da@b.example", "filter=email%3Da%40b.example"),
        ("name=%3Dodd", "name=%3Dodd"),
        ("filter=city_id%3D213&filter=city_id%3D213", "filter=city_id%3D213"),
        ("limit=9999", "limit=100"),
        ("_=cache", ""),
        ("filter=custom_data.a%253Db%3Dx", "filter=custom_data.a%253Db%3Dx"),
    ],
)
def test_the_canonical_form_leaves_out_what_is_usual(given: str, canonical: str) -> None:
    found = parse(given)
    assert (found.text, found.refused) == (canonical, ())
    assert parse(found.text).text == canonical


@each(
    ("given", "refused"),
    [
        ("foo=1", "foo=1"),
        ("filter=nonsense", "filter=nonsense"),
        ("filter=city_id%3DPorto", "filter=city_id=Porto"),
        ("sort=oops", "sort=oops"),
        ("direction=up", "direction=up"),
        ("page=0", "page=0"),
        ("limit=-1", "limit=-1"),
        ("columns=zzz", "columns=zzz"),
        ("columns=custom_data", "columns=custom_data"),
        ("q=a+b+c+d+e+f+g+h+i+j+k", "q=a b c d e f g h i j k"),
        ("q=" + "x" * 501, "q=" + "x" * 501),
        ("name=a%00b", "name="),
        ("\udc80=1", "?"),
    ],
)
def test_what_means_nothing_is_left_out_and_told(given: str, refused: str) -> None:
    found = parse(f"{given}&filter=city_id%3D213")
    assert found.refused == (refused,)
    assert found.text == "filter=city_id%3D213"


@each("given", ["q=%21%21", "filter=name~%3D%21%21"])
def test_words_without_a_letter_or_a_digit_stay_and_find_nothing(given: str) -> None:
    found = parse(given)
    assert (found.refused, found.wordless, found.is_filtered) == ((), "!!", True)
    assert parse(found.text) == found
    (none,) = found.query().where
    assert (none.property.name, none.operator, none.values) == ("id", "<", (1,))


def test_filters_beyond_the_most_are_left_out() -> None:
    found = parse("&".join(f"filter=id%3C{number}" for number in range(1, 30)))
    assert (len(found.filters), len(found.refused)) == (20, 9)
    assert len(found.query().where) == 20


def test_a_list_without_words_is_searched_by_how_its_titles_begin() -> None:
    found = parse("q=Lis", "city")
    assert [one.operator for one in found.query().where] == [">=", "<"]
    assert parse("q=Lis").query().words


def test_the_address_of_a_record_knows_its_list_and_its_place() -> None:
    found = parse("q=silva&sort=name&page=3")
    assert found.record_url(12, 53) == "/leads/12?q=silva&sort=name&at=53"
    assert parse("").record_url(12, 1) == "/leads/12?at=1"
    assert parse("").record_url(12, None) == "/leads/12"


def test_from_a_record_one_goes_back_to_its_page() -> None:
    assert parse("q=silva&at=53").list_url() == "/leads?q=silva&page=3"
    assert parse("limit=100&at=53").list_url() == "/leads?limit=100"


@each(
    ("resource", "order"),
    [
        ("lead", ("creation_date", True)),
        ("city", ("city_name", False)),
        ("email", ("register_date", True)),
        ("contact_lifecycle_stage", ("position", False)),
    ],
)
def test_the_newest_come_first_unless_a_resource_has_an_order(resource: str, order: tuple[str, bool]) -> None:
    found = parse("", resource)
    assert (found.sort, found.descending) == order
