"""What the terminal says when something is wrong, and when nothing is."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from backend.cli import cli, demonstrate, main
from backend.config import ConfigError
from backend.services.ports.unit import StoreUnavailable


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["say", "--channel", "sms", "KB"], "--from"),
        (["say", "--channel", "fax", "--from", "84901234567", "KB"], "fax"),
        (["say", "--channel", "sms", "--from", "nobody", "KB"], "--from"),
        (["say", "--channel", "sms", "--from", "84901234567"], "TEXT"),
        (["export", "declarations", "--format", "pdf"], "pdf"),
        (["export", "secrets", "--format", "csv"], "secrets"),
        (["demo-data", "--declarations", "0"], "0"),
    ],
)
def test_wrong_use_is_status_2_on_stderr(arguments, word):
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert word in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConfigError(["KHAIBAO_PORT must be a whole number"]), "KHAIBAO_PORT"),
        (StoreUnavailable("cannot_open"), "cannot_open"),
        (FileNotFoundError(2, "No such file or directory", "x.csv"), "x.csv"),
    ],
)
def test_a_failure_that_has_an_explanation_is_one_sentence(capsys, monkeypatch, error, words):
    monkeypatch.setattr("backend.cli.demonstrate", lambda *_: None)

    def fails():
        raise error

    with pytest.raises(SystemExit) as stop:
        main(fails)
    assert stop.value.code == 1
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_a_fresh_clone_is_a_demonstration(tmp_path):
    environment = {}
    demonstrate(environment, tmp_path)
    assert environment == {"KHAIBAO_DEMO": "1"}


def test_an_installation_is_never_made_a_demonstration(tmp_path):
    environment = {"KHAIBAO_FIELD_KEYS": "x"}
    demonstrate(environment, tmp_path)
    assert "KHAIBAO_DEMO" not in environment
    (tmp_path / ".env").touch()
    environment = {}
    demonstrate(environment, tmp_path)
    assert environment == {}


def test_a_new_key_is_32_random_bytes():
    import base64

    first, second = (CliRunner().invoke(cli, ["keys", "new"]).stdout.strip() for _ in range(2))
    assert len(base64.b64decode(first)) == 32
    assert first != second
