"""Which texts the code asks for, as message keys.

Keys come from the forms catalogue (ask_, label_, help_, example_, choices, rejections), from string literals handed to
the functions below, and from the product's own lists; f-strings such as f"help_{kind}" stand for a family of keys.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from backend.domain.checklists import load_checklists
from backend.domain.packs import FOLDER
from backend.domain.packs.checks import LEGAL_BASES, keys_named
from backend.domain.triage import LEVELS
from backend.forms.catalogue import FORMS
from backend.forms.model import Field
from backend.forms.requests import REQUESTS
from backend.i18n import LAST_RESORT

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("bot", "backend", "channels")
TEMPLATES = ("backend/simulator", "backend/public")
TAKES_KEYS = frozenset({"Reply", "reply", "text", "line", "_line", "_say", "_with_menu", "_about_last", "_words", "t"})
KEY_FIELDS = frozenset({"$key", "key"})
DIALOGUE_QUESTIONS = ("resume", "subject", "role", "how", "correct", "confirm")  # as in bot/slots.py
OWN = (LAST_RESORT, "choice_line", "summary_detail", "summary_all_no", "wrong_form")

_KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_IN_TEMPLATE = re.compile(r"""\bt\(["']([a-z0-9_]+)["']\)|\bwords\.(sim_[a-z0-9_]+)""")


@dataclass
class Found:
    """What a walk through the code turned up."""

    needed: set[str] = field(default_factory=set)  # certainly keys
    mentioned: set[str] = field(default_factory=set)  # literals that may be keys
    families: set[re.Pattern[str]] = field(default_factory=set)  # f-strings


def form_keys() -> Iterator[str]:
    """Every key the forms catalogue calls for."""
    for form in (*FORMS.values(), *REQUESTS.values()):
        yield f"receipt_{form.name}"
        for one in form.fields:
            yield from field_keys(one)
    for name in DIALOGUE_QUESTIONS:
        yield from (f"{kind}_{name}" for kind in ("ask", "help", "example"))


def field_keys(one: Field) -> Iterator[str]:
    """The keys of one question: its texts, its choices, what may be wrong with its answer."""
    yield f"label_{one.name}"
    yield from (f"{kind}_{one.texts}" for kind in ("ask", "help", "example"))
    yield from (choice.key for choice in one.kind.choices)
    parse = inspect.getsource(type(one.kind).parse)
    if "Rejected(self.name" in parse:
        yield f"wrong_{one.kind.name}"
    yield from (f"wrong_{code}" for code in re.findall(r'Rejected\("(\w+)"', parse))


def read_code(paths: Iterable[Path]) -> Found:
    """Keys in Python sources."""
    found = Found()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            read_node(node, found)
    return found


def read_node(node: ast.AST, found: Found) -> None:
    """Keys in one piece of a program."""
    if isinstance(node, ast.Call):
        found.needed.update(keys_of_call(node))
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        found.needed.update(key for name, value in pairs if literal(name) in KEY_FIELDS for key in literals(value))
    elif isinstance(node, ast.JoinedStr):
        found.families.update(family(node))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        found.mentioned.add(node.value)


def keys_of_call(call: ast.Call) -> Iterator[str]:
    """Literals handed to a function that takes a key, and the texts of rejections."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "Rejected" and call.args:
        yield from (f"wrong_{code}" for code in literals(call.args[0]))
    elif name in TAKES_KEYS:
        yield from (key for argument in call.args for key in literals(argument) if "_" in key or name != "text")


def literals(node: ast.AST | None) -> Iterator[str]:
    """The key-like string of a constant, or both of `a if x else b`."""
    if isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    value = literal(node)
    if value and (_KEY.fullmatch(value) or value.startswith("$")):
        yield value


def literal(node: ast.AST | None) -> str | None:
    """The value of a string constant."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def family(node: ast.JoinedStr) -> Iterator[re.Pattern[str]]:
    """A pattern for the keys an f-string may make, if it starts like a key ("help_")."""
    start = literal(node.values[0])
    if start and re.fullmatch(r"[a-z]+(?:_[a-z]+)*_", start):
        parts = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)
        yield re.compile("".join(parts))


def read_templates(paths: Iterable[Path]) -> set[str]:
    """Keys in pages and their scripts."""
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return {first or second for text in texts for first, second in _IN_TEMPLATE.findall(text)}


def gather(root: Path = ROOT) -> Found:
    """Everything the product says, as keys."""
    found = read_code(path for source in SOURCES for path in sorted((root / source).rglob("*.py")))
    files = (path for place in TEMPLATES for path in sorted((root / place).rglob("*")))
    pages = read_templates(path for path in files if path.suffix in (".html", ".js"))
    named = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml")))
    packs = {
        *(f"status_{level}" for level in LEVELS),
        *(f"kept_{basis}" for basis in LEGAL_BASES),
        *(key for content in named for _, key in keys_named(content)),
    }
    criteria = {f"criterion_{name}" for each in load_checklists() for name in each.criteria}
    found.needed |= {*form_keys(), *OWN, *pages, *packs, *criteria}
    return found


def is_used(key: str, found: Found) -> bool:
    """Whether any code can ask for the key."""
    return key in found.needed or key in found.mentioned or any(one.fullmatch(key) for one in found.families)
