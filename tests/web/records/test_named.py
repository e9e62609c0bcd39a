"""Pages of a record say which record they are of, and which others they are about: what changes with it, and what has its key."""

import re

import pytest

from tests.support.clerk import BEATRIZ, Clerk, hidden, text_of
from tests.support.client import Client

ADDRESS = {"email": "casa@example.pt"}
NUMBER = {"extension": "351", "number": "961000213"}


def family(api: Client, *names: str) -> list[int]:
    """Leads with one address and one number."""
    return [api.new("lead", {"name": name, "email": ADDRESS, "phone": NUMBER}) for name in names]


@pytest.mark.parametrize("path", ["/emails/1", "/phones/1"])
def test_who_edits_what_several_leads_show_sees_them_before_saving(
    owner: Clerk, api: Client, path: str
) -> None:
    leads = family(api, "Ana", "Rui", "Eva <b>")
    for language, told in (
        ("en", "All 3 leads that show it change with it."),
        ("pt", "Todos os 3 leads que o usam mudam com ele."),
    ):
        owner.headers["accept-language"] = language
        form = owner.page(f"{path}/edit")
        assert told in text_of(form)
        assert told in text_of(owner.page(path))
        assert {*leads} == {*map(int, re.findall(r'href="/leads/(\d+)" target="_blank"', form))}
        assert "Eva &lt;b&gt;<" in form
    sent = {"email": "ana@"} if path == "/emails/1" else {"extension": "x", "number": "1"}
    owner.headers["accept-language"] = "en"
    assert "All 3 leads that show it change with it." in text_of(owner.fill(path, sent, 422).text)


def test_whoever_else_shows_it_is_counted_too(owner: Clerk, api: Client) -> None:
    family(api, "Ana")
    one = api.new("unqualified_lead", {"name": "Rui", "email": ADDRESS})
    both = "1 lead shows it and changes with it. 1 unqualified lead shows it and changes with it."
    assert both in text_of(owner.page("/emails/1"))
    form = owner.page("/emails/1/edit")
    assert all(each in text_of(form) for each in both.split(". "))
    assert f'href="/unqualified-leads/{one}" target="_blank"' in form


def test_of_many_leads_there_is_a_list(owner: Clerk, api: Client) -> None:
    family(api, *(f"N{place:02}" for place in range(12)))
    form = owner.page("/emails/1/edit")
    assert "All 12 leads that show it" in text_of(form)
    assert 'href="/leads?filter=email.id%3D1" target="_blank">Show all 12<' in form


def test_what_nothing_shows_changes_alone(owner: Clerk, api: Client) -> None:
    api.new("email", ADDRESS)
    family(api, "Ana")
    assert "with it" in text_of(owner.page("/emails/1/edit"))
    assert "with it" not in text_of(owner.page(f"/emails/{api.new('email', {'email': 'a@b.pt'})}/edit"))
    assert "with it" not in text_of(owner.page("/leads/1/edit"))


def test_an_address_that_another_record_has_leads_to_that(owner: Clerk, api: Client) -> None:
    there = api.new("email", ADDRESS)
    other = api.new("email", {"email": "ana@example.pt"})
    for path in (f"/emails/{other}", "/emails"):
        for language, told in (
            ("en", "Another record has this already: casa@example.pt (in a new tab)"),
            ("pt", "Já existe noutro registo: casa@example.pt (num novo separador)"),
        ):
            owner.headers["accept-language"] = language
            shown = owner.fill(path, {"email": "Casa@Example.PT"}, 422).text
            assert told in text_of(shown)
            assert f'href="/emails/{there}" target="_blank"' in shown


def test_a_number_that_another_record_has_leads_to_that(owner: Clerk, api: Client) -> None:
    there = api.new("phone", NUMBER)
    shown = owner.fill("/phones", {"extension": "00351", "number": "961 000 213"}, 422).text
    assert "Another record has this already: +351 961 000 213" in text_of(shown)
    assert f'href="/phones/{there}" target="_blank"' in shown


SOMEBODY = {
    "en": ("Changed meanwhile: Ana <i>", "Somebody else changed Ana <i> (in a new tab) while"),
    "pt": ("Alterado entretanto: Ana <i>", "Outra pessoa alterou Ana <i> (num novo separador) enq"),
}
ONESELF = {
    "en": ("Changed meanwhile: Ana <i>", "You changed Ana <i> (in a new tab) in another window while"),
    "pt": ("Alterado entretanto: Ana <i>", "Alterou Ana <i> (num novo separador) noutra janela enq"),
}


@pytest.mark.parametrize(("who", "said"), [("member", SOMEBODY), ("owner", ONESELF)])
def test_what_was_changed_meanwhile_is_named_and_linked(
    owner: Clerk, member: Clerk, who: str, said: dict[str, tuple[str, str]]
) -> None:
    """By somebody else, or by oneself in another window."""
    lead = owner.made("/leads", {"name": "Ana <i>", "source": "fair"})
    seen = hidden(owner.page(f"/leads/{lead}/edit"))
    {"owner": owner, "member": member}[who].fill(f"/leads/{lead}", {"source": "shop"})
    for language, told in said.items():
        owner.headers["accept-language"] = language
        shown = owner.fill(f"/leads/{lead}", {**seen, "source": "mine"}, 409).text
        assert f"<h1>{told[0].replace('<i>', '&lt;i&gt;')}</h1>" in shown
        assert told[1] in text_of(shown)
        assert f'href="/leads/{lead}" target="_blank"' in shown


def test_a_rule_stands_once(owner: Clerk) -> None:
    for language, rule in (
        ("en", "Fill in at least one: name, email or phone."),
        ("pt", "Preencha pelo menos um: nome, email ou telefone."),
    ):
        owner.headers["accept-language"] = language
        assert text_of(owner.page("/leads/new")).count(rule) == 1
        shown = owner.fill("/leads", {}, 422).text
        assert text_of(shown).count(rule) == 1
        assert f"<span>{rule}</span>" in shown
        assert 'href="#name"' in shown


def test_pages_below_a_record_lead_back_to_it_by_its_name(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", BEATRIZ)
    fair = api.new("audience_list", {"name": "Fair"})
    api.new("lead_audience_list", {"lead_id": lead, "audience_list_id": fair})
    api.new("consent", {"lead_id": lead, "channel": "email", "state": "given"})
    name = "Beatriz Lobo"
    for path, title in (
        (f"/leads/{lead}/history", name),
        (f"/leads/{lead}/data", name),
        (f"/leads/{lead}/notes", name),
        (f"/leads/{lead}/tasks", name),
        (f"/leads/{lead}/merge", name),
        (f"/audience-lists/{fair}/history", "Fair"),
        ("/emails/1/history", "beatriz@example.pt"),
        ("/phones/1/history", "+351 961 000 213"),
        ("/lead-audience-lists/1/history", f"{name}, Fair"),
    ):
        shown = owner.page(path)
        record = path.rpartition("/")[0]
        assert re.search(
            rf'class="button bare" href="{record}"><svg.*?</svg>{re.escape(title)}</a>', shown
        ), path
        assert f" · {title} · closum</title>" in shown, path
