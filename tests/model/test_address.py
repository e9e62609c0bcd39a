import re
import unicodedata
from time import thread_time

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from closum.model import address
from closum.model.address import address_key, check, lookup_key

PIECES = [
    *"aZ09.-_+'@!\"<> éßİK。ａ٣\n\0\u0301\u200d",
    *("com", "a" * 30, "b" * 63, "xn--", "xn--bcher-kva", "bücher", "ab--c", "-", "..", "123", "[1.2.3.4]"),
    *SPECIAL_USE_DOMAIN_NAMES,
]
LOCALS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)
LABELS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)
DOMAINS = st.lists(LABELS, min_size=1, max_size=6).map(".".join)
PLAIN_LABELS = st.text("abcXYZ019-", min_size=1, max_size=64)
ADDRESSES = st.one_of(
    st.builds("{}@{}".format, LOCALS, DOMAINS),
    st.builds("{}@{}".format, st.text("abcXYZ019._+'-", min_size=1, max_size=70), DOMAINS),
    st.builds("{}@{}".format, LOCALS, st.lists(PLAIN_LABELS, min_size=1, max_size=5).map(".".join)),
    st.emails(),
    st.text(max_size=300),
)


def library(text: str) -> str | None:
    """The key as the contract defines it, by the library alone; None when the address is not valid."""
    try:
        valid = validate_email(text, check_deliverability=False, allow_quoted_local=True)
    except EmailNotValidError:
        return None
    return unicodedata.normalize("NFC", valid.local_part.lower()) + "@" + valid.ascii_domain


def ours(text: str) -> str | None:
    try:
        return address_key(text)
    except ValueError:
        return None


@settings(max_examples=1500, deadline=None)
@given(ADDRESSES)
@example("a@" + ".".join(["a" * 63] * 3) + ".com")
@example("a@" + "b" * 64 + ".com")
@example("a" * 249 + "@b.pt")
@example("a" * 250 + "@b.pt")
@example("a@b.c1")
@example("a@b.local")
@example("a@b.XN--P1AI")
@example("a@xn--a.com")
@example("\u212aa@b.com")
@pytest.mark.slow
def test_quick_path_never_disagrees_with_the_library(text: str) -> None:
    assert ours(text) == library(text)


@pytest.mark.parametrize("reserved", SPECIAL_USE_DOMAIN_NAMES)
def test_reserved_names_are_refused(reserved: str) -> None:
    with pytest.raises(ValueError, match="reserved"):
        check(f"ana@company.{reserved}")


def test_plain_address_does_not_ask_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(address, "_library_key")
    assert address_key("Ana.Silva+web@Mail.Example-1.COM") == "ana.silva+web@mail.example-1.com"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana@Example.com", "ana@EXAMPLE.COM"),
        ("jo\u0061\u0303o@example.com", "JOÃO@example.com"),
        ("a@bücher.de", "A@xn--bcher-kva.de"),
        ("a@BÜCHER.de", "a@bu\u0308cher。DE"),
    ],
)
def test_spellings_of_one_address_have_one_key(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)
    check(one)


def test_different_addresses_have_different_keys() -> None:
    assert len({address_key(f"{local}@x.pt") for local in ("joao", "joão", "jo.ao", "joao+1")}) == 4


@settings(max_examples=300, deadline=None)
@given(ADDRESSES)
def test_key_of_a_key_is_itself(text: str) -> None:
    key = ours(text)
    if key is not None and len(key.encode()) <= 254:
        assert address_key(key) == key


@settings(max_examples=500, deadline=None)
@given(ADDRESSES)
def test_reason_is_short_and_does_not_echo(text: str) -> None:
    assume(ours(text) is None)
    with pytest.raises(ValueError, match=r"\A[a-z][A-Za-z0-9 ,.()@'\"-]{9,139}\Z"):
        check(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "an e-mail address must have an @-sign"),
        ("ana silva@x.pt", "the e-mail address contains invalid characters before the @-sign"),
        ("ana@localhost", "the part after the @-sign is not valid. It should have a period"),
        ("a" * 300 + "@x.pt", "it is longer than 254 characters"),
    ],
)
def test_reasons(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as caught:
        check(text)
    assert str(caught.value) == reason


@settings(max_examples=500, deadline=None)
@given(ADDRESSES | st.text(st.characters(), max_size=300))
def test_lookup_key_takes_any_text(text: str) -> None:
    key = lookup_key(text)
    assert lookup_key(f" {text}\n") == key
    assert key == (ours(text.strip()) or key)
    assert "\0" not in key
    key.encode()


def test_lookup_key_of_what_is_no_address_ignores_case_and_form() -> None:
    assert lookup_key(" A\u0301NA ") == lookup_key("\u00e1na") == "\u00e1na"
    assert lookup_key("\0\ud800") == "??"


@pytest.mark.parametrize(
    "part", ["a", "@", "a.", '"', "a@b.", "\u0301\u0327", "\u0661", "\0", " ", "a-", "<"]
)
def test_lookup_key_is_quick_for_a_mebibyte(part: str) -> None:
    text = part * (2**20 // len(part))
    begin = thread_time()
    keys = [lookup_key(text), lookup_key("a@" + text), lookup_key(text + "@b.pt")]
    assert thread_time() - begin < 5  # of the processor; it takes 0.05
    assert max(map(len, keys)) < 1000
