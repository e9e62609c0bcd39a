"""Random lists that clients ask for: filters of every property, searches, orders and shapes."""

from hypothesis import strategies as st

from tests.support.model import scan
from tests.support.model.asked import LISTED, Asked, Filter, Search
from tests.support.model.bodies import ADDRESSES
from tests.support.model.same import SPELLINGS

KEYS = ("a", "A", "b", "a>=b", "k%3D", "é", "a.b", 'q"\\', "~", "none")
NAMES = ("ana", "ÁNA", "Ana  Maria", "silva", "b", "m", "Lukasz", "12", "strasse 7", "rita", "שלום", "!")
TIMES = (
    *("today", "yesterday", "-0d", "-1d", "-3d", "-24h", "-1h", "-30h"),
    *("2026-03-28", "2026-03-29", "2026-03-30", "2026-01-01"),
    *("2026-03-29T00:30:00+00:00", "2026-03-29T12:00:00", "2026-03-28T23:00:00-05:00", "soon"),
)
TEXTS: dict[str, tuple[str, ...]] = {
    "integer": ("1", "2", "3", "0", "-1", "40", "213", "99999999999999999999", "x"),
    "text": NAMES,
    "time": TIMES,
    "number": (*SPELLINGS, "9", "+", "a"),
    "address": (*ADDRESSES, "ANA@example.com", "nobody@example.com", "ana", "b", "exam jos", "news"),
    "domain": (
        "example.com",
        "EXAMPLE.com",
        "@example.com",
        "exämple.com",
        "sub.example.org",
        "none.example",
    ),
    "prefix": ("351", "+351", "00351", "1", "001", "44", "999"),
    "flag": ("1", "0", "true", "FALSE", "2"),
    "country": ("PT", "pt", "US", "gb", "FR", "P"),
    "custom": (
        *("1", "12", "12.0", "1.2e1", ".5", "-3", "+1", "9007199254740993", "9007199254740992"),
        *("ÁGUEDA", "agueda", "sale", "sum sal", "b", "true", "False", "1e1", "x", "[1]", "!"),
    ),
}
WORDS = (
    "ana",
    "ÁN",
    "sil",
    "mar",
    "lukas",
    "o'x",
    "exam",
    "news",
    "beja",
    "abr",
    "sum",
    "12",
    "0999",
    "5678",
)
DIGITS = ("00351", "0678", "0912345678", "351912345678", "7890", "999")
GROUPS = (
    ("912 345 678", "912345678"),
    ("+351 912-345-679", "351912345679"),
    ("(201) 555 0123", "2015550123"),
    ("00351 912 340 999", "351912340999"),
    ("020 7946 0018", "02079460018"),
)
SEARCHES = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
    .filter(lambda words: sum(map(str.isdigit, words)) < 2)
    .map(lambda words: Search(tuple(words))),
    st.builds(Search, st.sampled_from(((), ("ana",), ("exam",))), st.sampled_from(GROUPS)),
    st.sampled_from((*DIGITS, "!")).map(lambda word: Search((word,))),
)
FIELDS = {
    "lead": (
        *("id", "name", "custom_data", "creation_date", "city_id", "*", "email", "phone", "city", "email.*"),
        *("email.id", "email.email", "email.status", "phone.number", "phone.is_valid", "phone.date_add"),
        *("city.city_name", "phone.*"),
    ),
    "email": (*LISTED["email"], "*"),
    "phone": (*LISTED["phone"], "*"),
    "city": (*LISTED["city"], "*"),
}


@st.composite
def filters(draw: st.DrawFn, resource: str) -> Filter:
    """One, as a rule with an operator that its property takes."""
    name = draw(st.sampled_from(scan.NAMES[resource]))
    if name == "custom_data.<key>":
        name = f"custom_data.{draw(st.sampled_from(KEYS))}"
    taken = scan.takes(resource, name)
    operator = draw(st.sampled_from((*taken, *taken, *taken, *scan.OPERATORS)))
    texts = TEXTS[scan.kind(name)]
    text = draw(st.sampled_from((*texts, *("",) * (1 + len(texts) // 6)))) if operator in scan.EQUAL else None
    return Filter(name, operator, draw(st.sampled_from(texts)) if text is None else text, draw(st.booleans()))


@st.composite
def several(draw: st.DrawFn, resource: str) -> tuple[Filter, ...]:
    """Up to three, and a second value of `=` beside some."""
    found = draw(st.lists(filters(resource), max_size=3))
    if found and found[0].operator == "=" and draw(st.booleans()):
        texts = (*TEXTS[scan.kind(found[0].name)], "")
        found.append(found[0]._replace(text=draw(st.sampled_from(texts))))
    return tuple(found)


RESOURCES = st.sampled_from(("lead", "lead", "lead", "email", "phone", "city"))


@st.composite
def lists(draw: st.DrawFn, resources: st.SearchStrategy[str] = RESOURCES) -> Asked:
    """A list of any resource."""
    resource = draw(resources)
    search = draw(st.none() | st.none() | SEARCHES) if resource == "lead" else None
    sorts = [one for one in scan.SORTS[resource] if search or one != "relevance"]
    return Asked(
        resource,
        draw(several(resource)),
        search,
        draw(st.none() | st.sampled_from(sorts)),
        draw(st.booleans()),
        draw(st.sampled_from((1, 2, 3, 7, 25, 1000))),
        draw(st.sampled_from((1, 1, 1, 2, 3))),
        draw(st.sampled_from((True, True, True, False))),
        draw(st.just(()) | st.lists(st.sampled_from(FIELDS[resource]), min_size=1, max_size=4).map(tuple)),
    )
