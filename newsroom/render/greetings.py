"""Coming, going, help, and the settings of a chat."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from newsroom.actions import Verb
from newsroom.message import Button, Message
from newsroom.paging import clip
from newsroom.render import commands, telling
from newsroom.text import Text, bold, code
from newsroom.words import LANGUAGES, Words, words_for

HEADLINE_LIMIT = 160
LONGEST_COMMAND = 32
ALIKE = 0.65  # /topics is not /stop


def start(words: Words, *, again: bool = False, in_group: bool = False) -> Message:
    text = Text(words.direction)
    if again:
        text.line(bold(words.say("start.again")))
    elif in_group:
        text.line(bold(words.say("start.group")))
    else:
        text.line(bold(words.say("start.new")))
    text.gap().line(words.say("start.what")).line(words.say("start.stop"))
    return text.message(_languages(words))


def joined(words: Words, title: str) -> Message:
    """Of a channel, to who brought the bot there."""
    named = bold(clip(title, HEADLINE_LIMIT))
    return Text(words.direction).line(*words.pieces("start.channel", title=named)).message()


def help_page(words: Words, *, for_editor: bool = False) -> Message:
    text = Text(words.direction).line(bold(words.say("help.readers")))
    _add_commands(text, commands.READERS, words)
    text.gap().line(words.say("help.code"))
    if for_editor:
        text.gap().line(bold(words.say("help.editors")))
        _add_commands(text, commands.EDITORS, words)
        text.gap().line(words.say("help.breaking"))
    return text.message()


def stop(words: Words) -> Message:
    text = Text(words.direction).line(bold(words.say("stop.done")))
    return text.line(words.say("stop.again")).message()


def languages(words: Words) -> Message:
    return Text(words.direction).line(words.say("language.choose")).message(_languages(words, every=True))


def language_chosen(words: Words) -> Message:
    return Text(words.direction).line(words.say("language.chosen")).message()


def hint(words: Words, typed: str, *, story: str | None = None, for_editor: bool = False) -> Message:
    """For what nobody here understands: the command, or the story (its code), that was perhaps meant."""
    text = Text(words.direction)
    if typed.startswith("/"):
        known = commands.READERS + commands.EDITORS if for_editor else commands.READERS
        return _hint_at_command(text, words, typed, known).message()
    if story is None:
        return text.line(words.say("hint.text")).line(words.say("hint.help")).message()
    text.line(*words.pieces("hint.code", code=code(story)))
    return text.message([telling.button(words.say("button.open"), Verb.OPEN, story)])


def _hint_at_command(text: Text, words: Words, typed: str, known: Sequence[str]) -> Text:
    name = typed[1 : 1 + LONGEST_COMMAND].partition("@")[0].split()
    near = get_close_matches(name[0].casefold(), known, n=1, cutoff=ALIKE) if name else []
    text.line(words.say("hint.command"))
    if near:
        return text.line(words.say("hint.near", command=f"/{near[0]}"))
    return text.line(words.say("hint.help"))


def _add_commands(text: Text, named: tuple[str, ...], words: Words) -> None:
    for command, description in commands.described(named, words):
        text.line(words.say("help.command", command=f"/{command}", description=description))


def _languages(words: Words, *, every: bool = False) -> list[Button]:
    """Each by its own name: who looks for it may read no other."""
    offered = [tag for tag in LANGUAGES if every or tag != words.language]
    return [telling.button(words_for(tag).say("language.name"), Verb.LANGUAGE, tag) for tag in offered]
