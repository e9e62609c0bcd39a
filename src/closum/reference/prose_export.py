"""The section of the reference about exports."""

from closum.formats.xlsx_file import MOST_CHARACTERS, MOST_ROWS
from closum.store import exports

EXPORT = f"""\
`GET /api/lead/export`, and likewise for e-mail addresses and phone numbers, gives all records that fit as one file, of one \
moment. It takes the filters, the order and the `fields` of the list.

| `format` | The file |
| --- | --- |
| `csv`, the default | UTF-8 with a byte-order mark, commas, CRLF. The headings are the names of properties: `email.email` |
| `xlsx` | One sheet of texts and numbers, at most {MOST_ROWS - 1:,} records, and {MOST_CHARACTERS:,} characters in a cell. More is refused (400) |
| `ndjson` | A record on each line, as the list shows it. The last line is `{{"closum_export":{{"count":2,"sha256":"…"}}}}`, with the SHA-256 of the lines before it |

In `csv` and `xlsx` a text that a spreadsheet would take for a formula has an apostrophe before it; an import takes it off.

**Whole or not**: the answer has its `Content-Length`, and in `Repr-Digest` the SHA-256 of the file.

**A part**: the answer has an `ETag`, and takes `Range`. The server writes the export again for it: send the `ETag` in `If-Range`, and you get \
the whole file if a record has changed since.

The server writes the file before it sends the first byte. It writes {exports.MOST} exports at once, and one of each account; otherwise the answer is \
503, and `Retry-After` says when to try again.
"""
