"""How a setting is declared, read from the environment and described; the settings themselves are in config.py."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, get_type_hints

PREFIX = "KHAIBAO_"
KEY_BYTES = 32


class ConfigError(Exception):
    """The environment cannot be used; `problems` holds one sentence each, and never a value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Setting:
    """What the environment and the README know of one field of the configuration."""

    help: str
    env: str | None = None  # when it is not KHAIBAO_ and the field's name
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


def setting(help: str, default: Any = MISSING, *, secret: bool = False, **rules: Any) -> Any:
    """A field of the configuration.  Secrets never show up in its repr."""
    return field(default=default, repr=not secret, metadata={"setting": Setting(help, **rules)})


def variable(declared: Field[Any]) -> str:
    """The environment variable of a field."""
    named: Setting = declared.metadata["setting"]
    return named.env or PREFIX + declared.name.upper()


def read(configuration: type[Any], environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Values by field name for every variable that is set and not blank, and what is wrong with the others."""
    hints = get_type_hints(configuration)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for declared in fields(configuration):
        raw = environment.get(variable(declared), "").strip()
        if not raw:
            continue
        try:
            values[declared.name] = _value(raw, hints[declared.name], declared.metadata["setting"])
        except ValueError as error:
            problems.append(f"{variable(declared)} {error}")
    return values, problems


def _value(raw: str, kind: Any, rules: Setting) -> Any:
    value = _READERS[kind](raw)
    if rules.choices and value not in rules.choices:
        raise ValueError(f"must be one of {', '.join(rules.choices)}")
    amount = value.total_seconds() if isinstance(value, timedelta) else value
    if rules.least is not None and amount < rules.least:
        raise ValueError(f"must be at least {rules.least}")
    if rules.most is not None and amount > rules.most:
        raise ValueError(f"must be at most {rules.most}")
    return value


def _bool(raw: str) -> bool:
    if raw not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return raw == "1"


def _int(raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise ValueError("must be a whole number") from None


def _seconds(raw: str) -> timedelta:
    try:
        return timedelta(seconds=float(raw))
    except (ValueError, OverflowError):
        raise ValueError("must be a number of seconds") from None


def _words(raw: str) -> tuple[str, ...]:
    return tuple(word for word in (piece.strip() for piece in raw.split(",")) if word)


def _keys(raw: str) -> tuple[bytes, ...]:
    return tuple(_key(word) for word in _words(raw))


def _key(word: str) -> bytes:
    try:
        key = base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"must hold keys of {KEY_BYTES} random bytes in base64, separated by commas")
    return key


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: _int,
    bool: _bool,
    Path: Path,
    Path | None: Path,
    timedelta: _seconds,
    tuple[str, ...]: _words,
    tuple[bytes, ...]: _keys,
}


def new_key() -> str:
    """A new random key as KHAIBAO_FIELD_KEYS and KHAIBAO_INDEX_KEYS hold it."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def demo_key(folder: Path, name: str) -> str:
    """A random key made once for the demo and kept in a file only its owner can read.

    Several processes may start at once: the first to link its file wins, the others read it.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / f".{name}.{secrets.token_hex(8)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_key())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def read_env_file(path: Path) -> dict[str, str]:
    """Lines `NAME=value` of a .env file; blank lines, `# …`, a leading `export` and quotes are understood.

    Raises ConfigError naming the lines that are none of these.
    """
    values: dict[str, str] = {}
    problems: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            problems.append(f"{path.name} line {number} is not NAME=value")
            continue
        values[name.strip()] = _unquoted(value.strip())
    if problems:
        raise ConfigError(problems)
    return values


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def markdown(configuration: type[Any]) -> str:
    """The table of all settings for the README."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for declared in fields(configuration):
        lines.append(f"| `{variable(declared)}` | {_default(declared)} | {declared.metadata['setting'].help} |")
    return "\n".join(lines) + "\n"


def in_seconds(span: timedelta) -> str:
    """A duration as a setting gives it, every digit of it."""
    return f"{span.total_seconds():f}".rstrip("0").rstrip(".")


def _default(declared: Field[Any]) -> str:
    value = declared.default
    if value in (MISSING, None, "", ()):
        return ""
    if isinstance(value, timedelta):
        return f"`{in_seconds(value)}`"
    if isinstance(value, bool):
        return f"`{int(value)}`"
    return f"`{','.join(value) if isinstance(value, tuple) else value}`"
