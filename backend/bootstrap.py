"""Wires the house once: configuration in, services out.  The only module that knows every other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from backend import config as configuration
from backend import i18n
from backend.api.app import Web, create_app
from backend.config import Config
from backend.domain.checklists import Checklists, load_checklists
from backend.domain.packs import FOLDER, PackError, Shelf
from backend.domain.venues import KINDS, Venue
from backend.forms import places
from backend.gateways.at_once import AtOnce
from backend.gateways.bot_client import BotClient
from backend.gateways.carrier import ChannelCarrier
from backend.gateways.hints import HintListener, SocketHints
from backend.jobs.line_keeper import LineKeeper
from backend.jobs.worker import Listener, Silence, Worker
from backend.poster import FORMATS, SHEETS, Poster
from backend.public.page import MapPage
from backend.services.alerts import Alerts
from backend.services.broadcasts import Broadcasts
from backend.services.callbacks import Callbacks
from backend.services.cases import Cases
from backend.services.commands import handlers
from backend.services.deliver import Deliver
from backend.services.export import Export
from backend.services.facilities import Facilities
from backend.services.follow_up_desk import FollowUpDesk
from backend.services.follow_up_rounds import FollowUpRounds
from backend.services.handset import Handset
from backend.services.house import House
from backend.services.look_up import LookUp
from backend.services.packs import Packs
from backend.services.policy import Policy
from backend.services.ports.bot import Bot
from backend.services.ports.outside import Carrier, Clock, Hints
from backend.services.ports.unit import StoreUnavailable
from backend.services.process import Process
from backend.services.public_map import Maps
from backend.services.receipts import Receipts
from backend.services.receive import Receive
from backend.services.reception import Reception
from backend.services.remind import Remind
from backend.services.remind_facilities import FacilityReminders
from backend.services.render import Renderer
from backend.services.retention import Retention
from backend.services.review import Review
from backend.services.rules import Rules
from backend.services.say import TERMINAL, Say
from backend.services.sign_in import SignIn
from backend.services.staff import Staff
from backend.services.straight import Straight
from backend.services.sweep import Sweep
from backend.services.turn import Turns
from backend.services.ussd import Ussd
from backend.services.venue_forms import VenueForms
from backend.services.venues import VENUE, Venues, look_up
from backend.services.visits import Visits
from backend.services.ways import Ways
from backend.settings import ConfigError
from backend.simulator.page import Simulator
from backend.store.blind_index import BlindIndex
from backend.store.encryption import FieldCipher
from backend.store.engine import make_engine
from backend.store.keys import IndexKeyChanged, check_index_key
from backend.store.migrate import is_current
from backend.store.spool import DiskSpool
from backend.store.token_vault import StoredTokens
from backend.store.unit_of_work import SqlUnits
from channels import registry
from channels.contract import Adapter, Connected
from channels.sending import HttpClient

if TYPE_CHECKING:  # a house without Redis starts without loading its clients
    from dramatiq.brokers.redis import RedisBroker

    from backend.jobs.queue import Actors, QueueWorker

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "locales"
PLACES = ROOT / "nlu_data" / "lookups" / "admin_units.json"
INTENTS = ROOT / "nlu_data" / "names.yml"
LOOPS = 2  # threads for each of inbox and outbox: one takes what came in while the other waits for bot or provider
WORKER_BATCH = 32  # rows a thread takes at once; as many messages may be in doubt when a worker dies while it sends
NOT_REINDEXED = "the first of KHAIBAO_INDEX_KEYS is not the one the database was written with: khaibao keys reindex"
MENU = ("health", "arrive", "leave", "entry", "more")  # services the house offers, in the order of the menu

_log = logging.getLogger(__name__)


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The current time, aware, UTC."""
        return datetime.now(UTC)


class Bootstrap:
    """Builds every part at most once, when it is first asked for; arguments replace the real ones (tests)."""

    def __init__(
        self,
        config: Config | None = None,
        *,
        clock: Clock | None = None,
        hints: Hints | None = None,
        bot: Bot | None = None,
    ) -> None:
        self.config = config or configuration.load()
        self.clock = clock or SystemClock()
        self._hints, self._bot = hints, bot

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return make_engine(self.config.database_url, self.config.database_pool)

    @cached_property
    def cipher(self) -> FieldCipher:
        """The keys of sealed fields."""
        return FieldCipher(self.config.field_keys)

    @cached_property
    def units(self) -> SqlUnits:
        """Units of work."""
        return SqlUnits(self.engine, self.cipher, BlindIndex(self.config.index_keys))

    @cached_property
    def http(self) -> HttpClient:
        """What every channel sends with."""
        return HttpClient()

    @cached_property
    def adapters(self) -> Mapping[str, Adapter]:
        """Every channel."""
        return registry.build(self.config.channel_values(), self.http, StoredTokens(self.units))

    @cached_property
    def carrier(self) -> Carrier:
        """The sending half of every channel."""
        return ChannelCarrier(self.adapters, {name: medium for medium, name in TERMINAL.items()})

    @cached_property
    def renderer(self) -> Renderer:
        """What writes replies."""
        return Renderer(self.texts)

    @cached_property
    def bot(self) -> Bot:
        """The conversational engine."""
        seconds, processes = self.config.turn_deadline.total_seconds(), self.config.bot_workers
        return self._bot or BotClient(f"unix:{self.config.bot_socket}", seconds, processes)

    @cached_property
    def hints(self) -> Hints:
        """What wakes the workers."""
        if self._hints is None and self.config.redis_url:
            from backend.jobs.queue import QueueHints

            return QueueHints(self.actors)
        return self._hints or SocketHints(self.config.hint_socket)

    @cached_property
    def broker(self) -> RedisBroker:
        """The task queue of an installation with Redis."""
        from backend.jobs.queue import make_broker

        return make_broker(self.config.redis_url)

    @cached_property
    def actors(self) -> Actors:
        """What the queue wakes."""
        from backend.jobs.queue import RedisMarks, make_actors

        return make_actors(self.broker, RedisMarks(self.broker), lambda: self.house, self._batch)

    @cached_property
    def texts(self) -> i18n.Texts:
        """Everything a person reads."""
        return i18n.load(LOCALES, always=self.always, places=self.places)

    @cached_property
    def places(self) -> places.Places:
        """Administrative units, countries, border gates."""
        return places.load(PLACES)

    def place_name(self, code: str) -> str:
        """The name of a province or commune; the places are read when somebody asks for the first one."""
        return self.places.name(code)

    @property
    def always(self) -> Mapping[str, str]:
        """What may stand in every text."""
        return {
            "hotline": self.config.hotline,
            "short_code": self.config.short_code,
            "ussd_code": self.config.ussd_code,
        }

    @cached_property
    def policy(self) -> Policy:
        """The numbers that services go by: what the configuration calls the same, and what is worked out from it."""
        shared = {each.name for each in fields(Policy)} & {each.name for each in fields(Config)}
        templates = [item.partition("=")[0].strip() for item in self.config.zalo_templates]
        return Policy(
            menu=MENU,
            templates=templates,
            review_for=timedelta(days=self.config.review_days),
            sessions_at_once=self.config.database_pool,  # more would only wait for a connection
            messages_for=timedelta(days=self.config.message_days),
            **{name: getattr(self.config, name) for name in shared},
        )

    @cached_property
    def packs(self) -> Packs:
        """The disease packs, those that ship and the operator's own; raises ConfigError."""
        own = [self.config.packs_folder] if self.config.packs_folder else []
        try:
            return Packs(Shelf(FOLDER, *own), self.units, self.clock, self.config.pack)
        except PackError as error:
            raise ConfigError(str(error).splitlines()) from None

    @cached_property
    def house(self) -> House:
        """The services."""
        units, clock, policy, hints = self.units, self.clock, self.policy, self.hints
        checklists = Checklists(load_checklists())
        renderer, packs = self.renderer, self.packs
        rules = Rules(packs.in_force, checklists, packs.refresh, packs.kept)
        deliver = Deliver(units, self.carrier, clock, renderer, policy, AtOnce(self.config.worker_threads))
        straight = Straight(deliver, clock, policy, LOOPS)
        turns = Turns(units, self.bot, clock, hints, rules, policy, handlers(), {VENUE: look_up}, straight)
        spool = DiskSpool(self.config.spool_path, self.cipher)
        receive = Receive(units, clock, hints, spool, policy)
        ussd = Ussd(units, clock, hints, receive, turns, renderer, policy)
        remind = Remind(units, clock, turns, policy)
        receipts = Receipts(units, clock, Ways(policy, self.carrier.medium))
        alerts = Alerts(units, clock, hints, policy, packs.of)
        rounds = FollowUpRounds(units, clock, hints, policy, packs.kept)
        reminders = FacilityReminders(units, clock, hints, policy, checklists)
        return House(
            policy=policy,
            packs=packs,
            units=units,
            clock=clock,
            spool=spool,
            receive=receive,
            receipts=receipts,
            reception=Reception(receive, receipts, ussd),
            ussd=ussd,
            process=Process(units, clock, turns, policy),
            deliver=deliver,
            straight=straight,
            say=Say(units, clock, receive, turns, ussd, deliver, renderer),
            sweep=Sweep(units, clock, hints, receive, remind, alerts, policy, reminders, rounds),
            export=Export(units, clock),
            venues=Venues(units, clock, hints, policy),
            visits=Visits(units, clock, rules, policy),
            cases=Cases(units, clock, policy, packs.of),
            alerts=alerts,
            broadcasts=Broadcasts(
                units, clock, hints, policy, renderer, lambda: self.places, lambda: list(self.texts.languages)
            ),
            follow_ups=FollowUpDesk(units, clock, policy, packs.in_force, packs.of),
            staff=Staff(units, clock),
            sign_in=SignIn(units, clock, policy),
            look_up=LookUp(units, clock),
            review=Review(units, clock, policy, INTENTS),
            retention=Retention(units, clock, rules, policy, packs.of),
            callbacks=Callbacks(units, clock),
            facilities=Facilities(units, clock, hints, policy, checklists),
            maps=Maps(units, clock, self.place_name),
            venue_forms=VenueForms(lambda: self.places),
            poster=self.poster,
        )

    def poster(self, venue: Venue, suffix: str, size: str) -> bytes:
        """A venue's poster: `suffix` one of poster.FORMATS, `size` one of poster.SHEETS."""
        said = Poster(venue.name, venue.code, self.config.short_code, self.config.ussd_code)
        return FORMATS[suffix](said, SHEETS[size], self.texts.text)

    def ready(self) -> Sequence[str]:
        """What /readyz waits for: a database with today's schema, and the bot."""
        return [name for name, check in (("database", self._database_ready), ("bot", self._bot_ready)) if not check()]

    def web(self) -> Flask:
        """The web application."""
        app = create_app(
            Web(
                house=self.house,
                adapters=self.adapters,
                public_url=self.config.public_url,
                request_bytes=self.config.request_bytes,
                ready=self.ready,
                secret_key=self.config.secret_key,
                pages=self._pages(),
            )
        )
        if self.config.proxies:
            behind = ProxyFix(app.wsgi_app, x_for=self.config.proxies, x_proto=0)
            app.wsgi_app = behind  # type: ignore[method-assign]
        return app

    def check_keys(self) -> None:
        """Refuse to run with an index key under which nobody would be found; raises ConfigError.

        A database that is away or empty yet is no reason not to start.
        """
        try:
            check_index_key(self.units)
        except IndexKeyChanged:
            raise ConfigError([NOT_REINDEXED]) from None
        except (StoreUnavailable, SQLAlchemyError) as error:
            _log.warning("index_key_unchecked error=%s", type(error).__name__)

    def worker(self) -> Worker | QueueWorker:
        """The worker process: with Redis the actors, else threads that poll and listen for hints."""
        if self.config.redis_url:
            from backend.jobs.queue import QueueWorker

            self.actors  # noqa: B018 - declares the queues before the worker asks for them
            return QueueWorker(self.broker, LOOPS, self._polling(Silence(), threads=1))
        return self._polling(HintListener(self.config.hint_socket), threads=LOOPS)

    def lines(self) -> Sequence[LineKeeper]:
        """The connections of the channels that we connect to."""
        wanted = [cast(Connected, each) for each in self.adapters.values() if getattr(each, "address", None)]
        return [LineKeeper(adapter, self.house, self.config.web_threads) for adapter in wanted]

    def _polling(self, listener: Listener, threads: int) -> Worker:
        config = self.config
        return Worker(
            self.house,
            listener,
            threads,
            poll=config.poll_interval.total_seconds(),
            sweep=config.sweep_interval.total_seconds(),
            batch=self._batch,
        )

    @property
    def _batch(self) -> int:
        return min(self.config.batch_size, WORKER_BATCH)

    def close(self) -> None:
        """Give back what is open: database connections, sockets; for commands and tests, a server just ends."""
        self.engine.dispose()
        self.http.close()
        for part in (self.hints, self.bot):
            if isinstance(part, SocketHints | BotClient):
                part.close()

    def _pages(self) -> Sequence[Callable[[Flask], None]]:
        languages = {code: language.name for code, language in self.texts.languages.items() if language.complete}
        public = MapPage(self.house.maps, self.texts, languages, KINDS, self.places.resolve)
        if not self.config.demo:
            return (public.mount,)
        handset = Handset(self.units, self.renderer)
        return public.mount, Simulator(handset, self.texts, languages, self.always).mount

    def _database_ready(self) -> bool:
        try:
            return is_current(self.engine)
        except (StoreUnavailable, SQLAlchemyError):
            return False

    def _bot_ready(self) -> bool:
        return not isinstance(self.bot, BotClient) or self.bot.healthy()
