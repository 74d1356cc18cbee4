"""What the terminal says when something is wrong, and when nothing is."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from backend.bootstrap import Bootstrap
from backend.cli import COMMANDS, PROGRAM, cli, demonstrate, main
from backend.config import ConfigError
from backend.services.ports.unit import StoreUnavailable
from backend.services.say import Say, TooMany


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["say", "--channel", "sms", "KB"], "--from"),
        (["say", "--channel", "fax", "--from", "84901234567", "KB"], "fax"),
        (["say", "--channel", "sms", "--from", "nobody", "KB"], "--from"),
        (["say", "--channel", "sms", "--from", "84901234567"], "TEXT"),
        (["case", "confirm", "--phone", "12", "--onset", "2026-11-20", "--pack", "covid-19"], "--phone"),
        (["case", "confirm", "--phone", "84901234567", "--pack", "covid-19"], "--onset"),
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


def test_usage_names_the_program(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["cli.py", "venue", "fly"])
    with pytest.raises(SystemExit) as stop:
        PROGRAM()
    assert stop.value.code == 2
    assert "Usage: khaibao venue " in capsys.readouterr().err


def groups(command, path=()):
    """Every command, with the words that lead to it."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from groups(below, (*path, name))


COMMANDS_ALL = [path for name in COMMANDS for path in groups(cli.get_command(None, name), (name,))]


@pytest.mark.parametrize("path", COMMANDS_ALL, ids=" ".join)
def test_every_command_helps(path):
    shown = CliRunner().invoke(cli, [*path, "--help"])
    assert shown.exit_code == 0
    assert "Usage:" in shown.stdout


@pytest.mark.parametrize("path", [(), *COMMANDS_ALL], ids=" ".join)
def test_a_list_of_commands_has_whole_sentences(path):
    assert "..." not in CliRunner().invoke(cli, [*path, "--help"]).stdout.partition("\nCommands:")[2]


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A database nothing is in yet."""
    monkeypatch.setenv("KHAIBAO_DATABASE_URL", f"sqlite:///{tmp_path / 'khaibao.db'}")
    return monkeypatch


def test_a_demonstration_makes_its_database_itself(empty):
    empty.setenv("KHAIBAO_DEMO", "1")
    shown = CliRunner().invoke(cli, ["export", "visits", "--format", "csv"])
    assert (shown.exit_code, shown.stdout.count("\n")) == (0, 1)


def test_what_is_no_backup_is_told_before_anybody_is_asked(empty, tmp_path):
    empty.setenv("KHAIBAO_DEMO", "1")
    shown = CliRunner().invoke(cli, ["restore", str(tmp_path / "missing")])
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "there is no backup" in shown.stderr


def test_an_export_is_readable_by_its_owner_only(empty, tmp_path):
    empty.setenv("KHAIBAO_DEMO", "1")
    (tmp_path / "old.csv").write_text("of yesterday, and long")
    for name in ("new.csv", "old.csv"):
        assert (
            CliRunner().invoke(cli, ["export", "visits", "--format", "csv", "--out", str(tmp_path / name)]).exit_code
            == 0
        )
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
        assert "yesterday" not in (tmp_path / name).read_text()


def test_who_sends_too_much_in_the_terminal_reads_why(empty):
    def refuse(*said):
        raise TooMany

    empty.setenv("KHAIBAO_DEMO", "1")
    empty.setattr(Say, "write", refuse)
    empty.setattr(Bootstrap, "ready", lambda parts: ())
    shown = CliRunner().invoke(cli, ["say", "--channel", "sms", "--from", "84901234567", "KB"])
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "KHAIBAO_INBOUND_LIMIT" in shown.stderr


def test_a_revision_nobody_knows_is_no_traceback(empty):
    empty.setenv("KHAIBAO_DEMO", "1")
    shown = CliRunner().invoke(cli, ["migrate", "--to", "nonsense"])
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "nonsense" in shown.stderr


def test_a_database_of_before_is_to_be_migrated_first(empty):
    empty.setenv("KHAIBAO_DEMO", "1")
    assert CliRunner().invoke(cli, ["migrate", "--to", "0009"]).exit_code == 0
    shown = CliRunner().invoke(cli, ["export", "visits", "--format", "csv"])
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "khaibao migrate" in shown.stderr


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
