"""Replies become the text of one channel: rendered, then folded to GSM-7 where the policy and the person allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backend.services.ports.outbox import Reply
from backend.services.ports.outside import Texts
from channels.contract import Medium
from channels.text import fits_screen, fold_for_sms, screens

FOLDED = frozenset({Medium.SMS, Medium.USSD})


class Renderer:
    """Writes what a person reads."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def message(self, replies: Sequence[Reply], language: str, accents: bool, medium: Medium) -> str:
        """The replies of one turn as one text."""
        return self._fit(self._texts.render_all(replies, language, medium.value), language, accents, medium)

    def notice(self, replies: Sequence[Reply], language: str, accents: bool, medium: Medium) -> str:
        """What is sent on: without choices in a call, which is rung, heard, and ends with no key asked for."""
        told = [replace(reply, choices=()) for reply in replies] if medium is Medium.VOICE else replies
        return self.message(told, language, accents, medium)

    def pages(
        self, replies: Sequence[Reply], language: str, accents: bool, medium: Medium = Medium.USSD
    ) -> Sequence[str]:
        """The replies as USSD screens, turned with 98 and 99; what is spoken is one page."""
        whole = self.message(replies, language, accents, medium)
        if medium is not Medium.USSD or fits_screen(whole):
            return [whole]
        more, back = (self.line(key, language, accents) for key in ("ussd_more", "ussd_back"))
        return screens(whole, more, back)

    def line(self, key: str, language: str, accents: bool, medium: Medium = Medium.USSD) -> str:
        """One text by key."""
        return self._fit(self._texts.text(key, language, medium.value), language, accents, medium)

    def _fit(self, text: str, language: str, accents: bool, medium: Medium) -> str:
        folding = "none" if accents or medium not in FOLDED else self._texts.folding(language)
        return text if folding == "none" else fold_for_sms(text, letters=folding == "gsm7-letters")
