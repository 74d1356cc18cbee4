"""What a turn wants done: one handler a command, run in the unit of work that saves the state."""

from backend.services.commands.base import Handler, Work
from backend.services.commands.table import handlers

__all__ = ["Handler", "Work", "handlers"]
