"""What a script is answered with for a number that is typed: the calling codes, of which the number's own is chosen."""

import pytest

from closum.web.forms import TOKEN
from tests.support.clerk import Clerk, hidden

PATH = "/phones/calling-code"


def chosen(clerk: Clerk, number: str, of: str = "phone.") -> str:
    """The option that is chosen, "" where nothing is answered."""
    token = hidden(clerk.page("/leads/new"))["_token"]
    data = {TOKEN: token, f"{of}extension": "00351", f"{of}number": number}
    answer = clerk.post(PATH, data=data, headers={"HX-Request": "true"})
    assert (answer.status_code == 204) is (answer.text == "")
    return answer.text.partition("</option>")[0]


@pytest.mark.parametrize("of", ["", "phone."])
def test_a_number_says_its_code(owner: Clerk, of: str) -> None:
    assert chosen(owner, " +44 7700 900882", of) == '<option value="0044" selected>United Kingdom +44'
    assert chosen(owner, "0034 612 345 678", of) == '<option value="0034" selected>Spain +34'


@pytest.mark.parametrize("number", ["", "+", "+4", "912 345 678", "+351 912 345 678", "<b>", "+999 1"])
def test_any_other_number_leaves_it(owner: Clerk, number: str) -> None:
    assert chosen(owner, number) == ""


def test_who_may_write_no_number_is_not_answered(reader: Clerk) -> None:
    assert "option" not in reader.fill(PATH, {"extension": "00351", "number": "+44 7700"}, 403).text
