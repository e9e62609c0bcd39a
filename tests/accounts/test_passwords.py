"""Passwords: Argon2id, as OWASP has it, and the same work for nobody's password."""

import dataclasses
import unicodedata

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from closum.accounts import passwords
from closum.errors import Refusal


def test_a_hash_matches_its_password_alone() -> None:
    stored = passwords.hashed("correct horse")
    assert passwords.matches("correct horse", stored)
    for wrong in ("correct hors", "correct horse ", "Correct horse", "", "correct horse\0", "é" * 3000):
        assert not passwords.matches(wrong, stored)
    assert passwords.hashed("correct horse") != stored  # its own salt


def test_the_parameters_are_at_least_what_owasp_asks_for() -> None:
    parameters = extract_parameters(passwords.hashed("correct horse"))
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2
    assert parameters.salt_len >= 16


@pytest.mark.parametrize("stored", [None, "", "x", "$argon2id$broken", "no password"])
def test_without_a_usable_hash_nothing_matches(stored: str | None) -> None:
    assert not passwords.matches("correct horse", stored)


def test_nobody_costs_what_a_user_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            verified.append(stored)
            return True

    own = passwords.hashed("correct horse")
    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert [passwords.matches("x", stored) for stored in (own, None)] == [True, False]
    one, nobody = (extract_parameters(stored) for stored in verified)
    assert one == dataclasses.replace(nobody, salt_len=one.salt_len)


@pytest.mark.parametrize("password", ["", "1234567", "é" * 7, "x" * 1025, "é" * 513])
def test_what_may_not_be_set(password: str) -> None:
    with pytest.raises(Refusal, match=r"^The password is too (short|long): at (least|most) "):
        passwords.check(password)


@pytest.mark.parametrize("password", ["12345678", "é" * 8, "x" * 1024, "é" * 512])
def test_what_may_be_set(password: str) -> None:
    passwords.check(password)
    assert passwords.matches(password, passwords.hashed(password))


def test_generated_ones_differ_and_are_easy_to_read() -> None:
    made = {passwords.generated() for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == 20 and not set(one) & set("0O1lI") for one in made)


COMPOSED = "caf\u00e9 au lait"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


@pytest.mark.parametrize("as_set", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("as_typed", [COMPOSED, DECOMPOSED])
def test_composed_and_decomposed_are_one_password(as_set: str, as_typed: str) -> None:
    assert passwords.matches(as_typed, passwords.hashed(as_set))


def test_a_hash_from_before_of_another_form_still_works_for_that_form() -> None:
    stored = passwords._hasher.hash(DECOMPOSED)
    assert passwords.matches(DECOMPOSED, stored)
    assert not passwords.matches(f"{DECOMPOSED}!", stored)


def test_compatible_characters_are_not_one_password() -> None:
    assert not passwords.matches("\ufb01sh and chips", passwords.hashed("fish and chips"))  # NFKC would be


@pytest.mark.parametrize(("password", "times"), [(COMPOSED, 1), (DECOMPOSED, 2)])
@pytest.mark.parametrize("known", [True, False])
def test_the_work_depends_on_the_password_that_was_sent_alone(
    monkeypatch: pytest.MonkeyPatch, password: str, times: int, known: bool
) -> None:
    verified: list[str] = []

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            verified.append(password)
            return True

    stored = passwords.hashed("another one") if known else None
    monkeypatch.setattr(passwords, "_hasher", Counting())
    passwords.matches(password, stored)
    assert len(verified) == times


@pytest.mark.parametrize("control", [0x00, 0x01, 0x09, 0x0A, 0x0D, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9F])
def test_a_control_character_may_not_be_set(control: int) -> None:
    with pytest.raises(Refusal, match=rf"^The password has a control character \(U\+{control:04X}\)"):
        passwords.check(f"long enough{chr(control)}and more")


@pytest.mark.parametrize("other", [0x20, 0x7E, 0xA0, 0x200D, 0x2028, 0x1F600])
def test_what_is_no_control_character_may(other: int) -> None:
    passwords.check(f"long enough{chr(other)}and more")


def test_lengths_are_those_of_the_composed_form() -> None:
    with pytest.raises(Refusal, match="too short"):
        passwords.check(unicodedata.normalize("NFD", "\u00e9" * 7))
    passwords.check(unicodedata.normalize("NFD", "\u00e9" * 512))
    with pytest.raises(Refusal, match="too long"):
        passwords.check("\u0958" * 300)  # which NFC takes apart: 900 bytes become 1 800
