"""What every handler works with, handed over when they are registered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import Message as ChatMessage
from telegram import Update
from telegram.ext import Application, ContextTypes

from newsroom.desk import Desk
from newsroom.house import House
from newsroom.message import Message
from newsroom.proposing import Proposal
from newsroom.visitor import Visitor

Context = ContextTypes.DEFAULT_TYPE
# Whatever its rate limiter: the type of the bot goes with it, and the library's types are invariant.
Chats = Application[Any, Any, Any, Any, Any, Any]
Handler = Callable[[Update, Context], Coroutine[object, object, None]]
Answer = Message | Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """`house` speaks where the store cannot say what a chat's language is."""

    desk: Desk
    house: House


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command as it was asked: by whom, in which message, and the words after it."""

    who: Visitor
    message: ChatMessage
    words: str


Act = Callable[[Desk, Asked], Awaitable[Answer]]
