"""Whether somebody has symptoms: a yes or a no, or how they are, in words ("ko ho, ko sot", "van khoe")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.forms.folding import fold_lower, tidy
from backend.forms.follow_up import WELL, read_follow_up
from backend.forms.kinds.choice import YesNo
from backend.forms.kinds.told_symptoms import find_symptoms
from backend.forms.model import Accepted, Context, Parsed

_AT_ALL = re.compile(r"\b(?:gi|chi|nao|j|ca|tron|sao)\s+het\b")
_OVER = re.compile(r"\b(?:het|khoi|dut|do|lui|xong|hom qua|hom kia|tuan truoc|gone|over)\b")


@dataclass(frozen=True)
class AnySymptoms(YesNo):
    """A symptom that is over now counts for neither: it may lie within the days that are asked about."""

    def parse(self, text: str, context: Context) -> Parsed:
        parsed = YesNo.parse(self, text, context)
        if isinstance(parsed, Accepted) or not any(sign.isalpha() for sign in text) or text.strip()[:1].isdigit():
            return parsed
        said = read_follow_up(text)
        if said is None or said.named or (said.answer == WELL and _over(text)):
            return parsed
        return Accepted(said.answer != WELL)

    def recognise(self, text: str, context: Context) -> bool:
        """Nothing but symptoms that somebody does not have: a yes or a no alone could answer anything."""
        mentions = find_symptoms(text)
        denied = bool(mentions) and all(mention.denied for mention in mentions)
        return denied and isinstance(self.parse(text, context), Accepted)


def _over(text: str) -> bool:
    return _OVER.search(_AT_ALL.sub("", fold_lower(tidy(text)))) is not None
