"""A form that changes nothing says so, whichever form it is."""

import re
from html import unescape

import pytest

from tests.support.clerk import Clerk, hidden, text_of
from tests.support.client import Client

SAME = {
    "en": "Nothing was changed: it was like that already.",
    "pt": "Nada foi alterado: já estava assim.",
}
LEAD = {"name": "Ana", "email.email": "ana@example.com"}


@pytest.fixture
def lead(owner: Clerk) -> int:
    made = owner.made("/leads", LEAD)
    owner.fill("/notes", {"lead_id": str(made), "kind": "note", "text": "Called", "back": "/leads"})
    owner.made("/audience-lists", {"name": "Fair"})
    owner.page("/leads")
    return made


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/leads/1", {"name": "Ana"}),
        ("/notes/1", {"text": "Called"}),
        ("/emails/1", {"email": "ana@example.com"}),
        ("/audience-lists/1", {"name": "Fair"}),
    ],
)
@pytest.mark.usefixtures("lead")
def test_the_form_of_a_record_saved_as_it_is(
    owner: Clerk, path: str, fields: dict[str, str], language: str
) -> None:
    owner.headers["accept-language"] = language
    where = owner.fill(path, {**hidden(owner.page(f"{path}/edit")), **fields}).headers["location"]
    assert SAME[language] in text_of(owner.page(where))
    assert SAME[language] not in text_of(owner.page(where))


def test_additional_data_and_a_form_of_the_settings_and_a_view(owner: Clerk, lead: int, api: Client) -> None:
    api.data("PATCH", f"/api/lead/{lead}", {"custom_data": {"budget": 1}})
    form = owner.page(f"/leads/{lead}/data")
    (text,) = re.findall(r"<textarea[^>]*>\n([^<]*)<", form)
    sent = {**hidden(form), "text": unescape(text)}
    where = owner.fill(f"/leads/{lead}/data", sent).headers["location"]
    assert SAME["en"] in text_of(owner.page(where))
    number = api.new("contact_lifecycle_stage", {"label": "Visit"})
    path = f"/settings/stages/{number}"
    owner.fill(path, {"label": "Visit", "do": "save"})
    assert SAME["en"] in text_of(owner.page("/settings/stages"))
    owner.fill("/leads/views", {"name": "Mine", "query": "q=a"})
    (view,) = re.findall(r'action="(/leads/views/\d+)"', owner.page("/leads/views"))[:1]
    owner.fill(view, {"name": "Mine"})
    assert SAME["en"] in text_of(owner.page("/leads/views"))
    owner.fill(view, {"name": "Ours"})
    assert SAME["en"] not in text_of(owner.page("/leads/views"))
