"""Faults in the reader's language: every rule has a text, and what its message says comes back."""

import pytest

from closum import errors
from closum.errors import RULES, Faults
from closum.model import address, document
from closum.resources.lead import LEAD
from closum.web.locale import Locale
from closum.web.records.faults import Fault, Teller, flat
from closum.web.views import View
from closum.web.words import LANGUAGES, load

WORDS = load()
VALUES = {
    "ids": "1, 2",
    "status": "422",
    "reason": "it is odd",
    "showing": "Lead 3 shows",
    "them": "it",
    "using": "Lead 3 uses",
    "advice": "delete it",
    "last": "9",
    "into": "4",
    "job": "undo-1",
    "limit": "255 characters",
    "least": "0",
    "most": "10",
    "names": "name, email",
    "zone": "Europe/Lisbon",
    "code": "U+0007",
}


def told(rule: str, message: str, language: str = "en", typed: str = "") -> str:
    words = WORDS[language]
    tell = Teller(words, Locale(language, words, "UTC"), View(LEAD), {"name": typed})
    return tell.text(Fault("name", rule, message))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_a_text(rule: str, language: str) -> None:
    message = RULES[rule].format(**VALUES)
    text = told(rule, message, language)
    assert text
    assert "{" not in text.replace('{"size":42}', "")


@pytest.mark.parametrize("rule", RULES)
def test_what_a_message_says_comes_back(rule: str) -> None:
    found = errors.values(rule, RULES[rule].format(**VALUES))
    assert found == {name: VALUES[name] for name in found}
    assert all(f"{{{name}}}" in RULES[rule] for name in found)
    assert errors.values(rule, "Another message") == {}


@pytest.mark.parametrize(
    ("text", "english", "portuguese"),
    [
        ("ana", "There is no @ in it.", "Falta @."),
        ("ana@", "There is something missing after the @.", "Falta algo depois de @."),
        ("@example.pt", "There is something missing before the @.", "Falta algo antes de @."),
        ("ana@example", "There is no dot behind the @.", "Falta um ponto depois de @."),
        ("ana..b@example.pt", "Two dots", "Há um ponto a seguir a outro"),
        ("a b@example.pt", "There is a space in it.", "Tem um espaço."),
        ("ana@@example.com", "There is more than one @ in it.", "Tem mais do que um @."),
        ("ana@example.com;rui@example.pt", "There is more than one @ in it.", "Tem mais do que um @."),
        ("ana;@example.pt", "There is “;” where it cannot be.", "Tem «;» onde não pode estar."),
        ("ana@exa_mple.pt", "There is “_” where it cannot be.", "Tem «_» onde não pode estar."),
        ("ana\u200b@example.pt", "There is an invisible character in it.", "Tem um carácter invisível."),
        (f"{'a' * 300}@example.pt", "It is too long.", "É demasiado longo."),
        ("ana@example.test", "Nobody has an address with this ending.", "Ninguém tem um endereço"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(text: str, english: str, portuguese: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        address.check(text)
    message = RULES["_email"].format(reason=caught.value)
    assert told("_email", message, "en", text).startswith(english)
    assert told("_email", message, "pt", text).startswith(portuguese)
    assert "{" not in told("_email", message)


@pytest.mark.parametrize(
    ("text", "told_of"),
    [
        ('{"a":1,"a":2}', "the same name is there twice"),
        ("[" * 40 + "]" * 40, "it is nested too deep"),
        ('{"a":}', "line 1, column 6 is not right"),
        ('{"a":1e999}', "a number is too large"),
        ('"\\ud800"', "a text has a character that cannot be kept"),
    ],
)
def test_what_is_wrong_with_json_is_told(text: str, told_of: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        document.read(text)
    assert told_of in told("_json", RULES["_json"].format(reason=caught.value))


def test_limits_and_names_are_in_the_words_of_the_reader() -> None:
    assert told("_maxLength", RULES["_maxLength"].format(limit="65536 bytes"), "pt").endswith(
        "65\N{NO-BREAK SPACE}536 bytes."
    )
    assert (
        told("_atLeastOne", RULES["_atLeastOne"].format(names="name, email"), "pt")
        == "Preencha pelo menos um: nome ou email."
    )


def test_faults_have_the_names_of_inputs() -> None:
    faults: Faults = {"name": {"_empty": "x"}, "email": {"email": {"_email": "y", "_maxLength": "z"}}}
    assert [one.name for one in flat(faults)] == ["name", "email.email", "email.email"]
