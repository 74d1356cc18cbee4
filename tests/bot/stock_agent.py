"""Rasa's own agent, untouched: reads dialogues from stdin, prints what each turn said, did and remembered.

Run in its own process, because the engine's speed measures change classes of Rasa in theirs.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.train import MODEL, quiet

PASSING = ("session_started_metadata",)


async def run_dialogue(agent: Any, number: int, dialogue: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry per turn: replies, commands, slots, loop."""
    from rasa.core.channels.channel import UserMessage

    from bot.engine import LONGEST_TEXT, forget_side, metadata_of, sorted_out, steps, without_slash

    sender, turns = f"dialogue-{number}", []
    for event, text in dialogue["turns"]:
        for intent, said in steps(event, text, dialogue["facts"]):
            tracker = await agent.processor.get_tracker(sender)
            metadata = metadata_of(tracker, dialogue["channel"], dialogue["facts"])
            metadata["slots"] = {name: value for name, value in metadata["slots"].items() if name not in PASSING}
            forget_side(tracker)
            await agent.tracker_store.save(tracker)
            clean = without_slash(said[:LONGEST_TEXT])[1]
            given = {"name": intent, "confidence": 1.0}
            parsed = {"text": clean, "intent": given, "entities": [], "metadata": metadata} if intent else None
            message = UserMessage(clean, None, sender, parsed, dialogue["channel"], metadata=metadata)
            messages = await agent.handle_message(message)
        replies, commands, queries = sorted_out(messages or [])
        tracker = await agent.processor.get_tracker(sender)
        turns.append({"replies": replies, "commands": commands, "queries": queries, **remembered(tracker)})
    return turns


def remembered(tracker: Any) -> dict[str, Any]:
    """Slots with a value and the open loop."""
    slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None and name not in PASSING}
    return {"slots": slots, "loop": tracker.active_loop_name}


async def main() -> None:
    """Answer all dialogues."""
    from rasa.core.agent import Agent
    from rasa.core.tracker_store import InMemoryTrackerStore
    from rasa.shared.core.domain import Domain

    from bot.speed.endpoint import InProcessEndpoint, load_actions

    dialogues = json.load(sys.stdin)
    store = InMemoryTrackerStore(Domain.empty())
    agent = Agent.load(str(Path(MODEL)), action_endpoint=InProcessEndpoint(load_actions()), tracker_store=store)
    answers = [await run_dialogue(agent, number, dialogue) for number, dialogue in enumerate(dialogues)]
    print(json.dumps(answers))


if __name__ == "__main__":
    quiet()
    asyncio.run(main())
