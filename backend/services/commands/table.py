"""Which handler serves which command of docs/turn.md."""

from __future__ import annotations

from collections.abc import Mapping

from backend.services.commands import declarations, preferences
from backend.services.commands.base import Handler
from backend.services.commands.callbacks import request_callback


def handlers() -> Mapping[str, Handler]:
    """Command name → handler."""
    served = (
        declarations.submit_declaration, declarations.amend_declaration, declarations.confirm_declaration,
        declarations.undo_declaration, preferences.set_language, preferences.set_accents, preferences.opt_out,
        preferences.opt_in, request_callback,
    )
    return {handler.__name__: handler for handler in served}
