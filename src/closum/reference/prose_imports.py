"""The section of the reference about imports."""

from closum.formats.form import FORMATS
from closum.operations.importing.asked import MOST_BYTES
from closum.operations.importing.headings import FAULT_LINE, FAULT_REASONS
from closum.operations.importing.mapping import TARGETS, TYPES

IMPORTS = f"""\
An import makes leads of a file: {", ".join(one.upper() if one != "vcard" else "vCard" for one in FORMATS)}, of at most \
{MOST_BYTES >> 30} GiB. The server does the work in the background. `phase` of the import says how far it is:

| Call | `phase` while the server works | `phase` then |
| --- | --- | --- |
| `POST /api/import` sends the file. The body is the file itself, and `X-File-Name` has its name | `analysis` | `ready`, or `failed` with the reason in `error` |
| `GET /api/import/<ID>` shows how the server reads the file, and what each column means | | |
| `PUT /api/import/<ID>` says what columns mean, and what happens to leads that rows match | `analysis`, if the server reads the file again | `ready` |
| `POST /api/import/<ID>/start` with `{{"dry_run": true}}` counts what the import would do, and changes nothing | `dry_run` | `ready` |
| `POST /api/import/<ID>/start` imports the file | `import` | `done` |
| `POST /api/import/<ID>/cancel` stops the import; another start goes on | | `cancelled`, or `ready` after a dry run |
| `GET /api/import/<ID>/faults` gives the rows that the server refused | | |
| `POST /api/operation/<ID>/undo` with the `operation` of the import takes all of it back, updates too; leads that were worked on since stay | | |

**The file**: the server finds out the format, the encoding, the delimiter, the sheet and the line of the headings. `PUT` with \
`format`, `encoding`, `delimiter`, `sheet` or `header_line` corrects what it found. It keeps the file for 30 days, as long as \
you can undo the import; nobody can download it. To be sure that you start the file that you looked at, send its `sha256` with the start.

**Columns**: the headings say what a column means, in English or Portuguese. `mapping` says it for those that the server does not know: \
`{{"mapping": [{{"heading": "Kontakt", "to": "name"}}, {{"column": 3, "to": null}}]}}`. `to` is one of \
{", ".join(f"`{one}`" for one in TARGETS)} or `custom_data.<key>`, and `null` leaves the column out. A column without a meaning becomes \
custom data under its heading. Values of custom data are texts; `type` takes {", ".join(f"`{one}`" for one in TYPES[1:])} too. \
If several columns mean `name`, `email`, `phone` or `city`, the first that a row has counts: those that you name come first, in your order. \
The server remembers the mapping for the next file of your account with the same headings.

**Phone numbers**: a number without a dialling prefix is of the country in the row's column that means `country`; without one, of the \
`country` of the import, or else of your [account](#tag/Account). If none of them says a country, the server refuses the row: it never guesses.

**Leads that are there**: `match` says by what the server looks for the lead of a row, `email` and then `phone` if you do not say. It looks among \
the rows before, too. `on_match` says what happens to a lead that is found:

| `on_match` | The lead that a row matches |
| --- | --- |
| `skip`, the default | Stays as it is |
| `update` | Gets what the row has. Empty cells change nothing, and custom data changes key by key |
| `fill_empty` | Gets what it does not have yet |
| `fail` | Stays as it is, and the server refuses the row |
| `create` | Stays as it is, and the server makes another one |

If a row matches several leads, the server refuses it. It refuses rows, not files: the others are imported. `counts` says what became of the rows, \
and a dry run counts them exactly as the import does, for the whole file.

**Other records**: with `?resource=` `POST /api/import` takes a file of other records, such as `audience_list`: of every resource whose \
records a call can create by themselves. You need the right to write them, too. A heading means a property by its name, or by what the pages call it; \
`to` is a property of the resource, or `id`: a row with the `id` of a record changes that record, and every other row makes a new one. Cells name choices, \
cities, records and users as the pages call them, by their ids, and users by their addresses. `match`, `on_match`, `country`, `cities` and `empty` mean nothing there.

**Rows that were refused**: the file has them as they were. Its first two columns, `{FAULT_LINE}` and `{FAULT_REASONS}`, say why; correct \
the rows and send the file as it is.

**Cancel and go on**: `POST /api/import/<ID>/cancel` stops an import. The leads that it has made stay; start it again, and it goes on where \
it stopped. After a crash of the server it goes on by itself. What an import cannot do in its phase, such as a second start, is refused with 409.
"""
