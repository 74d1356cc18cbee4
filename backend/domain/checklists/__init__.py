"""Checklist packs: what a kind of facility checks every day, and the colour that follows, as data with dates."""

from backend.domain.checklists.files import FOLDER, ChecklistError, load_checklists
from backend.domain.checklists.scoring import Checklist, Colour, Passed, Reminder, Result, Risk, score
from backend.domain.checklists.shelf import Checklists, ChecklistUnknown

__all__ = [
    "FOLDER", "Checklist", "ChecklistError", "ChecklistUnknown", "Checklists", "Colour", "Passed", "Reminder", "Result",
    "Risk", "load_checklists", "score",
]  # fmt: skip
