"""Fragments of SQL keep their values, whatever they are put into; texts are few."""

import itertools

import pytest

from closum.model.query import DEFAULT_LIMIT, Page, Query
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.resources.city import CITY
from closum.resources.lead import LEAD
from closum.store import pages, statements
from closum.store.scope import scope_of
from closum.store.sql import Parameter, Sql, joined, parameter, prepared, sql, value


def test_values_stand_in_the_order_of_their_placeholders() -> None:
    condition = sql("{column} = {one}", column="name", one=value("Ana"))
    whole = sql("SELECT {two} WHERE {condition} OR {two} OR {condition}", condition=condition, two=value(2))
    assert whole == Sql("SELECT ? WHERE name = ? OR ? OR name = ?", (2, "Ana", 2, "Ana"))


def test_fragments_are_added_and_joined() -> None:
    assert value(1) + Sql(" + ") + value(2) == Sql("? + ?", (1, 2))
    assert joined(" AND ", [value(1), "TRUE", value(2)]) == Sql("? AND TRUE AND ?", (1, 2))
    assert joined(", ", []) == Sql("")
    with pytest.raises(KeyError):
        sql("SELECT {nothing}")


@pytest.mark.parametrize(
    ("names", "bound"),
    [
        ("a b c", (1, 2, 3)),
        ("c a", (3, 1)),
        ("b b a b", (2, 2, 1, 2)),
        ("b", (2,)),
        ("", ()),
        ("x", ("x",)),
        ("c x a x c", (3, "x", 1, "x", 3)),
    ],
)
def test_parameters_are_taken_in_any_order_often_or_never(names: str, bound: tuple[object, ...]) -> None:
    parts = [value(one) if one == "x" else parameter(one) for one in names.split()]
    statement = prepared(sql("SELECT {all}", all=joined(", ", parts)), "a", "b", "c")
    assert statement(1, 2, 3) == (f"SELECT {', '.join('?' * len(parts))}", bound)
    assert statement(1, 2, 3)[0] is statement(4, 5, 6)[0]


def test_a_placeholder_without_a_value_and_an_unknown_parameter_are_refused() -> None:
    with pytest.raises(ValueError, match="1 values for 2 placeholders"):
        prepared(Sql("SELECT ?, ?", (1,)))
    with pytest.raises(KeyError, match="b"):
        prepared(sql("SELECT {b}", b=parameter("b")), "a")
    with pytest.raises(IndexError):
        prepared(sql("{x} {b} {a}", x=value("x"), b=parameter("b"), a=parameter("a")), "a", "b")(1)


def test_a_scope_begins_with_the_account() -> None:
    account = Parameter("account_id")
    assert scope_of(LEAD).where() == Sql("account_id = ?", (account,))
    assert scope_of(LEAD).where(sql("id = {id}", id=value(5)), "TRUE", of="record.") == Sql(
        "record.account_id = ? AND id = ? AND TRUE", (account, 5)
    )
    assert scope_of(CITY).where() == Sql("TRUE")
    assert scope_of(CITY).where("id = 1", "id = 2", of="record.") == Sql("id = 1 AND id = 2")


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_a_list_has_few_texts(resource: Resource, engine: str, short: bool) -> None:
    """Whoever asks, and for which page: each is made once, prepared once on a connection, and kept."""
    numbers = (1, pages.NEAR // DEFAULT_LIMIT + 2, pages.FAR[engine] // DEFAULT_LIMIT + 2)
    asked = itertools.product(
        resource.listing.sorts, (False, True), numbers, (DEFAULT_LIMIT, DEFAULT_LIMIT + 1), (1, 7)
    )
    texts = []
    for sort, descending, number, limit, account_id in asked:
        query = Query(sort, descending, Page(number, limit))
        most = pages.most_read_whole(query)
        tried = pages.statements(resource, query, account_id, engine, most, short=short)
        texts += [text for text, _ in tried]
    paths = 1 if resource.shared else 2
    texts_by_id = 0 if resource.shared else 1 if short else 0  # more: the short one comes before the other
    orders = len(set(resource.listing.sorts.values()))
    if resource.dated:
        orders, texts_by_id = orders + 1, 2 * texts_by_id
    assert len(set(texts)) == len(set(map(id, texts))) == 2 * (paths * orders + texts_by_id)


def test_a_statement_of_many_values_has_few_texts() -> None:
    sizes = {statements.padded(number) for number in range(1, statements.MAX_VALUES + 1)}
    assert len(sizes) == 10
    assert statements.select_rows(LEAD, "id", 2, "sqlite")(7, "a", "b") == (
        statements.select_rows(LEAD, "id", 2, "sqlite")(8, "c", "d")[0],
        ("a", "b", 7),
    )
    assert statements.select_rows(CITY, "id", 2, "sqlite")(0, "a", "b")[1] == ("a", "b")
