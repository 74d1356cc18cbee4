"""The numbers the services go by; backend/bootstrap.py fills them from the configuration."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from channels.contract import Medium

SESSIONS = frozenset({Medium.USSD, Medium.VOICE})  # faces that answer inside the request


@dataclass(frozen=True)
class Policy:
    """Limits, waits and names.  Times are spans, counts are per row unless said otherwise."""

    language: str = "vi"  # of a phone that has never chosen one
    sms_channel: str = "simulator"  # what carries texts to people who came by USSD or voice
    chat_channel: str = "zalo"  # what carries texts to accounts linked with a phone
    voice_channel: str = ""  # what rings people up when nothing else works; empty: nobody is rung up
    hotline: str = ""  # the number a call is put through to
    templates: Collection[str] = ()  # classes of messages that have a registered template
    menu: Sequence[str] = ("health",)  # services on offer, in order

    inbound_limit: int = 30  # messages one sender may send within the window
    inbound_window: timedelta = timedelta(minutes=10)
    late_after: timedelta = timedelta(hours=1)  # messages older than this speak of when they were written
    late_most: timedelta = timedelta(days=7)  # of what is older still the clock was wrong
    robot_after: int = 10  # texts within the window after which a machine is thought of
    robot_window: timedelta = timedelta(hours=1)
    robot_text: int = 16  # characters from which the same text again is no answer to a question
    text_limit: int = 2000  # characters of one message that the bot is shown
    parts_wait: timedelta = timedelta(seconds=60)  # for the missing pieces of a long text

    lease: timedelta = timedelta(seconds=60)  # longer than any turn or send may take
    redo_limit: int = 5  # turns in a row that may meet a conversation saved by somebody else
    park_after: int = 3  # failed turns
    retry_first: timedelta = timedelta(seconds=1)  # doubled with each attempt
    retry_most: timedelta = timedelta(minutes=2)
    give_up_sending: int = 8  # refused sends

    remind_after: timedelta = timedelta(minutes=30)  # of a form left half done
    expire_after: timedelta = timedelta(hours=24)
    undo_within: timedelta = timedelta(minutes=30)
    amend_within: timedelta = timedelta(hours=24)

    confirmation_tries: int = 5  # wrong codes before a new one is needed
    confirmation_valid: timedelta = timedelta(days=3)  # of a code to a venue's keeper
    erasure_valid: timedelta = timedelta(minutes=30)  # of a code to somebody who wants to be erased
    link_valid: timedelta = timedelta(minutes=30)  # of a code that links a chat account with a phone
    staff_silence: timedelta = timedelta(minutes=30)  # of the bot, after one of ours has written in a chat by hand
    staff_token_valid: timedelta = timedelta(days=30)  # of a token that a member of staff signs in with
    sign_in_attempts: int = 10  # wrong tokens from one address before it must wait
    sign_in_window: timedelta = timedelta(minutes=10)  # how long those attempts count
    members_most: int = 20  # people kept on one phone
    venues_most: int = 10  # venues kept by one phone
    feedback_window: timedelta = timedelta(hours=24)  # what counts for the limits on feedback
    feedback_by_phone: int = 5  # feedback from one number
    feedback_by_phone_here: int = 2  # feedback from one number about one place
    feedback_here: int = 50  # feedback about one place
    feedback_told: int = 3  # open at a place, of which its officers are told each
    notice_open: timedelta = timedelta(days=14)  # how long a notice waits for its answer
    day_hours: tuple[int, int] = (7, 21)  # nobody is asked how they are outside of them; the second excluded
    notice_batch: int = 200  # notices queued in one unit of work
    advice_hours: tuple[int, int] = (7, 22)  # messages of advice leave within them (Decree 91/2020); second excluded
    advice_most: int = 3  # messages of advice to one phone within the window (Decree 91/2020)
    advice_window: timedelta = timedelta(hours=24)
    broadcast_rate: int = 100  # messages of one broadcast queued in a second
    broadcast_batch: int = 500  # messages of a broadcast queued in one unit of work
    broadcast_ahead: int = 1000  # that may wait: notices wait behind them, and a pause takes them back
    broadcast_segments: int = 3  # SMS one broadcast may take, in each language
    broadcast_areas: int = 100  # provinces and communes one broadcast may name

    messages_for: timedelta = timedelta(days=28)  # messages that have come to their end are kept
    review_for: timedelta = timedelta(0)  # texts not understood wait for review; zero: none are kept
    review_below: float = 0.6  # confidence of an intent that is worth a look
    review_most: int = 5  # texts of one phone that wait

    sessions_at_once: int = 10  # in one process; the others wait in the order of their coming
    ussd_deadline: timedelta = timedelta(seconds=2)
    ussd_lease: timedelta = timedelta(seconds=10)  # least time after which a request that died is taken over
    receipt_wait: timedelta = timedelta(minutes=5)  # for a receipt of a send whose outcome is unknown

    def back_off(self, attempts: int) -> timedelta:
        """How long a row waits after so many failed attempts."""
        doubled: timedelta = self.retry_first * 2 ** min(attempts, 16)
        return min(doubled, self.retry_most)

    def send_back_off(self, attempts: int, after: float | None) -> timedelta:
        """How long a refused send waits: as long as the provider said, else our own back-off."""
        return timedelta(seconds=after) if after is not None else self.back_off(attempts)

    @property
    def session_lease(self) -> timedelta:
        """How long a request holds rows; longer than it may take."""
        return max(self.ussd_lease, self.ussd_deadline + self.ussd_lease / 2)

    def writing_channel(self, medium: Medium, channel: str) -> str:
        """The channel that carries a written answer: the one the person used, or SMS after a session."""
        return self.sms_channel if medium in SESSIONS else channel
