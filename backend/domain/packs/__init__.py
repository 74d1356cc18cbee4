"""Disease packs: what is asked, for how long it is kept and how it is judged, as data with dates.

A pack selects and orders questions of the forms catalogue, or asks `all`; it cannot invent any.
Several files of one name are the same disease under the rules of different times.
"""

from __future__ import annotations

from backend.domain.packs.files import FOLDER, PackError, load_packs, read_pack
from backend.domain.packs.pack import Exposure, Notices, Pack
from backend.domain.packs.shelf import PackUnknown, Shelf, in_force

__all__ = [
    "FOLDER", "Exposure", "Notices", "Pack", "PackError", "PackUnknown", "Shelf", "in_force", "load_packs", "read_pack",
]  # fmt: skip
