"""Forms of records: what they take, every fault at once, and nothing lost or written over."""

import html
import re

import pytest

from tests.support.clerk import Clerk, hidden, text_of
from tests.support.client import Client

AS_IT_IS = (
    '{ "a" : "x", "b":1.50 ,"\\u00e9":{"z": [1, 2]},"":null,"d":"2026-01-02","t":true,"m":"one\\r\\ntwo"}'
)


def rows(*some: tuple[str, str, str, str]) -> dict[str, str | list[str]]:
    """The fields of rows of additional data: name, value, kind, and what it was."""
    fields: dict[str, str | list[str]] = {
        "custom_data.rows": str(len(some)),
        "custom_data.row": [str(place) for place in range(len(some))],
    }
    for place, row in enumerate(some):
        for part, value in zip(("name", "value", "kind", "was"), row, strict=True):
            fields[f"custom_data.{place}.{part}"] = value
    return fields


def filled(page: str) -> dict[str, str | list[str]]:
    """What a browser sends of a form that nobody has touched."""
    form = page[page.index('<form class="stack form"') : page.index('class="actions"')]
    found: dict[str, str | list[str]] = {}

    def add(name: str, value: str) -> None:
        if name == "custom_data.row":
            found[name] = [*found.get(name, []), value]
        else:
            found[name] = value

    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "_token":
            add(name[1], html.unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        add(name, html.unescape(text).replace("\n", "\r\n"))
    for tag, inner in re.findall(r"<select([^>]*)>(.*?)</select>", form, re.DOTALL):
        name = re.search(r'name="([^"]+)"', tag)
        chosen = re.search(r'value="([^"]*)" selected', inner) or re.search(r'value="([^"]*)"', inner)
        if name and chosen:
            add(name[1], html.unescape(chosen[1]))
    return found


def data_of(owner: Clerk, lead: int) -> str:
    """The additional data of a lead as JSON, as its page shows it."""
    page = owner.page(f"/leads/{lead}/data")
    return html.unescape(re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[0])


def with_data(owner: Clerk, text: str) -> int:
    lead = owner.made("/leads", {"name": "Ana"})
    tag = hidden(owner.page(f"/leads/{lead}/data"))["tag"]
    owner.fill(f"/leads/{lead}/data", {"property": "custom_data", "text": text, "tag": tag})
    return lead


def test_all_faults_come_at_once_and_nothing_typed_is_lost(owner: Clerk) -> None:
    budget = rows(("Budget", "about 15", "number", ""))
    fields = {"name": "Ana", "email.email": "ana@", "phone.number": "1", "phone.extension": "x", **budget}
    shown = owner.fill("/leads", fields, 422).text
    text = text_of(shown)
    assert "3 fields to correct" in text
    assert "There is something missing after the @. Write the whole address, such as ana@example.pt." in text
    assert "Write a number, such as 15000.5, or choose the kind “text”." in text
    assert "Write the code of a country" in text
    for name in ("email.email", "custom_data.0.value", "phone.extension"):
        assert f'href="#{name}"' in shown
        assert f'aria-describedby="{name}-said"' in shown
    assert 'value="about 15"' in shown
    assert 'value="ana@"' in shown


def test_faults_are_told_in_the_language_of_the_reader(owner: Clerk) -> None:
    owner.headers["accept-language"] = "pt"
    assert "Falta algo depois de @." in owner.fill("/leads", {"email.email": "ana@"}, 422).text
    assert "Preencha pelo menos um: nome, email ou telefone." in text_of(owner.fill("/leads", {}, 422).text)


@pytest.mark.parametrize("name", ["name", "source", "email.email", "phone.number", "custom_data.0.value"])
def test_what_no_database_takes_is_told_beside_its_field_and_the_rest_stays(owner: Clerk, name: str) -> None:
    fields = {
        "name": "Ana",
        "source": "fair",
        "email.email": "ana@example.pt",
        **rows(("Shoe", "38", "text", "")),
    }
    sent = {**fields, "phone.extension": "00351", "phone.number": "912345678", name: "a\0b"}
    shown = owner.fill("/leads", sent, 422).text
    assert f'aria-describedby="{name}-said"' in shown
    assert "nobody can type" in text_of(shown)
    kept = filled(shown)
    assert {key: kept[key] for key in sent if key != "once"} == {**sent, name: "a\ufffdb"}
    owner.fill("/leads", {**kept, name: fields.get(name, "912345678")})


def test_a_note_with_what_no_database_takes_is_shown_again(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    shown = owner.fill("/notes", {"lead_id": str(lead), "text": "Rings\0 back"}, 422).text
    assert "Rings\ufffd back</textarea>" in shown
    assert 'aria-describedby="text-said"' in shown
    sent = {"property": "custom_data", "text": '{"a": "\0"}', "tag": ""}
    assert '{"a": "\ufffd"}' in html.unescape(owner.fill(f"/leads/{lead}/data", sent, 422).text)


def test_a_notice_is_told_beside_faults_and_stops_nothing(owner: Clerk) -> None:
    phone = {"name": "Ana", "phone.extension": "00351", "phone.number": "935 000 41"}
    shown = owner.fill("/leads", {**phone, "email.email": "ana@"}, 422).text
    assert "Portugal: numbers have 9 digits; this one has 8." in text_of(shown)
    assert owner.made("/leads", phone)


def test_a_form_names_leads_that_look_like_the_new_one(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana Reis", "email.email": "ana@example.pt"})
    shown = owner.fill("/leads", {"name": "ana reis", "phone.extension": "x", "phone.number": "9"}, 422).text
    assert f'href="/leads/{lead}"' in shown


def test_a_number_with_a_plus_sets_its_country(owner: Clerk) -> None:
    fields = {"phone.extension": "00351", "phone.number": "+34 612 345 678"}
    lead = owner.made("/leads", fields)
    assert "Spain" in text_of(owner.page(f"/leads/{lead}"))
    first = re.search(
        r'<select[^>]*name="phone.extension"[^>]*><option value="([^"]*)"', owner.page("/leads/new")
    )
    assert first
    assert first[1] == "0034"


def test_a_form_that_is_sent_twice_makes_one_record(owner: Clerk) -> None:
    fields = {"name": "Ana", "once": hidden(owner.page("/leads/new"))["once"]}
    first, again = (owner.fill("/leads", fields).headers["location"] for _ in range(2))
    assert first == again
    other = owner.fill("/leads", {**fields, "name": "Bea"}, 422)
    assert "saved already" in text_of(other.text)
    assert hidden(other.text)["once"] != fields["once"]
    owner.page("/leads/2", 404)


def test_a_form_that_nobody_touches_changes_nothing(owner: Clerk) -> None:
    lead = with_data(owner, AS_IT_IS)
    changes = {"email.email": "ana@example.pt", "phone.extension": "+351", "phone.number": "912 345 678"}
    owner.fill(f"/leads/{lead}", changes)
    before = owner.page(f"/leads/{lead}/history").count("<li>")
    owner.fill(f"/leads/{lead}", filled(owner.page(f"/leads/{lead}/edit")))
    assert owner.page(f"/leads/{lead}/history").count("<li>") == before
    assert data_of(owner, lead) == AS_IT_IS


def test_what_nobody_touches_in_additional_data_keeps_its_spelling(owner: Clerk) -> None:
    lead = with_data(owner, AS_IT_IS)
    fields = filled(owner.page(f"/leads/{lead}/edit"))
    fields["custom_data.0.value"] = "y"
    owner.fill(f"/leads/{lead}", fields)
    kept = '"b":1.50,"\\u00e9":{"z": [1, 2]},"":null,"d":"2026-01-02","t":true,"m":"one\\r\\ntwo"}'
    assert data_of(owner, lead) == f'{{"a":"y",{kept}'


def test_rows_are_added_and_removed_without_scripts(owner: Clerk) -> None:
    fields = rows(("a", "1", "text", ""), ("b", "2", "text", ""))
    more = owner.fill("/leads", {"name": "Ana", **fields, "add": "custom_data"}, 200).text
    assert more.count('name="custom_data.row"') == 3
    fewer = owner.fill("/leads", {"name": "Ana", **fields, "drop": "custom_data.0"}, 200).text
    assert fewer.count('name="custom_data.row"') == 1
    assert 'value="b"' in fewer
    owner.page("/leads/1", 404)


@pytest.mark.parametrize(
    ("row", "stored"),
    [
        (("n", "15000", "number", ""), '{"n":15000}'),
        (("n", "1.50", "number", ""), '{"n":1.50}'),
        (("y", "true", "flag", ""), '{"y":true}'),
        (("d", "2026-12-02", "date", ""), '{"d":"2026-12-02"}'),
        (("t", "15000", "text", ""), '{"t":"15000"}'),
    ],
)
def test_a_row_is_stored_by_its_kind(owner: Clerk, row: tuple[str, str, str, str], stored: str) -> None:
    assert data_of(owner, owner.made("/leads", {"name": "Ana", **rows(row)})) == stored


@pytest.mark.parametrize(
    ("some", "told"),
    [
        ([("d", "2026-13-02", "date", "")], "Write a day"),
        ([("y", "perhaps", "flag", "")], "Choose yes or no"),
        ([("", "x", "text", "")], "Write a name for it."),
        ([("a", "1", "text", ""), ("a", "2", "text", "")], "This name is there twice."),
        ([("j", "{", "json", "")], "Write it as JSON on its own page."),
    ],
)
def test_a_row_that_cannot_be_stored_says_why(
    owner: Clerk, some: list[tuple[str, str, str, str]], told: str
) -> None:
    assert told in text_of(owner.fill("/leads", {"name": "Ana", **rows(*some)}, 422).text)


def test_a_document_that_is_no_json_stays_as_it_was(owner: Clerk) -> None:
    lead = with_data(owner, '{"a":1}')
    tag = hidden(owner.page(f"/leads/{lead}/data"))["tag"]
    sent = {"property": "custom_data", "text": '{"a":1,"a":2}', "tag": tag}
    shown = owner.fill(f"/leads/{lead}/data", sent, 422).text
    assert text_of(shown).count("the same name is there twice") == 1
    assert '<a href="#text">As JSON</a>' in shown
    assert 'aria-describedby="text-said"' in shown
    assert data_of(owner, lead) == '{"a":1}'


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("member", "Somebody else changed this while you were writing."),
        ("owner", "You changed this in another window while you were writing here."),
    ],
)
def test_a_document_that_was_changed_meanwhile_is_shown_beside_ones_own(
    owner: Clerk, member: Clerk, who: str, said: str
) -> None:
    lead = with_data(owner, '{"a":1}')
    tag = hidden(owner.page(f"/leads/{lead}/data"))["tag"]
    mine = {"property": "custom_data", "text": '{"a":"mine"}', "tag": tag}
    other = {"owner": owner, "member": member}[who]
    other.fill(f"/leads/{lead}/data", {**mine, "text": '{"a":"theirs"}'})
    shown = owner.fill(f"/leads/{lead}/data", mine, 409).text
    told = html.unescape(text_of(shown))
    assert said in told
    assert "to correct" not in told
    assert 'as it is now {"a":"theirs"}' in told
    assert data_of(owner, lead) == '{"a":"theirs"}'
    owner.fill(f"/leads/{lead}/data", {**mine, "tag": hidden(shown)["tag"]})
    assert data_of(owner, lead) == '{"a":"mine"}'


def test_two_people_who_change_one_property_choose(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana", "source": "fair"})
    mine = filled(owner.page(f"/leads/{lead}/edit")) | {"name": "Ana Mine"}
    owner.fill(f"/leads/{lead}", {"name": "Ana Theirs"})
    asked = owner.fill(f"/leads/{lead}", mine, 409).text
    assert "Ana Theirs as it is now" in text_of(asked)
    assert "Ana Mine what you wrote" in text_of(asked)
    kept = {**mine, **hidden(asked)}
    again = owner.fill(f"/leads/{lead}", kept, 422).text
    assert 'id="choose.name-said"' in again
    assert "Choose one of the two." in again
    assert "Ana Theirs" in owner.page(f"/leads/{lead}")
    owner.fill(f"/leads/{lead}", {**kept, "choose.name": "theirs"})
    assert "Ana Theirs" in owner.page(f"/leads/{lead}")
    owner.fill(f"/leads/{lead}", {**kept, "choose.name": "mine"})
    assert "Ana Mine" in owner.page(f"/leads/{lead}")


def test_two_people_who_change_two_properties_keep_both(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    mine = filled(owner.page(f"/leads/{lead}/edit")) | {"name": "Ana Mine"}
    owner.fill(f"/leads/{lead}", {"source": "theirs"})
    owner.fill(f"/leads/{lead}", mine)
    shown = text_of(owner.page(f"/leads/{lead}"))
    assert "Ana Mine" in shown
    assert "theirs" in shown


def test_a_stage_that_a_colleague_has_set_meanwhile_is_shown_beside_ones_own(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    seen = {**hidden(owner.page(f"/leads/{lead}")), "owner_id": ""}
    owner.fill(f"/leads/{lead}", {"contact_lifecycle_stage_id": "4", "owner_id": str(owner.user_id)})
    path = f"/leads/{lead}"
    asked = owner.fill(path, {**seen, "contact_lifecycle_stage_id": "3"}, 409).text
    names = {*re.findall(r'type="radio" name="([^"]+)"', asked)}
    assert names == {"choose.contact_lifecycle_stage_id"}
    assert_stage(owner, lead, "4")
    owner.fill(path, {**hidden(asked), "choose.contact_lifecycle_stage_id": "mine"})
    assert_stage(owner, lead, "3")
    assert filled(owner.page(f"{path}/edit"))["owner_id"] == str(owner.user_id)  # nobody touched it


def assert_stage(owner: Clerk, lead: int, stage: str) -> None:
    assert filled(owner.page(f"/leads/{lead}/edit"))["contact_lifecycle_stage_id"] == stage


def test_a_small_form_with_a_fault_is_shown_whole_and_sends_the_rest_as_it_is(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana", "source": "fair"})
    fields = {"contact_lifecycle_stage_id": "3", "owner_id": "999999"}
    shown = owner.fill(f"/leads/{lead}", {**hidden(owner.page(f"/leads/{lead}")), **fields}, 422).text
    assert 'href="#owner_id"' in shown
    owner.fill(f"/leads/{lead}", {"source": "shop"})
    owner.fill(f"/leads/{lead}", {**filled(shown), "owner_id": ""})
    assert_stage(owner, lead, "3")
    assert filled(owner.page(f"/leads/{lead}/edit"))["source"] == "shop"


def test_what_was_typed_for_a_lead_that_has_gone_is_shown_and_saved_once_it_is_back(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana", "source": "fair"})
    path = f"/leads/{lead}"
    typed = filled(owner.page(f"{path}/edit")) | {"name": "Ana <b>Reis"} | rows(("Shoe", "38", "number", ""))
    owner.fill(f"{path}/delete")
    gone = owner.fill(path, typed, 404).text
    shown = text_of(gone).partition("What you typed")[2]
    assert html.unescape(shown).split() == ["Name", "Ana", "<b>Reis", "Additional", "data", "Shoe:", "38"]
    answer = owner.fill("/bin/restore", hidden(gone), 200).text
    again = owner.form(path, sent_by(answer)).text
    assert 'value="Ana &lt;b&gt;Reis"' in again
    assert "Ana <b>Reis" not in html.unescape(owner.page(path))  # nothing is saved yet
    owner.fill(path, filled(again))
    assert "Ana <b>Reis" in html.unescape(owner.page(path))


def sent_by(page: str) -> list[tuple[str, str]]:
    """The hidden fields of a page as they are sent, without its token."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return [(name, html.unescape(value)) for name, value in found if name != "_token"]


def test_what_was_typed_as_json_for_a_lead_that_has_gone_is_shown(owner: Clerk, reader: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}/delete")
    sent = {"property": "custom_data", "text": '{"a": "<i>"}'}
    gone = html.unescape(owner.fill(f"/leads/{lead}/data", sent, 404).text)
    assert 'Additional data</dt><dd><span class="lines">{"a": "<i>"}' in gone
    assert 'action="/bin/restore"' in owner.page(f"/leads/{lead}", 404)
    assert 'action="/bin/restore"' not in reader.page(f"/leads/{lead}", 404)
    assert 'action="/bin/restore"' not in owner.page(f"/leads/{lead + 1}", 404)


def test_a_form_goes_back_to_a_page_of_this_server_alone(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    for back, target in (
        ("/leads?q=ana", "/leads?q=ana"),
        ("//evil.example", f"/leads/{lead}"),
        ("https://e", f"/leads/{lead}"),
    ):
        sent = owner.fill(f"/leads/{lead}", {"name": f"Ana {back}", "back": back})
        assert sent.headers["location"] == target


def test_a_new_form_takes_what_its_address_says(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    assert 'value="Bea"' in owner.page("/leads/new?name=Bea")
    shown = owner.page(f"/notes/new?lead_id={lead}&back=/leads/{lead}")
    assert hidden(shown)["lead_id"] == str(lead)
    assert hidden(shown)["back"] == f"/leads/{lead}"


def test_a_time_is_on_the_clocks_of_the_account(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    of_lead = {"lead_id": str(lead), "text": "Call"}
    task = owner.made("/tasks", {**of_lead, "due.day": "2026-07-01", "due.time": "17:30"})
    shown = owner.page(f"/tasks/{task}/edit")
    assert 'name="due.day" value="2026-07-01"' in shown
    assert 'name="due.time" value="17:30"' in shown
    assert "Write a day" in text_of(
        owner.fill("/tasks", {**of_lead, "due.day": "", "due.time": "17:30"}, 422).text
    )


def test_users_of_a_rule_are_ticked(owner: Clerk, member: Clerk) -> None:
    users = [str(owner.user_id), str(member.user_id)]
    rule = owner.made("/assignment-rules", {"position": "1", "user_ids": ["", *users], "enabled": "1"})
    shown = owner.page(f"/assignment-rules/{rule}/edit")
    assert all(f'name="user_ids" value="{one}" checked' in shown for one in users)
    owner.fill(f"/assignment-rules/{rule}", {**filled(shown), "user_ids": ["", users[1]]})
    shown = owner.page(f"/assignment-rules/{rule}/edit")
    assert f'name="user_ids" value="{users[0]}" checked' not in shown
    assert f'name="user_ids" value="{users[1]}" checked' in shown


def test_a_rule_without_users_is_refused_beside_them(owner: Clerk, api: Client) -> None:
    """It would do nothing, whatever it holds for."""
    empty = {"position": "1", "user_ids": "", "enabled": "1"}
    for more in ({}, {"city_id": "213", "source": "Fair"}):
        answer = owner.fill("/assignment-rules", {**empty, **more}, 422)
        assert re.findall(r'<li><a href="#(\w+)"', answer.text) == ["user_ids"]
        told = answer.text.partition('id="user_ids-said"')[2].partition("</p>")[0]
        assert "Choose at least one user: a rule without users does nothing." in told
    assert api.data("GET", "/api/assignment-rule") == []
    users = {"user_ids": ["", str(owner.user_id)]}
    rule = owner.made("/assignment-rules", {**empty, **users})
    shown = filled(owner.page(f"/assignment-rules/{rule}/edit"))
    owner.fill(f"/assignment-rules/{rule}", {**shown, "user_ids": ""}, 422)
    assert api.data("GET", f"/api/assignment-rule/{rule}?fields=user_ids") == {"user_ids": [owner.user_id]}
