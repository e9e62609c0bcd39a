import pytest

from closum.model import document


@pytest.mark.parametrize(
    "text",
    ['{"b":1.10,"a":[1E5,-0.0,12345678901234567.5,0.1234567890123456789]}', '["é",null,true,{"":{}}]', "12"],
)
def test_a_value_is_written_as_it_was_read(text: str) -> None:
    assert document.write(document.read(text)) == text


def test_white_space_between_is_not_kept() -> None:
    assert document.write(document.read('{ "b" : [ 1.10 , 2 ],\n "a":"x y" }')) == '{"b":[1.10,2],"a":"x y"}'


@pytest.mark.parametrize("text", ["1e999", "-1e999", '{"a":[1e400]}'])
def test_a_number_that_overflows_is_refused(text: str) -> None:
    with pytest.raises(document.DocumentError, match="too large"):
        document.read(text)
