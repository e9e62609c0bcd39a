"""Every error that the product answers with.

Error                     status, message, headers
├── Malformed             400  the request cannot be read
├── Unauthorized          401  no token, or none that counts
├── SignInRefused         401  address and password do not belong together
│   ├── CodeNeeded        401  they do, and the code of the second factor is missing
│   └── CodeRefused       401  they do, and the code is wrong
├── TicketEnded           401  the password that a code follows does not count any more
├── SetUpRefused          401  not the set-up code of the server
├── Forbidden             403  known, but without the permission
├── NotFound              404  no such path, record or page
│   ├── Merged            404  the record went into another one
│   └── LinkEnded         404  an invitation that does not count any more
├── MethodNotAllowed      405  the path has other methods
├── StillRunning          409  with Retry-After: the call is being carried out
├── WorkRunning           409  with Retry-After: background work that changes many records has not ended
├── WorkEnded             409  background work that cannot be stopped
├── WrongPhase            409  an import is at another point
├── Gone                  410  what follows a position of the feed is not there any more
├── Changed               412  the record is not as it was seen
├── CountChanged          412  another number of records fits than was counted
├── CountRequired         428  a call that changes many records, without their count
├── BodyTooLarge          413
├── RequestLineTooLong    414
├── UnsupportedMediaType  415
├── Invalid               422  faults by field and rule
├── Retryable
│   ├── TooManyAttempts   429  with Retry-After
│   └── Unavailable       503  with Retry-After
├── HeadersTooLarge       431
└── Internal              500  our fault; the log knows more

Refusal                   what a command says in one line before it ends (no HTTP answer)
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import ClassVar, Union

Faults = dict[str, Union[str, "Faults"]]
"""{field: {rule: message}}, nested once more for each nested object."""


RULES: Mapping[str, str] = {
    "_required": "This field is required",
    "_empty": "This field cannot be left empty",
    "_isUnique": "This value is already in use",
    "_ambiguous": "Several records match: {ids}. Send one of these as 'id' with 'match=id', or correct them first",
    "_existsIn": "This value does not exist",
    "_archived": "This one is archived: choose another one, or set its 'archived' to 0 first",
    "_notGiven": "This consent does not hold: it was never given, or is withdrawn already, so there is nothing to withdraw",
    "_refused": "{status}: {reason}",
    "_isShown": "{showing} it: have {them} show another one or none, or delete {them}, then delete this",
    "_isUsed": "{using} it: {advice}",
    "_isReserved": "The ids up to {last} are those of records that every account has: leave the id out, and the server gives one",
    "_isFixed": "Every account has this one as it is: it cannot be changed or deleted, but you can add others",
    "_isReused": (
        "This key was sent with another call less than 24 hours ago: send a new key with each new call, and the same one "
        "only with the same call"
    ),
    "_isOn": "A second factor is on already: remove it before you add another one",
    "_isOff": "No second factor is on",
    "_isTarget": "A record cannot go into itself",
    "_isTwice": "Send each id once: this one is repeated",
    "_isMerged": "This record went into record {into}",
    "_isUndone": "This operation has been undone already",
    "_isRunning": "This operation is not ended yet: wait for the end of the job {job}",
    "_minLength": "This value is too short: at least {limit}",
    "_control": "This value has a control character ({code}), which nobody can type: leave it out",
    "_code": "This code is wrong, or was used already: enter the code that the app shows now",
    "_maxLength": "This value is too long: at most {limit}",
    "_integer": "This value must be a whole number",
    "_between": "This value must be from {least} to {most}",
    "_flag": "This value must be true or false",
    "_scalar": "This value must be text",
    "_object": "This value must be an object",
    "_array": "This value must be an array",
    "_json": "This value must be a JSON document: {reason}",
    "_atLeastOne": "At least one of {names} is needed",
    "_atLeastTwo": "At least two different ones are needed",
    "_prefix": "This value must be the dialling prefix of a country, such as 00351 or +351",
    "_inList": "This value must be one of {names}",
    "_printable": "This value must be printable characters on one line",
    "_time": "This value must be a time such as 2026-01-31T17:00:00+00:00, or a day such as 2026-01-31",
    "_gap": "The clocks of {zone} leave this time out: choose an earlier or a later one",
    "_zone": "This value must be a time zone of the IANA database, such as Europe/Lisbon",
    "_country": "This value must be two letters of ISO 3166 for a country, such as PT",
    "_email": "This value must be an e-mail address: {reason}",
}


def fault(rule: str, **values: object) -> Faults:
    """One broken rule with its message, as the value of a field's name."""
    return {rule: RULES[rule].format(**values)}


def values(rule: str, message: str) -> dict[str, str]:
    """What `fault` put into the message of a rule, as text; nothing where the message is another one."""
    found = _sentence(RULES[rule]).fullmatch(message)
    return found.groupdict() if found else {}


@cache
def _sentence(template: str) -> re.Pattern[str]:
    """Matches what a template gives, with a group for each of its placeholders."""
    pattern = ""
    for place, part in enumerate(re.split(r"\{(\w+)\}", template)):
        named = f"(?P={part})" if f"(?P<{part}>" in pattern else f"(?P<{part}>.*)"
        pattern += named if place % 2 else re.escape(part)
    return re.compile(pattern, re.DOTALL)


class Error(Exception):
    """Something to answer with. Raised anywhere, turned into HTTP by `closum.http.answer` alone.

    `when` says in the reference what it means.
    """

    status: ClassVar[int] = 500
    when: ClassVar[str] = ""
    message: str = "Internal Server Error"

    def __init__(self, message: str | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(self.message)

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to the answer, beside those of every answer."""
        return {}


class Malformed(Error):
    status = 400
    when = "The request cannot be read, or has a parameter or a value that the call does not take"
    message = "Bad Request"


class Unauthorized(Error):
    status = 401
    when = "There is no token or API key, or it is wrong, expired or revoked; at `/api/token` a wrong address or password"
    message = "Authentication is required: send a valid token as 'Authorization: Bearer <token>'"

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class SignInRefused(Unauthorized):
    message = "Unknown e-mail address or wrong password"


class CodeNeeded(SignInRefused):
    """The password is right; with the `ticket` and a code of the second factor the user signs in."""

    message = "This user signs in with a second factor: send its code, or a recovery code, as 'code' too"

    def __init__(self, ticket: str = "") -> None:
        self.ticket = ticket
        super().__init__()


class CodeRefused(SignInRefused):
    message = "The code of the second factor is wrong, or was used already: send the code that the app shows now, or a recovery code"


class TicketEnded(Unauthorized):
    """A ticket lets in once, and while the user is as it was."""

    message = "This sign-in was used already, or the user was changed meanwhile: sign in again"


class SetUpRefused(Unauthorized):
    message = "This is not the set-up code of this server, or it was used: a restart of the server, or 'closum setup-code', makes a new one"


class Forbidden(Error):
    status = 403
    when = "The role of your user, or the kind of your API key, does not have the permission that the call needs; the message names it"
    message = "You do not have the permission for this: ask the person who manages your account"

    def __init__(self, needs: str = "") -> None:
        """`needs` is the permission, such as `lead:write`."""
        named = f"You do not have the permission '{needs}': ask the person who manages your account"
        super().__init__(named if needs else None)


class NotAuthor(Error):
    status = 403
    when = f"{Forbidden.when}. Or another user made the record, who alone can change it"
    message = "Another user made this record: only that user can change it"


class NotFound(Error):
    status = 404
    when = "There is no such path, no such record in your account, or no such page"
    message = "Not Found"


class Merged(NotFound):
    """A record went into another one: `merged_into` is its id."""

    def __init__(self, name: str, record_id: int, merged_into: int) -> None:
        self.merged_into = merged_into
        super().__init__(f"The {name} {record_id} went into the {name} {merged_into}: ask for that one")


class LinkEnded(NotFound):
    message = "This link was used, withdrawn, or is too old: ask for a new one"


class MethodNotAllowed(Error):
    status = 405
    when = "The path has other methods; `Allow` names them"

    def __init__(self, allow: tuple[str, ...]) -> None:
        self.allow = ", ".join(allow)
        super().__init__(f"Method Not Allowed: use {self.allow}")

    @property
    def headers(self) -> dict[str, str]:
        return {"Allow": self.allow}


class Gone(Error):
    status = 410
    when = "The changes behind the position are not kept any more, or a backup has replaced the database since. Of an undo: the operation is too old"
    message = (
        "What changed since this position is not known any more, since the history is cut or the database was replaced:"
        " take a new position with 'since=now', then read everything again"
    )


class Changed(Error):
    status = 412
    when = "The record has been changed since, and its `ETag` is none of those in `If-Match`; nothing was changed by this call"
    message = "The record has been changed since you retrieved it: retrieve it again, then send its new ETag in If-Match"


class CountChanged(Error):
    status = 412
    when = "Another number of records fits than the dry run counted, or `if_count` is of another call or filter; nothing was changed by this call"
    message = "Another number of records fits than the dry run counted: repeat the dry run"


class CountRequired(Error):
    status = 428
    when = "A call that changes many records came without the count of a dry run"
    message = "Send this call with 'dry_run': true first, then again with the header 'If-Count' and the 'if_count' of its answer"


class BodyTooLarge(Error):
    status = 413
    when = "The body is over 1 MiB, or over what the call takes where it says so"

    def __init__(self, most: int = 1024 * 1024) -> None:
        """`most` is the limit in bytes."""
        super().__init__(f"The request body is too large: at most {most // (1024 * 1024)} MiB ({most} bytes)")

    @property
    def headers(self) -> dict[str, str]:
        return {"Connection": "close"}


class RequestLineTooLong(Error):
    status = 414
    when = "The request line is over 16 KiB"
    message = "The request line is too long: at most 16 KiB"


class UnsupportedMediaType(Error):
    status = 415
    when = "The body is not JSON, and no header says that it is; or it is compressed"
    message = "Send JSON, with the header 'Content-Type: application/json'"


class Invalid(Error):
    """Valid JSON with invalid values; `faults` has them all, by field and rule. `taken_by` is the id of the record that has the
    unique key which was asked for, where that is one of them.
    """

    status = 422
    when = "The body is valid JSON with invalid values; `errors` has each fault by field and rule"

    def __init__(self, faults: Faults, taken_by: int | None = None) -> None:
        self.faults, self.taken_by = faults, taken_by
        self.count = count_faults(faults)
        super().__init__(f"{self.count} validation error{'s' if self.count > 1 else ''} occurred")


class HeadersTooLarge(Error):
    status = 431
    when = "The headers are over 32 KiB together"
    message = "The request headers are too large: at most 32 KiB together"


class Internal(Error):
    status = 500
    when = (
        "Our fault; the log of the server knows more under `request_id`, which is the answer's `X-Request-Id`"
    )
    message = "Internal Server Error: the server's log has the details under this request_id"


class Retryable(Error):
    """An answer that says when to try again; `retry_after` in whole seconds."""

    def __init__(self, message: str | None = None, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = max(1, retry_after)

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class StillRunning(Retryable):
    status = 409
    when = (
        "A call with the same `Idempotency-Key` has no answer yet; `Retry-After` says when to send this one again, which then"
        " gets the answer to that"
    )
    message = "A call with the same 'Idempotency-Key' is still running: send it again, with the same key, for its answer"


class WorkRunning(Retryable):
    status = 409
    when = "Background work that changes many records, or undoes such a change, has not ended; nothing was changed by this call"
    message = "Background work {0} has not ended: wait for it with GET /api/job/{0}, then repeat the dry run"

    def __init__(self, job: str) -> None:
        super().__init__(self.message.format(job), 5)
        self.job = job


class WorkEnded(Error):
    status = 409
    when = "The background work has ended, or is of a kind that nobody can stop"
    message = "This work cannot be stopped: it has ended, or is neither an undo nor a change of many records"


class WrongPhase(Error):
    status = 409
    when = (
        "The import is in a phase in which it does not take the call; the message names it and says what to do. With"
        " `Retry-After`: a call with the same `Idempotency-Key` has no answer yet"
    )
    message = "The import does not take this call now"


class TooManyAttempts(Retryable):
    status = 429
    when = "Too many wrong passwords; `Retry-After` says in how many seconds to try again"

    def __init__(self, told: str, retry_after: int) -> None:
        """`told` says of what they are too many, such as "passwords for this e-mail address"."""
        super().__init__(f"Too many wrong {told}: try again in {_span(retry_after)}", retry_after)


class Unavailable(Retryable):
    status = 503
    when = "The database is not available, or the service has too much to do; `Retry-After` says when to try again"
    message = "The service is not available at the moment: try again"


class BrokenRule(Exception):
    """One value breaks a rule; a parser raises it for the caller, which collects the faults of a body."""

    def __init__(self, rule: str, **values: object) -> None:
        self.faults = fault(rule, **values)
        super().__init__(rule)


class BrokenParts(BrokenRule):
    """Values within a value break rules: `faults` by the name of each, or by its index in an array, from 0."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        Exception.__init__(self)


class Refusal(Exception):
    """Why a command cannot go on, in one line that says what to do."""


def _span(seconds: int) -> str:
    """A time to wait, in whole minutes where it is above one."""
    number, name = (seconds, "second") if seconds < 60 else (-(-seconds // 60), "minute")
    return f"{number} {name}{'' if number == 1 else 's'}"


def count_faults(faults: Faults) -> int:
    """Number of messages in a tree of faults."""
    return sum(1 if isinstance(value, str) else count_faults(value) for value in faults.values())
