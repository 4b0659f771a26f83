"""The environment: what is read, what is refused, and that the docs say the same."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings, SettingsError, load

pytestmark = pytest.mark.usefixtures("clean")

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
CONTRACT = """
BOT_TOKEN BOT_TOKEN_FILE TELEGRAM_API_URL DATABASE_URL OWNER_IDS WEBHOOK_URL WEBHOOK_SECRET HTTP_HOST
HTTP_PORT WIRE_KEYS WIRE_DIR DEFAULT_LANGUAGE TIMEZONE RATE_PER_SECOND RATE_PER_CHAT RATE_PER_GROUP_MINUTE
PAID_BROADCAST ON_UNKNOWN
BREAKING_APPROVALS HALT_FILE PUSH_EVERY ALLOWED_PRIVATE_HOSTS FEEDS FEED_EVERY LOG_LEVEL LOG_FORMAT
"""


def mistakes(*, needs_token: bool = False) -> dict[str, str]:
    with pytest.raises(SettingsError) as refused:
        load(needs_token=needs_token)
    return {mistake.name: mistake.why for mistake in refused.value.mistakes}


def test_an_empty_environment_is_enough_but_for_the_token() -> None:
    settings = load()
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url.get_secret_value() == "sqlite:///ajil.db"
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert (settings.owner_ids, settings.wire_keys, settings.wire_dir) == (frozenset(), (), None)
    assert settings.messages_per_second == 30


def test_run_needs_a_token() -> None:
    found = mistakes(needs_token=True)
    assert list(found) == ["BOT_TOKEN"]
    assert "@BotFather" in found["BOT_TOKEN"]


def test_everything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "BOT_TOKEN": TOKEN,
        "OWNER_IDS": " 11, 22 ,",
        "WIRE_KEYS": "ap!:correct-horse, local.desk:battery:staple",
        "ALLOWED_PRIVATE_HOSTS": "10.0.0.7:8000,[::1]:9000,Feeds.LAN:80",
        "PAID_BROADCAST": "on",
        "LOG_LEVEL": "debug",
        "TIMEZONE": "Asia/Riyadh",
        "TELEGRAM_API_URL": "http://127.0.0.1:8081/",
        "WEBHOOK_URL": "http://127.0.0.1:9999/telegram",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load(needs_token=True)
    assert settings.token == TOKEN
    assert settings.owner_ids == {11, 22}
    keys = [(key.source, key.trusted, key.key.get_secret_value()) for key in settings.wire_keys]
    assert keys == [("ap", True, "correct-horse"), ("local.desk", False, "battery:staple")]
    assert settings.allowed_private_hosts == {("10.0.0.7", 8000), ("::1", 9000), ("feeds.lan", 80)}
    assert settings.messages_per_second == 1000
    assert settings.log_level == "DEBUG"
    assert settings.telegram_api_url == "http://127.0.0.1:8081"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("HTTP_PORT=9001\nTIMEZONE=Asia/Amman\nHTTP_HOST=\nPATH_OF_OTHERS=1\n")
    monkeypatch.setenv("HTTP_PORT", "9002")
    settings = load()
    assert (settings.http_port, settings.timezone, settings.http_host) == (9002, "Asia/Amman", "127.0.0.1")


def test_a_misspelled_name_in_the_file_is_told() -> None:
    Path(".env").write_text("OWNERS_IDS=1\nPOSTGRES_PASSWORD=x\nHTTP_PROXY=y\n")
    assert mistakes() == {"OWNERS_IDS": "is not a setting; did you mean OWNER_IDS?"}


def test_a_file_that_is_not_utf_8_is_told() -> None:
    Path(".env").write_bytes("TIMEZONE=آسيا".encode("cp1256"))
    assert mistakes() == {".env": "is not UTF-8 text; save it as UTF-8"}


def test_a_folder_in_place_of_the_file_is_told() -> None:
    Path("secret").mkdir()
    os.environ["BOT_TOKEN_FILE"] = "secret"
    try:
        assert mistakes() == {"BOT_TOKEN_FILE": "the file cannot be read: Is a directory"}
    finally:
        del os.environ["BOT_TOKEN_FILE"]


def test_the_token_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("token").write_text(TOKEN + "\n")
    monkeypatch.setenv("BOT_TOKEN_FILE", "token")
    assert load(needs_token=True).token == TOKEN
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    assert mistakes() == {"BOT_TOKEN_FILE": "is set beside BOT_TOKEN; keep one of the two"}


BAD = {
    "BOT_TOKEN": "s3cr3t-in-the-wrong-place",
    "TELEGRAM_API_URL": "api.telegram.org",
    "DATABASE_URL": "mysql://root:s3cr3t@host/db",
    "OWNER_IDS": "@s3cr3t",
    "WEBHOOK_URL": "ftp://s3cr3t.example/telegram",
    "WEBHOOK_SECRET": "s3cr3t with spaces",
    "HTTP_PORT": "80800",
    "WIRE_KEYS": "s3cr3t",
    "DEFAULT_LANGUAGE": "fr",
    "TIMEZONE": "../s3cr3t",
    "RATE_PER_SECOND": "0",
    "RATE_PER_CHAT": "nan",
    "RATE_PER_GROUP_MINUTE": "-1",
    "PAID_BROADCAST": "perhaps",
    "ON_UNKNOWN": "resend",
    "BREAKING_APPROVALS": "0",
    "PUSH_EVERY": "inf",
    "ALLOWED_PRIVATE_HOSTS": "10.0.0.7",
    "FEEDS": "https://a:s3cr3t@news.example/rss",
    "FEED_EVERY": "soon",
    "LOG_LEVEL": "chatty",
    "LOG_FORMAT": "xml",
}


def test_all_mistakes_are_told_at_once_and_no_value_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in BAD.items():
        monkeypatch.setenv(name, value)
    found = mistakes(needs_token=True)
    assert set(found) == set(BAD)
    assert "s3cr3t" not in " ".join(found.values())
    assert "pydantic" not in " ".join(found.values())


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("WIRE_KEYS", "ap:12345678,afp:12345678", "two sources have the same key; give each source its own"),
        ("WIRE_KEYS", "ok:12345678,no key", "pair 2 is not source:key (or source!:key)"),
        ("WEBHOOK_URL", "https://news.example:8080/telegram", "ports 443, 80, 88 and 8443 only"),
        ("ALLOWED_PRIVATE_HOSTS", "a:1,b:70000", "pair 2 is not host:port"),
        ("FEEDS", "https://a.example/rss?x=1,2 b.example", "address 2 is not one of a feed"),
        ("OWNER_IDS", "-5", "must be numeric user ids"),
        ("DATABASE_URL", "sqlite:///:memory:", "must be sqlite:///FILE or postgresql://"),
    ],
)
def test_a_mistake_says_its_mend(monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str) -> None:
    monkeypatch.setenv(name, value)
    assert why in mistakes()[name]


@given(
    name=st.sampled_from(sorted({name.upper() for name in Settings.model_fields} - {"BOT_TOKEN_FILE"})),
    value=st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
)
@trying(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_is_read_or_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with monkeypatch.context() as here:
        here.setenv(name, value)
        with contextlib.suppress(SettingsError):
            load()
            return
        assert list(mistakes()) == [name]


def test_secrets_show_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("WIRE_KEYS", "ap!:correct-horse")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:p%40ssword@host/db")
    settings = load()
    for secret in (TOKEN, "correct-horse", "p%40ssword", settings.webhook_proof):
        assert secret not in repr(settings)
        assert secret in settings.secrets()
    assert "p@ssword" in settings.secrets()


def test_the_webhook_secret_is_as_set_or_made_from_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    made = load().webhook_proof
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", made)
    assert load().webhook_proof == made
    monkeypatch.setenv("WEBHOOK_SECRET", "my-own")
    assert load().webhook_proof == "my-own"


def default_of(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if value not in {None, (), frozenset()} else ""


EXPECTED = [
    (name.upper(), default_of(field), field.description) for name, field in Settings.model_fields.items()
]


def test_the_settings_are_those_of_the_contract() -> None:
    assert {name for name, _, _ in EXPECTED} == set(CONTRACT.split())


def test_the_example_file_holds_every_setting_with_its_line() -> None:
    written = re.findall(r"^# (.+)\n([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert [(name, default, line) for line, name, default in written] == EXPECTED


def test_the_example_file_can_be_used_as_it_is() -> None:
    Path(".env").write_text((ROOT / ".env.example").read_text())
    assert load() == load(env_file=Path("none"))


def test_the_page_of_settings_says_the_same() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    written = re.findall(r"^\| `([A-Z_]+)` \| `?(.*?)`? \| (.+) \|$", page, re.MULTILINE)
    assert written == EXPECTED


def test_a_server_of_ones_own_calls_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "http://10.0.0.7:9000/telegram")
    assert "must be an https:// address" in mistakes()["WEBHOOK_URL"]
    monkeypatch.setenv("TELEGRAM_API_URL", "http://10.0.0.8:8081")
    assert load().webhook_url == "http://10.0.0.7:9000/telegram"


def test_hubs_call_beside_the_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(needs_token=False).callbacks is None
    monkeypatch.setenv("WEBHOOK_URL", "https://news.example/bot/telegram")
    assert load(needs_token=False).callbacks == "https://news.example/bot/websub"
