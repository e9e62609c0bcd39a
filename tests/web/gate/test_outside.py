"""What somebody who is not signed in is told where there is no page for them."""

import pytest

from tests.support.client import Client
from tests.support.pages import texts
from tests.support.visiting import FORM, links

HTML = {"accept": "text/html"}
NOTHING = {
    "en": "There is nothing at this address Check the address, or sign in to reach your leads. Sign in",
    "pt": "Não existe nada neste endereço Verifique o endereço ou inicie sessão para chegar aos seus leads. Iniciar sessão",
}
NOT_TAKEN = {
    "en": "This form was not taken It may be of an older page. Go back and copy what you typed; then reload the page and send it again. Sign in",
    "pt": "Este formulário não foi aceite Pode ser de uma página mais antiga. Volte atrás e copie o que escreveu; depois recarregue a página e envie-o novamente. Iniciar sessão",
}


@pytest.mark.parametrize("language", ["en", "pt"])
def test_an_address_with_nothing_leads_to_the_page_to_sign_in(
    nobody: Client, api: Client, language: str
) -> None:
    headers = {**HTML, "accept-language": language}
    for told, answer in (
        ((404, NOTHING), nobody.get("/nothing-here", headers=headers)),
        ((404, NOTHING), nobody.get("/welcome", headers=headers)),
        ((405, NOT_TAKEN), nobody.post("/settings", headers={**headers, "content-type": FORM})),
        ((403, NOT_TAKEN), nobody.post("/sign-in", headers={**headers, "content-type": FORM})),
    ):
        status, says = told
        assert answer.status_code == status
        assert texts(answer.text).endswith(f" closum {says[language]}")
        (way,) = links(answer.text.partition("<main")[2])
        assert nobody.get(way).headers["location"] == "/sign-in"
