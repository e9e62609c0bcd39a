"""Whom an e-mail address or a number names."""

import pytest

from closum.errors import Refusal
from closum.operations import subjects
from closum.resources.email import EMAIL
from closum.resources.phone import PHONE


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "?",
        "+",
        "00",
        "+351",
        "00351",
        "(+351)",
        "+351 -",
        "+351 12",
        "+ 351",
        "+999 912 345 678",
        "912",
        "912 345 678",
        "sem telefone",
        "+351 sem telefone",
        "Ana Silva",
        "%",
    ],
)
def test_what_is_no_number_and_no_address_is_refused(text: str) -> None:
    with pytest.raises(
        Refusal, match=r"is neither an e-mail address nor a number .*ana@example\.com, \+351 912 345 678"
    ):
        subjects.read(text)


@pytest.mark.parametrize("text", ["@", "ana@", "@example.com", "ana@@example.com", "ana silva@example.com"])
def test_what_is_nearly_an_address_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match=r"is not an e-mail address \(.+\): write it as ana@example\.com"):
        subjects.read(text)


@pytest.mark.parametrize(
    "text",
    [
        "+351912345678",
        "00351 912-345-678",
        "(+351) 912 345 678",
        " +351 912 345 678 ",
        "tel:+351912345678",
        "\uff0b\uff13\uff15\uff11 912345678",
    ],
)
def test_every_spelling_of_a_number_has_its_key(text: str) -> None:
    resource, keys = subjects.read(text)[1:]
    assert (resource, "+351912345678" in keys) == (PHONE, True)


@pytest.mark.parametrize("text", ["912345678", "912 345 678", "+351 912 345 678"])
def test_a_number_without_a_prefix_is_one_of_the_country(text: str) -> None:
    assert "+351912345678" in subjects.read(text, "PT").keys


@pytest.mark.parametrize("text", ["Ana Silva", "12", "%"])
def test_a_country_makes_no_number_of_a_text(text: str) -> None:
    with pytest.raises(Refusal, match="is neither an e-mail address nor a number"):
        subjects.read(text, "PT")


def test_an_address_has_one_key() -> None:
    assert subjects.read(" Ana@Example.COM ") == ("Ana@Example.COM", EMAIL, ("ana@example.com",))
