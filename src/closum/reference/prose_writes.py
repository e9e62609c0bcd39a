"""What the reference tells of writes beside the calls: the bin, what was done, background work, leads that look alike."""

BIN = """\
A deleted record goes into the bin. It can be restored for 30 days, or for as long as the history is kept if that is \
shorter (`CLOSUM_HISTORY_DAYS`); then the server removes it for good. Lists, counts, searches and filters do not show it, \
and a new record can have its address or number. What belongs to a record goes into the bin with it, and comes back with \
it; the e-mail and phone records of a deleted lead stay.

An entry of the bin has an `id` of its own, which the calls below take; `record_id` is the id of the record: \
`GET /api/bin?resource=lead&record_id=1` finds the entry of a lead.
"""

OPERATIONS = """\
Nothing that you do here is final by accident. What one call, one command or one piece of background work did is an \
operation, with all the records that it changed. Its id is in the header `X-Operation` of the answer, and in the history \
of each record. For 30 days, or as long as the history is kept if that is shorter, it can be undone:

1. `POST /api/operation/<ID>/undo` with `{"dry_run": true}` changes nothing. The answer says what would be undone, and what \
would be left and why.
2. The same with `{}` undoes it.

An undo is made property by property. A property stays, and is named in `left`, if somebody has changed it since; a record \
stays if another one shows it, if its value is another record's now, or if it has nothing else left. What was erased does \
not come back. A record that comes back has its id and its properties.

An undo is an operation too: undoing it does again what it undid. An undo that left something can be repeated later, for \
what it left. A second undo of the same is refused (422 `_isUndone`), an operation that is too old with 410.

A merge is undone like anything else: the leads that went into another one come back with their ids, and while they are \
merged a call for one answers 404 with the id of the other in `merged_into`.

Background work is one operation, however many steps it has. An operation of more than 3,000 changes is undone by background \
work: the answer is 202, with the [job](#tag/Jobs).
"""

JOBS = """\
What takes longer than a call may is background work: the call is answered at once with 202, the job, and the header \
`Location`, where you ask how far it is: `done` of `total`. Its `state` is `pending`, `running`, `done` or `failed`; \
`error` says what went wrong. It goes on where it was when a server is started again. `operation` is the id of what it did, \
which can be undone when it has ended.
"""

DUPLICATES = """\
Servers look for leads that may be one person's, within a minute after a lead is created or changed. \
`GET /api/lead/duplicates` has what they found: pairs of leads, and where more than {most} have the same in common, one \
group. Those with the highest score come first.

| Reason | What two leads have in common | Weight |
| --- | --- | --- |
{rows}

The score is 100, less what all reasons leave of the doubt: the same address (85) and the same name (50) leave 15% of 50%, so \
the score is 93. A city only counts beside a name, and names alone say nothing of leads in two cities. Names that differ \
by one letter have at least {letters} letters, and {word} in the word that differs, in Latin, Greek or Cyrillic letters; digits \
have to be the same, and names of more than {words} words are only compared whole.

In a group are leads with the same address, the same number, or the same name in the same city (or without a city), or two \
names that differ by one letter. Where more than {most} leads have a name, those without a city are not compared with those in one. More \
than {named:,} leads with one name are one group, whatever their cities are. Names \
that differ by one letter are not looked for where more than {named:,} leads have them, nor, in a search of all leads, where more than {names:,} names have \
all other words in common.

`POST /api/lead/duplicates/dismiss` with the `ids` of a pair, or of a group, says that no two of them are one: they do not \
come again. Leads that are deleted or erased leave the list at once.
"""

WRITES = """\
**Parts of a record**: `PUT` and `PATCH` both change what the body has, and leave the rest as it is. They differ in JSON \
values such as `custom_data`: `PUT` replaces the whole, `PATCH` merges an object into the present one, key by key and \
as deep as it goes ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)). `null` removes a key: `{"custom_data": {"source": \
"fair", "note": null}}` sets one and removes one. An array, or the text of a JSON document, replaces the whole with `PATCH` \
too. `PATCH` also takes the content type `application/merge-patch+json`.

**One state of a record**: send the `ETag` of a retrieved record in `If-Match`, and the server refuses the change with 412 \
if somebody has changed the record since.

**The record in the answer**: with the header `Prefer: return=representation`, the answer to a `POST`, `PUT` or `PATCH` of a \
record has it in `data` as `GET` shows it, with its `ETag`. No other change comes between the write and what you see.

**A call that is sent twice**: give a `POST` a text of your own in the header `Idempotency-Key`, such as a UUID, and send it \
again with the same key when no answer came. For 24 hours, the server does not carry it out again: it gives the same answer \
once more, with `Idempotent-Replayed: true`. The write and its answer are stored together, so this holds when the server is \
killed, too.

| What is sent with a key that was sent before | Answer |
| --- | --- |
| The same call, which was carried out | As before. A record that it showed is shown as it is now; if it is not there any more, 404 |
| The same call, while the first one is running | 409 with `Retry-After` |
| A call with another body, other parameters, or for another record | 422 `_isReused` |
| The same call, after a refusal (4xx or 5xx) | It is carried out: a refusal leaves the key free |

Keys are of a user and a route, so two programs of one user must not count both from 1. The Ruby and Python bindings and the \
command line send a key with each `POST` by themselves.
"""
