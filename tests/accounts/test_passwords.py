"""Passwords: Argon2id, as OWASP has it, and the same work for nobody's password."""

import dataclasses

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
