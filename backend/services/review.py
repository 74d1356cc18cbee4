"""The learning loop: texts that were not understood are kept for review, and what a reviewer accepts is learned from.

What is kept is a line of training data and no longer the message: values the bot recognised are slots, digits are 0.
It is sealed, erased with its sender, deleted after `Policy.review_for`, and never taken from an answer to a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from backend.forms.folding import fold_lower
from backend.services.policy import Policy
from backend.services.ports.conversations import Conversation
from backend.services.ports.outside import Clock
from backend.services.ports.review import UnclearText
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.refusals import Refused, Unknown
from backend.services.rules import Rules

OUT_OF_SCOPE = "out_of_scope"
CONSENT = "consent"
LONGEST = 300  # characters; longer texts say several things
REVIEWED = "reviewed.yml"
LEARNED = ("vi", "en")  # languages with training data of their own
# Entity → the slot of the training families (nlu_data) that stands for it.
SLOTS: Mapping[str, str] = {
    "full_name": "full_name", "birth_year": "birth_year", "birth_date": "birth_date", "phone": "phone",
    "id_number": "id_number", "passport": "passport", "province": "province", "commune": "cname", "address": "house",
    "venue_code": "code", "time": "time", "flight": "flight", "seat": "seat", "border_gate": "gate",
    "country": "country", "nationality": "nationality", "temperature": "temp", "since": "since",
    "companions": "n", "language": "lang", "checklist_bits": "bits", "gender": "gender1",
}  # fmt: skip
_SIGNS = re.compile(r"[()|{}\[\]]")  # that mean something in a template
_MARKS = re.compile(r"\{([a-z_0-9]+)\}|\[[^\[\](){}|]+\]\(symptom=[a-z_]+\)")
# Names of people as basic phones write them: a family name that is no other word, then a middle name.
_WRITTEN_SMALL = re.compile(
    r"\b(?:nguyen|tran|pham|hoang|huynh|phan|bui|ngo|duong|truong)\s+(?:van|thi|ngoc|duc|huu|minh|quoc)\s+\w"
)
_WORD = re.compile(r"[^\W\d_]+")


def keep(
    unit: UnitOfWork, conversation: Conversation, text: str, understood: Mapping[str, Any], rules: Rules,
    policy: Policy, now: datetime,
) -> None:  # fmt: skip
    """Keep a text outside of any form for review, if it was not understood and may be kept."""
    if not is_unclear(text, understood, policy) or not may_keep(unit, conversation, rules, policy):
        return
    guesses = [name for name in understood.get("guesses") or () if name != OUT_OF_SCOPE]
    line = as_line(text, understood.get("entities") or ())
    confidence = float(understood["confidence"])
    kept = UnclearText(0, conversation.address_index, conversation.language, line, confidence, guesses, now)
    unit.unclear.add(kept)


def is_unclear(text: str, understood: Mapping[str, Any], policy: Policy) -> bool:
    """Words whose intent was not found, or not surely."""
    if len(_WORD.findall(text)) < 2 or len(text) > LONGEST or not understood.get("intent"):
        return False
    return bool(understood["intent"] == OUT_OF_SCOPE or understood["confidence"] < policy.review_below)


def may_keep(unit: UnitOfWork, conversation: Conversation, rules: Rules, policy: Policy) -> bool:
    """Not where it is switched off, not of who wants no messages; under consent, only of who has consented."""
    if not policy.review_for or conversation.opted_out:
        return False
    if unit.unclear.waiting_of(conversation.address_index) >= policy.review_most:
        return False
    if rules.legal_basis != CONSENT:
        return True
    last = unit.declarations.last_from(conversation.address_index)
    return last is not None and last.legal_basis == CONSENT and last.status == "complete"


def as_line(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """The text as a line of a training family: values are slots, symptoms are marked, other digits become 0."""
    pieces, at = [], 0
    for entity in sorted(entities, key=lambda one: int(one["start"])):
        if entity["start"] >= at:
            pieces += [plain(text[at : entity["start"]]), marked(text[entity["start"] : entity["end"]], entity)]
            at = entity["end"]
    return " ".join("".join([*pieces, plain(text[at:])]).split())


def plain(text: str) -> str:
    """Words that are no value, without signs of templates."""
    return re.sub(r"\d", "0", _SIGNS.sub(" ", text))


def marked(text: str, entity: Mapping[str, Any]) -> str:
    """The slot of a value; a symptom keeps its words."""
    if entity["entity"] == "symptom":
        return f"[{plain(text)}](symptom={entity['value']})"
    slot = SLOTS.get(entity["entity"])
    return f"{{{slot}}}" if slot else plain(text)


class Review:
    """What a reviewer does with unclear texts.

    Arguments: `names`, the YAML file whose `intents` a text may be accepted as.
    """

    def __init__(self, units: Units, clock: Clock, policy: Policy, names: Path) -> None:
        self._units, self._clock, self._policy, self._names = units, clock, policy, names

    def waiting(self, limit: int, actor: str) -> Sequence[UnclearText]:
        """The oldest texts to be reviewed; that somebody looked is written to the audit log."""
        now = self._clock.now()
        with self._units() as unit:
            unit.unclear.expire(now - self._policy.review_for)
            found = unit.unclear.waiting(limit)
            unit.audit.add(actor, "review_texts", None, f"{len(found)} texts", now)
            unit.commit()
        return found

    def accept(self, text_id: int, intent: str, wording: str | None, actor: str) -> str:
        """Learn a text as an intent, in its own words or in `wording`; returns the line.

        Raises:
            Unknown: no such text.
            Refused: no such intent, or words that may be somebody's name or number, or no line of a template.
        """
        with self._units() as unit:
            text = found(unit, text_id)
            line = " ".join((wording or text.line).split())
            for refusal in self._refusals(line, intent):
                raise refusal
            unit.unclear.accept(text, line, intent)
            unit.audit.add(actor, "accept_text", None, intent, self._clock.now())
            unit.commit()
        return line

    def reject(self, text_id: int, actor: str) -> None:
        """Forget a text; raises Unknown."""
        with self._units() as unit:
            unit.unclear.remove([found(unit, text_id).id])
            unit.audit.add(actor, "reject_text", None, "review", self._clock.now())
            unit.commit()

    def export(self, folder: Path, actor: str) -> Mapping[Path, int]:
        """Write what was accepted to `folder`/<language>/reviewed.yml and forget it; file → new lines.

        Lines that are there already stay; a text that cannot be written stays in the store.  Raises OSError.
        """
        with self._units() as unit:
            accepted = unit.unclear.accepted()
            written = {}
            for language in LEARNED:
                lines = [(each.accepted_as or OUT_OF_SCOPE, each.line) for each in accepted
                         if learned_in(each.language) == language]  # fmt: skip
                if lines:
                    path = folder / language / REVIEWED
                    written[path] = add_lines(path, lines)
            unit.unclear.remove([each.id for each in accepted])
            unit.audit.add(actor, "export_texts", None, f"{len(accepted)} texts", self._clock.now())
            unit.commit()
        return written

    def _refusals(self, line: str, intent: str) -> Iterator[Refused]:
        if intent not in yaml.safe_load(self._names.read_text("utf-8"))["intents"]:
            yield Refused("intent_unknown", f"{intent} is no intent")
        rest = _MARKS.sub(" , ", line)
        if _SIGNS.search(rest) or any(slot and slot not in SLOTS.values() for slot in _MARKS.findall(line)):
            yield Refused("line_wrong", "brackets stand for slots and symptoms only, such as {phone}")
        if re.search(r"[1-9]", rest) or named(rest):
            yield Refused("line_names", "the words may name somebody or hold a number: write them anew, with slots")


def named(text: str) -> bool:
    """Whether two words in a row are capitalised among words that are not, or read like "nguyen van a"."""
    if _WRITTEN_SMALL.search(fold_lower(text)):
        return True
    if text.isupper():
        return False
    return any(one.istitle() and other.istitle() for one, other in pairwise(text.split()))


def found(unit: UnitOfWork, text_id: int) -> UnclearText:
    """A text by its number; raises Unknown."""
    text = unit.unclear.get(text_id)
    if text is None:
        raise Unknown("text")
    return text


def learned_in(language: str) -> str:
    """Whose training data a text goes to."""
    return language if language in LEARNED else LEARNED[0]


def add_lines(path: Path, lines: Sequence[tuple[str, str]]) -> int:
    """Add (intent, line) pairs to a file of families; how many were new."""
    families: dict[str, list[str]] = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
    new = 0
    for intent, line in lines:
        known = families.setdefault(intent, [])
        if line not in known:
            known.append(line)
            new += 1
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(yaml.safe_dump(families, allow_unicode=True, width=1000), "utf-8")
    beside.replace(path)
    return new
