"""Where incoming messages are safe while the database is not there: sealed records in files, synced to disk.

Each process appends to a file of its own, which it holds locked; the files of dead processes are emptied by
whoever finds them.  A record is  length (4 bytes) · CRC-32 (4) · sealed event, bound to its file and place.
`append` returns only after fsync, so a record cut short at the end of a file was never acknowledged and is
dropped; damage anywhere else is kept aside as *.damaged for a person to look at.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from pathlib import Path

from backend.store.encryption import FieldCipher, SealBroken
from backend.store.events import event_from_json, event_to_json
from channels.contract import InboundEvent

SUFFIX = ".spool"
DAMAGED = ".damaged"
DRAIN_EVENTS = 100
_HEAD = struct.Struct(">II")
_LARGEST = 1 << 20

_log = logging.getLogger(__name__)

Take = Callable[[Sequence[InboundEvent]], object]


class DiskSpool:
    """ports.outside.Spool.  Safe for threads; made before a fork, every process still gets its own file.

    Arguments: `folder`, created when first needed; `cipher`, the field keys.
    """

    def __init__(self, folder: Path, cipher: FieldCipher) -> None:
        self._folder = folder
        self._cipher = cipher
        self._lock = threading.Lock()
        self._draining = threading.Lock()
        self._own: _SpoolFile | None = None

    def pending(self) -> bool:
        """Whether events wait in this process's file; while they do, all its inbound goes through it."""
        own = self._own
        return own is not None and own.pid == os.getpid()

    def append(self, events: Sequence[InboundEvent]) -> None:
        """Make the events safe on disk, or raise OSError and keep none of them."""
        with self._lock:
            if not self.pending():
                self._own = _SpoolFile.create(self._folder, self._cipher)
            assert self._own is not None
            self._own.append(events)

    def drain(self, take: Take) -> int:
        """Hand everything to `take` in order; what it took is removed, an exception keeps the rest.

        Left-over files of dead processes come first.  After a crash a file is handed over again from its
        start: `take` must be harmless when repeated.  Returns how many events went.
        """
        with self._draining:
            return sum(self._drain_orphan(path, take) for path in self._orphans()) + self._drain_own(take)

    def _orphans(self) -> list[Path]:
        own = self._own.path if self.pending() and self._own else None
        return [path for path in sorted(self._folder.glob(f"*{SUFFIX}")) if path != own]

    def _drain_orphan(self, path: Path, take: Take) -> int:
        file = _SpoolFile.adopt(path, self._cipher)
        if file is None:
            return 0  # its process lives
        try:
            went = file.hand_over(take)
            file.remove()
            return went
        finally:
            file.close()

    def _drain_own(self, take: Take) -> int:
        went = 0
        while self.pending():
            assert self._own is not None
            went += self._own.hand_over(take)
            with self._lock:  # nothing can be appended between the check and the removal
                if not self._own.has_more():
                    self._own.remove()
                    self._own.close()
                    self._own = None
        return went


class _SpoolFile:
    """One file: appended at its end, handed over from its start."""

    def __init__(self, path: Path, descriptor: int, cipher: FieldCipher) -> None:
        self.path = path
        self.pid = os.getpid()
        self._descriptor = descriptor
        self._cipher = cipher
        self._end = os.fstat(descriptor).st_size
        self._done = 0  # bytes that were handed over

    @classmethod
    def create(cls, folder: Path, cipher: FieldCipher) -> _SpoolFile:
        """A new, locked, empty file whose name survives a power cut."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{os.getpid()}-{secrets.token_hex(8)}{SUFFIX}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _sync_folder(folder)
        return cls(path, descriptor, cipher)

    @classmethod
    def adopt(cls, path: Path, cipher: FieldCipher) -> _SpoolFile | None:
        """The file of a dead process, or None when it is in use or gone."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        if os.fstat(descriptor).st_nlink == 0:  # somebody else emptied and removed it just now
            os.close(descriptor)
            return None
        return cls(path, descriptor, cipher)

    def append(self, events: Sequence[InboundEvent]) -> None:
        """Write and sync; a failed write is cut off again so that later ones stay readable."""
        data = bytearray()
        for event in events:
            clear = json.dumps(event_to_json(event), ensure_ascii=False).encode()
            sealed = self._cipher.seal_bytes(self._place(self._end + len(data)), clear)
            data += _HEAD.pack(len(sealed), zlib.crc32(sealed)) + sealed
        try:
            _write_all(self._descriptor, bytes(data), self._end)
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self._end)
            raise
        self._end += len(data)

    def hand_over(self, take: Take) -> int:
        """Give the readable records that were not taken yet to `take`, some at a time; how many."""
        went = 0
        for piece in batched(self._records(), DRAIN_EVENTS):
            take([event for event, _ in piece])
            self._done = piece[-1][1]
            went += len(piece)
        return went

    def has_more(self) -> bool:
        """Whether a readable record waits to be handed over."""
        return next(self._records(), None) is not None

    def remove(self) -> None:
        """Delete the file, or keep it aside when it holds damage that is more than a torn end."""
        if self._is_damaged():
            _log.error("spool_damaged count=%s", self._end - self._done)
            self.path.rename(self.path.with_suffix(DAMAGED))
        else:
            self.path.unlink()
        _sync_folder(self.path.parent)

    def close(self) -> None:
        """Let go of the file and its lock."""
        os.close(self._descriptor)

    def _records(self) -> Iterator[tuple[InboundEvent, int]]:
        at = self._done
        while (sealed := self._sealed_at(at)) is not None:
            try:
                clear = self._cipher.open_bytes(self._place(at), sealed)
            except SealBroken:
                return
            at += _HEAD.size + len(sealed)
            yield event_from_json(json.loads(clear)), at

    def _sealed_at(self, at: int) -> bytes | None:
        """The sealed record at this place; None at the end and for a record that is not whole."""
        # Up to the end as it is known here: another thread may be writing beyond it.
        return _whole_record(os.pread(self._descriptor, min(_LARGEST, max(0, self._end - at)), at))

    def _is_damaged(self) -> bool:
        """Whether the unread rest is more than what a process leaves that dies while it writes."""
        rest = os.pread(self._descriptor, self._end - self._done, self._done)
        if not any(rest) or len(rest) < _HEAD.size:
            return False
        ends_inside = _HEAD.size + _HEAD.unpack_from(rest)[0] <= len(rest)
        return ends_inside or any(_whole_record(rest[at:]) is not None for at in range(1, len(rest)))

    def _place(self, at: int) -> bytes:
        return f"spool\x00{self.path.name}\x00{at}".encode()


def _whole_record(data: bytes) -> bytes | None:
    """The sealed event that `data` starts with, if its length and checksum fit."""
    if len(data) < _HEAD.size:
        return None
    length, checksum = _HEAD.unpack_from(data)
    sealed = data[_HEAD.size : _HEAD.size + length]
    return sealed if length and len(sealed) == length and zlib.crc32(sealed) == checksum else None


def _write_all(descriptor: int, data: bytes, at: int) -> None:
    written = 0
    while written < len(data):
        written += os.pwrite(descriptor, data[written:], at + written)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
