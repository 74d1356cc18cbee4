"""An import-linter contract that says what a module may import; everything else is forbidden.

The contracts that come with import-linter list what is forbidden, so a new package would be allowed until
somebody remembers to forbid it.
"""

from __future__ import annotations

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOTS = ("backend", "channels", "bot")


def within(module: str, packages: set[str]) -> bool:
    """Whether a module is one of the packages or lies inside one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


class MayImport(Contract):
    """Options: `module` (`a.b`, or `a.*` for each child), `excepted`, `may_import`, `packages` (see pyproject.toml)."""

    type_name = "may_import"

    module = fields.StringField()
    excepted = fields.SetField(subfield=fields.StringField(), required=False)
    may_import = fields.SetField(subfield=fields.StringField())
    packages = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every direct import that no rule allows."""
        wrong = [
            (importer, imported, graph.get_import_details(importer=importer, imported=imported))
            for importer, home in self._importers(graph)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._allowed(imported, home)
        ]
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each import with its line."""
        for importer, imported, details in check.metadata["wrong"]:
            lines = ", ".join(f"l.{detail['line_number']}" for detail in details)
            output.print_error(f"{importer} may not import {imported} ({lines})")

    def _importers(self, graph: ImportGraph) -> list[tuple[str, str]]:
        """Modules under this contract, each with the package it may freely import from."""
        name = str(self.module)
        homes = sorted(graph.find_children(name[:-2])) if name.endswith(".*") else [name]
        return [
            (module, home)
            for home in homes
            if not within(home, self._names("excepted"))
            for module in (home, *sorted(graph.find_descendants(home)))
        ]

    def _allowed(self, imported: str, home: str) -> bool:
        if within(imported, set(ROOTS)):
            return within(imported, {home, *self._names("may_import")})
        top = imported.partition(".")[0]
        return top in sys.stdlib_module_names or not {"*", top}.isdisjoint(self._names("packages"))

    def _names(self, option: str) -> set[str]:
        value: Any = getattr(self, option)
        return set(value or ())
