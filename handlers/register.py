"""Every chat handler, in order: the first that takes an update has it."""

from __future__ import annotations

from telegram.ext import CallbackQueryHandler, ChatMemberHandler, MessageHandler, filters

from handlers import editors, readers
from handlers.buttons import presses
from handlers.comings import memberships, migrations
from handlers.commands import answers, by_administrators, by_editors, hints, says
from handlers.doors import Act, Chats, Doors
from handlers.failures import failures
from handlers.gathering import OF_ALBUM, album_items
from handlers.spoken import ELSEWHERE, TO_US, Says

# A new command is a function in readers.py or editors.py, and a line here.
COMMANDS: tuple[tuple[str, Act], ...] = (
    ("start", by_administrators(readers.start)),
    ("help", readers.help_page),
    ("latest", readers.latest),
    ("story", readers.story),
    ("sections", readers.sections),
    ("related", readers.related),
    ("search", readers.search),
    ("topics", readers.topics),
    ("follow", by_administrators(readers.follow)),
    ("unfollow", by_administrators(readers.unfollow)),
    ("following", readers.following),
    ("settings", readers.settings),
    ("quiet", by_administrators(readers.quiet)),
    ("digest", by_administrators(readers.digest)),
    ("timezone", by_administrators(readers.timezone)),
    ("language", by_administrators(readers.language)),
    ("stop", by_administrators(readers.stop)),
    ("publish", by_editors(editors.publish)),
    ("breaking", by_editors(editors.breaking)),
    ("broadcast", by_editors(editors.broadcast)),
    ("schedule", by_editors(editors.schedule)),
    ("approve", by_editors(editors.approve)),
    ("reject", by_editors(editors.reject)),
    ("correct", by_editors(editors.correct)),
    ("hold", by_editors(editors.hold)),
    ("release", by_editors(editors.release)),
    ("kill", by_editors(editors.kill)),
    ("merge", by_editors(editors.merge)),
    ("split", by_editors(editors.split)),
    ("queue", by_editors(editors.queue)),
    ("stats", by_editors(editors.stats)),
    ("feeds", by_editors(editors.feeds)),
    ("pause", by_editors(editors.pause)),
    ("unpause", by_editors(editors.unpause)),
    ("cancel", by_editors(editors.cancel)),
    ("halt", by_editors(editors.halt)),
    ("unhalt", by_editors(editors.unhalt)),
    ("audit", by_editors(editors.audit)),
    ("editors", by_editors(editors.editors)),
)

# Edited messages bring no second answer, nor does a channel's post that its discussion group repeats.
NEW = (filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST) & ~filters.IS_AUTOMATIC_FORWARD
PRIVATE_WORDS = filters.ChatType.PRIVATE & ((filters.TEXT & ~filters.COMMAND) | filters.Document.ALL)
PRIVATE_TEXT = filters.ChatType.PRIVATE & filters.TEXT & ~ELSEWHERE

BESIDE = -1  # in a group of its own: whoever answers an update still has it

ALLOWED_UPDATES = ("message", "channel_post", "callback_query", "my_chat_member")
"""Bot API `allowed_updates`: what the handlers below take."""


def register(application: Chats, doors: Doors) -> None:
    add = application.add_handler
    add(MessageHandler(NEW & filters.ChatType.PRIVATE & OF_ALBUM, album_items(doors)), BESIDE)
    add(MessageHandler(filters.StatusUpdate.MIGRATE, migrations(doors)))
    add(ChatMemberHandler(memberships(doors), ChatMemberHandler.MY_CHAT_MEMBER))
    add(CallbackQueryHandler(presses(doors)))
    for name, act in COMMANDS:
        add(MessageHandler(NEW & Says(name), answers(doors, act)))
    add(MessageHandler(NEW & PRIVATE_WORDS, says(doors, editors.said)))
    add(MessageHandler(NEW & (PRIVATE_TEXT | TO_US), hints(doors)))
    application.add_error_handler(failures(doors))
