"""What people ask who were told that they may have met somebody ill: who, where, when."""

from __future__ import annotations

import re

from backend.forms.folding import fold_lower, tidy
from bot.components.spelling import written_out

_LONGEST = 14  # words
_ASKED = re.compile(
    r"\b(?:ai|nguoi nao|ten gi|ten la gi|(?:o )?dau|cho nao|noi nao|khi nao|luc nao|hom nao|ngay nao|may gio|bao gio"
    r"|dia diem nao|quan nao|sao (?:lai |ma )?biet|who|where|when)\b"
)
# All the other words of such a question, folded: one more, and it is about something else ("xet nghiem o dau").
_WORDS = frozenset(
    """ai bi benh mac nhiem covid corona f0 ca duong tinh la vay the ha a ta roi lay tu dau do nguoi nao ten gi cho hoi
    toi em con chau minh xin khi luc hom ngay may gio bao o noi dia diem quan tiep xuc voi gap da duoc khong co
    biet muon oi bac si vi sao lai ma cu noi ro nha hang xom phai trong nhung truyen sang thi dang
    nhan anh em nhe nha luon
    who is was were it where when did i get from person sick ill infected what time place this the that can you tell
    me name of his her""".split()
)


def asks_about_notice(text: str) -> bool:
    """Whether a whole text asks who was ill, where or when ("ai bi benh vay", "o dau vay", "lay tu ai")."""
    said = written_out(fold_lower(tidy(text)))
    words = re.findall(r"[a-z0-9]+", said)
    return 0 < len(words) <= _LONGEST and _ASKED.search(said) is not None and _WORDS.issuperset(words)
