"""The packs at hand, and which rules of a disease hold at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from backend.domain.days import day_of
from backend.domain.packs.files import FOLDER, PackError, load_packs
from backend.domain.packs.pack import Pack
from backend.domain.refusals import Refused


class PackUnknown(Refused, PackError):
    """No pack is installed for a disease."""

    def __init__(self, name: str) -> None:
        super().__init__("pack_unknown", f"no disease pack is called {name}")


def in_force(packs: Sequence[Pack], day: date) -> Pack:
    """The rules of a day among those of one disease; PackError before the first.

    Rules that ended and were followed by none go on: an outbreak does not wait for a file.
    """
    begun = [pack for pack in packs if pack.valid_from <= day]
    if not begun:
        raise PackError(f"no disease pack is valid on {day}")
    valid = [pack for pack in begun if pack.holds_on(day)]
    return max(valid or begun, key=lambda pack: pack.valid_from)


class Shelf:
    """The packs of some folders, read when first asked for.

    Arguments: folders of pack files (default: those that ship).
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = folders or (FOLDER,)
        self._read: Sequence[Pack] | None = None

    def all(self) -> Sequence[Pack]:
        """Every pack; raises PackError with all problems of all files."""
        if self._read is None:
            self._read = load_packs(*self._folders)
        return self._read

    def reload(self) -> None:
        """Read the files anew; raises PackError, and then those read before stay."""
        self._read = load_packs(*self._folders)

    def has(self, name: str) -> bool:
        """Whether a disease has a pack."""
        return any(pack.name == name for pack in self.all())

    def named(self, name: str, moment: datetime) -> Pack:
        """The pack of a disease under the rules of a moment; PackUnknown, or PackError before its first rules."""
        packs = [pack for pack in self.all() if pack.name == name]
        if not packs:
            raise PackUnknown(name)
        return in_force(packs, day_of(moment))
