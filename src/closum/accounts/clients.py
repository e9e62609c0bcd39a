"""Addresses of clients: which spellings mean one client, and what is counted as one."""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


def address_of(text: str) -> Address | None:
    """The IP address that a text means, None where it means none.

    Brackets, a port behind (`203.0.113.21:443`, `[2001:db8::1]:443`) and a zone (`fe80::1%eth0`) do not count, and an
    IPv4 address that is written as an IPv6 one (`::ffff:203.0.113.21`, `64:ff9b::203.0.113.21`) is the IPv4 address.
    """
    try:
        address = ipaddress.ip_address(_host(text.strip()).partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def counted_as(client: str) -> str:
    """What the wrong passwords of a client are counted under: an IPv4 address, the /64 of an IPv6 one, else the text.

    An IPv6 client may choose its last 64 bits at will.
    """
    address = address_of(client)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return client if address is None else str(address)


def _host(text: str) -> str:
    """Without a port."""
    if text.startswith("["):
        host, bracket, port = text[1:].partition("]")
        return host if bracket and _is_port(port) else text
    host, _, port = text.partition(":")
    return host if _is_port(f":{port}") else text


def _is_port(text: str) -> bool:
    """Whether a text is nothing, or a colon with a port."""
    return not text or (text[0] == ":" and text[1:].isascii() and text[1:].isdigit())
