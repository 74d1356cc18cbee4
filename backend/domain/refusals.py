"""What is refused, and what is not known: failures that carry a stable code."""

from __future__ import annotations


class Refused(ValueError):
    """What may not be done as asked; `code` is stable, the sentence is for whoever asked."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(sentence or code)
        self.code = code


class Unknown(LookupError):
    """Nothing is known under what was given; `what` is one word: user, venue, case, alert, declaration."""

    def __init__(self, what: str) -> None:
        super().__init__(f"no such {what.replace('_', '-')}")
        self.code = f"{what}_unknown"
