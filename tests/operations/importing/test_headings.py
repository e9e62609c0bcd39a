"""What headings mean: those of real exports, in English and in Portuguese, and those that must mean nothing."""

import pytest

from closum.operations.importing.headings import meaning
from closum.operations.importing.mapping import is_known

MEANT = {
    "name": """Name | NOME | Nome completo | full_name | Full Name | Display Name | your-name | Person - Name | Pessoa - Nome
        | Nome do contacto | Qual é o seu nome? | What's your name? | Name: | Nome * | O seu nome | Contact Name""",
    "first_name": """First Name | firstName | FIRSTNAME | Given Name | Name (First) | Nome próprio | Primeiro nome | FNAME
        | Nome (Primeiro) | Person - First name | Pessoa - Primeiro nome | Nome (Próprio)""",
    "middle_name": "Middle Name | Additional Name | Segundo nome | Nome do meio | Name (Middle)",
    "last_name": """Last Name | Family Name | Surname | LASTNAME | Apelido | Apelidos | Sobrenome | Último nome | Name (Last)
        | Nome (Último) | Pessoa - Sobrenome | Nome (Apelido) | Nome de família""",
    "email": """Email | E-mail | E-Mail | EMAIL | Email Address | E-mail Address | E-mail 2 Address | E-mail 1 - Value | Mail
        | E-mail 1 – Valor | Correio eletrónico | Correio Electrónico | Endereço de e-mail | your-email | email-321
        | Endereço de correio eletrónico 2 | Work email | Person - Email - Work | Pessoa - E-mail - Trabalho | email_address
        | Additional email addresses | Secondary Email | What's your email address? | Qual o seu melhor e-mail? | Email (2) | Email (Enter Email)""",
    "phone": """Phone | Phone Number | phone_number | Mobile | Mobile Phone Number | Telemóvel | Celular | Telefone | Contacto
        | Phone 1 - Value | Telefone 1 – Valor | Person - Phone - Mobile | Pessoa - Telefone - Celular | WhatsApp | SMS
        | your-tel | tel-846 | Home Phone 2 | Business Phone | Primary Phone | Telefone (Emprego) | Telefone 2 (Emprego)
        | N.º de telemóvel | Nº de telefone | Número de telefone | Telefone residencial | Telefone comercial 2 | Other Phone
        | WhatsApp Phone Number | LANDLINE_NUMBER | Cell Phone | Telefone fixo | Outro telefone""",
    "city": """City | Cidade | Concelho | Município | Localidade | your-city | Address 1 - City | Home City | Mailing City
        | Business City | Address (City) | Morada (Localidade) | Cidade (Emprego) | ADR City | Endereço 1 – Cidade | Pessoa - Cidade""",
    "country": "Country | País | country_code",
}
UNKNOWN = """Email Opt Out | E-mail 1 - Label | E-mail 1 - Type | Home Fax | Fax | Email Status | EMAIL_BLACKLISTED | Company
    | Phone 1 - Label | Organization Name | Name Prefix | Name Suffix | Nickname | File As | Phonetic First Name | Notes | Birthday
    | Nome da empresa | Nome a apresentar do correio eletrónico | E-mail Display Name | Country/Region | Address 1 - Country
    | Home Country | Address | Contact owner | Lead Status | Lead Owner | Person - Organization | Pager | Tipo de telefone
    | Assistant's Phone | Telex | Username | User IP | your-message | Valor (€) | Record ID | Deal name | | ? | 1 | 912345678
    | ADR Country | TEL FAX | N Prefix | Marketing emails | Outro Fax | Fax (Emprego) | Name (2) | Labels | Address 1 - Street"""


def cut(text: str) -> list[str]:
    return [heading.strip() for heading in text.split("|")]


@pytest.mark.parametrize(
    ("target", "heading"), [(to, one) for to, text in MEANT.items() for one in cut(text)]
)
def test_a_heading_means_a_property(target: str, heading: str) -> None:
    found = meaning(heading)
    assert found is not None
    assert found.to == target
    assert is_known(heading)


@pytest.mark.parametrize("heading", [*cut(UNKNOWN), "Email " * 40])
def test_other_headings_are_custom_data(heading: str) -> None:
    assert meaning(heading) is None
    assert not is_known(heading)
