"""What the reference says in words: the sections of the published documentation, their tables from the declarations."""

from collections.abc import Iterable, Iterator, Sequence

from closum import errors
from closum.accounts import attempts
from closum.model import filters, query, words
from closum.model.duplicates import (
    LEAST_LETTERS,
    LEAST_WORD,
    MOST_ALIKE,
    MOST_NAMED,
    MOST_NAMES,
    MOST_WORDS,
    REASONS,
    WEIGHTS,
)
from closum.model.fields import Document, Field, Flag, Integer, Timestamp
from closum.model.property import properties as filterable
from closum.model.resource import Resource
from closum.model.user_fields import Users
from closum.reference import samples, samples_of_sections
from closum.reference.prose_export import EXPORT
from closum.reference.prose_imports import IMPORTS
from closum.reference.prose_reports import REPORTS
from closum.reference.prose_work import ROLES, USERS, WORK
from closum.reference.prose_writes import BIN, DUPLICATES, JOBS, OPERATIONS, WRITES

INTRODUCTION = f"""\
Welcome to the Closum API! You can use our API to access Closum API endpoints, which can retrieve any data associated \
with your account.

We have language bindings in Shell, Ruby, and Python! You can view code examples in the dark area beside each call, or \
below it on a narrow screen, and you can switch the programming language of the examples at the top of the page.

| language | what you need |
| --- | --- |
| Shell | `curl`; on a terminal the command `closum` (or `closum-client`) is more convenient: `closum lead list` |
| Ruby | the gem `closum`, from the folder `clients/ruby` of closum |
| Python | the package `closum-client`, from the folder `clients/python` of closum |

> The examples call `{samples.ORIGIN}`. If your server has another address, replace it.

Every answer is JSON in one envelope: `success` says whether the call worked, `data` has the result or the fault, and \
a list has `pagination`. Dates are in UTC, such as `2018-01-01T10:00:00+00:00`. In a body, an empty string means `null`. \
The server ignores unknown and read-only properties, and names them in the header `X-Ignored-Properties` of the answer: \
look there for typing errors. A retrieved record has an `ETag`: the server refuses an update or a deletion that sends it in `If-Match` \
with 412 if somebody has changed the record since; without it the last update wins. [Writes](#tag/Writes) has more of them. A slash at the end of a path makes \
no difference, and HEAD works wherever GET does.

The API follows the first published revision, of March 2018, and takes all that the later ones have. The `revision` of the \
[account](#tag/Account) says what its leads are shown with: `city_id` in the `first` one, and \
`contact_lifecycle_stage_id` in its place in the `later` ones, in lists and wherever else a lead is shown without `fields`.

This page is generated from the [OpenAPI document]({{root_path}}/api/openapi.json) of this server.
"""

AUTHENTICATION = f"""\
Closum uses Bearer Tokens to allow access to the API. A token identifies one user. It is valid for 7 days, or less if \
the server is configured so; a new password, or signing the user out, revokes it at once.

Closum expects for the Bearer Token to be included in all API requests to the server in a header that looks like the \
following:

`Authorization: Bearer your.bearer.token`

> You must replace `your.bearer.token` with your personal Bearer Token, and `email@closum.com` and `yourpassword` with \
the e-mail address and the password that you sign in with.

A program can send an API key in place of a token: [Roles and Keys](#tag/Roles-and-Keys).

The Ruby and Python bindings also accept these two instead of a token, and then get and renew the token by themselves.

After {attempts.MOST_PER_ADDRESS} wrong passwords for one e-mail address, or {attempts.MOST_PER_CLIENT} from one client \
address, in {attempts.WINDOW // 60} minutes the server refuses to sign in with 429 for a while, even with the right \
password. The message names the limit, and `Retry-After` is the number of seconds until you can try again.
"""

OF_PARAMETERS = {
    "limit": (
        str(query.DEFAULT_LIMIT),
        f"If set, `limit` parameter will manipulate the number of records returned, at most {query.MAX_LIMIT}.",
    ),
    "page": ("1", "If set, `page` parameter will retrieve records from another page."),
    "sort": (
        "`id`",
        "If set, `sort` parameter will specify which field should be used to sort the results produced.",
    ),
    "direction": (
        "`asc`",
        "This parameter **in combination** with the `sort` parameter to specify the direction in which results are sorted.",
    ),
}
"""Default and description of each, as the published documentation has them."""

PARAMETERS = """\
Our API comes with support for querystring parameters that you can use to manipulate the output produced by our API. \
Every list accepts them:

| Parameter | Default | Description |
| --- | --- | --- |
{rows}

Send each of them at most once. The server refuses a parameter that the call does not have (400) and names the valid \
ones, so that a misspelled parameter never returns every record; it ignores only names that begin with `_`. (A server \
started with `CLOSUM_UNKNOWN_PARAMETERS=ignore` ignores every unknown parameter.)

Records with the same sort value are sorted by their ids. In the answer, `pagination` has the number of all records in \
`count`, and its `limit` is `null` if it is the default. The Ruby and Python bindings fetch one page after the other \
while you iterate over a list.
"""

CHANGES = """\
A program that keeps a copy of your records asks here what changed, instead of reading every record again and again:

1. Ask for `since=now`, and keep the `next` of the answer: your position.
2. Read every record, with the lists.
3. From time to time ask for what changed `since` your position. Read the records that the answer names again; those that \
are deleted, purged or erased are gone. When you have done so, keep its `next` as your new position. While `has_next_page` is true \
there is more.

Every change comes in the order in which it became visible: none is missing, none comes twice, however many write at the \
same time. An answer without changes has a position too.

A position that the server cannot go on from is refused with 410: the history behind it is not kept any more \
(`CLOSUM_HISTORY_DAYS`), or the database was put back from a backup, so that what you have read may be undone. Begin again \
with step 1. A position is text for the server alone: keep it as it is.

The lists of {names} take `changed_since`, a position or a date (`changed_since=2018-01-01`, \
`changed_since=-7d`): then they have the records that were created or changed since, as they are now. Those that are deleted are only in the changes.

The history of a record (`GET /api/lead/<ID>/history`) has the values: what each property was before and after a change, \
and what a lead showed of its e-mail address and phone number. Nothing of an erased person is in it, nor of a record that was removed from the [bin](#tag/Bin) for good.
"""

FIND = """\
Every list can be filtered, and leads can be searched. Before a program repeats a `POST` that may have arrived, this one \
call tells it whether the lead is there: `GET /api/lead?email=ana@example.com`.

`filter` is a property, an operator and a value: `filter=name~=ana`. Give it several times, at most {most} times, and all \
have to hold. In a URL the operators and the value are percent-encoded, as every client library does it.

| Operator | Meaning |
| --- | --- |
| `=` | Is equal to the value. Several `=` of one property mean any of them |
| `!=` | Is not equal to it |
| `<` `<=` `>` `>=` | Comes before or after it: numbers and dates by their value, text as lists are sorted |
| `~=` | Has words that begin so, in any order: `name~=ana fer` finds Ana Maria Ferreira |

**Plain parameters** mean `=`: `?city_id=213&email=ana@example.com`, and `?custom_data.source=fair`.

**Null**: an empty value means `null`. `filter=city_id=` finds the leads without a city, `filter=city_id!=` those that \
have one. Null is unequal to every value: `filter=city_id!=213` finds leads without a city too.

**Spelling**: accents and upper and lower case make no difference, except in the names of properties and in the `text` of notes and \
tasks, which is compared exactly. A number is found in any spelling, `+351 912 340 999` or `00351912340999`. A flag is `1` or `0`.

**Dates**: `2026-01-31` is a whole day in the time zone of the account, as are `today`, `yesterday`, `tomorrow`, `-7d` (seven days ago) and \
`+7d` (in seven days); `-24h`, `+24h` and `2026-01-31T10:00:00+00:00` are moments. `filter=creation_date>=-7d` finds what is new.

**Custom data**: `custom_data.<key>` is the value of a key, at the top of the document. Case counts in keys. Numbers are \
compared by their value. A key that has one of the characters `= ! < > ~ %` is percent-encoded once more in a `filter`: \
`filter=custom_data.a%253D=1` for the key `a=`.

**Imports**: `filter=import=3` finds the leads that import 3 has made or changed.

{properties}

**Search**: `q` finds leads by the beginnings of words, `q=ana fer`, in name, address, city and custom data. Every \
word has to be found, at most {words}. Digits also find the number that begins with them or ends in them, from four digits on: `912 3`, `0999`, \
`912 340 999`, and behind the prefix of a country: `+351 912 3`. \
`sort=relevance` has leads first whose name is meant.

**Cursor**: to walk a long list, begin with an empty `cursor=`, then send what `pagination.next_cursor` has, until that is \
`null`. No page costs more than the first one, and no record is left out or comes twice when others come and go meanwhile. \
A cursor is only for the filters and the order that it was made for. In another order than that of `id`, a record whose \
value changes meanwhile can come twice or not at all.

**Shape**: `fields=id,name,email.email` shows these properties only, of a list or of a record \
(`GET /api/lead/1?fields=name,city.city_name`); `fields=*,city.city_name` the usual ones and one more. `count=false` leaves `count` and `page_count` `null`, where nobody needs them.

What the server does not understand is 400, and the message names what there is, so that a filter that is misspelled does \
not find every record. After the operator in a `filter` no value may begin with `=`, `<`, `>` or `~`: `name==Ana` is \
refused. To look for such a value, give the property as a parameter of its own.
"""

HEALTH = """\
Load balancers and monitoring use these two calls. They need no token.
"""

ERRORS = """\
The answer to a failed call has `"success": false`, and in `data` the status as `code`, the `url` of the call and a \
`message`. For invalid values (422) `errors` has every fault by field and rule, nested for a nested object, and \
`errorCount` is their number. The header `X-Request-Id` of every answer has the id of the request in the server's log.

```json
{
  "success": false,
  "data": {
    "code": 422,
    "url": "/api/lead",
    "message": "1 validation error occurred",
    "errorCount": 1,
    "errors": {"phone": {"extension": {"_required": "This field is required"}}}
  }
}
```

| Status | Meaning |
| --- | --- |
"""

RULES = """
The rules that a value can break:

| Rule | Message |
| --- | --- |
"""

SHARING = """
## Nested Objects

The {names} of a {one} are separate records, {others}. An account has one record for each value, which its {several} \
share: sending a POST twice creates two {several} that show the same records. In a body such an object has this effect:

| The object | Effect |
| --- | --- |
| is missing, or is `{{}}` | A new {one} has none, an updated {one} keeps its record |
| is `null` or `""`, or its value is | The {one} no longer shows a record; the record stays |
| has the value of an existing record of the account | The {one} shows that record |
| has a new value | A new {one} gets a new record. If no other {one} shows the record of an updated {one}, the record changes; otherwise the {one} gets a new record |
| has only an `id` | The {one} shows the record with this id. An `id` together with a value is ignored |
"""

_TYPES: tuple[tuple[type[Field], str], ...] = (
    (Flag, "integer, 1 or 0"),
    (Integer, "integer"),
    (Timestamp, "date-time"),
    (Document, "string (JSON)"),
    (Users, "array of integers"),
)


def sections(resources: Sequence[Resource], root_path: str = "") -> dict[str, str]:
    """Markdown of every section by name, in the published order; `root_path` is where a proxy serves closum."""
    of_resources = {resource.titles: properties(resource) for resource in resources}
    return {
        "Introduction": INTRODUCTION.format(root_path=root_path),
        "Authentication": AUTHENTICATION,
        "Querystring Parameters": _parameters()
        + _defaults(resources)
        + _fences(samples_of_sections.PARAMETERS),
        "Find": _find(resources) + _fences(samples_of_sections.FIND),
        "Writes": WRITES + _fences(samples_of_sections.WRITES),
        "Work": WORK,
        **of_resources,
        "Users": USERS,
        "Roles and Keys": ROLES,
        "Imports": IMPORTS + _fences(samples_of_sections.IMPORTS),
        "Export": EXPORT,
        "Changes": _changes(resources) + _fences(samples_of_sections.CHANGED_SINCE),
        "Bin": BIN,
        "Operations": OPERATIONS,
        "Jobs": JOBS,
        "Duplicates": _duplicates(),
        "Reports": REPORTS,
        "Health": HEALTH,
        "Errors": ERRORS + "\n".join(_statuses()) + f"\n{RULES}" + "\n".join(_rules()),
    }


def _parameters() -> str:
    rows = (f"| {name} | {' | '.join(OF_PARAMETERS[name])} |" for name in query.PARAMETERS)
    return PARAMETERS.format(rows="\n".join(rows))


def _find(resources: Iterable[Resource]) -> str:
    rows = [
        f"| {one.titles} | {', '.join(f'`{name}`' for name in filterable(one))} |"
        for one in resources
        if "list" in one.verbs
    ]
    table = "\n".join(["| List | Properties |", "| --- | --- |", *rows])
    return FIND.format(most=filters.MOST, words=words.MOST_WORDS, properties=table)


def _changes(resources: Iterable[Resource]) -> str:
    names = [one.titles.lower() for one in resources if "list" in one.verbs and query.changes(one)]
    return CHANGES.replace("{names}", f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0])


def _duplicates() -> str:
    rows = (f"| `{name}` | {WEIGHTS[reason]} | {_IN_COMMON[name]} |" for reason, name in REASONS.items())
    return DUPLICATES.format(
        rows="\n".join(rows),
        most=MOST_ALIKE,
        letters=LEAST_LETTERS,
        word=LEAST_WORD,
        words=MOST_WORDS,
        named=MOST_NAMED,
        names=MOST_NAMES,
    )


_IN_COMMON = {
    "email": "The e-mail address: they show the same record",
    "phone": "The phone number: they show the same record",
    "name": "The name, but for accents, upper and lower case, and punctuation",
    "name_order": "The words of the name, in another order: `Silva, Ana` and `Ana Silva`",
    "name_letter": "The name, but for one letter: another one, one more or one less",
    "city": "The city, beside the name",
}


def _defaults(resources: Iterable[Resource]) -> str:
    """Which lists come in an order of their own."""
    return "".join(
        f"\n{one.titles} are sorted by `{one.listing.default_sort}` unless `sort` says otherwise.\n"
        for one in resources
        if one.listing.default_sort != "id"
    )


def _fences(sources: Iterable[str]) -> str:
    return "".join(
        f"\n```{language.lower()}\n{source}\n```\n"
        for language, source in zip(samples.LANGUAGES, sources, strict=True)
    )


def properties(resource: Resource) -> str:
    """The table of a resource's properties."""
    lines = [
        f"## {resource.title} Properties",
        "",
        "| Parameter | Type | Read Only | Description |",
        "| --- | --- | --- | --- |",
    ]
    if "id" in resource.listing.retrieved:
        lines.append(f"| id | integer | True | The **id** relative to {resource.one} |")
    for field in resource.fields:
        fixed = field.read_only or not {"create", "update"} & {*resource.verbs}
        lines.append(f"| {field.name} | {_type(field)} | {fixed} | {field.description} |")
    lines += [f"| {one.name} | object | False | {one.description} |" for one in resource.sent]
    nested = sorted(resource.nested, key=lambda nested: resource.listing.listed.index(nested.name))
    lines += [f"| {one.name} | object | False | {one.description} |" for one in nested]
    return "\n".join([*lines, *([_sharing(resource)] if nested else [])])


def _sharing(resource: Resource) -> str:
    """How the records that one shows are linked, changed and shared."""
    names = " and ".join(f"`{nested.name}`" for nested in resource.nested)
    others = " and ".join(
        f"[{nested.resource.several}](#tag/{nested.resource.anchor})" for nested in resource.nested
    )
    return SHARING.format(one=resource.one, several=resource.several, names=names, others=others)


def _type(field: Field) -> str:
    return next((name for kind, name in _TYPES if isinstance(field, kind)), "string")


def _statuses() -> Iterator[str]:
    for kind in sorted(_kinds(errors.Error), key=lambda kind: kind.status):
        yield f"| {kind.status} | {kind.when} |"


def _kinds(base: type[errors.Error]) -> Iterator[type[errors.Error]]:
    """Every error with a meaning of its own."""
    for kind in base.__subclasses__():
        if "when" in vars(kind):
            yield kind
        yield from _kinds(kind)


def _rules() -> Iterator[str]:
    for rule, message in errors.RULES.items():
        yield f"| `{rule}` | {message} |"
