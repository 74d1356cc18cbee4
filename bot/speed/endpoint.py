"""Runs rasa-sdk actions in this process, through rasa-sdk's own executor, instead of over HTTP."""

from __future__ import annotations

import json
from typing import Any, Optional

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection


def load_actions() -> ActionExecutor:
    """An executor that knows every action of the bot."""
    executor = ActionExecutor()
    executor.register_package("bot.actions")
    return executor


class InProcessEndpoint(EndpointConfig):
    """An action endpoint whose requests never leave the process."""

    def __init__(self, executor: ActionExecutor) -> None:
        super().__init__(url="in-process://actions", enable_selective_domain=True)
        self.executor = executor

    async def request(
        self,
        method: str = "post",
        subpath: Optional[str] = None,
        content_type: Optional[str] = None,
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Run the action named in the body; see EndpointConfig.request."""
        try:
            return await self.executor.run(kwargs["json"])
        except ActionExecutionRejection as rejection:
            body = json.dumps({"error": rejection.message, "action_name": rejection.action_name})
            raise ClientResponseError(400, rejection.message, body) from rejection
