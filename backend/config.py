"""The configuration: one frozen object from the environment, all problems reported at once.

`python -m backend.config` prints the table of settings for the README.
"""

# ruff: noqa: RUF009  # setting() declares a field and timedelta is immutable
from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from backend.settings import PREFIX, ConfigError, demo_key, in_seconds, markdown, read, read_env_file, setting, variable

SECRET_LEAST = 32
DEMO_KEYS = Path("var/demo-keys")
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting, typed; durations are given in seconds."""

    demo: bool = setting("1: random secrets kept under var/demo-keys, the simulator, webhooks open on loopback", False)
    host: str = setting("address the web server listens on", "127.0.0.1")
    port: int = setting("port the web server listens on", 8080, env="PORT", least=1, most=65535)
    public_url: str = setting(
        "address the outside world reaches us at, `https://…` without path; signatures cover it", ""
    )
    web_workers: int = setting("web processes", 2, least=1, most=64)
    web_threads: int = setting(
        "threads of each web process; a session holds one while it waits and while its turn is taken",
        128,
        least=1,
        most=256,
    )
    request_bytes: int = setting("largest request body that is read", 65_536, least=1024)

    database_url: str = setting(
        "`sqlite:///path` or `postgresql://user:password@host/name`", "sqlite:///var/khaibao.db", secret=True
    )
    database_pool: int = setting(
        "PostgreSQL connections of each process, and sessions it answers at once", 10, least=1, most=200
    )
    redis_url: str = setting("`redis://…`; without it one worker polls the tables", "", secret=True)
    spool_path: Path = setting(
        "folder of the sealed spool that takes messages while the database is down", Path("var/spool")
    )

    secret_key: str = setting("signs sessions of the console; at least 32 characters", "", secret=True)
    field_keys: tuple[bytes, ...] = setting(
        "keys of the sealed columns, 32 bytes in base64, comma between; the first encrypts, all decrypt",
        (),
        secret=True,
    )
    index_keys: tuple[bytes, ...] = setting(
        "keys of the blind indexes, same form; the first is used, see docs/data.md for changing it", (), secret=True
    )

    bot_socket: Path = setting("unix socket of the bot", Path("var/bot.sock"))
    bot_workers: int = setting("bot processes", 1, least=1, most=64)
    turn_deadline: timedelta = setting(
        "longest time one turn of the bot may take", timedelta(seconds=5), least=0.1, most=60
    )
    worker_threads: int = setting("messages a worker process sends at once", 8, least=1, most=128)
    poll_interval: timedelta = setting(
        "how often a worker without Redis looks at the tables", timedelta(seconds=1), least=0.05
    )
    sweep_interval: timedelta = setting(
        "how often rows of crashed workers are released", timedelta(seconds=15), least=1
    )
    lease: timedelta = setting("how long a worker holds a row; longer than any turn or send", _MINUTE, least=5)
    receipt_wait: timedelta = setting(
        "how long a receipt may take when nobody knows whether a message was sent", 5 * _MINUTE, least=1
    )
    batch_size: int = setting("rows a worker claims at once", 100, least=1, most=500)
    hint_socket: Path = setting("unix socket that wakes the worker without Redis", Path("var/hints.sock"))

    pack: str = setting("disease asked about until `khaibao pack use` chooses another", "covid-19")
    packs_folder: Path | None = setting("folder with disease packs of your own, beside those that ship", None)
    language: str = setting("language of a phone that has not chosen one", "vi")
    inbound_limit: int = setting("messages one number may send within ten minutes", 60, least=1)
    broadcast_rate: int = setting(
        "messages of one broadcast that leave in a second: as many as the provider takes", 100, least=1, most=100_000
    )
    text_limit: int = setting("characters of one message that the bot is shown", 2000, least=160)
    parts_wait: timedelta = setting("how long a long text waits for its missing pieces", _MINUTE, least=1)
    park_after: int = setting("failed turns after which a message is put aside", 3, least=1)
    ussd_deadline: timedelta = setting(
        "a USSD step not done by then ends with an SMS", timedelta(seconds=2), least=0.2, most=20
    )
    remind_after: timedelta = setting("a form left half done is reminded of once", 30 * _MINUTE, least=60)
    expire_after: timedelta = setting("a form left half done is dropped", 24 * _HOUR, least=60)
    undo_within: timedelta = setting("how long HUY takes a declaration back", 30 * _MINUTE, least=0)
    review_days: int = setting(
        "days that texts which were not understood are kept, without names and numbers, for review; 0: none are kept"
        " (the demo, which has no real people: 30)",
        0,
        least=0,
        most=365,
    )
    message_days: int = setting(
        "days that messages which have come to their end are kept, sealed; longer than any provider repeats one",
        28,
        least=7,
        most=365,
    )
    amend_within: timedelta = setting("how long SUA corrects a declaration", 24 * _HOUR, least=0)

    sms_channel: str = setting("what carries SMS", "simulator", choices=("simulator", "kannel", "twilio", "esms"))
    short_code: str = setting("number people text", "1900")
    ussd_code: str = setting("code people dial", "*098#")
    hotline: str = setting("number of the hotline", "19009095")

    kannel_send_url: str = setting("Kannel: `http://…/cgi-bin/sendsms`", "")
    kannel_user: str = setting("Kannel: sendsms user", "")
    kannel_password: str = setting("Kannel: sendsms password", "", secret=True)
    kannel_token: str = setting("Kannel: secret in the query of incoming messages and receipts", "", secret=True)
    kannel_allow: tuple[str, ...] = setting("Kannel: addresses or networks it may call from, comma between", ())
    twilio_account_sid: str = setting("Twilio: account", "")
    twilio_auth_tokens: tuple[str, ...] = setting("Twilio: tokens; first one sends, all verify", (), secret=True)
    twilio_from: str = setting("Twilio: our number, `+…`", "")
    twilio_voice_from: str = setting("Twilio: our number for calls, `+…`; empty: the same", "")
    voice_channel: str = setting(
        "what rings people up when a result or exposure notice reaches them in no other way",
        "",
        choices=("", "twilio_voice"),
    )
    twilio_api_url: str = setting("Twilio: address of its interface", "https://api.twilio.com")
    esms_api_url: str = setting("eSMS: address of its interface", "")
    esms_api_key: str = setting("eSMS: key", "", secret=True)
    esms_secret_key: str = setting("eSMS: secret", "", secret=True)
    esms_brandname: str = setting("eSMS: sender name", "")
    esms_mo_key: str = setting("eSMS: key that signs incoming messages", "", secret=True)
    esms_token: str = setting("eSMS: secret in the address of receipts", "", secret=True)
    esms_allow: tuple[str, ...] = setting("eSMS: addresses or networks it may call from, comma between", ())
    africastalking_token: str = setting("USSD in Africa's Talking's shape: secret in the query", "", secret=True)
    africastalking_allow: tuple[str, ...] = setting("USSD: addresses or networks it may call from, comma between", ())
    hubtel_token: str = setting("USSD in Hubtel's shape: secret in the query", "", secret=True)
    hubtel_allow: tuple[str, ...] = setting("Hubtel: addresses or networks it may call from, comma between", ())
    infobip_token: str = setting("USSD in Infobip's shape: secret in the query", "", secret=True)
    infobip_allow: tuple[str, ...] = setting("Infobip: addresses or networks it may call from, comma between", ())
    nalo_token: str = setting("USSD in Nalo's shape: secret in the query", "", secret=True)
    nalo_allow: tuple[str, ...] = setting("Nalo: addresses or networks it may call from, comma between", ())
    gsup_host: str = setting("USSD by GSUP: host of the register; `khaibao line` keeps a connection to it", "")
    gsup_port: int = setting("USSD by GSUP: port of the register", 4222, least=1, most=65535)
    gsup_name: str = setting("USSD by GSUP: our name, as the register's `euse` has it", "khaibao")
    gsup_control_port: int = setting(
        "USSD by GSUP: port of the register's control interface, asked for numbers; 0: they come with sessions",
        4259,
        least=0,
        most=65535,
    )
    zalo_app_id: str = setting("Zalo: application", "")
    zalo_oa_id: str = setting("Zalo: official account", "")
    zalo_oa_secret: str = setting("Zalo: key that signs webhooks", "", secret=True)
    zalo_app_secret: str = setting("Zalo: secret of the application", "", secret=True)
    zalo_refresh_token: str = setting("Zalo: first refresh token", "", secret=True)
    zalo_api_url: str = setting("Zalo: address of its interface", "https://openapi.zalo.me")
    zalo_oauth_url: str = setting("Zalo: address of its tokens", "https://oauth.zaloapp.com")
    zalo_template_url: str = setting("Zalo: address of its templates", "https://business.openapi.zalo.me")
    zalo_signature: str = setting(
        "Zalo: variant its webhooks are signed with, as the log names it; empty takes any",
        "",
        choices=("", "app-body", "app-header", "oa-body", "oa-header"),
    )
    zalo_templates: tuple[str, ...] = setting(
        "Zalo: registered templates by message class, `exposure=1234,result=5678`; each has one parameter: content", ()
    )
    zalo_image_url: str = setting("Zalo: picture of the card that asks for a phone number", "")
    staff_silence: timedelta = setting(
        "how long the bot says nothing in a chat after one of ours has written there by hand", 30 * _MINUTE, least=0
    )

    staff_token_valid: timedelta = setting("how long a staff token for the API is good", 720 * _HOUR, least=60)
    proxies: int = setting(
        "reverse proxies in front of the web server: so many entries of X-Forwarded-For are believed",
        0,
        least=0,
        most=5,
    )

    log_level: str = setting("least severity that is logged", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))

    @property
    def lines(self) -> bool:
        """Whether there is a channel that we connect to."""
        return bool(self.gsup_host)

    def channel_values(self) -> dict[str, str]:
        """The settings as channels.registry.build takes them: text by field name, lists with commas."""
        return {declared.name: _as_text(getattr(self, declared.name)) for declared in fields(self)}


_CARRIER_NEEDS = {
    "simulator": ("demo",),
    "kannel": ("kannel_send_url", "kannel_user", "kannel_password", "kannel_token"),
    "twilio": ("twilio_account_sid", "twilio_auth_tokens", "twilio_from"),
    "esms": ("esms_api_url", "esms_api_key", "esms_secret_key"),
}
_READ_ELSEWHERE = (f"{PREFIX}PYTHON_", f"{PREFIX}TEST_")  # by bin/bootstrap and by the tests
_ALWAYS_NEEDED = ("secret_key", "field_keys", "index_keys", "public_url")
_DEMO_SECRETS = ("secret_key", "field_keys", "index_keys")
_DEMO_REVIEW = 30  # days; elsewhere it is for the office to switch on and to tell people


def load(environment: Mapping[str, str] | None = None, root: Path | None = None) -> Config:
    """The configuration of this process.

    Arguments: `environment`, os.environ by default; `root`, the folder that holds `.env` and `var/`, the
    current one by default.  What the environment sets wins over `.env`.  Raises ConfigError.
    """
    here = root or Path.cwd()
    given = {**_env_file(here), **(os.environ if environment is None else environment)}
    values, problems = read(Config, given)
    if values.get("demo"):
        values = {**_demo_values(here, given), **values}
    config = Config(**values)
    problems += _missing(config) + _malformed(config)
    if problems:
        raise ConfigError(problems)
    return config


def slips(environment: Mapping[str, str] | None = None, root: Path | None = None) -> list[str]:
    """`unknown_variables` of what `load` would read, `.env` included; arguments as there."""
    given = {**_env_file(root or Path.cwd()), **(os.environ if environment is None else environment)}
    return unknown_variables({name: value for name, value in given.items() if not name.startswith(_READ_ELSEWHERE)})


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each KHAIBAO_ variable that no setting reads: most likely a slip of the pen."""
    known = [variable(declared) for declared in fields(Config)]
    strange = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    return [_meant(name, known) for name in strange]


def _meant(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"{name} is not a setting" + (f"; {near[0]} is" if near else "")


def _env_file(root: Path) -> dict[str, str]:
    path = root / ".env"
    return read_env_file(path) if path.is_file() else {}


def _demo_values(root: Path, given: Mapping[str, str]) -> dict[str, Any]:
    """What the demo fills in by itself; only what is not set, so a real key is never replaced."""
    unset = [name for name in _DEMO_SECRETS if not given.get(PREFIX + name.upper(), "").strip()]
    made = {PREFIX + name.upper(): demo_key(root / DEMO_KEYS, name) for name in unset}
    return {"review_days": _DEMO_REVIEW, **read(Config, made)[0]}


def _missing(config: Config) -> list[str]:
    needed = [*_CARRIER_NEEDS[config.sms_channel], *(() if config.demo else _ALWAYS_NEEDED)]
    names = {declared.name: variable(declared) for declared in fields(config)}
    return [f"{names[name]} must be set{_why(name, config)}" for name in needed if not getattr(config, name)]


def _why(name: str, config: Config) -> str:
    return f" for KHAIBAO_SMS_CHANNEL={config.sms_channel}" if name in _CARRIER_NEEDS[config.sms_channel] else ""


def _malformed(config: Config) -> list[str]:
    problems = []
    if 0 < len(config.secret_key) < SECRET_LEAST:
        problems.append(f"KHAIBAO_SECRET_KEY must have at least {SECRET_LEAST} characters")
    if not config.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        problems.append("KHAIBAO_DATABASE_URL must start with sqlite:/// or postgresql://")
    if config.redis_url and not config.redis_url.startswith(("redis://", "rediss://", "unix://")):
        problems.append("KHAIBAO_REDIS_URL must start with redis://, rediss:// or unix://")
    addresses = [declared for declared in fields(config) if declared.name.endswith("_url")]
    for declared in addresses:
        value = getattr(config, declared.name)
        if (
            declared.name not in ("database_url", "redis_url")
            and value
            and not value.startswith(("http://", "https://"))
        ):
            problems.append(f"{variable(declared)} must start with http:// or https://")
    return problems


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, timedelta):
        return in_seconds(value)
    if isinstance(value, tuple):
        return ",".join(item for item in value if isinstance(item, str))
    return str(value)


if __name__ == "__main__":
    sys.stdout.write(markdown(Config))
