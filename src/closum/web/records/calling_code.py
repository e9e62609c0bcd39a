"""The country of a number that is typed with its calling code: its form chooses it as soon as it is typed, as saving does."""

from closum.http.answer import Answer
from closum.model import number
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.records import countries

PATH = "/phones/calling-code"
WRITES = "phone:write"


async def shown(page: Page, form: Form) -> Answer:
    """What is in the field of the code then: it is no page. Nothing where the number says no other country."""
    typed = {name.rpartition(".")[2]: text for name, text in form}
    before = typed.get("extension", "")
    code = number.agreeing(before, typed.get("number", "").strip())
    if not code or code == before:
        return Answer(204, b"", [], is_json=False)
    name, more = countries.called(code, page.words), countries.options(page.words)
    return page.show("calling-code.html", code=code, name=name, more=more)
