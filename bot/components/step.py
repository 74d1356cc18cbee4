"""What our components have in common: how Rasa makes them, and where what they have learned is kept."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.training_data import TrainingData


class Step(GraphComponent):
    """A step of the understanding that learns nothing."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Step:
        """The step as configured."""
        return cls(config)


class LearningStep(GraphComponent):
    """A step that learns in one instance and works in another, which reads what the first one wrote into the model."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LearningStep:
        """One that can only learn."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LearningStep:
        """One that has learned."""
        step = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            step.restore(Path(folder))
        return step

    def train(self, training_data: TrainingData) -> Resource:
        """Learn into the model."""
        with self._storage.write_to(self._resource) as folder:
            self.learn(training_data, Path(folder))
        return self._resource

    @abstractmethod
    def learn(self, training_data: TrainingData, folder: Path) -> None:
        """Write into the folder what the sentences teach."""

    @abstractmethod
    def restore(self, folder: Path) -> None:
        """Take up what `learn` has written into the folder."""
