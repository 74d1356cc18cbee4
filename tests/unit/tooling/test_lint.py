"""bin/lint: what must not stand in a tracked file, and locks that do not follow from their .in file."""

import pytest

from tests.unit.tooling.scripts import load


@pytest.fixture
def lint(monkeypatch, tmp_path):
    module = load("lint")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "LOCKS", tmp_path)
    return module


HOST = "https://py" + "pi.org/simple"
PATH = "/ro" + "ot/khaibao"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"see {HOST}", 1),
        (f"cd {PATH} && ls\nls {PATH}", 2),
        ("GET /webhooks/kannel/mo and /srv/khaibao", 0),
        ("bot" + PATH + " is below bot", 0),
    ],
)
def test_hosts_and_machine_paths(lint, monkeypatch, tmp_path, text, found):
    path = tmp_path / "a.txt"
    path.write_text(text)
    monkeypatch.setattr(lint, "tracked", lambda: [path])
    assert lint.foreign_names() == found


@pytest.mark.parametrize(
    ("wanted", "pinned", "wrong"),
    [
        ("flask>=3\n-r other.in\n", "flask==3.1.0 \\\n    --hash=sha256:00\n", 0),
        ("flask>=4\n", "flask==3.1.0 \\\n", 1),
        ("dramatiq[redis]\n", "dramatiq==2.1.0 \\\n", 0),
        ("flask\nredis\n", "flask==3.1.0 \\\n", 1),
    ],
)
def test_locks(lint, monkeypatch, tmp_path, wanted, pinned, wrong, capsys):
    (tmp_path / "app.in").write_text(wanted)
    (tmp_path / "app.txt").write_text(pinned)
    monkeypatch.setattr(lint, "misfit", lambda name: 0)
    assert lint.stale_locks() == wrong
    assert ("run 'make lock'" in capsys.readouterr().out) == bool(wrong)


def test_every_check_runs_even_after_one_failed(lint, monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(lint, "CHECKS", {"a": lambda: ran.append("a") or 1, "b": lambda: ran.append("b") or 0})
    assert lint.run_checks() == 1
    assert ran == ["a", "b"]
    assert "failed: a" in capsys.readouterr().out
