"""A tracker that is copied by structure instead of by replaying all its events."""

from __future__ import annotations

import copy
import dataclasses

from rasa.shared.core.trackers import DialogueStateTracker


class LeanTracker(DialogueStateTracker):
    """The stock tracker with a cheap copy()."""

    def copy(self) -> LeanTracker:
        """An independent copy; events themselves are shared, they are never changed."""
        twin = object.__new__(LeanTracker)
        twin.__dict__.update(self.__dict__)
        twin.events = self.events.copy()
        twin.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
        if self.active_loop is not None:
            twin.active_loop = dataclasses.replace(self.active_loop)
        if self.latest_action:
            twin.latest_action = dict(self.latest_action)
        return twin
