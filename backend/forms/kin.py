"""How people name their relatives: "me toi", "con gai", "ba ngoai cua chau", "my mother"."""

from __future__ import annotations

import re

from backend.forms.folding import fold_lower, tidy

_KIN = (
    r"me|ma|u|bu|ba|bo|cha|thay|tia|ong|cu|vo|chong|nha toi|con|chau|chat|anh|chi|em|co|di|chu|bac|cau|mo|thim|duong"
    r"|bo me|ba ma|cha me|ong ba|vo chong|vo con|nguoi nha|gia dinh"
)
_SIDE = r"trai|gai|noi|ngoai|ruot|ho|dau|re|chong|vo|ca|hai|ba|tu|nam|sau|bay|tam|chin|ut|nho|gia|lon|be"
_WHOSE = r"(?:cua )?(?:toi|tui|tao|minh|em|con|chau|anh|chi|ta|nha toi|nha minh|nha)"
_ENGLISH = (
    r"(?:my )?(?:mother|mom|mum|father|dad|wife|husband|son|daughter|child|children|baby|brother|sister|family"
    r"|grandmother|grandfather|grandma|grandpa|grandson|granddaughter|grandchild|aunt|uncle|niece|nephew|cousin)"
)
_RELATIVE = re.compile(
    rf"(?:(?:day )?la |(?:khai )?(?:cho|ho|giup) )?(?:(?:{_KIN})(?: (?:{_SIDE})){{0,2}}(?: {_WHOSE})?|{_ENGLISH})"
)
_NOT_IN_NAMES = re.compile(r"(?:toi|tui|tao|cua|my)")


def is_relative(text: str) -> bool:
    """Whether a text names a relative of its sender and nothing else; accents are not needed."""
    return _RELATIVE.fullmatch(fold_lower(tidy(text)).strip(" .,;:!")) is not None


def speaks_of_relative(text: str) -> bool:
    """The same where a name may stand: "me toi", not "Chau Anh"."""
    named = all(word[:1].isupper() for word in tidy(text).split())
    own = any(_NOT_IN_NAMES.fullmatch(word) for word in fold_lower(text).split())
    return is_relative(text) and (own or not named)
