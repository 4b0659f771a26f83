"""Bytes to text: which encoding, and without what must never reach a reader."""

from __future__ import annotations

import codecs
import re

from newsroom.arabic import normal
from newsroom.wire.refused import CopyRefused, Reason

# What ends or makes up an empty line, beyond what `str.isspace` says: marks and fillers that show nothing.
BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u200e\u200f\u061c\u2060\u2800\u3164\uffa0"
)

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# Only these may be declared: Python's registry also holds codecs that are not encodings, some of them slow.
_DECLARABLE = {
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "windows-1256": "cp1256",
    "cp1256": "cp1256",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-1": "cp1252",
    "iso-8859-6": "iso8859-6",
    "iso-8859-15": "iso8859-15",
}

_SAMPLE = 64 * 1024
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
)
_FEW_CONTROLS = 8  # telex frames open and close with a handful (SOH, STX, ETX)

_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")
_LETTERS_IN_A_ROW = re.compile(rb"[\xc0-\xff]{2,}")
_ALEF_OR_LAM = re.compile(rb"[\xc7\xe1]")

_CONTROLS = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
_OVERRIDES_AND_ISOLATES = "\u202a-\u202e\u2066-\u206f"
_CONTROL = re.compile(f"[{_CONTROLS}]")
_NO_LETTERS = "\ud800-\udfff\ufffe\uffff\ufeff"
_NEVER_SHOWN = re.compile(f"[{_CONTROLS}{_OVERRIDES_AND_ISOLATES}{_NO_LETTERS}]+")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def decode(copy: bytes, charset: str | None) -> str:
    """The copy as NFC text with `\\n` line ends, without controls and bidi overrides; never blank."""
    if copy.startswith(_MAGIC):
        raise CopyRefused(Reason.BINARY, "The copy is not text")
    text = _read(copy, charset)
    _refuse_binary(text)
    text = clean(text)
    if not text:
        raise CopyRefused(Reason.EMPTY, "The copy is empty")
    return text


def clean(text: str) -> str:
    """What any text becomes that came from outside, however it was escaped on its way; it may be blank."""
    text = normal("NFC", _NEVER_SHOWN.sub("", text))
    return _LINE_ENDS.sub("\n", text).strip(BLANKS)


def _read(copy: bytes, charset: str | None) -> str:
    for mark, marked in _BOMS:
        if copy.startswith(mark):
            return _strictly(copy[len(mark) :], marked)
    declared = _DECLARABLE.get((charset or "").strip().lower())
    for encoding in filter(None, (declared, "utf-8")):
        try:
            return copy.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _strictly(copy, _guess(copy))


def _strictly(copy: bytes, encoding: str) -> str:
    try:
        return copy.decode(encoding)
    except UnicodeDecodeError as broken:
        found = f"Byte {broken.start + 1:,} of the copy is not {encoding}"
        raise CopyRefused(Reason.UNDECODABLE, found) from None


def _guess(copy: bytes) -> str:
    """Which encoding copy is in that is not UTF-8, by how it reads.

    Arabic words are rows of bytes from C0 up, every fifth of them an alef or a lam; in Latin words such
    bytes stand alone. What is mostly good UTF-8 is broken UTF-8, which only its sender can mend.
    """
    sample = copy[:_SAMPLE]
    high = sum(map(len, _HIGH.findall(sample)))
    if 2 * sum(map(len, _UTF8_SEQUENCE.findall(sample))) > high:
        return "utf-8"
    letters = sum(byte >= 0xC0 for byte in sample)  # noqa: PLR2004 - where letters begin in Windows code pages
    if 2 * sum(map(len, _LETTERS_IN_A_ROW.findall(sample))) < letters or not letters:
        return "cp1252"
    return "cp1256" if 10 * len(_ALEF_OR_LAM.findall(sample)) >= letters else "utf-8"


def _refuse_binary(text: str) -> None:
    controls = len(_CONTROL.findall(text, 0, _SAMPLE))
    if "\x00" in text or controls > max(_FEW_CONTROLS, min(len(text), _SAMPLE) // 100):
        raise CopyRefused(Reason.BINARY, "The copy is not text")
