"""What the bot says about itself: name, descriptions, commands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from simulator.errors import bad_request
from simulator.model import Json
from simulator.parameters import Params
from simulator.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
DESCRIPTION_LIMIT = 256
MOST_COMMANDS = 100


def get_me(world: World, _params: Params) -> Json:
    return world.bot.api() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.options.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def log_out(_world: World, _params: Params) -> bool:
    return True


def set_my_commands(world: World, params: Params) -> bool:
    commands = [_command(one) for one in params["commands"]]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_commands_key(world, params)] = commands
    world.changes.add("commands", None, {"commands": commands})
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get(_commands_key(world, params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop(_commands_key(world, params), None)
    world.changes.add("commands", None, {"commands": []})
    return True


def _command(one: dict[str, Any]) -> Json:
    name = one["command"].removeprefix("/").lower()
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    description = one["description"].strip()
    if not 1 <= len(description) <= DESCRIPTION_LIMIT:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _commands_key(world: World, params: Params) -> tuple[str, str]:
    scope = params.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        scope = scope | {"chat_id": world.chat(scope["chat_id"]).id}
    return json.dumps(scope, sort_keys=True), _language(params)


def _language(params: Params) -> str:
    code: str = params.get("language_code", "")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("LANG_CODE_INVALID")
    return code


def setter(name: str, limit: int) -> Callable[[World, Params], bool]:
    def set_it(world: World, params: Params) -> bool:
        value = params.get(name, "")
        if len(value) > limit:
            raise bad_request(f"{name} is too long")
        world.profile[name, _language(params)] = value
        world.changes.add("profile", None, {name: value})
        return True

    return set_it


def getter(name: str) -> Callable[[World, Params], Json]:
    def get_it(world: World, params: Params) -> Json:
        usual = world.profile.get((name, ""), world.bot.first_name if name == "name" else "")
        return {name: world.profile.get((name, _language(params))) or usual}

    return get_it
