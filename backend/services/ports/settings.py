"""What choices of operators need from the store, as a protocol."""

from __future__ import annotations

from typing import Protocol


class SettingRepository(Protocol):
    """Choices that hold for every process, by name."""

    def get(self, name: str) -> str | None:
        """What was chosen last; None if nothing was."""

    def put(self, name: str, value: str) -> None:
        """Choose."""


class SettingRepositories(Protocol):
    """The repository of this file, as a unit of work offers it."""

    @property
    def settings(self) -> SettingRepository: ...
