"""Sending what is no text and no file: places, people, polls, dice."""

from __future__ import annotations

from typing import Any

from simulator.errors import bad_request
from simulator.methods.sending import post
from simulator.model import Json
from simulator.parameters import Params
from simulator.world import World

DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
MOST_OPTIONS = 12
_PLACE = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
_VENUE = ("title", "address", "foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
_CONTACT = ("phone_number", "first_name", "last_name", "vcard")
_QUIZ = ("correct_option_ids", "explanation", "explanation_entities")
_POLL = ("question_entities", "open_period", "close_date", "description", "description_entities")


def send_location(world: World, params: Params) -> Json:
    return _post(world, params, {"location": _given(params, _PLACE)})


def send_venue(world: World, params: Params) -> Json:
    place = _given(params, ("latitude", "longitude"))
    return _post(world, params, {"venue": {"location": place} | _given(params, _VENUE), "location": place})


def send_contact(world: World, params: Params) -> Json:
    return _post(world, params, {"contact": _given(params, _CONTACT)})


def send_dice(world: World, params: Params) -> Json:
    emoji = params.get("emoji", "🎲")
    if emoji not in DICE:
        raise bad_request("dice emoji is invalid")
    return _post(world, params, {"dice": {"emoji": emoji, "value": world.random.randint(1, DICE[emoji])}})


def send_poll(world: World, params: Params) -> Json:
    options = params["options"]
    if not 1 <= len(options) <= MOST_OPTIONS:
        raise bad_request(f"poll must have from 1 to {MOST_OPTIONS} options")
    kind = params.get("type", "regular")
    if kind == "quiz" and not params.get("correct_option_ids"):
        raise bad_request("correct_option_ids must be non-empty for quizzes")
    poll: Json = {
        "id": str(world.random.getrandbits(60)),
        "question": params["question"],
        "options": [_option(number, one) for number, one in enumerate(options)],
        "total_voter_count": 0,
        "is_closed": params.get("is_closed", False),
        "is_anonymous": params.get("is_anonymous", True),
        "type": kind,
        "allows_multiple_answers": params.get("allows_multiple_answers", False),
        "allows_revoting": params.get("allows_revoting", kind == "regular"),
        "members_only": params.get("members_only", False),
    }
    return _post(world, params, {"poll": poll | _given(params, _POLL) | _given(params, _QUIZ)})


def _option(number: int, given: dict[str, Any]) -> Json:
    option: Json = {"persistent_id": str(number), "text": given["text"], "voter_count": 0}
    return option | _given(given, ("text_entities",))


def _post(world: World, params: Params, content: Json) -> Json:
    return post(world, world.writable(params["chat_id"]), params, content).api()


def _given(params: Params, names: tuple[str, ...]) -> Json:
    return {name: params[name] for name in names if name in params}
