"""Everything a person reads: catalogues in, finished text out.

Texts live in `locales/<language>/LC_MESSAGES/khaibao.po` (msgid = message key, msgctxt = medium of a variant) and are
read once, at start.  `Texts.render` turns the replies of a turn (docs/turn.md) into what one medium shows.
Accents are left alone here: whether an SMS is folded is decided where the person's wish is known.
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from backend import aloud
from backend.forms.catalogue import FORMS
from backend.forms.folding import fold
from backend.forms.model import Gazetteer
from backend.services.ports.outbox import Reply
from backend.summary import summaries

DOMAIN = "khaibao"
FALLBACKS = ("en", "vi")
LAST_RESORT = "text_missing"
NARROW = ("sms", "ussd")
SUMMARY_ROOM = 85  # folded characters: one SMS, less `ask_confirm` with a long name and its choices

_PLACEHOLDER = re.compile(r"\{(\w+)(\??)\}")
_GAPS = re.compile(r"[ \t]{2,}")
_log = logging.getLogger(__name__)

Entries = Mapping[tuple[str, str], str]


class MissingText(LookupError):
    """No catalogue has the key, or a text names an argument nobody gave.  `key` is free of personal data."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Language:
    """One table of languages.toml."""

    code: str
    name: str
    script: str
    folding: str
    date: str
    status: str
    review: str
    sms: int = 1
    voice: str = ""

    @property
    def complete(self) -> bool:
        """Whether every text is there, those of pages too."""
        return self.status == "complete"


@dataclass(frozen=True)
class Layout:
    """How a medium strings things together: between text and choices, between choices, between replies."""

    before_choices: str
    between_choices: str
    between_replies: str


LAYOUTS: Mapping[str, Layout] = {
    "sms": Layout("\n", ", ", "\n"),
    "ussd": Layout("\n", "\n", "\n"),
    "zalo": Layout("\n", "\n", "\n\n"),
    "voice": Layout(" ", " ", " "),
}


@dataclass(frozen=True)
class Texts:
    """All catalogues of one installation.

    `always` holds what may stand in every text (hotline, short_code, ussd_code); `places` names administrative units;
    `strict` makes a missing text an error (tests) instead of a counted, logged fall-back (`missing`: key → times).
    """

    languages: Mapping[str, Language]
    entries: Mapping[str, Entries]
    always: Mapping[str, str] = field(default_factory=dict)
    places: Gazetteer | None = None
    strict: bool = False
    missing: Counter[str] = field(default_factory=Counter)

    def text(self, key: str, language: str, medium: str = "sms", /, **args: Any) -> str:
        """The text of `key` with its arguments filled in.

        Args:
            key: message key.
            language: code of languages.toml; unknown ones fall back to English, then Vietnamese.
            medium: sms, ussd, zalo or voice; a variant for it wins over the plain text of the same language.
            args: arguments in the forms of docs/turn.md.

        Raises:
            MissingText: only when `strict`.
        """
        language = self.spoken(language) if medium == "voice" else language
        template = self._template(key, language, medium)
        if template is None:
            return self._absent(key, language, medium)
        filled = self._fill(key, template, args, language, medium)
        return aloud.aloud(filled) if medium == "voice" else filled

    def render(self, reply: Reply, language: str, medium: str, extra: Mapping[str, Any] | None = None) -> str:
        """One reply as `medium` shows it, its choices appended; `extra` adds to or replaces the reply's arguments."""
        body = self.text(reply.name, language, medium, **{**reply.args, **(extra or {})})
        choices = [self._choice(choice, language, medium) for choice in reply.choices]
        layout = LAYOUTS[medium]
        return layout.before_choices.join(filter(None, (body, layout.between_choices.join(choices))))

    def render_all(
        self, replies: Sequence[Reply], language: str, medium: str, extra: Mapping[str, Any] | None = None
    ) -> str:
        """The replies of one turn as one message."""
        rendered = (self.render(reply, language, medium, extra) for reply in replies)
        return LAYOUTS[medium].between_replies.join(filter(None, rendered))

    def has(self, key: str) -> bool:
        """Whether any language has the key."""
        return any((key, "") in entries for entries in self.entries.values())

    def folding(self, language: str) -> str:
        """How texts of this language are folded for phones by default, as in languages.toml."""
        known = self.languages.get(language)
        return known.folding if known else "none"

    def spoken(self, language: str) -> str:
        """The language a call is in: English unless the language has a voice, and so wording for calls."""
        known = self.languages.get(language)
        return language if known and known.voice else FALLBACKS[0]

    def show(self, value: Any, language: str, medium: str = "sms") -> str:
        """An argument in the forms of docs/turn.md as a person reads it; None is nothing."""
        if value is None:
            return ""
        if isinstance(value, Mapping):
            return self._show_form(value, language, medium)
        if isinstance(value, (list, tuple)):
            return self._list(value, language, medium)
        return str(value)

    def _show_form(self, value: Mapping[str, Any], language: str, medium: str) -> str:
        (name, content), *rest = value.items()
        shown = _FORMS.get(name)
        if shown is None or rest:
            raise ValueError(f"not an argument form: {sorted(value)}")
        return shown(self, content, language, medium)

    def _key(self, content: str, language: str, medium: str) -> str:
        return self.text(content, language, medium)

    def _date(self, content: str, language: str, medium: str) -> str:
        moment = datetime.fromisoformat(content)
        clock = moment.strftime("%H:%M ") if "T" in content else ""
        if medium == "voice":
            return clock + aloud.day(moment.date(), language)
        return clock + moment.strftime((self.languages.get(language) or self.languages["vi"]).date)

    def _language(self, content: str, language: str, medium: str) -> str:
        return self.languages[content].name

    def _place(self, content: Mapping[str, Any], language: str, medium: str) -> str:
        units = [code for code in (content.get("commune"), content.get("province")) if code]
        codes = units or [code for code in [content.get("country")] if code]
        if self.places is None or not codes:
            return str(content.get("text") or "")
        return ", ".join(self.places.name(code, language) for code in codes)

    def _list(self, content: Sequence[Any], language: str, medium: str) -> str:
        return ", ".join(filter(None, (self.show(item, language, medium) for item in content)))

    def _join(self, content: Sequence[Any], language: str, medium: str) -> str:
        return "; ".join(filter(None, (self.show(item, language, medium) for item in content)))

    def _text(self, content: Mapping[str, Any], language: str, medium: str) -> str:
        return self.text(content["key"], language, medium, **content["args"])

    def _summary(self, content: Mapping[str, Any], language: str, medium: str) -> str:
        lines = summaries(FORMS[content["form"]], content["answers"])
        candidates = [self.show(line, language, medium) for line in lines]
        if medium not in NARROW:
            return candidates[0]
        return next((text for text in candidates if len(fold(text)) <= SUMMARY_ROOM), candidates[-1])

    def _choice(self, choice: Mapping[str, Any], language: str, medium: str) -> str:
        shown = choice["text"] if "text" in choice else {"$key": choice["key"]}
        text = self.show(shown, language, medium)
        return self.text("choice_line", language, medium, send=choice["send"], text=text)

    def _template(self, key: str, language: str, medium: str) -> str | None:
        for code in dict.fromkeys((language, *FALLBACKS)):
            entries = self.entries.get(code, {})
            found = entries.get((key, medium)) or entries.get((key, ""))
            if found:
                return found
        return None

    def _fill(self, key: str, template: str, args: Mapping[str, Any], language: str, medium: str) -> str:
        def value(match: re.Match[str]) -> str:
            name, optional = match.groups()
            if name in args:
                return self.show(args[name], language, medium)
            if name in self.always:
                return aloud.digits(self.always[name]) if medium == "voice" else self.always[name]
            if not optional:
                self._count(f"{key}:{name}")
            return ""

        return _GAPS.sub(" ", _PLACEHOLDER.sub(value, template)).strip()

    def _absent(self, key: str, language: str, medium: str) -> str:
        self._count(key)
        if key == LAST_RESORT:
            return ""
        return self.text(LAST_RESORT, language, medium)

    def _count(self, key: str) -> None:
        if self.strict:
            raise MissingText(key)
        self.missing[key] += 1
        _log.warning("text_missing key=%s", key)


_FORMS: Mapping[str, Callable[[Texts, Any, str, str], str]] = {
    "$key": Texts._key,
    "$date": Texts._date,
    "$place": Texts._place,
    "$language": Texts._language,
    "$list": Texts._list,
    "$summary": Texts._summary,
    "$join": Texts._join,
    "$text": Texts._text,
}


def placeholders(template: str) -> frozenset[str]:
    """The names of the arguments a text takes, optional ones (`{name?}`) included."""
    return frozenset(name for name, _ in _PLACEHOLDER.findall(template))


def read_languages(directory: Path) -> dict[str, Language]:
    """languages.toml of a locales directory, order kept."""
    tables = tomllib.loads((directory / "languages.toml").read_text(encoding="utf-8"))
    return {code: Language(code=code, **table) for code, table in tables.items()}


def read_entries(directory: Path, language: str) -> dict[tuple[str, str], str]:
    """One catalogue as {(key, medium or ""): text}; untranslated and fuzzy entries are left out."""
    path = directory / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN)
    return {
        (str(message.id), message.context or ""): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


def known_keys(directory: Path) -> frozenset[str]:
    """The message keys that every complete language of a locales directory has."""
    complete = [code for code, language in read_languages(directory).items() if language.status == "complete"]
    return frozenset.intersection(*(frozenset(key for key, _ in read_entries(directory, code)) for code in complete))


def load(
    directory: Path | str,
    *,
    always: Mapping[str, str] | None = None,
    places: Gazetteer | None = None,
    strict: bool = False,
    required: Sequence[str] = (),
) -> Texts:
    """Read every language of a locales directory.

    Args:
        directory: holds languages.toml and one folder a language.
        always: what may stand in every text (hotline, short_code, ussd_code).
        places: names administrative units; without it the person's own words are shown.
        strict: a missing text raises MissingText instead of falling back.
        required: keys that must exist.

    Raises:
        MissingText: a key of `required` is in no catalogue.
        OSError, babel.messages.pofile.PoFileError: a catalogue cannot be read.
    """
    root = Path(directory)
    languages = read_languages(root)
    texts = Texts(languages, {code: read_entries(root, code) for code in languages}, dict(always or {}), places, strict)
    for key in required:
        if not texts.has(key):
            raise MissingText(key)
    return texts
