"""Consent: what somebody lets an account send, as bodies say it, and as records and their parents keep it."""

from dataclasses import dataclass
from typing import Any

from closum.errors import BrokenRule
from closum.model.body_fields import Object
from closum.model.choices import Choice
from closum.model.fields import Document, Field, Flag, Schema
from closum.model.relations import Row
from closum.model.resource import Exact
from closum.model.text import strip_invisible

CHANNELS = ("email", "sms")
STATES = GIVEN, WITHDRAWN = "given", "withdrawn"
ENVIRONMENTS = ("enviroment", "environment")
"""As the published documentation spells it, and as people do."""

_TICKS = {"on": "1", "true": "1", "false": "0", "": "0"}


@dataclass(frozen=True, slots=True)
class Tick(Flag):
    """A box of a form: true, 1, "1", "on" and "true" are yes, and false, 0, "0", "false", "" and null are no."""

    def accepts(self) -> Schema:
        return Flag.accepts(self) | {"pattern": "^([01]|on|true|false)?$"}

    def parse(self, value: Any) -> int:
        if isinstance(value, str):
            text = strip_invisible(value).lower()
            value = _TICKS.get(text, text)
        return Flag.parse(self, value)


@dataclass(frozen=True, slots=True)
class Circumstances(Document):
    """A JSON object, kept as its text."""

    def accepts(self) -> Schema:
        return self.described(self._types("object", always=False) | {"additionalProperties": True})

    def parse(self, value: Any) -> str:
        if not isinstance(value, dict) and value != []:  # an empty map, as PHP writes it
            raise BrokenRule("_object")
        return Document.parse(self, value or {})


@dataclass(frozen=True, slots=True)
class OptIn(Object):
    """What a form sends with a person: a row for each channel that it names, with the circumstances of both."""

    def parse(self, value: Any) -> tuple[Row, ...]:
        given = self.read(value)
        environment = next((given[name] for name in ENVIRONMENTS if given[name] is not None), None)
        return tuple(
            {"channel": name, "state": GIVEN if given[name] else WITHDRAWN, "environment": environment}
            for name in CHANNELS
            if name in value
        )


@dataclass(frozen=True, slots=True)
class Held(Choice):
    """What the newest consents say, which bodies send and do not set."""


def opt_in(name: str, tag: str = "Consents") -> OptIn:
    """The property of a body; the reference shows under this tag what is noted."""
    about = "Whether the person consents to {}: `true`, `1` and `on` are yes, `false`, `0`, `null` and an empty text no"
    ticks: tuple[Field, ...] = (
        Tick("sms", description=about.format("text messages")),
        Tick("email", description=about.format("e-mail")),
    )
    circumstances = (
        Circumstances(
            "enviroment",
            description="What the form knows of the request, any JSON object, at most 65,536 bytes; spelt so",
        ),
        Circumstances("environment", description="The same, where `enviroment` is not there"),
    )
    return OptIn(
        name,
        fields=(*ticks, *circumstances),
        description=(
            'What the person consents to, in bodies only, such as `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an'
            f" earlier one is withdrawn. [Consents](#tag/{tag}) shows what is noted"
        ),
        example={"email": True, "sms": False, "enviroment": {"REMOTE_ADDR": "192.0.2.7"}},
    )


def column(channel: str) -> str:
    """Where the parent keeps what holds now."""
    return f"consent_{channel}"


def columns(one: str, tag: str = "Consents") -> tuple[Held, ...]:
    """What the parent, which is called so in a sentence, keeps for each channel."""
    about = (
        "The **{}** relative to {}, what its newest [consent](#tag/{}) to {} says; `null` where there is none"
    )
    named = {"email": "e-mail", "sms": "text messages"}
    return tuple(
        Held(
            column(channel),
            read_only=True,
            optional=True,
            among=STATES,
            description=about.format(column(channel), one, tag, named[channel]),
            example=GIVEN,
        )
        for channel in CHANNELS
    )


def filters() -> dict[str, Exact]:
    """By what holds now: `consent.email=given`."""
    return {f"consent.{channel}": Exact(column(channel), _state) for channel in CHANNELS}


def _state(text: str) -> str:
    found = text.strip().lower()
    if found not in STATES:
        raise ValueError(f"it must be {' or '.join(STATES)}, or nothing for none")
    return found
