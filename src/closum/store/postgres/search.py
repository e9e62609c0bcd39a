"""Searching in PostgreSQL: the terms of each record as a text-search vector, in one GIN index without extensions.

Each term has a letter before it that says where it is; one more term has the account, so that the index finds nothing of
others.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from closum.model.resource import Resource
from closum.model.terms import Terms
from closum.model.words import Clause, Term
from closum.store.postgres.folding import sort_key_of
from closum.store.search import ANY, INDEX, Found, Kept, Texts, Wanted
from closum.store.sql import Bound, Sql, sql, value
from closum.store.statements import sizes
from closum.store.unit import Effect, Unit

IN_ORDER = False
_LETTERS = {"name": "n", "address": "a", "data": "d", "marks": ""}
"""Marks begin with other letters."""


def put(resource: Resource, account_id: int, records: Sequence[Found]) -> list[Effect]:
    effects: list[Effect] = []
    rest = iter(records)
    for size in sizes(len(records)):
        values: list[object] = []
        for _, (record_id, terms) in zip(range(size), rest, strict=False):
            values += (account_id, record_id, " ".join(map(_quoted, _kept(account_id, terms))))
        effects.append((_insert(resource, size), values, size))
    return effects


def put_new(unit: Unit, resource: Resource, records: Sequence[Texts]) -> None:
    account_id = unit.account_id
    rows = (
        (account_id, record_id, " ".join(map(_quoted, _kept(account_id, Terms.of_texts(texts)))))
        for record_id, texts in records
    )
    unit.insert(f"{resource.name}{INDEX}", ("account_id", "id", "terms"), rows)


def drop(resource: Resource, account_id: int, ids: Iterable[int]) -> list[Bound]:
    return [
        (f"DELETE FROM {resource.name}_term WHERE account_id = ? AND id = ?", (account_id, one))
        for one in ids
    ]


def ids(unit: Unit, resource: Resource, wanted: Wanted) -> Sql:
    """The account is in the index, too, as a condition of its own: two make the planner expect so few records that it
    does not look through all those of the account beside, nor those of a range of ids."""
    found = sql(
        f"SELECT id FROM {resource.name}_term WHERE account_id = {{account}} AND terms @@ CAST({{own}} AS tsquery)"
        " AND terms @@ CAST({wanted} AS tsquery)",
        account=value(unit.account_id),
        own=value(_quoted(_account(unit.account_id))),
        wanted=value(_all(wanted.clauses, wanted.but)),
    )
    if wanted.within == ANY:
        return found
    least, most = map(value, wanted.within)
    return found + sql(" AND id + 0 BETWEEN {least} AND {most}", least=least, most=most)


def first(unit: Unit, resource: Resource, wanted: Wanted, most: int) -> Sql:
    least, direction = ("<", "DESC") if wanted.descending else (">", "ASC")
    behind = Sql("TRUE") if wanted.after is None else sql(f"id {least} {{id}}", id=value(wanted.after))
    return sql(
        f"SELECT id FROM ({{ids}} OFFSET 0) AS ids WHERE {{behind}} ORDER BY id {direction} LIMIT {{most}}",
        ids=ids(unit, resource, wanted),
        behind=behind,
        most=value(most),
    )


def fits(unit: Unit, resource: Resource, clauses: Sequence[Clause], key: str) -> Sql:
    """OFFSET keeps the planner from making a join of it, and IS TRUE from reading the index of terms for each record."""
    return sql(
        f"EXISTS (SELECT 1 FROM {resource.name}_term AS found WHERE found.account_id = {{account}} AND found.id = {key}"
        " AND (found.terms @@ CAST({query} AS tsquery)) IS TRUE OFFSET 0)",
        account=value(unit.account_id),
        query=value(_all(clauses)),
    )


def kept(unit: Unit, resource: Resource, first: int, behind: int) -> dict[int, Kept]:
    rows = unit.all(
        f"SELECT id, array_to_string(tsvector_to_array(terms), ' ') FROM {resource.name}_term"
        " WHERE account_id = ? AND id >= ? AND id < ?",
        (unit.account_id, first, behind),
    )
    return {one: frozenset(terms.split(" ")) for one, terms in rows}


def wanted(account_id: int, terms: Terms) -> Kept:
    return frozenset(_kept(account_id, terms))


def accounts(unit: Unit, resource: Resource) -> list[int]:
    return [row[0] for row in unit.all(f"SELECT DISTINCT account_id FROM {resource.name}_term ORDER BY 1")]


def settle(unit: Unit) -> None:
    """The database does so itself."""


refresh = settle


def is_damaged(unit: Unit, resource: Resource) -> bool:
    """The database has nothing that tells it of such an index."""
    return False


def rebuild(unit: Unit, resource: Resource) -> None:
    unit.run(f"REINDEX INDEX {resource.name}_term_terms")


def _kept(account_id: int, terms: Terms) -> Iterator[str]:
    yield _account(account_id)
    for place, found in terms._asdict().items():
        yield from (_LETTERS[place] + one for one in found)


def _account(account_id: int) -> str:
    return f"={account_id}"


def _all(clauses: Sequence[Clause], but: Sequence[Clause] = ()) -> str:
    lacked = f"!({' & '.join(map(_fits, but))})" if but else ""
    return " & ".join(filter(None, [*map(_fits, clauses), lacked]))


def _fits(clause: Clause) -> str:
    lacked = f"!({_any(clause.lacks)})" if clause.lacks else ""
    return f"({' | '.join(filter(None, (_any(clause.terms), lacked)))})"


def _any(terms: Sequence[Term]) -> str:
    return " | ".join(map(_one, terms))


def _one(term: Term) -> str:
    return f"{_quoted(_LETTERS[term.place] + term.text)}{':*' if term.is_prefix else ''}"


def _quoted(text: str) -> str:
    """A lexeme: letters and digits, which nothing in it needs to be escaped for."""
    return f"'{text}'"


def compared(column: str, key: str, operator: str, than: str | float) -> Sql:
    """The document is read once for each record: in a query of its own, which OFFSET keeps from being put into the other."""
    if isinstance(than, str):
        kind, test = (
            "string",
            sql(f"{{text}} {operator} {{than}}", text=sort_key_of("found"), than=value(than)),
        )
    else:
        kind, test = "number", _among_numbers(operator, than)
    return sql(
        f"(SELECT CASE WHEN jsonb_typeof(found) = '{kind}' THEN {{test}} ELSE FALSE END"
        f" FROM (SELECT CAST({column} AS JSONB) -> {{key}} AS found OFFSET 0) AS document)",
        test=test,
        key=value(key),
    )


def _among_numbers(operator: str, than: float) -> Sql:
    """Whole numbers of 64 bits to the last digit, others as floats, as far as they are some; each by the digits that it is
    written in, since a cast to NUMERIC keeps only 15 of a float."""
    number, text = Sql("CAST(found AS NUMERIC)"), value(repr(than))
    exact = sql(f"{{number}} {operator} CAST({{text}} AS NUMERIC)", number=number, text=text)
    rounded = sql(
        f"CAST(CAST(CAST({{number}} AS DOUBLE PRECISION) AS TEXT) AS NUMERIC) {operator} CAST({{text}} AS NUMERIC)",
        number=number,
        text=text,
    )
    return sql(
        "(CASE WHEN ({number} = trunc({number}) AND abs({number}) < 9223372036854775808)"
        " OR abs({number}) NOT BETWEEN 1e-300 AND 1e300 THEN {exact} ELSE {rounded} END)",
        number=number,
        exact=exact,
        rounded=rounded,
    )


@lru_cache
def _insert(resource: Resource, number: int) -> str:
    rows = ", ".join(["(?, ?, CAST(? AS tsvector))"] * number)
    return (
        f"INSERT INTO {resource.name}_term (account_id, id, terms) VALUES {rows}"
        " ON CONFLICT (account_id, id) DO UPDATE SET terms = excluded.terms"
    )
