"""Which statements on rows Citus refuses, or spreads over every machine: the rules of its router planner, by the text.

As far as closum could come near them. Tables of accounts are distributed by `account_id`, shared ones lie on
every node.
"""

import re
from collections.abc import Callable, Iterator

MUTABLE = r"\b(now|current_\w+|clock_timestamp|random|nextval|setval|to_regclass|gen_random_uuid|timeofday|localtime\w*)\b"
SUBQUERY = r"\bSELECT\b"


def refusals(sql: str, account_tables: str) -> list[str]:
    """Why Citus would refuse a statement, or not keep it on one machine; `account_tables` as `lead|email`."""
    text = re.sub(r"\s+", " ", re.sub(r"'[^']*'", "''", sql)).strip()
    verb = text.split(" ", 1)[0].upper()
    return [reason for rule in RULES.get(verb, ()) for reason in rule(text, account_tables)]


def _insert(sql: str, account_tables: str) -> Iterator[str]:
    if re.search(SUBQUERY, sql):
        yield "subqueries are not supported within INSERT queries"
    _, found, update = sql.partition("DO UPDATE SET")
    if found and re.search(MUTABLE, update, re.IGNORECASE):
        yield "functions used in the DO UPDATE SET clause must be marked IMMUTABLE"
    if found and re.search(r"\baccount_id\s*=", update):
        yield "modifying the partition value of rows is not allowed"
    into = re.match(rf"INSERT INTO ({account_tables}) \(([^)]*)\)", sql)
    if into and "account_id" not in into[2].split(", "):
        yield "the row has no account"


def _change(sql: str, account_tables: str) -> Iterator[str]:
    """UPDATE and DELETE."""
    if re.search(SUBQUERY, sql) or re.search(r"^UPDATE .* FROM |^DELETE .* USING ", sql):
        yield "a change depends on other rows: a subquery or join"
    if re.search(MUTABLE, sql, re.IGNORECASE):
        yield "functions used in UPDATE and DELETE queries must not be VOLATILE"
    if re.search(r"\bSET\b.*\baccount_id\s*=.*\bWHERE\b", sql):
        yield "modifying the partition value of rows is not allowed"
    if re.match(rf"(UPDATE|DELETE FROM) ({account_tables})\b", sql) and not _of_an_account(sql):
        yield "a change of every machine"


def _select(sql: str, account_tables: str) -> Iterator[str]:
    if re.search(r"\bFOR (NO KEY )?(UPDATE|SHARE)\b", sql) and not _of_an_account(sql):
        yield "could not run distributed query with FOR UPDATE/SHARE commands"
    if re.search(r"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b", sql):
        yield "data-modifying statements are not supported in WITH"
    if re.search(r"\bRECURSIVE\b", sql) and not _each_of_an_account(sql, account_tables):
        yield "recursive CTEs are not supported in distributed queries"
    if re.search(r"\bLATERAL\b", sql) and not _each_of_an_account(sql, account_tables):
        yield "complex joins are only supported when all distributed tables are joined on their distribution columns"
    if re.search(r"\bTABLESAMPLE\b", sql):
        yield "complex joins are only supported when all distributed tables are joined on their distribution columns"
    own = "|".join([account_tables, *re.findall(r"\bWITH (\w+) AS", sql)])
    shared = rf"(?!(?:{own})\b)\w+"
    if re.search(rf"\bFROM {shared}\b.*\b(LEFT JOIN|NOT EXISTS|EXISTS)\b.*\b({account_tables})\b", sql):
        yield "correlated subqueries are not supported when the FROM clause contains a reference table"


def _whole(sql: str, account_tables: str) -> Iterator[str]:
    yield "not on distributed tables in the course of a transaction"


def _of_an_account(sql: str) -> bool:
    return bool(re.search(r"\bWHERE account_id = (\?|\$\d+|\d+)", sql))


def _each_of_an_account(sql: str, account_tables: str) -> bool:
    """Whether each table is filtered by the account itself, not by being joined to one that is."""
    tables = rf"\b(?:FROM|JOIN) (?:{account_tables})\b"
    filtered = rf"{tables}(?: AS \w+)? (?:WHERE|ON) (?:\w+\.)?account_id = (?:\?|\$\d+|\d+)"
    return len(re.findall(tables, sql)) == len(re.findall(filtered, sql))


Rule = Callable[[str, str], Iterator[str]]
RULES: dict[str, tuple[Rule, ...]] = {
    "INSERT": (_insert,),
    "UPDATE": (_change,),
    "DELETE": (_change,),
    "SELECT": (_select,),
    "WITH": (_select,),
    "TRUNCATE": (_whole,),
    "LOCK": (_whole,),
    "MERGE": (_whole,),
    "COPY": (_whole,),
}
