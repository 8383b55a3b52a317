"""Custom actions run in this process, behind the interface Rasa uses for an action server."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import rasa.shared.utils.common
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection


class InProcessActions(EndpointConfig):
    """An action endpoint without a network: calls rasa-sdk's executor directly."""

    def __init__(self, package: str) -> None:
        super().__init__(url="in-process:", enable_selective_domain=True)
        self.executor = ActionExecutor()
        self.executor.register_package(package)

    async def request(self, method: str = "post", subpath: str | None = None, content_type: str | None = None,
                      compress: bool = False, **kwargs: Any) -> Any:
        """Run the action named in the call. A rejected form becomes the 400 Rasa expects."""
        try:
            return await self.executor.run(kwargs["json"])
        except ActionExecutionRejection as rejection:
            body = json.dumps({"action_name": rejection.action_name, "error": str(rejection)})
            raise ClientResponseError(400, "rejected", body) from rejection


def trust_in_process_results() -> None:
    """Skip the JSON schema check of action results: it costs 45 ms, and the results are our own objects."""
    RemoteAction._validate_action_result = _trust


def remember_subclasses() -> None:
    """Rasa walks all classes of events anew for every event it reads: 5 ms a message. They never change."""
    if not hasattr(rasa.shared.utils.common.all_subclasses, "cache_info"):
        rasa.shared.utils.common.all_subclasses = lru_cache(maxsize=None)(rasa.shared.utils.common.all_subclasses)


def _trust(self: RemoteAction, result: Any) -> bool:
    return True
