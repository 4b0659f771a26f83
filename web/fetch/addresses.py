"""Which addresses are out in the open: nobody may make the program look into the network that it runs in.

Sources: the IANA special-purpose address registries (RFC 6890 and what was added since); for IPv4 inside
IPv6, RFC 4291 and 6052.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

CLOSED: Final = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's own services, at an address that looks public
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
OPEN_V6: Final = IPv6Network("2000::/3")
CLOSED_V6: Final = tuple(
    IPv6Network(one)
    for one in (
        "2001::/23",  # among others Teredo, which carries IPv4 addresses
        "2001:db8::/32",
        "2002::/16",  # 6to4: any IPv4 address, by a relay that nobody keeps any more
        "3fff::/20",
    )
)
NAT64: Final = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether the address (in figures) is somewhere on the internet, and not something that only seems so."""
    try:
        told = ip_address(address)
    except ValueError:
        return False
    return _is_public(told) if isinstance(told, IPv4Address) else _is_public_v6(told)


def seems_address(host: str) -> bool:
    """Whether a client or the system may take the host of a URL for an address, and look nothing up."""
    return ":" in host or host.replace(".", "").isdigit()


def _is_public(told: IPv4Address) -> bool:
    return not any(told in network for network in CLOSED)


def _is_public_v6(told: IPv6Address) -> bool:
    if told.scope_id is not None:
        return False
    carried = told.ipv4_mapped
    if told in NAT64:
        carried = IPv4Address(int(told) & 0xFFFFFFFF)
    if carried is not None:
        return _is_public(carried)
    return told in OPEN_V6 and not any(told in network for network in CLOSED_V6)
