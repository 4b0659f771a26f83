"""setWebhook and its kin; the delivery itself is in `simulator.webhook`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from simulator.errors import bad_request
from simulator.model import Json
from simulator.parameters import Params
from simulator.updates import checked_kinds
from simulator.world import World

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PORTS = frozenset({80, 88, 443, 8443})
MOST_CONNECTIONS = 100
USUAL_CONNECTIONS = 40


def set_webhook(world: World, params: Params) -> bool:
    url = params["url"].strip()
    if not url:
        return delete_webhook(world, params)
    _check_url(url, realistic=world.options.realistic)
    secret = params.get("secret_token", "")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    most = params.get("max_connections", USUAL_CONNECTIONS)
    if not 1 <= most <= MOST_CONNECTIONS:
        raise bad_request("max_connections must be between 1 and 100")
    _accept(world, params)
    hook: Json = {"url": url, "max_connections": most, "secret_token": secret}
    if "ip_address" in params:
        hook["ip_address"] = params["ip_address"]
    if any(world.webhook.get(name) != value for name, value in hook.items()):
        world.hook(hook)
    return True


def delete_webhook(world: World, params: Params) -> bool:
    _accept(world, params)
    world.hook({})
    return True


def get_webhook_info(world: World, _params: Params) -> Json:
    told: dict[str, Any] = {
        "url": world.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    told |= {name: value for name, value in world.webhook.items() if name != "secret_token" and value}
    if world.updates.allowed_named:
        told["allowed_updates"] = sorted(world.updates.allowed)
    return told


def _accept(world: World, params: Params) -> None:
    if world.options.strict:
        checked_kinds(params.get("allowed_updates"))
    world.updates.allow(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        world.updates.drop_all()


def _check_url(url: str, *, realistic: bool) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad_request("bad webhook: URL is invalid") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("bad webhook: URL host is empty")
    if not realistic:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
