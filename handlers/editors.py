"""What editors do in chat: each function is one command."""

from __future__ import annotations

from dataclasses import replace

from handlers import composing, previews
from handlers.copy import address_in, copy_in, has_copy
from handlers.doors import Answer, Asked
from newsroom.desk import Desk
from newsroom.errors import Refusal
from newsroom.message import Message
from newsroom.proposing import Proposal
from storage.records import Composed


async def publish(desk: Desk, asked: Asked) -> Message:
    address = address_in(asked)
    if address is not None:
        return await desk.publishing.publish_page(asked.who, address)
    return await desk.publishing.publish(asked.who, await copy_in(asked))


async def breaking(desk: Desk, asked: Asked) -> Proposal:
    return await desk.publishing.propose_breaking(asked.who, asked.words)


async def broadcast(desk: Desk, asked: Asked) -> Proposal:
    """Shown to the editor by really sending it: what Telegram refuses there is never planned."""
    if asked.message.reply_to_message is None and previews.by_address(asked.words) is None:
        raise Refusal("broadcast_missing")
    await desk.publishing.require_readers(asked.who)
    proposal = await desk.publishing.propose_broadcast(asked.who, await _shown(desk, asked))
    return replace(proposal, shown=None)


async def _shown(desk: Desk, asked: Asked) -> Composed:
    """What was shown, as a call that says it again in any chat.

    A file at an address is fetched by Telegram once, for the editor; readers get it by its id.
    """
    composed = await _composed(desk, asked)
    sent = await previews.send(asked.message.get_bot(), asked.who.chat_id, composed)
    if asked.message.reply_to_message is not None:
        return composed
    if sent is None:
        raise Refusal("unsupported_message")
    return composing.compose(sent)


async def _composed(desk: Desk, asked: Asked) -> Composed:
    chosen = asked.message.reply_to_message
    if chosen is None:
        there = previews.by_address(asked.words)
        if there is None:
            raise Refusal("broadcast_missing")
        return there
    if chosen.media_group_id is None:
        return composing.compose(chosen)
    return composing.album(await desk.publishing.album(asked.who, chosen.media_group_id, chosen.message_id))


async def schedule(desk: Desk, asked: Asked) -> Message:
    return await desk.publishing.schedule(asked.who, asked.words)


async def approve(desk: Desk, asked: Asked) -> Answer:
    return await desk.publishing.approve(asked.who, asked.words)


async def reject(desk: Desk, asked: Asked) -> Message:
    return await desk.publishing.reject(asked.who, asked.words)


async def merge(desk: Desk, asked: Asked) -> Message:
    return await desk.publishing.merge(asked.who, asked.words)


async def split(desk: Desk, asked: Asked) -> Message:
    return await desk.publishing.split(asked.who, asked.words)


async def correct(desk: Desk, asked: Asked) -> Answer:
    """The new copy comes with the command, is what it replies to, or is asked for."""
    code, _, rest = asked.words.replace("\n", " \n", 1).partition(" ")
    given = replace(asked, words=rest)
    if not has_copy(given):
        return await desk.amending.ask_for_copy(asked.who, code)
    return await desk.amending.propose_correction(asked.who, code, await copy_in(given))


async def said(desk: Desk, asked: Asked) -> Answer:
    """What is no command: the copy that was asked for, or nothing that anybody here understands."""
    if not await desk.awaits_copy(asked.who):
        return await desk.hint(asked.who, asked.words)
    return await desk.amending.propose_correction(asked.who, "", await copy_in(asked))


async def hold(desk: Desk, asked: Asked) -> Message:
    return await desk.amending.hold(asked.who, asked.words)


async def release(desk: Desk, asked: Asked) -> Message:
    return await desk.amending.release(asked.who, asked.words)


async def kill(desk: Desk, asked: Asked) -> Proposal:
    return await desk.amending.propose_kill(asked.who, asked.words)


async def queue(desk: Desk, asked: Asked) -> Message:
    return await desk.publishing.queue(asked.who)


async def audit(desk: Desk, asked: Asked) -> Message:
    return await desk.audit(asked.who)


async def editors(desk: Desk, asked: Asked) -> Message:
    return await desk.editors(asked.who, asked.words)


async def stats(desk: Desk, asked: Asked) -> Message:
    return await desk.control.stats(asked.who, asked.words)


async def feeds(desk: Desk, asked: Asked) -> Message:
    return await desk.feeds.command(asked.who, asked.words)


async def pause(desk: Desk, asked: Asked) -> Message:
    return await desk.control.pause(asked.who, asked.words)


async def unpause(desk: Desk, asked: Asked) -> Message:
    return await desk.control.unpause(asked.who, asked.words)


async def cancel(desk: Desk, asked: Asked) -> Message:
    return await desk.control.cancel(asked.who, asked.words)


async def halt(desk: Desk, asked: Asked) -> Message:
    return await desk.control.halt(asked.who)


async def unhalt(desk: Desk, asked: Asked) -> Message:
    return await desk.control.unhalt(asked.who)
