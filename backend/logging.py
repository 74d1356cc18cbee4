"""Logs: one JSON object a line, with ids and codes only.

A log line must never tell who somebody is or what they said.  Own code logs ids; here is the net below it: keys
outside ALLOWED are dropped, long runs of digits are blotted out, an exception shows its type and place but not
its words, and what libraries say is withheld unless they are known to speak of themselves only.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog

ALLOWED = frozenset(
    "event level logger timestamp error at withheld "
    "inbox outbox conversation person reference revision form field command code state class channel medium "
    "attempts count seconds milliseconds step page pid worker workers port path method status queue job".split()
)
OWN_LOGGERS = ("backend", "channels", "bot", "__main__")
PLAIN_LIBRARIES = ("dramatiq", "alembic")
BLOT = "[digits]"
_DIGITS = re.compile(r"\d(?:[ .\-]?\d){8,}")
_FRAMES = 12

EventDict = MutableMapping[str, Any]
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log of this process through the net, as JSON, to `stream` (default: standard error)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
            processors=[
                _origin,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                describe_exception,
                keep_allowed,
                blot_digits,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _origin(_: Any, __: str, entry: EventDict) -> EventDict:
    """Withhold what a library says: HTTP clients log addresses, bodies and headers."""
    record: logging.LogRecord = entry["_record"]
    name = record.name.partition(".")[0]
    if name not in OWN_LOGGERS and name not in PLAIN_LIBRARIES:
        entry["event"] = f"{record.module}:{record.lineno}"
        entry["withheld"] = True
    if record.exc_info and "exc_info" not in entry:
        entry["exc_info"] = record.exc_info
    return entry


def describe_exception(_: Any, __: str, entry: EventDict) -> EventDict:
    """Replace an exception by its type and where it was raised; its words may hold an answer or a number."""
    found = _exception(entry.pop("exc_info", None))
    if found is not None:
        kind, error, trace = found
        entry["error"] = _chain(kind, error)
        entry["at"] = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)[-_FRAMES:]]
    return entry


def keep_allowed(_: Any, __: str, entry: EventDict) -> EventDict:
    """Drop every key that is not known to be harmless (phone, text, name, answers …)."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


def blot_digits(_: Any, __: str, entry: EventDict) -> EventDict:
    """Blot out runs of nine or more digits, also when grouped by spaces, dots or hyphens, in every text."""
    return {key: _blotted(value) for key, value in entry.items()}


def _blotted(value: Any) -> Any:
    if isinstance(value, str):
        return _DIGITS.sub(BLOT, value)
    if isinstance(value, list | tuple):
        return [_blotted(item) for item in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return type(value).__name__  # an object's repr may show anything


def _exception(given: Any) -> _ExcInfo | None:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    found = sys.exc_info() if given is True else given
    return found if isinstance(found, tuple) and found[0] is not None else None


def _chain(kind: type[BaseException], error: BaseException) -> str:
    cause = error.__cause__
    return kind.__name__ if cause is None else f"{kind.__name__} from {type(cause).__name__}"
