"""The pages of imports, in the order of their steps."""

from dataclasses import replace

from closum.http import refused_rows
from closum.http.route import Route
from closum.web.imports import check, columns, files, result, rows
from closum.web.table import Table

READ, WRITE = "import:read", "import:write"


def routes(to: Table) -> list[Route]:
    one = "/imports/{id}"
    return [
        to.show("/imports", files.earlier, READ),
        to.show("/imports/new", files.new, WRITE),
        to.take("/imports/new", files.send, WRITE),
        to.show(f"{one}/columns", columns.shown, READ),
        to.send(f"{one}/columns", columns.save, WRITE),
        to.send(f"{one}/format", columns.read_again, WRITE),
        to.show(f"{one}/check", check.shown, READ),
        to.show(one, result.shown, READ),
        to.send(one, result.start, WRITE),
        to.send(f"{one}/cities", check.name_cities, WRITE),
        to.send(f"{one}/empty", check.take_as_empty, WRITE),
        to.send(f"{one}/cancel", result.cancel, WRITE),
        to.show(f"{one}/delete", files.ask_to_remove, WRITE),
        to.send(f"{one}/delete", files.remove, WRITE),
        to.show(f"{one}/leads", rows.records, READ),
        replace(to.show(f"{one}/faults", rows.download, READ), media_type=refused_rows.CSV_TYPE),
    ]
