"""The one error of the way in."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why copy was refused, as the catalogues know it."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    BINARY = "binary"
    UNDECODABLE = "undecodable"
    FORMAT = "format"
    MALFORMED = "malformed"
    FOREIGN = "foreign"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    SEVERAL = "several"


_MEND = {
    Reason.EMPTY: "send the text of the story",
    Reason.TOO_LARGE: "send the story alone, without attachments",
    Reason.BINARY: "send plain text, not a document, a picture or an archive",
    Reason.UNDECODABLE: "save it as UTF-8 and send all of it again",
    Reason.FORMAT: "send agency text as text/plain, or one of the formats in docs/formats.md",
    Reason.MALFORMED: "send the whole document again, as its format wants it written",
    Reason.FOREIGN: "send one of the formats in docs/formats.md, or agency text as text/plain",
    Reason.TOO_DEEP: "send it without so many levels of elements",
    Reason.TOO_MANY: "send the others in a body of their own",
    Reason.SEVERAL: "send them one by one",
}


class CopyRefused(Exception):  # noqa: N818 - it reads as what happened, at every call site
    """Copy that cannot become a draft: what is wrong with it, and how to mend it."""

    def __init__(self, reason: Reason, finding: str) -> None:
        super().__init__(f"{finding}: {_MEND[reason]}.")
        self.reason = reason
