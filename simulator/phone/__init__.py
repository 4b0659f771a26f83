"""The phone page: two people's chats with the bot side by side, in a browser, and what the bot sent.

async with serve_phone(world, Phone(reader=100001, editor=100002)) as url: ...
"""

from simulator.phone.page import Phone, serve_phone

__all__ = ["Phone", "serve_phone"]
