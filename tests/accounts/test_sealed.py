"""Texts that a browser keeps for a session, and can neither read nor change."""

import base64

import pytest

from closum.accounts.sealed import seal, unseal

KEY, SESSION = b"a key of tests, long enough", "x" * 43

each = pytest.mark.parametrize


@each("text", ["", "a", "Ação ✓", "x" * 3_000])
def test_the_session_opens_what_was_sealed_for_it(text: str) -> None:
    assert unseal(KEY, SESSION, seal(KEY, SESSION, text)) == text


def test_nothing_else_does() -> None:
    sealed = seal(KEY, SESSION, "a secret")
    assert unseal(KEY, "y" * 43, sealed) is None
    assert unseal(b"another key of tests", SESSION, sealed) is None


def test_a_changed_text_is_none_at_each_of_its_bytes() -> None:
    given = base64.urlsafe_b64decode(seal(KEY, SESSION, "a secret"))
    for place in range(len(given)):
        other = given[:place] + bytes([given[place] ^ 1]) + given[place + 1 :]
        assert unseal(KEY, SESSION, base64.urlsafe_b64encode(other).decode()) is None
        assert unseal(KEY, SESSION, base64.urlsafe_b64encode(given[:place]).decode()) is None


@each("text", ["", "x", "====", "é", "a b", "\ud800"])
def test_what_was_never_sealed_is_none(text: str) -> None:
    assert unseal(KEY, SESSION, text) is None


def test_two_are_never_the_same_and_tell_nothing_of_the_text() -> None:
    texts = {seal(KEY, SESSION, "a secret") for _ in range(20)}
    assert len(texts) == 20
    assert not any(b"secret" in base64.urlsafe_b64decode(one) for one in texts)
