from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backend.store.encryption import FieldCipher
from backend.store.spool import DiskSpool
from channels.contract import InboundEvent
from tests.integration.store.support import FIELD_KEY, PHONE, sms


def spool_in(folder: Path) -> DiskSpool:
    return DiskSpool(folder, FieldCipher((FIELD_KEY,)))


def drained(spool: DiskSpool) -> list[str]:
    taken: list[InboundEvent] = []
    spool.drain(taken.extend)
    return [event.provider_id for event in taken]


def leave_behind(folder: Path, count: int) -> Path:
    """A spool file whose process was killed."""
    code = (
        "import os, signal, sys; from pathlib import Path; from tests.integration.store.support import sms\n"
        "from tests.integration.store.test_spool import spool_in\n"
        f"spool = spool_in(Path(sys.argv[1]))\nfor n in range({count}): spool.append([sms(str(n))])\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=os.getcwd(), check=False)
    assert done.returncode == -signal.SIGKILL
    (file,) = folder.glob("*.spool")
    return file


def test_everything_comes_out_once_in_order_and_nothing_is_clear(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    assert not spool.pending()
    spool.append([sms("1"), sms("2")])
    spool.append([sms("3")])
    assert spool.pending()
    assert PHONE.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert drained(spool) == ["1", "2", "3"]
    assert not spool.pending()
    assert drained(spool) == []
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_taken_stays(tmp_path: Path) -> None:
    spool = spool_in(tmp_path)
    spool.append([sms("1")])

    def refuse(_: object) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        spool.drain(refuse)
    spool.append([sms("2")])
    assert drained(spool) == ["1", "2"]


def test_a_killed_process_leaves_its_messages_to_the_next(tmp_path: Path) -> None:
    leave_behind(tmp_path, 3)
    assert drained(spool_in(tmp_path)) == ["0", "1", "2"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cut", [1, 9, 40])
def test_a_torn_last_record_is_dropped(tmp_path: Path, cut: int) -> None:
    file = leave_behind(tmp_path, 2)
    os.truncate(file, file.stat().st_size - cut)
    assert drained(spool_in(tmp_path)) == ["0"]
    assert list(tmp_path.iterdir()) == []


def test_damage_before_the_end_is_kept_aside(tmp_path: Path) -> None:
    file = leave_behind(tmp_path, 3)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert drained(spool_in(tmp_path)) == ["0"]
    assert [left.suffix for left in tmp_path.iterdir()] == [".damaged"]


def test_a_living_process_keeps_its_file(tmp_path: Path) -> None:
    mine, other = spool_in(tmp_path), spool_in(tmp_path)
    mine.append([sms("1")])
    assert drained(other) == []
    assert drained(mine) == ["1"]
