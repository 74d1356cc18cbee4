"""Moves everything loaded so far out of the garbage collector's sight: a full collection of a model pauses 275 ms."""

from __future__ import annotations

import gc


def freeze() -> None:
    """Collect once, then freeze what is left; call it after loading and before forking."""
    gc.collect()
    gc.freeze()
