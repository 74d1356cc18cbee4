"""The page of the test phones, and what they have received, as JSON; mounted in the demo only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, make_response, redirect, render_template, request, url_for

from backend.services.handset import Handset, Received, UnknownNumber
from backend.services.ports.outside import Texts

NUMBERS = ("0901 234 567", "0912 345 678", "0987 654 321", "0933 222 111")
EXAMPLES = (
    ("sms", "KB", "sim_example_step"),
    ("sms", "KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 00000", "sim_example_full"),
    ("ussd", "{ussd_code}", "sim_example_ussd"),
    ("sms", "toi bi sot 2 ngay nay", "sim_example_free"),
    ("sms", "NC", "sim_example_entry"),
    ("sms", "TG", "sim_example_help"),
)
KEYPAD = (
    ("1", ".,?"), ("2", "abc"), ("3", "def"), ("4", "ghi"), ("5", "jkl"), ("6", "mno"),
    ("7", "pqrs"), ("8", "tuv"), ("9", "wxyz"), ("*", "+"), ("0", "␣"), ("#", "⇧"),
)  # fmt: skip
WORDS = (
    "sim_dial_key", "sim_erase", "sim_inbox", "sim_write", "sim_back", "sim_send", "sim_end", "sim_unread",
    "sim_segments", "sim_no_messages", "sim_not_sent", "sim_wrong_code", "sim_no_answer",
)  # fmt: skip
LOCALES = {"en": "en-GB"}  # how a browser writes times and days, where the language alone says it otherwise
ROW_MOST = 2**63 - 1  # what the databases hold as a number of a row
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Simulator:
    """What the pages need.

    `languages` maps codes to names, the first is the default; `always` has the numbers of the service.
    """

    handset: Handset
    texts: Texts
    languages: Mapping[str, str]
    always: Mapping[str, str]

    def mount(self, app: Flask) -> None:
        """Add /simulator to an application, and lead there who comes with a bare address."""
        blueprint = Blueprint(
            "simulator", __name__, url_prefix="/simulator", template_folder="templates", static_folder="static"
        )
        blueprint.add_url_rule("", "page", self.page, strict_slashes=False)
        blueprint.add_url_rule("/messages", "messages", self.messages)
        app.register_blueprint(blueprint)
        app.add_url_rule("/", "front", lambda: redirect(url_for("simulator.page")))

    def page(self) -> Response:
        """The phones, in the language of ?lang=."""
        language = self._language()
        page = render_template(
            "simulator/page.html", t=self._reader(language), language=language, languages=self.languages.items(),
            keypad=KEYPAD, examples=self._examples(), settings=self._settings(language), **self.always,
        )  # fmt: skip
        response = make_response(page)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def messages(self) -> Response:
        """?number=…&after=id → {"messages": [{"id", "text", "segments", "time"}]}, oldest first."""
        after = min(request.args.get("after", 0, type=int), ROW_MOST)
        try:
            found = self.handset.messages(request.args.get("number", ""), after)
        except UnknownNumber:
            abort(400)
        response = jsonify({"messages": [shown(message) for message in found]})
        response.headers["Cache-Control"] = "no-store"
        return response

    def _language(self) -> str:
        asked = request.args.get("lang", "")
        return asked if asked in self.languages else next(iter(self.languages))

    def _reader(self, language: str) -> Callable[[str], str]:
        return lambda key: self.texts.text(key, language, "page", count="{count}")

    def _examples(self) -> Sequence[Mapping[str, str]]:
        return [{"kind": kind, "text": text.format(**self.always), "key": key} for kind, text, key in EXAMPLES]

    def _settings(self, language: str) -> Mapping[str, Any]:
        words = {key: self._reader(language)(key) for key in WORDS}
        return {
            "words": {**words, "page_locale": LOCALES.get(language, language), "ussd_code": self.always["ussd_code"]},
            "numbers": NUMBERS,
            "addresses": {
                "sms": "/webhooks/simulator/sms",
                "ussd": "/webhooks/simulator/ussd",
                "messages": "/simulator/messages",
            },
        }


def shown(message: Received) -> Mapping[str, Any]:
    """A message as the page takes it; the time is in UTC, the page shows it in the viewer's zone."""
    return {"id": message.id, "text": message.text, "segments": message.segments, "time": message.at.isoformat()}
