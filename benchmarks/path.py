"""The whole path on PostgreSQL: gateway, webhook, inbox, bot, one commit, outbox, gateway, all on this machine."""

from __future__ import annotations

import asyncio
import os
import random
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import psutil

from benchmarks.bot_endpoint import bot
from benchmarks.dialogue import declare
from benchmarks.figures import Timings
from benchmarks.http import Connection
from benchmarks.processes import APP_PYTHON, ROOT, SCRATCH, cpu_seconds, running, until
from tests.servers import free_port, postgres, postgres_database

SHORT_CODE, USSD_CODE = "8088", "*098#"
TOKEN = "bench"
WARM = 8  # declarations by SMS, and as many by USSD, before anything is measured: nobody is judged while starting
PATIENCE = 60.0  # seconds a phone waits for a reply before the run counts as failed
THINKING = (0.5, 1.5)  # seconds somebody looks at a USSD screen; people take longer, so this is the harder case


@dataclass(frozen=True)
class PathFigures:
    """SMS: text in to reply handed over.  USSD: request to screen, with pauses and without.

    `sms_cpu_ms`: CPU a turn by process; `by_sms`: USSD dialogues that a step over its deadline ended.
    """

    sms: Timings
    sms_cpu_ms: Mapping[str, float]
    ussd: Timings
    ussd_no_pause: Timings
    by_sms: int
    stored: int
    expected: int


class Gateway:
    """Plays Kannel's sendsms: takes what the product sends and hands it to the phone that waits for it."""

    def __init__(self) -> None:
        self.port = free_port()
        self._waiting: dict[str, asyncio.Future[str]] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen on loopback."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        try:
            yield
        finally:
            server.close()

    def expect(self, phone: str) -> asyncio.Future[str]:
        """The next text to this phone."""
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[phone] = waiting
        return waiting

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                query = parse_qs(urlsplit(head.split(b" ", 2)[1].decode("latin-1")).query)
                waiting = self._waiting.pop(query["to"][0].lstrip("+"), None)
                if waiting and not waiting.done():
                    waiting.set_result(query["text"][0])
                writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 26\r\n\r\n0: Accepted for delivery\r\n")
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()


@dataclass(frozen=True)
class Installation:
    """A running product."""

    port: int
    gateway: Gateway
    texts: Sequence[str]  # of one declaration, for somebody unknown
    database: str
    processes: Mapping[str, int]  # name → process id

    def cpu(self) -> dict[str, float]:
        """CPU-seconds used so far: each of our processes, the database's for us, this client."""
        used = {name: cpu_seconds(pid) for name, pid in self.processes.items()}
        return {**used, "database": cpu_seconds(*database_pids(self.database)), "client": time.process_time()}


@asynccontextmanager
async def installation() -> AsyncIterator[Installation]:
    """Web, worker and bot on a fresh PostgreSQL database."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    gateway, port = Gateway(), free_port()
    with postgres(SCRATCH / "postgres") as server, postgres_database(server) as database:
        env = environment(database, port, gateway.port)
        async with gateway.open(), bot() as engine:
            texts, _ = await declare(engine.turn)
            await _migrate(env)
            with (
                running("web", [*CLI, "web"], env=env) as web,
                running("worker", [*CLI, "worker"], env=env) as worker,
            ):

                async def ready() -> None:
                    async with Connection(port) as connection:
                        status, body = await connection.get("/readyz")
                    if status != 200:
                        raise RuntimeError(f"not ready: {body!r}")

                await until("web", web, ready, 60)
                processes = {"web": web.pid, "worker": worker.pid, "bot": engine.pid}
                yield Installation(port, gateway, texts, database, processes)


CLI = (APP_PYTHON, "-m", "backend.cli")


def environment(database: str, port: int, gateway_port: int) -> Mapping[str, str]:
    """Kannel as carrier, the demo's keys, limits out of the way."""
    inherited = {name: "" for name in os.environ if name.startswith("KHAIBAO_")}
    return {
        **inherited,
        "PORT": str(port),
        "KHAIBAO_DEMO": "1",
        "KHAIBAO_DATABASE_URL": database,
        "KHAIBAO_BOT_SOCKET": str(SCRATCH / "bot.sock"),
        "KHAIBAO_HINT_SOCKET": str(SCRATCH / "hints.sock"),
        "KHAIBAO_SPOOL_PATH": str(SCRATCH / "spool"),
        "KHAIBAO_SMS_CHANNEL": "kannel",
        "KHAIBAO_SHORT_CODE": SHORT_CODE,
        "KHAIBAO_USSD_CODE": USSD_CODE,
        "KHAIBAO_KANNEL_SEND_URL": f"http://127.0.0.1:{gateway_port}/cgi-bin/sendsms",
        "KHAIBAO_KANNEL_USER": "bench",
        "KHAIBAO_KANNEL_PASSWORD": TOKEN,
        "KHAIBAO_KANNEL_TOKEN": TOKEN,
        "KHAIBAO_INBOUND_LIMIT": "1000",
        "KHAIBAO_LOG_LEVEL": "WARNING",
    }


async def _migrate(env: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(*CLI, "migrate", cwd=ROOT, env={**os.environ, **env})
    if await process.wait():
        raise RuntimeError("migration failed")


def numbers(start: int) -> Iterator[str]:
    """Phones nobody has declared from."""
    return (f"8490{start + offset:07d}" for offset in range(1_000_000))


async def text_declaration(house: Installation, connection: Connection, phone: str, timings: Timings) -> None:
    """One declaration by SMS; the next text leaves when the reply to the last has arrived."""
    for text in house.texts:
        await timings.timed(_text(house, connection, phone, text))


async def _text(house: Installation, connection: Connection, phone: str, text: str) -> str:
    reply = house.gateway.expect(phone)
    query = {"id": uuid.uuid4().hex, "from": f"+{phone}", "to": SHORT_CODE, "ts": str(int(time.time())), "coding": "0",
             "charset": "UTF-8", "text": text, "token": TOKEN}  # fmt: skip
    status, body = await connection.get("/webhooks/kannel/mo", **query)
    if status != 200:
        raise RuntimeError(f"the webhook answered {status}: {body[:200]!r}")
    return await asyncio.wait_for(reply, PATIENCE)


async def dial_declaration(
    house: Installation, connection: Connection, phone: str, timings: Timings, pauses: random.Random | None
) -> bool:
    """One declaration by USSD: dial, 1 for the health form, then the answers; `pauses` None means no thinking.

    False when a step over its deadline ended the session, and the rest would go by SMS.
    """
    steps = ("", "1", *house.texts[1:])
    session = uuid.uuid4().hex
    for number in range(len(steps)):
        if pauses:
            await asyncio.sleep(pauses.uniform(*THINKING))
        entered = "*".join(steps[1 : number + 1])
        step = {"sessionId": session, "phoneNumber": f"+{phone}", "serviceCode": USSD_CODE, "text": entered}
        request = connection.post_form("/webhooks/ussd/africastalking", **step, networkCode="45204")
        status, screen = await timings.timed(request)
        if status != 200 or not screen.startswith((b"CON ", b"END ")):
            raise RuntimeError(f"USSD answered {status}: {screen[:200]!r}")
        if screen.startswith(b"END ") and number < len(steps) - 1:
            return False
    return True


async def sms_load(house: Installation, phones: int, declarations: int, first: int = 1_000_000) -> Timings:
    """`declarations` by `phones` people at once, without pauses."""
    timings, queue = Timings(), numbers(first)
    left = iter(range(declarations))

    async def person() -> None:
        async with Connection(house.port) as connection:
            for _ in left:
                await text_declaration(house, connection, next(queue), timings)

    start = time.perf_counter()
    await asyncio.gather(*(person() for _ in range(phones)))
    timings.seconds = time.perf_counter() - start
    return timings


async def ussd_load(house: Installation, dialogues: int, first: int, *, thinking: bool) -> tuple[Timings, int]:
    """So many dialogues open at the same time; how many went through to the end."""
    timings, queue = Timings(), numbers(first)
    pauses = random.Random(20261122) if thinking else None

    async def person() -> bool:
        async with Connection(house.port) as connection:
            return await dial_declaration(house, connection, next(queue), timings, pauses)

    start = time.perf_counter()
    whole = await asyncio.gather(*(person() for _ in range(dialogues)))
    timings.seconds = time.perf_counter() - start
    return timings, sum(whole)


def stored_declarations(database: str) -> int:
    """How many declarations the database holds."""
    return int(_query(database, "SELECT count(*) FROM declarations")[0])


def database_pids(database: str) -> Sequence[int]:
    """The server's processes for this database; none where they run on another machine."""
    pids = _query(database, "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                            " AND pid <> pg_backend_pid()")  # fmt: skip
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).name() == "postgres"]


def _query(database: str, statement: str) -> Sequence[int]:
    from sqlalchemy import create_engine, text

    engine = create_engine(database)
    try:
        with engine.connect() as connection:
            return connection.execute(text(statement)).scalars().all()
    finally:
        engine.dispose()


async def settled(database: str, expected: int) -> int:
    """How many declarations are stored when all are, or when nobody would wait any longer."""
    end = time.monotonic() + PATIENCE
    while (stored := stored_declarations(database)) < expected and time.monotonic() < end:
        await asyncio.sleep(0.5)  # a last step over its deadline is brought to its end by the worker
    return stored


async def measure(phones: int, declarations: int, dialogues: int) -> PathFigures:
    """Everything about the whole path."""
    async with installation() as house:
        await sms_load(house, 4, WARM)
        _, warmed = await ussd_load(house, WARM, 1_500_000, thinking=False)
        before = house.cpu()
        sms = await sms_load(house, phones, declarations, first=2_000_000)
        cpu_ms = {name: (used - before[name]) / len(sms.latencies) * 1e3 for name, used in house.cpu().items()}
        ussd, whole = await ussd_load(house, dialogues, 3_000_000, thinking=True)
        no_pause, hasty = await ussd_load(house, dialogues, 4_000_000, thinking=False)
        expected = WARM + warmed + declarations + whole + hasty
        stored = await settled(house.database, expected)
        return PathFigures(sms, cpu_ms, ussd, no_pause, 2 * dialogues - whole - hasty, stored, expected)
