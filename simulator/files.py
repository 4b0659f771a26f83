"""Files in messages: what the Bot API says about one."""

from __future__ import annotations

from simulator.model import Json, StoredFile

KINDS = ("photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker")
_FRAME = {"width": 320, "height": 240}
_OWN: dict[str, Json] = {
    "video_note": {"length": 240, "duration": 1},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}


def described(file: StoredFile, **told: int | str) -> Json:
    """The content fields of a message that carries the file; `told` is what its sender said about it."""
    base: Json = {"file_id": file.id, "file_unique_id": file.id[-16:], "file_size": len(file.data)}
    if file.kind == "photo":
        return {"photo": [base | _FRAME]}
    if file.kind in _OWN:
        return {file.kind: base | _OWN[file.kind]}
    about: Json = base | {"mime_type": file.mime_type}
    if file.kind != "voice":
        about["file_name"] = file.name
    if file.kind in {"video", "animation"}:
        about |= _FRAME
    if file.kind != "document":
        about["duration"] = 1
    about |= {name: value for name, value in told.items() if value is not None}
    content: Json = {file.kind: about}
    if file.kind == "animation":
        content["document"] = base | {"mime_type": file.mime_type, "file_name": file.name}
    return content
