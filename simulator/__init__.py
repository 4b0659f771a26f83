"""A Telegram to run against: the Bot API over HTTP, with people, chats, limits and faults, in memory."""

from simulator.server import Server, serve
from simulator.state import TOKEN, Options
from simulator.world import World

__all__ = ["TOKEN", "Options", "Server", "World", "serve"]
