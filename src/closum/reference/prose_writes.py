"""What the reference tells of writes beside the calls: the bin, what was done, background work, leads that look alike."""

BIN = """\
A deleted record goes into the bin. You can restore it for 30 days, or for as long as the server keeps the history if that is \
shorter (`CLOSUM_HISTORY_DAYS`); then the server removes it for good. Lists, counts, searches and filters do not show it, \
and a new record can have its address or number. What belongs to a record goes into the bin with it, and comes back with \
it; the e-mail and phone records of a deleted lead stay.

An entry of the bin has an `id` of its own, which the calls below take; `record_id` is the id of the record: \
`GET /api/bin?resource=lead&record_id=1` finds the entry of a lead.
"""

OPERATIONS = """\
What one call, one command or one piece of background work did is an \
operation, with all the records that it changed. Its id is in the header `X-Operation` of the answer, and in the history \
of each record. You can undo it for 30 days, or for as long as the server keeps the history if that is shorter:

1. `POST /api/operation/<ID>/undo` with `{"dry_run": true}` changes nothing. The answer says what the undo would change, and \
what it would leave and why.
2. The same with `{}` undoes it.

An undo works property by property. `left` names what stays: a property that somebody has changed since, and a record that \
another one shows, whose value another record has now, or that has nothing else left. A lead stays if notes, tasks, consents \
or places on lists were added to it or changed since: `belonging` has their numbers. Delete the lead if it is to go with them. Nothing comes back of what was erased \
or removed from the bin for good. A record that comes back has its id and its properties.

An undo is an operation too: undoing it does again what it undid. You can repeat an undo that left something: it takes up \
what is left, and changes nothing (`"operation": null`) if that still has to stay. If an undo left nothing, the server refuses \
a second one (422 `_isUndone`). It refuses the undo of an operation that is too old with 410.

The undo of a merge brings back the merged leads with their ids. Until then, a call for one of them answers 404, with the id \
of the lead that it went into in `merged_into`.

Background work is one operation, however many steps it has. The history and the changes have an id for each step; the calls \
for an operation take it too, and mean the whole. Background work undoes an operation of more than 3,000 changes: the answer is \
202, with the [job](#tag/Jobs).
"""

JOBS = """\
A server does in the background what would take too long for a call. It answers the call at once with 202 and the job; the \
header `Location` has the path where you ask how far the job is: `done` of `total`. Its `state` is `pending`, `running`, `done` or \
`failed`; `error` says what went wrong. A job goes on where it was when a server is started again. `operation` is the id of its \
operation, which you can undo when the job has ended.

`POST /api/job/<ID>/stop` stops an undo, or a change or deletion of many records: its `state` is `failed`, `done` says how far it \
came, and what it has done stays until you undo its `operation`.
"""

DUPLICATES = """\
A server looks for leads that may be one person, within a minute after somebody creates or changes a lead. \
`GET /api/lead/duplicates` lists them: pairs of leads, and one group if more than {most} leads have the same in common. \
Those with the highest score come first.

| Reason | Weight | What two leads have in common |
| --- | --- | --- |
{rows}

Each reason takes its weight, as a percentage, from the doubt that two leads are one person. The score is 100 minus the doubt \
that is left. The same address (85) leaves 15% of the doubt, and the same name (50) half of that, 7.5%: the score is 93. A city \
only counts together with a name, and a name alone does not count for leads in two cities. Names that differ \
by one letter count if they have at least {letters} letters, and {word} in the word that differs, in Latin, Greek or Cyrillic \
script, and the same digits. The server compares names of more than {words} words only as a whole.

The leads of a group have the same address, the same number, the same name in the same city (or without a city), or one of two \
names that differ by one letter. If more than {most} leads have a name, the server does not compare those without a city with \
those in one. More than {named:,} leads with one name are one group, in whatever cities. The server does not look for names \
that differ by one letter if more than {named:,} leads have them; nor, in a search of all leads, if more than {names:,} names have \
all other words in common.

`POST /api/lead/duplicates/dismiss` with the `ids` of a pair, or of a group, says that no two of them are one person: the \
list does not show them again. Deleted and erased leads leave the list at once.
"""

WRITES = """\
**Parts of a record**: `PUT` and `PATCH` both change what the body has, and leave the rest as it is. They differ in JSON \
values such as `custom_data`: `PUT` replaces the whole, `PATCH` merges an object into the present one, key by key and \
as deep as it goes ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)). `null` removes a key: `{"custom_data": {"source": \
"fair", "note": null}}` sets one and removes one. An array, or the text of a JSON document, replaces the whole with `PATCH` \
too. `PATCH` also takes the content type `application/merge-patch+json`.

**One state of a record**: send the `ETag` of a retrieved record in `If-Match`, and the server refuses the change with 412 \
if somebody has changed the record since.

**The record in the answer**: with the header `Prefer: return=representation`, the answer to a create, an upsert, a `PUT` or a \
`PATCH` of one record has the record in `data` as `GET` shows it, with its `ETag`. Other calls answer as they do without it. No other change comes between the write and what you see.

**A call that is sent twice**: give a `POST` a text of your own in the header `Idempotency-Key`, such as a UUID, and send it \
again with the same key when no answer came. For 24 hours, the server does not carry it out again: it gives the same answer \
once more, with `Idempotent-Replayed: true`. The write and its answer are stored together, so this holds when the server is \
killed, too.

| What is sent with a key that was sent before | Answer |
| --- | --- |
| The same call, which was carried out | As before. A record that it showed is shown as it is now; if it is not there any more, 404 |
| The same call, while the first one is running | 409 with `Retry-After` |
| The same call with another body, other parameters, or another id in the path | 422 `_isReused` |
| Another call (`POST /api/email` after `POST /api/lead`), or a call of another user | It is carried out: each user and each call has its own keys |
| The same call, after a refusal (4xx or 5xx) | It is carried out: a refusal leaves the key free |

Two programs of one user must not both count their keys from 1. The Ruby and Python bindings and the \
command line send a key with each `POST` by themselves.

**Create, or update what is there**: `POST /api/lead?match=email` is an upsert. The server first looks for a lead with the address \
of the body; without one, it makes a new lead. `match` is `email`, `phone`, `id` or `custom_data.<key>`. `on_match` says \
what the server does with the lead that matches:

| `on_match` | The lead that matches |
| --- | --- |
| `update`, the default | Changes as a `PUT` with this body would change it: `custom_data` in the body replaces all of it |
| `fill_empty` | Gets what it does not have yet, custom data key by key |
| `skip` | Stays as it is |
| `fail` | Stays as it is, and the call is refused (422 `_isUnique`) |
| `create` | Stays as it is, and the server makes another one |

`result` of the answer is `created`, `updated`, `unchanged` or `skipped`.

**Many in one call**: `POST /api/lead/batch` takes up to 1,000 items, each to `create`, `update`, `patch`, `upsert` or `delete` one lead, and \
answers each as a call of its own. A batch is one operation.

**Many that a filter finds**: `PATCH` and `DELETE` of `/api/lead` change or delete all leads that `filter`, `q` and \
`changed_since` find. A dry run counts them, and gives the `if_count` that you send in the header `If-Count` of the call itself. Above 1,000 \
leads the answer is 202, with a [job](#tag/Jobs). Otherwise it says how many leads the call has changed, and why it refused others:

```json
{
  "success": true,
  "data": {
    "count": 2,
    "changed": 1,
    "refused": [
      {
        "id": 7,
        "message": "1 validation error occurred",
        "errors": {"name": {"_atLeastOne": "At least one of name, email, phone is needed"}}
      }
    ]
  }
}
```
"""
