"""A Telegram to run against: the Bot API over HTTP, with people, chats, limits and faults, all in memory.

    world = World()
    reader = world.add_user("Layla", language_code="ar")
    async with serve(world) as server:              # server.url stands for https://api.telegram.org
        ...                                         # run a bot with world.token against it
        world.send_text(reader.id, "/start")
        await world.changes.wait(world.changes.last, 10)
        sent = world.messages(reader.id)[-1]        # Message: .content["text"], .markup, .api()
        press = world.press(reader.id, sent.id, data="more")
        assert await world.answer_to(press) == {"text": "here"}

A world outlives its server: leave `serve` for an outage and enter it again; updates wait meanwhile.

People: `add_user`, `add_people(10_000)`, `add_group`, `add_supergroup`, `add_channel`, `add_forum`,
`add_topic`, `block`, `deactivate`, `kick_bot`, `set_bot`, `set_member`, `upgrade`, `vanish`, `send_file`,
`forward`, `edit_text`.
Trouble: `world.faults.add(faults.dropped().on("sendMessage", probability=0.1))`, `world.faults.clear()`.
Limits: `World(options=Options(rates=limits.TELEGRAM))`, or `world.limits.rates = Rates(per_chat=1)` later.
The judge: `world.journal.sent[chat_id]` (messages applied), `.calls` (each request, its outcome and whether
it was applied), `world.limits.worst` (the fullest windows), `.early` (who did not wait out a 429),
`world.texts(chat_id)`.
The same over HTTP, for other processes: `simulator.client`. Alone: `python -m simulator --port 8081`.
"""

from simulator import faults, limits
from simulator.limits import Rates
from simulator.server import Server, serve
from simulator.state import TOKEN, Options
from simulator.world import World

__all__ = ["TOKEN", "Options", "Rates", "Server", "World", "faults", "limits", "serve"]
