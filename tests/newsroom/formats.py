"""One story in every format, written here by hand and by nothing that reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from newsroom import headline
from newsroom.wire import parse
from storage.records import Draft

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "03-storm-landfall.txt"
SEED = ROOT.parent / "shared" / "seed" / "kazakhstan.txt"
URI = "urn:newsml:example.org:20260301:storm-3"
CREATED = "2026-03-01T09:30:00+03:00"


def title(draft: Draft) -> str:
    """What a format gets that wants a title, whatever the copy has."""
    return draft.headline or headline.derive("\n".join(draft.sections[0].paragraphs), draft.language)


def html(draft: Draft, heading: str = "h2") -> str:
    def parts() -> Iterator[str]:
        for section in draft.sections:
            if section.heading:
                yield f"<{heading}>{escape(section.heading)}</{heading}>"
            yield from (f"<p>{escape(told)}</p>" for told in section.paragraphs)
        if draft.related:
            lines = "".join(f'<li><a href="/x">{escape(line)}</a></li>' for line in draft.related)
            yield f"<h3>{draft.related_headings[0]}</h3><ul>{lines}</ul>"

    return "\n".join(parts())


def ninjs_1(draft: Draft, text: str) -> dict[str, object]:
    """Plain text in it, as an agency's editor wrote it."""
    return {
        "uri": URI,
        "type": "text",
        "versioncreated": CREATED,
        "pubstatus": "usable",
        "headline": title(draft),
        "language": "ar-SA",
        "body_text": text,
    }


def ninjs_2(draft: Draft, text: str) -> dict[str, object]:
    return {
        "uri": URI,
        "standard": {"name": "ninjs", "version": "2.1"},
        "versioncreated": CREATED,
        "pubstatus": "usable",
        "urgency": 4,
        "headlines": [{"role": "alert", "value": "عاصفة"}, {"role": "main", "value": title(draft)}],
        "bodies": [
            {"role": "teaser", "contenttype": "text/plain", "value": "لا يقرأ هذا."},
            {"role": "main", "contenttype": "text/html", "value": html(draft)},
        ],
    }


def ninjs_3(draft: Draft, text: str) -> dict[str, object]:
    return {
        "uri": URI,
        "versionCreated": CREATED,
        "pubStatus": "usable",
        "headlines": [{"value": title(draft)}],
        "bodies": [{"contentType": "application/xhtml+xml", "value": html(draft, "h4")}],
        "infoSources": [{"name": draft.credit, "role": "source"}],
    }


def _json(write: Callable[[Draft, str], dict[str, object]]) -> Callable[[str], tuple[bytes, str]]:
    def written(text: str) -> tuple[bytes, str]:
        return json.dumps(write(parse(text.encode()), text)).encode(), "application/json"

    return written


def _xml(write: Callable[[Draft], str], media_type: str) -> Callable[[str], tuple[bytes, str]]:
    def written(text: str) -> tuple[bytes, str]:
        return ('<?xml version="1.0" encoding="UTF-8"?>\n' + write(parse(text.encode()))).encode(), media_type

    return written


def rss_2(draft: Draft) -> str:
    return f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>مثال</title><link>https://example.org/</link><language>ar</language>
<item><title>{escape(title(draft))}</title><guid isPermaLink="false">{URI}</guid>
<pubDate>Sun, 01 Mar 2026 06:30:00 GMT</pubDate><description>موجز لا يُقرأ</description>
<content:encoded><![CDATA[{html(draft)}]]></content:encoded></item></channel></rss>"""


def rss_1(draft: Draft) -> str:
    return f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/">
<title>مثال</title><link>https://example.org/</link></channel>
<item rdf:about="{URI}"><title>{escape(title(draft))}</title><link>https://example.org/3</link>
<dc:date>{CREATED}</dc:date><description>{escape(html(draft, "h3"))}</description></item></rdf:RDF>"""


def atom(draft: Draft) -> str:
    return f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>مثال</title>
<entry><id>{URI}</id><title type="html">{escape(escape(title(draft)))}</title><updated>{CREATED}</updated>
<content type="html">{escape(html(draft))}</content></entry></feed>"""


def atom_xhtml(draft: Draft) -> str:
    return f"""<entry xmlns="http://www.w3.org/2005/Atom"><id>{URI}</id><title>{escape(title(draft))}</title>
<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml">
{html(draft).replace("</", "</h:").replace("<", "<h:").replace("<h:/h:", "</h:")}</h:div></content></entry>"""


def rss_unwell(draft: Draft) -> str:
    """As it comes from a program that writes XML by hand: letters by name, stray signs."""
    body = html(draft).replace("&lt;", "&nbsp;")
    return f"""<rss version=2.0><channel><title>AT&T & مثال</title>
<item><title>{escape(title(draft))}</title><guid>{URI}</guid>
<description><![CDATA[{body}]]></description></item></channel></rss>"""


def json_feed(draft: Draft, text: str) -> dict[str, object]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "مثال",
        "language": "ar",
        "items": [{"id": URI, "title": title(draft), "date_published": CREATED, "content_html": html(draft)}],
    }


def json_feed_text(draft: Draft, text: str) -> dict[str, object]:
    return {"version": "https://jsonfeed.org/version/1", "items": [{"id": URI, "content_text": text}]}


G2 = "http://iptc.org/std/nar/2006-10-01/"


def g2(draft: Draft, content: str) -> str:
    return f"""<newsItem xmlns="{G2}" guid="{URI}" version="1" standard="NewsML-G2" standardversion="2.34"
 conformance="power" xml:lang="ar">
<catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"/>
<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:AP"/>
<versionCreated>{CREATED}</versionCreated>
<pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta><headline>{escape(title(draft))}</headline></contentMeta>
<contentSet>{content}</contentSet></newsItem>"""


def g2_xhtml(draft: Draft) -> str:
    return g2(
        draft,
        '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>x</title></head><body>{html(draft)}</body></html></inlineXML>",
    )


def nitf(draft: Draft) -> str:
    body = html(draft, "hl2")
    return f"""<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><head><title>x</title><docdata>
<doc-id id-string="{URI}" regsrc="AP"/><date.issue norm="20260301T063000Z"/></docdata></head>
<body><body.head><hedline><hl1>{escape(title(draft))}</hl1></hedline><distributor><org>AP</org></distributor>
<abstract><p>موجز لا يُقرأ.</p></abstract></body.head>
<body.content>{body}</body.content><body.end><tagline>--</tagline></body.end></body></nitf>"""


def g2_nitf(draft: Draft) -> str:
    return g2(draft, f'<inlineXML contenttype="application/nitf+xml">{nitf(draft)}</inlineXML>')


def g2_message(text: str) -> tuple[bytes, str]:
    item = g2(parse(text.encode()), f'<inlineData contenttype="text/plain">{escape(text)}</inlineData>')
    header = f"<header><sent>{CREATED}</sent></header>"
    message = f'<newsMessage xmlns="{G2}">{header}<itemSet>{item}</itemSet></newsMessage>'
    return message.encode(), "application/xml"


def page(text: str) -> tuple[bytes, str]:
    """As a newspaper's site serves it."""
    draft = parse(text.encode())
    return (
        f"""<!DOCTYPE html><html lang="ar"><head><meta charset="utf-8">
<title>{escape(title(draft))} | مثال</title><link rel="canonical" href="https://example.org/3"></head>
<body><header><nav><ul><li><a href="/">الرئيسية</a></li>
<li><a href="/sport">رياضة</a></li></ul></nav></header>
<main><article><h1>{escape(title(draft))}</h1><div class="share"><button>شارك</button></div>
<figure><img src="/3.jpg"><figcaption>صورة من المكان.</figcaption></figure>
<div class="article-body"><p>{draft.credit}</p>{html(draft)}</div></article></main>
<aside><h3>الأكثر قراءة</h3><ul><li><a href="/9">خبر آخر من الجزيرة</a></li></ul></aside>
<footer><p>جميع الحقوق محفوظة.</p></footer></body></html>""".encode(),
        "text/html",
    )


def bare_page(text: str) -> tuple[bytes, str]:
    """As a word processor saves it."""
    draft = parse(text.encode())
    body = html(draft).replace("<h2>", "<p><b>").replace("</h2>", "</b></p>")
    return f"<html><body><p>{draft.credit}</p>{body}</body></html>".encode(), "text/html"


FORMATS: dict[str, Callable[[str], tuple[bytes, str]]] = {
    "ninjs 1": _json(ninjs_1),
    "ninjs 2": _json(ninjs_2),
    "ninjs 3": _json(ninjs_3),
    "RSS 2.0": _xml(rss_2, "application/rss+xml"),
    "RSS 1.0": _xml(rss_1, "application/xml"),
    "RSS, not well-formed": _xml(rss_unwell, "text/xml"),
    "Atom": _xml(atom, "application/atom+xml"),
    "Atom, XHTML": _xml(atom_xhtml, "application/xml"),
    "JSON Feed": _json(json_feed),
    "JSON Feed, plain text": _json(json_feed_text),
    "NewsML-G2, XHTML": _xml(g2_xhtml, "application/xml"),
    "NewsML-G2, NITF": _xml(g2_nitf, "text/xml"),
    "NewsML-G2, text in a message": g2_message,
    "NITF": _xml(nitf, "application/xml"),
    "a page": page,
    "a bare page": bare_page,
}
