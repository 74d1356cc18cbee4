"""Keeps TensorFlow out of a process that runs no neural component: its import is two thirds of Rasa's start.

Rasa imports TensorFlow wherever a component could use it.  Here those imports find hollow modules, whose names can be
inherited from, annotated with and used as decorators, but which compute nothing.  Training and models with DIET or TED
need the real one; the stock agent of the parity test has it.
"""

from __future__ import annotations

import abc
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Optional

HOLLOW = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "tf_keras")


class _HollowType(abc.ABCMeta):
    """Classes whose unknown attributes are hollow classes too."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _hollow(name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """As a decorator it returns what it decorates."""
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]
        return super().__call__()


class _Hollow(metaclass=_HollowType):
    """Stands for anything."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _hollow(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return args[0] if len(args) == 1 and callable(args[0]) else self


def _hollow(name: str) -> Any:
    return _HollowType(name, (_Hollow,), {})


class _HollowModule(ModuleType):
    __path__: Sequence[str] = ()
    __version__ = "2.0.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _hollow(name)
        setattr(self, name, made)
        return made


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a hollow module for every name below HOLLOW."""

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.partition(".")[0] in HOLLOW:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _HollowModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def install() -> None:
    """Call before Rasa is imported; does nothing where TensorFlow is loaded already."""
    if "tensorflow" not in sys.modules and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
