from __future__ import annotations

import base64
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from backend.config import Config, load, unknown_variables
from backend.settings import ConfigError, in_seconds, markdown, variable

KEY = base64.b64encode(bytes(range(32))).decode()
PRODUCTION = {
    "KHAIBAO_SECRET_KEY": "s" * 32,
    "KHAIBAO_FIELD_KEYS": f"{KEY},{KEY}",
    "KHAIBAO_INDEX_KEYS": KEY,
    "KHAIBAO_PUBLIC_URL": "https://khaibao.example",
    "KHAIBAO_SMS_CHANNEL": "kannel",
    "KHAIBAO_KANNEL_SEND_URL": "http://127.0.0.1:13013/cgi-bin/sendsms",
    "KHAIBAO_KANNEL_USER": "u",
    "KHAIBAO_KANNEL_PASSWORD": "p",
    "KHAIBAO_KANNEL_TOKEN": "secret-token",
}


def problems(tmp_path: Path, **changes: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load({**PRODUCTION, **changes}, tmp_path)
    return caught.value.problems


def test_values_are_typed(tmp_path: Path) -> None:
    config = load(
        {**PRODUCTION, "PORT": "9000", "KHAIBAO_USSD_DEADLINE": "1.5", "KHAIBAO_KANNEL_ALLOW": "a, b"}, tmp_path
    )
    assert (config.port, config.ussd_deadline, config.kannel_allow) == (9000, timedelta(seconds=1.5), ("a", "b"))
    assert config.field_keys == (bytes(range(32)),) * 2
    assert config.channel_values()["kannel_allow"] == "a,b"


@pytest.mark.parametrize(("span", "text"), [
    (timedelta(days=30), "2592000"), (timedelta(seconds=1.5), "1.5"), (timedelta(seconds=1234567), "1234567"),
    (timedelta(), "0"),
])  # fmt: skip
def test_durations_are_printed_with_every_digit(span: timedelta, text: str) -> None:
    assert in_seconds(span) == text


def test_all_problems_come_at_once_and_name_no_value(tmp_path: Path) -> None:
    found = problems(
        tmp_path, PORT="x", KHAIBAO_FIELD_KEYS="c2hvcnQ=", KHAIBAO_REDIS_URL="http://r", KHAIBAO_DEMO="yes"
    )
    said = "\n".join(found)
    for name in ("PORT", "KHAIBAO_FIELD_KEYS", "KHAIBAO_REDIS_URL", "KHAIBAO_DEMO"):
        assert name in said
    assert "c2hvcnQ" not in said


def test_there_are_no_default_secrets_outside_the_demo(tmp_path: Path) -> None:
    found = problems(tmp_path, KHAIBAO_SECRET_KEY="", KHAIBAO_FIELD_KEYS="", KHAIBAO_INDEX_KEYS="")
    assert len(found) == 3
    assert not (tmp_path / "var").exists()


def test_the_simulator_is_for_the_demo(tmp_path: Path) -> None:
    assert problems(tmp_path, KHAIBAO_SMS_CHANNEL="simulator")


def test_the_demo_makes_its_secrets_once(tmp_path: Path) -> None:
    first, second = (load({"KHAIBAO_DEMO": "1"}, tmp_path) for _ in range(2))
    assert first == second
    assert first.field_keys != first.index_keys
    files = list((tmp_path / "var/demo-keys").iterdir())
    assert len(files) == 3
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_secrets_are_not_in_the_repr(tmp_path: Path) -> None:
    shown = repr(load(PRODUCTION, tmp_path))
    assert "secret-token" not in shown
    assert "s" * 32 not in shown


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# comment\nexport PORT='9001'\nKHAIBAO_HOTLINE=\"115\"\n")
    config = load({**PRODUCTION, "PORT": "9002"}, tmp_path)
    assert (config.port, config.hotline) == (9002, "115")
    (tmp_path / ".env").write_text("nonsense\n")
    assert problems(tmp_path) == [".env line 1 is not NAME=value"]


def test_a_slip_of_the_pen_is_noticed() -> None:
    assert unknown_variables({"KHAIBAO_FEILD_KEYS": ""}) == [
        "KHAIBAO_FEILD_KEYS is not a setting; KHAIBAO_FIELD_KEYS is"
    ]


def test_every_setting_is_described() -> None:
    table = markdown(Config)
    for declared in fields(Config):
        assert f"`{variable(declared)}`" in table
        assert declared.metadata["setting"].help
