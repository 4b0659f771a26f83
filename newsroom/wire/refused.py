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


_MEND = {
    Reason.EMPTY: "send the text of the story",
    Reason.TOO_LARGE: "send the story alone, without attachments",
    Reason.BINARY: "send plain text, not a document, a picture or an archive",
    Reason.UNDECODABLE: "save it as UTF-8 and send all of it again",
    Reason.FORMAT: "send agency text as text/plain",
}


class CopyRefused(Exception):  # noqa: N818 - it reads as what happened, at every call site
    """Copy that cannot become a draft: what is wrong with it, and how to mend it."""

    def __init__(self, reason: Reason, finding: str) -> None:
        super().__init__(f"{finding}: {_MEND[reason]}.")
        self.reason = reason
