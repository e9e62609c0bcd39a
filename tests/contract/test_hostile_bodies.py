"""Requests that are broken on purpose: refused in the envelope, never a 5xx, nothing stored."""

import gzip
import json
from typing import Any

import pytest

from tests.support.answers import Answer, check_headers, failure
from tests.support.client import Client
from tests.support.server import Server
from tests.support.wire import request, send

JSON_TYPE, FORM_TYPE = "application/json", "application/x-www-form-urlencoded"
MIB = 1024 * 1024

each = pytest.mark.parametrize


def nested(depth: int) -> bytes:
    """An object with this many levels in all."""
    return b'{"name":"A","custom_data":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def with_keys(count: int) -> bytes:
    return json.dumps({"name": "A"} | {f"k{number}": 1 for number in range(count - 1)}).encode()


NOT_JSON = {
    "nothing": b"",
    "white space": b" \r\n\t",
    "an end too soon": b'{"name":"A"',
    "an open string": b'{"name":"A',
    "a comma too many": b'{"name":"A",}',
    "single quotes": b"{'name':'A'}",
    "a bare word": b"name",
    "a comment": b'{"name":"A"} // x',
    "two documents": b'{"name":"A"}{"name":"B"}',
    "a form": b"name=A",
    "NaN": b'{"name":"A","city_id":NaN}',
    "Infinity": b'{"name":"A","city_id":Infinity}',
    "-Infinity": b'{"name":"A","custom_data":{"x":-Infinity}}',
    "a number with a zero before": b'{"name":"A","city_id":01}',
    "a number with a plus": b'{"name":"A","city_id":+1}',
    "a control character": b'{"name":"A\nB"}',
    "NUL as a byte": b'{"name":"A\x00B"}',
    "a bad escape": b'{"name":"\\x41"}',
    "half an escape": b'{"name":"\\ud8"}',
    "byte-order mark": b'\xef\xbb\xbf{"name":"A"}',
    "UTF-16": '{"name":"A"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"name":"A"}'.encode("utf-16-le"),
    "UTF-32": '{"name":"A"}'.encode("utf-32"),
    "Latin-1": '{"name":"José"}'.encode("latin-1"),
    "overlong UTF-8": b'{"name":"\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"name":"\xed\xa0\x80"}',
    "half a character": b'{"name":"\xe2\x82"}',
    "beyond Unicode": b'{"name":"\xf5\x80\x80\x80"}',
    "gzip without saying so": gzip.compress(b'{"name":"A"}'),
}
REFUSED = {
    "an array": b'[{"name":"A"}]',
    "an array of nothing": b"[null]",
    "a string": b'"A"',
    "a number": b"1",
    "null": b"null",
    "true": b"true",
    "a lone surrogate": b'{"name":"\\ud800"}',
    "a lone low surrogate": b'{"name":"\\udc00A"}',
    "surrogates the wrong way round": b'{"name":"\\udc00\\ud800"}',
    "a lone surrogate as a key": b'{"name":"A","\\ud800":1}',
    "a lone surrogate in a document": b'{"name":"A","custom_data":{"a":["\\ud800"]}}',
    "a lone surrogate as a key in a document": b'{"name":"A","custom_data":{"\\ud800":1}}',
    "NUL": b'{"name":"A\\u0000"}',
    "NUL in an address": b'{"name":"A","email":{"email":"a\\u0000@example.com"}}',
    "NUL as a key": b'{"name":"A","\\u0000":1}',
    "NUL in a document": b'{"name":"A","custom_data":["\\u0000"]}',
    "a number that overflows": b'{"name":"A","city_id":1e999}',
    "a negative number that overflows": b'{"name":"A","custom_data":[-1e999]}',
    "5 000 digits": b'{"name":' + b"9" * 5000 + b"}",
    "5 000 digits in a document": b'{"name":"A","custom_data":[' + b"9" * 5000 + b"]}",
    "5 000 digits under an unknown key": b'{"name":"A","x":-' + b"9" * 5000 + b"}",
    "a key twice": b'{"name":"A","name":"B"}',
    "a key twice, once escaped": b'{"name":"A","n\\u0061me":"B"}',
    "a key twice in a document": b'{"name":"A","custom_data":{"a":1,"a":1}}',
    "a key twice in an object": b'{"email":{"email":"a@example.com","email":"b@example.com"}}',
    "33 levels": nested(33),
    "1 000 levels": nested(1000),
    "100 000 levels": nested(100_000),
    "100 000 open levels": b'{"custom_data":' + b"[" * 100_000,
    "100 000 levels of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "1 001 keys": with_keys(1001),
    "1 001 keys in two objects": b'{"name":"A","custom_data":' + with_keys(999) + b"}",
}
INVALID: dict[str, tuple[bytes, dict[str, str]]] = {
    "2^63": (b'{"city_id":9223372036854775808}', {"city_id": "_existsIn"}),
    "2^63 as text": (b'{"city_id":"9223372036854775808"}', {"city_id": "_existsIn"}),
    "-2^63-1": (b'{"city_id":-9223372036854775809}', {"city_id": "_existsIn"}),
    "2^64+1": (b'{"city_id":18446744073709551617}', {"city_id": "_existsIn"}),
    "10^30": (b'{"city_id":1' + b"0" * 30 + b"}", {"city_id": "_existsIn"}),
    "5 000 digits as text": (b'{"city_id":"' + b"9" * 5000 + b'"}', {"city_id": "_existsIn"}),
    "a large number with an exponent": (b'{"city_id":1e30}', {"city_id": "_existsIn"}),
    "a large whole fraction": (b'{"city_id":' + b"9" * 300 + b".0}", {"city_id": "_existsIn"}),
    "a large fraction": (b'{"city_id":' + b"9" * 300 + b".1}", {"city_id": "_integer"}),
    "a small fraction": (b'{"city_id":1e-999999999999}', {"city_id": "_integer"}),
    "a long exponent of a fraction": (b'{"city_id":1e-' + b"9" * 9999 + b"}", {"city_id": "_integer"}),
    "a long name": (b'{"name":"' + b"9" * 5000 + b'"}', {"name": "_maxLength"}),
    "400 digits": (b'{"name":' + b"9" * 400 + b"}", {"name": "_maxLength"}),
    "a bad document": (b'{"custom_data":"{"}', {"custom_data": "_json"}),
    "NaN in a document's text": (b'{"custom_data":"[NaN]"}', {"custom_data": "_json"}),
    "1e999 in a document's text": (b'{"custom_data":"[1e999]"}', {"custom_data": "_json"}),
    "a surrogate in a document's text": (b'{"custom_data":"[\\"\\\\ud800\\"]"}', {"custom_data": "_json"}),
    "NUL in a document's text": (b'{"custom_data":"[\\"\\\\u0000\\"]"}', {"custom_data": "_json"}),
    "a key twice in a document's text": (
        b'{"custom_data":"{\\"a\\":1,\\"a\\":2}"}',
        {"custom_data": "_json"},
    ),
    "33 levels in a document's text": (
        b'{"custom_data":"' + b"[" * 33 + b"]" * 33 + b'"}',
        {"custom_data": "_json"},
    ),
    "1 001 keys in a document's text": (
        json.dumps({"custom_data": with_keys(1001).decode()}).encode(),
        {"custom_data": "_json"},
    ),
    "a mark in a document's text": (b'{"custom_data":"\\ufeff[]"}', {"custom_data": "_json"}),
    "5 000 digits in a document's text": (
        b'{"custom_data":"' + b"9" * 5000 + b'"}',
        {"custom_data": "_json"},
    ),
}
ACCEPTED = {
    "32 levels": nested(32),
    "1 000 keys": with_keys(1000),
    "white space round it": b' \r\n\t{"name":"A"}\n ',
    "a pair of surrogates": b'{"name":"\\ud83d\\ude00"}',
    "1 MiB": b'{"name":"A"}'.ljust(MIB),
    "10^30 as a name": b'{"name":1' + b"0" * 30 + b"}",
    "an unknown key with an empty name": b'{"name":"A","":1}',
}
WITH_BODY = [("POST", "/api/lead"), ("PUT", "/api/lead/1"), ("POST", "/api/email"), ("POST", "/api/token")]


@pytest.fixture
def unchanged(api: Client) -> Any:
    """An account with one lead, which is to be all that it has afterwards too."""
    api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    before = everything(api)
    yield
    assert everything(api) == before


def everything(api: Client) -> list[Any]:
    return [api.get(f"/api/{name}").json() for name in ("lead", "email", "phone")]


def call(api: Client, method: str, path: str, body: bytes, **headers: str) -> Answer:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.request(method, path, content=body, headers=fields)


@each(("method", "path"), WITH_BODY)
@each("name", NOT_JSON)
@pytest.mark.usefixtures("unchanged")
def test_what_is_no_json_is_400_under_its_type_and_415_under_others(
    method: str, path: str, name: str, api: Client
) -> None:
    failure(call(api, method, path, NOT_JSON[name], content_type=JSON_TYPE), 400, path)
    other = failure(call(api, method, path, NOT_JSON[name], content_type=FORM_TYPE), 415, path)
    assert "send json" in other["message"].lower()


@each(
    "content_type",
    ["application/json; charset=utf-8", "APPLICATION/JSON", "text/json", "application/ld+json"],
)
def test_every_name_of_json_is_one(content_type: str, api: Client) -> None:
    failure(call(api, "POST", "/api/lead", b"{", content_type=content_type), 400)


@each("content_type", ["text/plain", "multipart/form-data; boundary=x", "application/jsonx", "", "*/*", ";"])
@pytest.mark.usefixtures("unchanged")
def test_every_other_type_is_another(content_type: str, api: Client) -> None:
    failure(call(api, "POST", "/api/lead", b"{", content_type=content_type), 415)


@each("content_type", [FORM_TYPE, "text/plain", "", "nonsense", JSON_TYPE])
def test_json_is_taken_under_any_type(content_type: str, api: Client) -> None:
    assert call(api, "POST", "/api/lead", b'{"name":"A"}', content_type=content_type).status_code == 201


@each(("method", "path"), WITH_BODY)
@each("name", REFUSED)
@pytest.mark.usefixtures("unchanged")
def test_json_that_cannot_be_taken_is_400(method: str, path: str, name: str, api: Client) -> None:
    for content_type in (JSON_TYPE, FORM_TYPE):
        failure(call(api, method, path, REFUSED[name], content_type=content_type), 400, path)


@each(("method", "path"), WITH_BODY[:2])
@each("name", INVALID)
@pytest.mark.usefixtures("unchanged")
def test_a_value_that_cannot_be_taken_is_422(method: str, path: str, name: str, api: Client) -> None:
    body, faults = INVALID[name]
    data = failure(call(api, method, path, body), 422, path)
    assert {field: list(data["errors"][field]) for field in faults} == {
        field: [rule] for field, rule in faults.items()
    }


@each("name", ACCEPTED)
def test_what_is_just_within_the_limits_is_taken(name: str, api: Client) -> None:
    assert call(api, "POST", "/api/lead", ACCEPTED[name], content_type=JSON_TYPE).status_code == 201


@each("encoding", ["gzip", "deflate", "br", "GZIP", "gzip, identity"])
@pytest.mark.usefixtures("unchanged")
def test_a_compressed_body_is_415(encoding: str, api: Client) -> None:
    packed = gzip.compress(b'{"name":"A"}')
    for body in (packed, b'{"name":"A"}'):
        answer = call(api, "POST", "/api/lead", body, content_type=JSON_TYPE, content_encoding=encoding)
        failure(answer, 415, "/api/lead")


def test_an_uncompressed_body_may_say_so(api: Client) -> None:
    assert call(api, "POST", "/api/lead", b'{"name":"A"}', content_encoding="identity").status_code == 201


# Bodies that are too large


def token_of(api: Client) -> str:
    return f"Authorization: Bearer {api.token}"


OVERSIZED: dict[str, tuple[list[str], bytes]] = {
    "one byte too many, not sent": ([f"Content-Length: {MIB + 1}"], b""),
    "a terabyte, not sent": (["Content-Length: 1000000000000"], b""),
    "chunked, without an end": (["Transfer-Encoding: chunked"], b"100001\r\n" + b" " * (MIB + 1)),
    "in many chunks": (["Transfer-Encoding: chunked"], (b"10000\r\n" + b" " * 0x10000 + b"\r\n") * 17),
}


@each("name", OVERSIZED)
@each(("method", "path"), WITH_BODY)
@pytest.mark.usefixtures("unchanged")
def test_a_body_over_1_mib_is_413_before_it_is_read(
    name: str, method: str, path: str, server: Server, api: Client
) -> None:
    fields, body = OVERSIZED[name]
    answer = send(server.address, request(f"{method} {path}", token_of(api), *fields, body=body))
    failure(answer, 413, path)
    assert answer.headers["connection"] == "close"


def test_without_a_token_a_large_body_is_401(server: Server) -> None:
    failure(send(server.address, request("POST /api/lead", f"Content-Length: {MIB + 1}")), 401)


def test_before_an_unknown_record_a_large_body_is_413(server: Server, api: Client) -> None:
    data = request("PUT /api/lead/99", token_of(api), f"Content-Length: {MIB + 1}")
    failure(send(server.address, data), 413)


# Query strings

WHOLE = ["0", "00", "-1", "+5", "%2B5", "1e3", "1.0", "%D9%A3", "%EF%BC%91", "", "%201", "1%20", "0x10", "x"]
WHOLE += ["1_0", "null", "1%00", "%FF", "-" + "9" * 30, "1;DROP%20TABLE%20lead"]
SQL = [
    "id;DROP TABLE lead",
    "id--",
    "(SELECT 1)",
    "name,id",
    "1",
    "id desc",
    "ID",
    "custom_data",
    "name_sort",
    "",
]
SQL += ["account_id", "email", "email.id", "phone.extension", "'", '"', "id\x00", "é"]


@each("path", ["/api/lead", "/api/email", "/api/phone", "/api/city"])
@each("name", ["limit", "page"])
def test_a_number_that_is_none_is_400(path: str, name: str, api: Client) -> None:
    for value in WHOLE:
        url = f"{path}?{name}={value}"
        assert name in failure(api.get(url), 400, url)["message"]


@each("name", ["limit", "page", "sort", "direction"])
def test_a_parameter_given_twice_is_400(name: str, api: Client) -> None:
    value = {"sort": "id", "direction": "asc"}.get(name, "1")
    for second in (f"{name}={value}", f"{name}=", f"%{ord(name[0]):x}{name[1:]}={value}"):
        failure(api.get(f"/api/lead?{name}={value}&{second}"), 400)


@each("text", SQL)
@pytest.mark.usefixtures("unchanged")
def test_sorts_that_are_none_are_400_and_name_the_ones_that_are(text: str, api: Client) -> None:
    message = failure(api.get("/api/lead", params={"sort": text}), 400)["message"]
    for name in ("id", "name", "city_id", "creation_date", "email.email", "phone.number"):
        assert name in message


@each("text", ["", "up", "ascending", "desc;", "asc, id", "desc--", "1", "aſc", "asc\x00", "(SELECT 1)"])
@each("sort", [{}, {"sort": "name"}])
def test_directions_that_are_none_are_400(text: str, sort: dict[str, str], api: Client) -> None:
    failure(api.get("/api/lead", params={"direction": text} | sort), 400)


@each("page", ["2", str(2**63), "1" + "0" * 30, "9" * 5000])
def test_a_page_beyond_the_last_is_404_however_far(page: str, api: Client) -> None:
    url = f"/api/lead?page={page}"
    assert failure(api.get(url), 404, url)["message"] == "Not Found"


@each("query", ["?", "?&&", "?_=", "?_%", "?_%zz=%zz", "?_foo[]=1", "?" + "_=1&" * 2000])
def test_odd_query_strings_never_fail(query: str, server: Server, api: Client) -> None:
    answer = send(server.address, request(f"GET /api/lead{query}", token_of(api)))
    assert answer.status_code == 200
    check_headers(answer)


@each("query", ["?=", "?%", "?%zz=%zz", "?foo[]=1", "?" + "a=1&" * 2000, "?limit", "?sort&limit=1"])
def test_odd_query_strings_are_refused(query: str, server: Server, api: Client) -> None:
    failure(send(server.address, request(f"GET /api/lead{query}", token_of(api))), 400)


# Request lines and headers

LINES: dict[str, tuple[str, list[str], int]] = {
    "40 kB of headers": ("GET /api/lead", [f"X-Much: {'x' * 40_000}"], 431),
    "40 kB in many headers": ("GET /api/lead", [f"X-{n}: {'x' * 500}" for n in range(80)], 431),
    "101 headers": ("GET /api/lead", [f"X-{n}: x" for n in range(101)], 431),
    "a long URL": (f"GET /api/lead?x={'x' * 17_000}", [], 414),
    "a long path": (f"GET /api/{'x' * 17_000}", [], 414),
    "an unknown method": ("FETCH /api/lead", [], 400),
    "a method in lower case": ("get /api/lead", [], 400),
    "a method of SQL": ("SELECT /api/lead", [], 400),
    "raw bytes in the path": ("GET /api/l\xe9ad", [], 400),
    "raw bytes in the query": ("GET /api/lead?name=\xe9", [], 400),
    "raw UTF-8 in the path": ("GET /api/lead/\xc3\xa9", [], 400),
    "two lengths": ("POST /api/lead", ["Content-Length: 1", "Content-Length: 2"], 400),
    "length and chunks": ("POST /api/lead", ["Content-Length: 1", "Transfer-Encoding: chunked"], 400),
    "a negative length": ("POST /api/lead", ["Content-Length: -1"], 400),
    "a length that is none": ("POST /api/lead", ["Content-Length: x"], 400),
    "another transfer coding": ("POST /api/lead", ["Transfer-Encoding: gzip, chunked"], 400),
    "two hosts": ("GET /api/lead", ["Host: other.test"], 400),
    "a header without a name": ("GET /api/lead", [": x"], 400),
    "a header with white space": ("GET /api/lead", ["X Y: x"], 400),
    "a NUL in a header": ("GET /api/lead", ["X-Y: a\0b"], 400),
    "a host as the target": ("CONNECT example.com:443", [], 400),
    "an asterisk": ("OPTIONS *", [], 400),
    "%00": ("GET /api/lead/%00", [], 404),
    "%ff": ("GET /api/lead/%ff", [], 404),
    "%ff in a resource": ("GET /api/%ff", [], 404),
    "half a percent-encoding": ("GET /api/lead/%", [], 404),
    "no percent-encoding": ("GET /api/lead/%zz", [], 404),
    "an encoded slash": ("GET /api%2Flead%2F9", [], 404),
    "two slashes": ("GET //api/lead", [], 404),
    "two slashes within": ("GET /api//lead", [], 404),
    "two slashes at the end": ("GET /api/lead//", [], 404),
    "up and down": ("GET /api/lead/../lead", [], 404),
    "up and out": ("GET /api/../../etc/passwd", [], 404),
    "here": ("GET /api/./lead", [], 404),
    "parameters of a path": ("GET /api/lead;x=1", [], 404),
}


@each("name", LINES)
def test_odd_requests_are_refused_in_the_envelope(name: str, server: Server, api: Client) -> None:
    line, fields, status = LINES[name]
    failure(send(server.address, request(line, token_of(api), *fields)), status)


@each(
    "bytes_",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"hello\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
)
def test_what_is_no_http_1_is_400(bytes_: bytes, server: Server) -> None:
    failure(send(server.address, bytes_), 400)


@each("path", ["/api/lead/%31", "/api/%6cead/1", "/api/lead/1/", "/api/lead/1?", "/api/lead/1?_x=%ff"])
def test_what_means_the_same_path_is_the_same(path: str, server: Server, api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    answer = send(server.address, request(f"GET {path}", token_of(api)))
    assert answer.json()["data"]["name"] == "Ana"


@each(
    "url", ["/api/x?a=%C3%A9&b=\"<>'", "/api/lead/%2e%2E/x", "/api/x?", "/api/x?a+b=c%20d", "/api/x/?a=/b/"]
)
def test_an_error_has_the_url_as_sent(url: str, server: Server) -> None:
    data = failure(send(server.address, request(f"GET {url}")), 404)
    assert data["url"].removesuffix("?") == url.removesuffix("?")
