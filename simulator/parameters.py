"""What a request says, checked against what its method declares.

Values come as JSON, or as the strings that a form holds. In strict mode an unknown parameter or field is
refused (Telegram ignores it): it is nearly always a slip of the caller.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.declared import MARKUPS, METHODS, OBJECTS, TYPED, Declared, declared
from simulator.errors import ApiError, bad_request

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    mime_type: str
    data: bytes


Files = Mapping[str, Upload]
Reader = Callable[[Any, Files], Any]

_EMPTY = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message_id isn't specified",
    "user_id": "invalid user_id specified",
    "file_id": "invalid file_id specified",
}


class Declaration:
    """How the values of one method, or the fields of one object, are read."""

    def __init__(self, line: str) -> None:
        names = declared(line)
        self.readers: dict[str, Reader] = {one.name: _reader(one) for one in names}
        self.required = tuple(one.name for one in names if one.required)

    def read(self, given: Mapping[str, Any], files: Files, *, strict: bool) -> Params:
        readers = self.readers
        read: Params = {}
        for name, value in given.items():
            reader = readers.get(name)
            if reader is None:
                if strict:
                    raise bad_request(f'unknown parameter "{name}" (strict simulator)')
            elif value is not None:
                try:
                    read[name] = reader(value, files)
                except ValueError as error:
                    raise bad_request(f'can\'t read parameter "{name}": {error}') from None
        for name in self.required:
            if name not in read:
                raise missing(name)
        return read


def missing(name: str) -> ApiError:
    return bad_request(_EMPTY.get(name, f'parameter "{name}" is required'))


def _reader(one: Declared) -> Reader:
    return _reader_of(one.type)


def _reader_of(kind: str) -> Reader:
    if kind.startswith("["):
        return _list_reader(_reader_of(kind[1:-1]))
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "Markup":
        return _markup
    if kind in TYPED:
        return _typed_reader(kind, TYPED[kind])
    return _object_reader(kind)


def _integer(value: Any, _files: Files) -> int:
    if type(value) is int:
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise ValueError("an integer is expected")


def _number(value: Any, _files: Files) -> float:
    try:
        if not isinstance(value, bool):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise ValueError("a number is expected")


def _text(value: Any, _files: Files) -> str:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError("a string is expected")


def _boolean(value: Any, _files: Files) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in {"true", "yes", "1"}:
        return True
    if word in {"false", "no", "0"}:
        return False
    raise ValueError("a boolean is expected")


def _chat(value: Any, _files: Files) -> int | str:
    """An id, or `@name`."""
    if type(value) is int:
        return value
    text = str(value).strip()
    if text.startswith("@"):
        return text
    try:
        return int(text)
    except ValueError:
        raise bad_request("chat not found") from None


def _media(value: Any, files: Files) -> Upload | str:
    """A file that came along, or a file id or address."""
    if isinstance(value, Upload):
        return value
    text = _text(value, files)
    if not text.startswith("attach://"):
        return text
    found = files.get(text.removeprefix("attach://"))
    if found is None:
        raise ValueError(f"there is no file {text}")
    return found


def _list_reader(item: Reader) -> Reader:
    def read(value: Any, files: Files) -> list[Any]:
        found = _parsed(value)
        if not isinstance(found, list):
            raise ValueError("a JSON array is expected")  # noqa: TRY004 (one error for all readers)
        return [item(one, files) for one in found]

    return read


def _object_reader(kind: str) -> Reader:
    line = OBJECTS.get(kind)
    fields: list[Declaration] = []

    def read(value: Any, files: Files) -> Params:
        found = _parsed(value)
        if not isinstance(found, dict):
            raise ValueError(f"a JSON object {kind} is expected")  # noqa: TRY004 (as above)
        if line is None:
            return found
        if not fields:  # not earlier: objects name one another
            fields.append(Declaration(line))
        return _fields(kind, fields[0], found, files)

    return read


def _fields(kind: str, fields: Declaration, found: Params, files: Files) -> Params:
    try:
        return fields.read(found, files, strict=True)
    except ApiError as error:
        raise ValueError(f"{kind}: {error.description.removeprefix('Bad Request: ')}") from None


def _typed_reader(name: str, kinds: Mapping[str, str]) -> Reader:
    readers = {key: _object_reader(kind) for key, kind in kinds.items()}

    def read(value: Any, files: Files) -> Params:
        found = _parsed(value)
        reader = readers.get(str(found.get("type"))) if isinstance(found, dict) else None
        if reader is None:
            raise ValueError(f"a JSON object {name} is expected, its type one of {', '.join(readers)}")
        read_object: Params = reader(found, files)
        return read_object

    return read


_MARKUP_READERS = {key: _object_reader(kind) for key, kind in MARKUPS.items()}


def _markup(value: Any, files: Files) -> Params:
    found = _parsed(value)
    if isinstance(found, dict):
        for key, reader in _MARKUP_READERS.items():
            if key in found:
                read: Params = reader(found, files)
                return read
    raise ValueError("can't parse reply keyboard markup JSON object")


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None


_PLAIN: dict[str, Reader] = {
    "int": _integer,
    "float": _number,
    "str": _text,
    "bool": _boolean,
    "chat": _chat,
    "media": _media,
    "file": _media,
}

DECLARATIONS: dict[str, Declaration] = {name: Declaration(line) for name, line in METHODS.items()}
