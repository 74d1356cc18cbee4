"""A turn as an action sees it: the open form, what is filled, what the person said, what the backend knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any, Generic, TypeVar

from backend.forms.checklist import Checklist
from backend.forms.health import HEALTH
from backend.forms.languages import HOME
from backend.forms.model import Context, Contradiction, Field, Form
from backend.forms.questions import (
    asked_on,
    contradiction,
    identity_fields,
    missing,
    offering,
    question_fields,
    string_fields,
)
from bot import slots as s
from bot.forms import form_called, form_of_loop, gazetteer, languages
from bot.menus import SESSIONS

FOLLOW_UP = "follow_up"  # kind of the notice that asks people under follow-up how they are
_VIET_NAM = timezone(timedelta(hours=7))
_Value = TypeVar("_Value")


class _once(Generic[_Value]):  # noqa: N801 - used like property
    """A property found out once; functools.cached_property takes a lock, which costs more than most of these."""

    def __init__(self, find: Callable[[Any], _Value]) -> None:
        self._find, self._name, self.__doc__ = find, find.__name__, find.__doc__

    def __get__(self, view: Any, owner: type) -> _Value:
        found = view.__dict__[self._name] = self._find(view)
        return found


class View:
    """Read-only; `slots` are the values of Rasa's slots, `metadata` came with the person's message."""

    def __init__(self, slots: Mapping[str, Any], metadata: Mapping[str, Any] | None, form: Form | None) -> None:
        metadata = metadata or {}
        self.slots = slots
        self.facts: Mapping[str, Any] = metadata.get("facts") or {}
        self.form = offering(form, self._pack(form).get("options") or {}) if form else None
        self.channel: str = metadata.get("channel") or "sms"
        self.side: Mapping[str, Any] = (metadata.get("slots") or {}).get(s.SIDE) or {}  # asked in the turn before

    @_once
    def context(self) -> Context:
        """What the checks of fields may look at."""
        today = self.facts.get("today")
        day = date.fromisoformat(today) if today else datetime.now(_VIET_NAM).date()
        return Context(day, gazetteer(), self.channel, languages().get(self.language), self.parts)

    @property
    def language(self) -> str:
        """The language of the replies."""
        return self.facts.get("language") or HOME

    @property
    def now(self) -> datetime:
        """The time in Viet Nam, without zone."""
        now = self.facts.get("now")
        return datetime.fromisoformat(now) if now else datetime.now(_VIET_NAM).replace(tzinfo=None)

    @property
    def people(self) -> Sequence[Mapping[str, Any]]:
        """Persons known on this phone."""
        return self.facts.get("people") or ()

    @property
    def holder_known(self) -> bool:
        """Whether somebody of this phone has declared for themselves."""
        return any(person["role"] in (s.SELF, s.SHARED) for person in self.people)

    @property
    def in_session(self) -> bool:
        """Whether the person presses keys in a session that ends unless something is asked."""
        return self.channel in SESSIONS

    @property
    def keyword(self) -> str:
        """What to send to begin anew what is open; without a form, the health declaration."""
        if self.slots.get(s.AMENDING):
            return "SUA"
        return (self.form or HEALTH).keywords[0]

    @property
    def awaits_consent(self) -> bool:
        """Whether the question shown last is if a declaration may be kept."""
        return self.slots.get(s.EXPECTING) == s.CONSENT and bool((self.last or {}).get("pending"))

    @property
    def last(self) -> Mapping[str, Any] | None:
        """The newest declaration from this phone."""
        return self.facts.get("last")

    @property
    def household(self) -> Sequence[Mapping[str, Any]]:
        """Everybody kept on this phone, also those declared for only once."""
        return self.facts.get("household") or self.people

    @property
    def notice(self) -> Mapping[str, Any]:
        """The notice that waits for an answer, {} if none does."""
        return self.facts.get("notice") or {}

    @property
    def venues_kept(self) -> Sequence[Mapping[str, Any]]:
        """The venues whose keeper this phone is."""
        return self.facts.get("venues_kept") or ()

    @property
    def facilities(self) -> Sequence[Mapping[str, Any]]:
        """The facilities this phone reports for."""
        return self.facts.get("facilities") or ()

    @property
    def parts(self) -> Sequence[Sequence[str]]:
        """The criteria, by part, of the facility whose checklist is being filled in."""
        code = (self.slots.get(s.FACILITY) or {}).get("code")
        return next((one["parts"] for one in self.facilities if one["code"] == code), ())

    @property
    def menu(self) -> Sequence[str]:
        """Services on offer."""
        return self.facts.get("menu") or ("health",)

    def offers(self, service: str) -> bool:
        """Whether a service is switched on; without word from the backend every one is."""
        return "menu" not in self.facts or service in self.menu

    @property
    def pack(self) -> Mapping[str, Any]:
        """What the disease pack says about the open form."""
        return self._pack(self.form)

    def _pack(self, form: Form | None) -> Mapping[str, Any]:
        forms = self.facts.get("forms") or {}
        return forms.get(form.name, {}) if form else {}

    @property
    def asked_how_they_are(self) -> bool:
        """Whether the notice that waits is the daily question to people under follow-up."""
        return bool(self.notice.get("kind") == FOLLOW_UP)

    def changed(self, changes: Mapping[str, Any]) -> View:
        """The same turn with other slots."""
        view = View({**self.slots, **changes}, {"facts": self.facts, "channel": self.channel}, self.form)
        if s.FACILITY not in changes:
            view.__dict__["context"] = self.context
        return view

    def person(self, subject: Any) -> Mapping[str, Any] | None:
        """The known person with this id."""
        return next((person for person in self.people if person["id"] == subject), None)

    def same_as_last(self) -> Mapping[str, Any]:
        """The answers of the subject's last declaration to questions still asked, {} if there is none."""
        person = self.person(self.slots.get(s.SUBJECT))
        answers = (self.last_of(person) or {}).get("answers") or {}
        lasting = (field.name for field in self.questions if field.lasting)
        return {name: answers[name] for name in lasting if answers.get(name) is not None}

    def last_of(self, person: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """A person's newest declaration by the open form."""
        if person is None or self.form is None:
            return None
        return (person.get("lasts") or {"health": person.get("last")}).get(self.form.name)

    @property
    def selected(self) -> Sequence[str] | None:
        """The questions the pack asks, in its order; None = all of the form."""
        return self.form.asked(self.parts) if isinstance(self.form, Checklist) else self.pack.get("fields")

    @_once
    def identity(self) -> Sequence[Field]:
        """The open form's fields asked once per person."""
        return identity_fields(self.form) if self.form else ()

    @_once
    def questions(self) -> Sequence[Field]:
        """The fields asked every time, in the pack's order."""
        return question_fields(self.form, self.selected) if self.form else ()

    @_once
    def digits(self) -> int:
        """How many digits answer all yes/no questions at once."""
        return len(string_fields(self.form, self.selected)) if self.form else 0

    @property
    def open_fields(self) -> Sequence[str]:
        """Names of the fields still to be asked, in order."""
        if self.form is None:
            return ()
        known = not self.slots.get(s.AMENDING) and self.slots.get(s.SUBJECT) != s.NEW_PERSON
        fields = missing(self.form, self.answers, self.selected, known_identity=known, lacking=self.lacks)
        names = [field.name for field in fields if asked_on(self.channel, field)]
        return [*(name for name in self.replaced if name not in names), *names]

    @property
    def replaced(self) -> Mapping[str, Any]:
        """{field: what it said} of an answer that is being corrected and has no new one yet."""
        old = self.slots.get(s.REPLACING) or {}
        return {name: value for name, value in old.items() if self.slots.get(name) is None}

    @_once
    def lacks(self) -> Sequence[str]:
        """What the open form must still ask of the known subject's identity."""
        person = self.person(self.slots.get(s.SUBJECT)) or {}
        return (person.get("lacks") or {}).get(self.form.name, ()) if self.form else ()

    @property
    def contradiction(self) -> Contradiction | None:
        """What cannot be right beside the other answers."""
        if self.form is None:
            return None
        person = self.person(self.slots.get(s.SUBJECT)) or {}
        known = {"birth_year": person["birth_year"]} if person.get("birth_year") else {}
        return contradiction(self.form, {**known, **self.answers}, self.context.today, self.pack.get("limits") or {})

    @property
    def concerned(self) -> bool:
        """Whether the pack asks the form of somebody with these answers."""
        only = self.pack.get("only") or {}
        return all(self.answers.get(name) in (None, *values) for name, values in only.items())

    def _fields(self) -> Sequence[Field]:
        return self.form.fields if self.form else ()

    def field(self, name: str) -> Field | None:
        """The open form's field of this name."""
        for field in self._fields():  # asked for dozens of times a turn: a generator would cost twice as much
            if field.name == name:
                return field
        return None

    @_once
    def given(self) -> Mapping[str, Any]:
        """Every field that has a value in this dialogue."""
        slots = self.slots
        return {field.name: slots[field.name] for field in self._fields() if slots.get(field.name) is not None}

    @_once
    def answers(self) -> Mapping[str, Any]:
        """What skip logic looks at: the declaration being corrected, if any, under what is given now."""
        stored = (self.last or {}).get("answers") or {} if self.slots.get(s.AMENDING) else {}
        changed = self.slots.get(s.CHANGED) or ()
        return {**{name: value for name, value in stored.items() if name not in changed}, **self.given}


def view_of(tracker: Any) -> View:
    """The view of a rasa-sdk tracker; its form is the active loop's."""
    message = tracker.latest_message or {}
    return View(tracker.slots, message.get("metadata"), form_of_loop(tracker.active_loop_name))


def view_with_form(tracker: Any, form_name: str) -> View:
    """The view of a rasa-sdk tracker for an action that belongs to one form."""
    return View(tracker.slots, (tracker.latest_message or {}).get("metadata"), form_called(form_name))
