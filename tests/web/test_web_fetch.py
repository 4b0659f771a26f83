"""What may be fetched, from where, and how much of it: real sockets, with names that lie."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from far_end import Handler, Names, cut, drip, flood, http, moved, serving

from newsroom.outside import Fault, FetchError
from web.fetch import Bounds, Fetcher, places
from web.fetch.addresses import is_public
from web.fetch.resolver import Lookup

LIMIT = 10_000


@asynccontextmanager
async def fetching(
    *allowed: tuple[str, int], lookup: Lookup | None = None, seconds: float = 20.0
) -> AsyncIterator[Fetcher]:
    bounds = Bounds(seconds=seconds, bytes=LIMIT)
    fetcher = Fetcher(frozenset(allowed), bounds=bounds, lookup=lookup)
    try:
        yield fetcher
    finally:
        await fetcher.close()


async def fault_of(fetcher: Fetcher, url: str) -> Fault:
    with pytest.raises(FetchError) as raised:
        await fetcher.get(url)
    return raised.value.fault


async def fault_from(answer: bytes | Handler, seconds: float = 20.0) -> Fault:
    async with serving(answer) as there, fetching(there.pair, seconds=seconds) as fetcher:
        return await fault_of(fetcher, there.url)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an address that must be refused
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::808:808",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
        "0177.0.0.1",
    ],
)
def test_closed_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"],
)
def test_open_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed",
        "//news.example/feed",
        "file:///etc/passwd",
        "ftp://news.example/",
        "gopher://news.example/",
        "data:text/plain,hello",
        "http://",
        "http:///feed",
        "http://user@news.example/",
        "http://user:secret@news.example/",
        "http://:secret@news.example/",
        "http://news.example:22/",
        "https://news.example:8443/",
        "http://news.example:99999/",
        "http://[::1/",
        "http://news.example/" + "x" * 3000,
    ],
)
async def test_an_address_that_is_not_asked(url: str) -> None:
    names = Names([["8.8.8.8"]])
    async with fetching(lookup=names) as fetcher:
        assert await fault_of(fetcher, url) is Fault.ADDRESS
    assert names.asked == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "[fe80::1%25eth0]"]
)
async def test_a_private_address_in_figures(host: str) -> None:
    async with fetching(lookup=Names([["8.8.8.8"]])) as fetcher:
        assert await fault_of(fetcher, f"http://{host}/latest/meta-data") is Fault.PRIVATE


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.1", "2130706433", "0x7f000001"])
async def test_other_spellings_of_here_are_not_reached(host: str) -> None:
    refusals = {Fault.PRIVATE, Fault.UNRESOLVED, Fault.ADDRESS}
    async with fetching() as fetcher:
        assert await fault_of(fetcher, f"http://{host}/") in refusals


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "017700000001",
        "127.000.000.001",
        "127.0.0.1.",
        "8.8.8.8.",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "[::127.0.0.1]",
        "٨.٨.٨.٨",
    ],
)
def test_what_only_looks_like_an_address_is_not_left_to_a_library(host: str) -> None:
    """What a client takes for an address it connects to without looking it up."""
    with pytest.raises(FetchError):
        places.place(f"http://{host}/", frozenset())


async def test_one_private_address_spoils_a_name() -> None:
    async with fetching(lookup=Names([["8.8.8.8", "10.0.0.1"]])) as fetcher:
        assert await fault_of(fetcher, "http://news.example/") is Fault.PRIVATE


async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    names = Names([["127.0.0.1"], ["203.0.113.9"]])
    async with serving(http("200 OK", b"here")) as there:
        pair = ("news.example", there.port)
        async with fetching(pair, lookup=names) as fetcher:
            fetched = await fetcher.get(f"http://news.example:{there.port}/")
    assert fetched.body == b"here"
    assert names.asked == [pair]
    assert f"Host: news.example:{there.port}" in there.requests[0]


async def test_a_name_that_turns_private_is_refused_the_next_time() -> None:
    """A connection that was kept open, or an answer that was remembered, would let it in."""
    names = Names([["127.0.0.1"], ["127.0.0.1"]])
    async with (
        serving(http("200 OK", b"here")) as there,
        fetching(("news.example", there.port), lookup=names) as fetcher,
    ):
        await fetcher.get(f"http://news.example:{there.port}/")
        await fetcher.get(f"http://news.example:{there.port}/")
        assert len(names.asked) == 2


async def test_a_host_is_allowed_with_its_port_only() -> None:
    async with serving(http("200 OK")) as there, fetching(("127.0.0.1", there.port + 1)) as fetcher:
        assert await fault_of(fetcher, there.url) is Fault.ADDRESS
        assert there.requests == []


async def test_no_such_name() -> None:
    async with fetching(lookup=Names([[]])) as fetcher:
        assert await fault_of(fetcher, "http://news.example/") is Fault.UNRESOLVED


async def test_nobody_listens() -> None:
    async with serving(http("200 OK")) as there:
        pair, url = there.pair, there.url
    async with fetching(pair) as fetcher:
        assert await fault_of(fetcher, url) is Fault.UNREACHABLE


async def test_what_a_page_says_of_itself() -> None:
    page = http(
        "200 OK",
        b"<p>",
        "Content-Type: text/html; charset=windows-1256",
        'ETag: W/"7"',
        "Last-Modified: Sun, 01 Mar 2026 10:00:00 GMT",
        'Link: <https://hub.example/>; rel="hub", </feed?a=1,2>; rel="self alternate"',
        "Link: <//other.example/x>; rel=hub; title=y",
    )
    async with serving(page) as there, fetching(there.pair) as fetcher:
        fetched = await fetcher.get(f"{there.url}/a#part", {"If-None-Match": '"6"'})
    assert (fetched.status, fetched.body) == (200, b"<p>")
    assert (fetched.media_type, fetched.charset) == ("text/html", "windows-1256")
    assert (fetched.etag, fetched.last_modified) == ('W/"7"', "Sun, 01 Mar 2026 10:00:00 GMT")
    assert fetched.url == fetched.permanent == f"{there.url}/a"
    assert fetched.links == {
        "hub": ("https://hub.example/", "http://other.example/x"),
        "self": (f"{there.url}/feed?a=1,2",),
        "alternate": (f"{there.url}/feed?a=1,2",),
    }
    request = there.requests[0]
    assert "User-Agent: Ajil" in request
    assert 'If-None-Match: "6"' in request
    assert "Cookie" not in request


async def test_no_state_goes_from_one_site_to_the_next() -> None:
    first = http("302 Found", b"", "Location: /b", "Set-Cookie: a=b")
    async with serving(first, http("200 OK")) as there, fetching(there.pair) as fetcher:
        await fetcher.get(there.url)
    assert "cookie" not in there.requests[1].lower()


async def test_a_redirect_is_followed_and_said() -> None:
    moves = moved("/b", "301 Moved"), moved("c?d=e", "302 Found"), moved("/f", "308 Moved")
    async with serving(*moves, http("200 OK", b"end")) as there, fetching(there.pair) as fetcher:
        fetched = await fetcher.get(f"{there.url}/a")
    assert [request.split(" ")[1] for request in there.requests] == ["/a", "/b", "/c?d=e", "/f"]
    assert fetched.url == f"{there.url}/f"
    assert fetched.permanent == f"{there.url}/b"


async def test_redirects_without_end() -> None:
    async with serving(moved("/again")) as there, fetching(there.pair) as fetcher:
        assert await fault_of(fetcher, there.url) is Fault.REDIRECTS
    assert len(there.requests) == 6


@pytest.mark.parametrize(
    ("location", "fault"),
    [
        ("http://127.0.0.1/", Fault.PRIVATE),
        ("http://169.254.169.254/latest/meta-data/", Fault.PRIVATE),
        ("http://[::1]/", Fault.PRIVATE),
        ("http://inside.example/", Fault.PRIVATE),
        ("file:///etc/passwd", Fault.ADDRESS),
        ("http://127.0.0.1:22/", Fault.ADDRESS),
        ("http://a:b@news.example/", Fault.ADDRESS),
        ("http://[::1", Fault.ADDRESS),
    ],
)
async def test_a_redirect_leads_nowhere_that_could_not_be_asked_for(location: str, fault: Fault) -> None:
    names = Names([["10.0.0.1"]])
    async with serving(moved(location)) as there, fetching(there.pair, lookup=names) as fetcher:
        assert await fault_of(fetcher, there.url) is fault


async def test_a_redirect_without_a_place_is_the_answer() -> None:
    async with serving(http("302 Found", b"?")) as there, fetching(there.pair) as fetcher:
        assert (await fetcher.get(there.url)).status == 302


async def test_a_form_is_not_sent_on() -> None:
    async with (
        serving(moved("/elsewhere", "307 Temporary Redirect")) as there,
        fetching(there.pair) as fetcher,
    ):
        assert (await fetcher.post(there.url, {"hub.mode": "subscribe"})).status == 307
    assert len(there.requests) == 1


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(b"news", mtime=0), "gzip"),
        (gzip.compress(b"ne", mtime=0) + gzip.compress(b"ws", mtime=0) + b"\0\0", "GZIP"),
        (zlib.compress(b"news"), "deflate"),
        (zlib.compress(b"news", wbits=-15), "deflate"),
        (b"news", "identity"),
    ],
)
async def test_packed_bodies(packed: bytes, encoding: str) -> None:
    answer = http("200 OK", packed, f"Content-Encoding: {encoding}")
    async with serving(answer) as there, fetching(there.pair) as fetcher:
        assert (await fetcher.get(there.url)).body == b"news"


@pytest.mark.parametrize(
    ("packed", "encoding", "fault"),
    [
        (gzip.compress(b"x" * 10 * LIMIT, mtime=0), "gzip", Fault.OVERSIZE),
        (zlib.compress(b"x" * 10 * LIMIT), "deflate", Fault.OVERSIZE),
        (gzip.compress(b"x" * LIMIT, mtime=0) + gzip.compress(b"x", mtime=0), "gzip", Fault.OVERSIZE),
        (gzip.compress(b"news", mtime=0)[:-9], "gzip", Fault.BROKEN),
        (b"not packed", "gzip", Fault.ENCODING),
        (b"news", "br", Fault.ENCODING),
        (gzip.compress(gzip.compress(b"news", mtime=0), mtime=0), "gzip, gzip", Fault.ENCODING),
    ],
)
async def test_bombs_and_broken_packing(packed: bytes, encoding: str, fault: Fault) -> None:
    assert await fault_from(http("200 OK", packed, f"Content-Encoding: {encoding}")) is fault


async def test_a_body_just_within_bounds() -> None:
    packed = http("200 OK", gzip.compress(b"x" * LIMIT, mtime=0), "Content-Encoding: gzip")
    async with serving(http("200 OK", b"x" * LIMIT), packed) as there, fetching(there.pair) as fetcher:
        assert len((await fetcher.get(there.url)).body) == LIMIT
        assert len((await fetcher.get(there.url)).body) == LIMIT


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (http("200 OK", b"x" * (LIMIT + 1)), Fault.OVERSIZE),
        (flood, Fault.OVERSIZE),
        (http("200 OK", b"", "X: " + "y" * 20_000), Fault.BROKEN),
        (http("200 OK", b"", *[f"X{number}: y" for number in range(500)]), Fault.BROKEN),
        (cut, Fault.BROKEN),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Fault.BROKEN),
        (b"", Fault.BROKEN),
    ],
)
async def test_answers_that_are_no_use(answer: bytes | Handler, fault: Fault) -> None:
    assert await fault_from(answer) is fault


async def test_a_server_that_drips() -> None:
    assert await fault_from(drip, seconds=0.2) is Fault.TIMEOUT


async def test_a_name_that_is_never_told() -> None:
    async def silent(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async with fetching(lookup=silent, seconds=0.05) as fetcher:
        assert await fault_of(fetcher, "http://news.example/") is Fault.TIMEOUT


async def test_tls_without_a_good_certificate() -> None:
    async with serving(http("200 OK"), opening=3) as there, fetching(there.pair) as fetcher:
        assert await fault_of(fetcher, f"https://127.0.0.1:{there.port}/") is Fault.INSECURE
