"""What readers ask in chat: each function is one command."""

from __future__ import annotations

from handlers.doors import Asked
from newsroom.desk import Desk
from newsroom.message import Message


async def start(desk: Desk, asked: Asked) -> Message:
    return await desk.start(asked.who)


async def stop(desk: Desk, asked: Asked) -> Message:
    return await desk.stop(asked.who)


async def help_page(desk: Desk, asked: Asked) -> Message:
    return await desk.help(asked.who)


async def latest(desk: Desk, asked: Asked) -> Message:
    return await desk.latest(asked.who, asked.words)


async def story(desk: Desk, asked: Asked) -> Message:
    return await desk.story(asked.who, asked.words)


async def sections(desk: Desk, asked: Asked) -> Message:
    return await desk.sections(asked.who, asked.words)


async def related(desk: Desk, asked: Asked) -> Message:
    answered = asked.message.reply_to_message
    return await desk.related(asked.who, asked.words, answered.message_id if answered else None)


async def topics(desk: Desk, asked: Asked) -> Message:
    return await desk.topics(asked.who, asked.words)


async def search(desk: Desk, asked: Asked) -> Message:
    return await desk.search(asked.who, asked.words)


async def follow(desk: Desk, asked: Asked) -> Message:
    return await desk.follow(asked.who, asked.words)


async def unfollow(desk: Desk, asked: Asked) -> Message:
    return await desk.unfollow(asked.who, asked.words)


async def language(desk: Desk, asked: Asked) -> Message:
    return await desk.choose_language(asked.who, asked.words)


async def following(desk: Desk, asked: Asked) -> Message:
    return await desk.following(asked.who)


async def settings(desk: Desk, asked: Asked) -> Message:
    return await desk.settings(asked.who)


async def quiet(desk: Desk, asked: Asked) -> Message:
    return await desk.choose_quiet(asked.who, asked.words)


async def digest(desk: Desk, asked: Asked) -> Message:
    return await desk.choose_digests(asked.who, asked.words)


async def timezone(desk: Desk, asked: Asked) -> Message:
    return await desk.choose_zone(asked.who, asked.words)
