"""Template families: a line stands for many sentences.

`(a|b|)` chooses, `{slot}` is filled from the fillers, `[text](entity)` or `[text](entity=value)` marks an entity.
A family file is YAML: intent -> list of lines; every line is one family.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Union

import yaml

_TOKEN = re.compile(r"\(|\)|\||\{[a-z_0-9]+\}|\[[^\]]*\]\([a-z_]+(?:=[^)]*)?\)|[^(|){}\[\]]+")
_MARKED = re.compile(r"\[([^\]]*)\]\(([a-z_]+)(?:=([^)]*))?\)")


class Segment(NamedTuple):
    """A piece of a sentence; `entity` is None for plain words, `value` the meaning where it is known."""

    text: str
    entity: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence in pieces, with what it means and the family it came from."""

    segments: tuple[Segment, ...]
    intent: str
    family: str
    noise: str = ""

    @property
    def text(self) -> str:
        """The sentence as sent."""
        return "".join(segment.text for segment in self.segments)

    @property
    def entities(self) -> list[dict[str, Any]]:
        """Rasa's entity dicts: entity, value, start, end."""
        found, position = [], 0
        for segment in self.segments:
            end = position + len(segment.text)
            if segment.entity and segment.text:
                value = segment.text if segment.value is None else segment.value
                found.append({"entity": segment.entity, "value": value, "start": position, "end": end})
            position = end
        return found


class _Choice(NamedTuple):
    options: tuple[tuple[_Node, ...], ...]


class _Slot(NamedTuple):
    name: str


_Node = Union[Segment, _Choice, _Slot]  # noqa: UP007 - evaluated, and _Choice names it


def parse(line: str) -> tuple[_Node, ...]:
    """The nodes of one template line; raises ValueError where brackets do not match."""
    tokens = [match.group() for match in _TOKEN.finditer(line)]
    if "".join(tokens) != line:
        raise ValueError(f"not a template: {line!r}")
    nodes, rest = _sequence(tokens, 0)
    if rest != len(tokens):
        raise ValueError(f"unbalanced brackets: {line!r}")
    return nodes


def _sequence(tokens: Sequence[str], at: int) -> tuple[tuple[_Node, ...], int]:
    nodes: list[_Node] = []
    while at < len(tokens) and tokens[at] not in "|)":
        if tokens[at] == "(":
            choice, at = _choice(tokens, at + 1)
            nodes.append(choice)
        else:
            nodes.append(_leaf(tokens[at]))
            at += 1
    return tuple(nodes), at


def _choice(tokens: Sequence[str], at: int) -> tuple[_Choice, int]:
    options = []
    while True:
        option, at = _sequence(tokens, at)
        options.append(option)
        if at >= len(tokens):
            raise ValueError(f"unbalanced brackets: {''.join(tokens)!r}")
        at += 1
        if tokens[at - 1] == ")":
            return _Choice(tuple(options)), at


def _leaf(token: str) -> _Node:
    if token.startswith("{"):
        return _Slot(token[1:-1])
    marked = _MARKED.fullmatch(token)
    return Segment(*marked.groups()) if marked else Segment(token)


@dataclass
class Grammar:
    """Fillers by slot name: each a list of template lines, parsed once."""

    fillers: Mapping[str, Sequence[tuple[_Node, ...]]]

    @classmethod
    def of(cls, lines: Mapping[str, Sequence[str]]) -> Grammar:
        """A grammar from template lines."""
        return cls({slot: [parse(line) for line in options] for slot, options in lines.items()})

    def sample(self, nodes: tuple[_Node, ...], chance: random.Random) -> list[Segment]:
        """One sentence of the template, neighbours of plain text joined, spaces squeezed."""
        return _tidied(self._expand(nodes, chance))

    def _expand(self, nodes: tuple[_Node, ...], chance: random.Random) -> Iterator[Segment]:
        for node in nodes:
            if isinstance(node, Segment):
                yield node
            elif isinstance(node, _Choice):
                yield from self._expand(chance.choice(node.options), chance)
            else:
                yield from self._expand(chance.choice(self.fillers[node.name]), chance)


def _tidied(segments: Iterator[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for segment in segments:
        if joined and not segment.entity and not joined[-1].entity:
            joined[-1] = Segment(joined[-1].text + segment.text)
        elif segment.text:
            joined.append(segment)
    tidy: list[Segment] = []
    for segment in joined:
        text = re.sub(r" +", " ", segment.text)
        if text.startswith((" ", ",", ".")) and (not tidy or tidy[-1].text.endswith(" ")):
            text = text.lstrip(" ")
        if text:
            tidy.append(segment._replace(text=text))
    if tidy and not tidy[-1].entity:
        tidy[-1] = Segment(tidy[-1].text.rstrip())
    return [segment for segment in tidy if segment.text]


def read_families(folder: Path) -> dict[str, list[str]]:
    """Lines by intent, from all YAML files of a folder in name order; files of fillers (`_*.yml`) left out."""
    families: dict[str, list[str]] = {}
    for path in sorted(folder.glob("[!_]*.yml")):
        for intent, lines in yaml.safe_load(path.read_text("utf-8")).items():
            families.setdefault(intent, []).extend(str(line) for line in lines)
    return families


def read_fillers(*paths: Path) -> Grammar:
    """One grammar from filler files; a later file replaces the slots of an earlier one."""
    lines: dict[str, list[str]] = {}
    for path in paths:
        for slot, options in yaml.safe_load(path.read_text("utf-8")).items():
            lines[slot] = [str(option) for option in options]
    return Grammar.of(lines)


def dressed(sentences: Sequence[Sentence], grammar: Grammar, every: int, seed: int) -> list[Sentence]:
    """Every so many-th sentence once more, with a greeting before or thanks after it (slots `opening`, `closing`)."""
    return [
        _dressed(sentence, grammar, random.Random(f"{seed}:{sentence.text}"))
        for sentence in sentences[every - 1 :: every]
    ]


def _dressed(sentence: Sentence, grammar: Grammar, chance: random.Random) -> Sentence:
    kind = chance.choice(("opening", "closing", "both"))
    before = [*grammar.sample((_Slot("opening"),), chance), Segment(" ")] if kind != "closing" else []
    after = grammar.sample((_Slot("closing"),), chance) if kind != "opening" else []
    if after and after[0].text[0].isalnum():
        after = [Segment(" "), *after]
    return replace(sentence, segments=(*before, *sentence.segments, *after))


def choices(nodes: Sequence[_Node]) -> int:
    """How many choices and slots stand in a template: a measure of how many wordings it holds."""
    inside = sum(choices(option) for node in nodes if isinstance(node, _Choice) for option in node.options)
    return inside + sum(not isinstance(node, Segment) for node in nodes)


def expand(
    families: Mapping[str, Sequence[str]], grammar: Grammar, each: int, seed: int, per_choice: int = 0, most: int = 20
) -> list[Sentence]:
    """Different sentences of every family, fewer where a family has fewer; the same for the same seed.

    A family gives `each` sentences, and `per_choice` more for every choice in it, but not over `most`.
    """
    sentences: list[Sentence] = []
    for intent, lines in families.items():
        for line in lines:
            chance = random.Random(f"{seed}:{intent}:{line}")
            nodes, seen = parse(line), set()
            wanted = min(each + per_choice * choices(nodes), max(most, each))
            for _ in range(wanted * 3):
                segments = tuple(grammar.sample(nodes, chance))
                text = "".join(segment.text for segment in segments)
                if text not in seen and len(seen) < wanted:
                    seen.add(text)
                    sentences.append(Sentence(segments, intent, f"{intent}: {line}"))
    return sentences
