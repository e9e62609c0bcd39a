"""Bodies of calls that write: what the model of the contract knows by heart, and what it has refused."""

import random
from typing import Any

from hypothesis import strategies as st

ADDRESSES = (
    "ana@example.com",
    " Ana@Example.COM\t",
    "bob@example.com",
    "josé@exämple.com",
    "o'x@example.com",
    "Ana.Silva+news@sub.example.org",
)
NO_ADDRESSES = ("no address", 7, True, ["a@example.com"])
EXTENSIONS = ("351", "00351", " +351", "001", 351)
NO_EXTENSIONS: tuple[Any, ...] = ("999", "abc", {})
NUMBERS = ("912 345 678", "912345678", "+351912345678", 912345679, "abc", "A-b c", "2015550123")
MORE_NUMBERS = (*NUMBERS, "912 340 999", "+44 20 7946 0018", "351912345679")
NO_NUMBERS = (1.5, "9" * 65)
BLANK = (None, "")
WHICH = st.sampled_from((0, 0, 0, 1))
IDS = st.integers(1, 5)
Body = dict[str, Any]
ABSENT = object()


def given_keys(**values: Any) -> st.SearchStrategy[Body]:
    """Objects that have each of the keys or not."""
    parts = st.fixed_dictionaries({key: st.just(ABSENT) | value for key, value in values.items()})
    return parts.map(lambda body: {key: value for key, value in body.items() if value is not ABSENT})


def often(good: tuple[Any, ...], bad: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    return st.sampled_from(good * 3 + bad + BLANK)


EMAILS = given_keys(email=often(ADDRESSES, NO_ADDRESSES), junk=st.just(1))
PHONES = given_keys(extension=often(EXTENSIONS, NO_EXTENSIONS), number=often(NUMBERS, NO_NUMBERS))
LINKS = st.builds(lambda one: {"id": one}, IDS | st.just("1") | st.just("x"))
ANY_LEADS = given_keys(
    name=often(("Ana", " ", 12, "Águeda"), (True, "n" * 256)),
    city_id=often((1, "213"), (999, "x", 2.0)),
    custom_data=often(('{"a":1}', "[ ]", {"b": "é"}, [None], 5), ("{", False)),
    email=EMAILS | LINKS | st.sampled_from((None, "", {}, "text")),
    phone=PHONES | LINKS | st.sampled_from((None, "", {}, 3)),
)
GOOD_LEADS = given_keys(
    name=st.sampled_from(("Rita", None)),
    email=st.fixed_dictionaries({"email": st.sampled_from(ADDRESSES)}) | LINKS,
    phone=given_keys(extension=st.sampled_from(EXTENSIONS), number=st.sampled_from(NUMBERS)) | LINKS,
)
LEADS = st.one_of(GOOD_LEADS, GOOD_LEADS, GOOD_LEADS, ANY_LEADS)
FIRST: tuple[Body, ...] = (
    {"name": "Ana", "email": {"email": ADDRESSES[0]}, "phone": {"extension": "351", "number": "912345678"}},
    {"email": {"id": 1}},
    {"email": {"email": "bob@example.com"}, "phone": {"id": 1}},
    {"phone": {"extension": "001", "number": "2015550123"}},
)
DOCUMENTS: tuple[Any, ...] = (
    {"a": 1},
    {"a": "1", "b": None},
    {"a": 12.0, "note": ["summer sale", {"deep": "Águeda"}]},
    {"a": "Águeda", "b": -3},
    {"a": [1], "A": "sale"},
    {"a": True, "é": "Summer Sales"},
    {"a": False, "b": ""},
    {"a": "true", "b": 0.5},
    {"a>=b": "x", "k%3D": "12", "a.b": "b"},
    {'q"\\': "agueda", "~": "1.2e1", "none": None},
    {"a": 9007199254740993, "b": "zoé"},
    '{"\\u0061":"\\u00c1gueda","b":1.2e1}',
    {"source": "fair", "UTM source": "google", "a": 12},
    {"Origem": " feira ", "utm-term": 2026, "utm_campaign": "Águeda"},
    {"utm_source": "bing", "source": True, "utm_term": ""},
    [1, "sale"],
    "5",
    "null",
)
TEXTS_OF_WORK = ("Call back", "an **Offer** by Friday", "Águeda 912 340 999", "12")
TIMES_OF_WORK = (
    "2026-03-28",
    "2026-03-30T09:00:00+01:00",
    "2026-04-02T17:30:00",
    "2026-04-01",
    "2026-04-30T00:00:00Z",
)
"""On the 29th of March clocks in Lisbon go forward, at one."""
NO_TIMES = ("2026-03-29T01:30:00", "soon", "2026-02-30")
"""The first one is a time everywhere but there."""
WORK: dict[str, dict[str, tuple[Any, ...]]] = {
    "note": {
        "kind": (*("note", "call", "Meeting ", "email") * 3, None, "letter"),
        "text": (*TEXTS_OF_WORK * 3, 12, " ", None),
    },
    "task": {
        "text": (*TEXTS_OF_WORK * 3, " Call back\t", " "),
        "due": (*TIMES_OF_WORK * 4, *NO_TIMES, None),
        "done": (*(None, False, "", "false", True, "true", *TIMES_OF_WORK[:2]) * 3, NO_TIMES[1]),
    },
    "consent": {
        "channel": (*("email", "SMS") * 5, "post"),
        "state": ("given", "Given", "withdrawn"),
        "environment": ({"REMOTE_ADDR": "192.0.2.7"}, None),
    },
}
TOUCHED: dict[str, tuple[Any, ...]] = {
    "source": ("fair", " Call ", None),
    "utm_source": ("google", "12", ""),
    "utm_term": ("Águeda",),
    "last_source": ("form", "fair", None),
    "last_utm_term": ("sale", None),
}
TICKS = (True, False, "on", "", 1, "0", None)
WHO: dict[str, tuple[Any, ...]] = {
    "name": (
        "Ana",
        "ana maria",
        "Ána Silva",
        "Łukasz",
        "Straße 7",
        "Sil Anabela",
        "12",
        "שלום",
        "Mariana o'X",
        " ",
        None,
    ),
    "city_id": (1, 40, "213", None),
    "custom_data": (*DOCUMENTS, None),
    "contact_lifecycle_stage_id": (*(1, "3", 3, 9, None) * 4, 10),
}


def to_find(choice: random.Random) -> Body:
    """A lead that differs from others in everything by which it is found."""
    body = {name: choice.choice(values) for name, values in WHO.items() if choice.random() < 0.8}
    if choice.random() < 0.7:
        body["email"] = choice.choice(
            ({"email": choice.choice(ADDRESSES)}, {"id": choice.randrange(1, 6)}, None)
        )
    if choice.random() < 0.7:
        number = {"extension": choice.choice(EXTENSIONS), "number": choice.choice(MORE_NUMBERS)}
        body["phone"] = choice.choice((number, number, {"id": choice.randrange(1, 6)}, None))
    if choice.random() < 0.4:
        body["lead_opt_in"] = opt_in(choice)
    if choice.random() < 0.3:
        body |= {name: choice.choice(values) for name, values in TOUCHED.items() if choice.random() < 0.4}
    if choice.random() < 0.1:
        body["owner_id"] = choice.choice((None, None, None, 10_000))
    return body


def opt_in(choice: random.Random) -> Body:
    """What a form sends of its boxes."""
    found = {one: choice.choice(TICKS) for one in ("sms", "email") if choice.random() < 0.7}
    return found | choice.choice(({}, {"enviroment": {"form": 1}}, {"environment": {"form": "b"}}))


def to_do(choice: random.Random, table: str, lead_id: int) -> Body:
    """A note, a task or a consent of a lead, or a body for one."""
    body = {name: choice.choice(values) for name, values in WORK[table].items() if choice.random() < 0.93}
    return body | ({"lead_id": choice.choice((lead_id, str(lead_id)))} if choice.random() < 0.95 else {})
