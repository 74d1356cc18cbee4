"""Reading the YAML of packs: one way for diseases and checklists."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class NotYaml(ValueError):
    """A file that cannot be read as YAML; the message is one line: file, "file", reason."""


class _NoTwice(yaml.SafeLoader):
    """YAML where a key given twice is a mistake; PyYAML keeps the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            value = self.construct_object(key, deep=True)
            if isinstance(value, Hashable) and value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{value} is given twice", key.start_mark)
            seen.add(value if isinstance(value, Hashable) else repr(value))
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """What a file holds.

    Raises:
        NotYaml: it is no YAML, or a key stands in it twice.
        OSError: it cannot be read.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _NoTwice)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise NotYaml(f"{path.name}: file: not YAML: {' '.join(str(error).split())}") from error
