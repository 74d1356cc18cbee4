"""The import contract: an import that no rule allows breaks it, wherever it stands."""

import pytest
from grimp import ImportGraph

from tests.architecture.arrows import MayImport


def check(imports: list[tuple[str, str]], **options: object) -> list[tuple[str, str]]:
    graph = ImportGraph()
    for module in ("backend.forms", "backend.domain", "channels"):
        graph.add_module(module)
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported, line_number=1, line_contents="import")
    contract = MayImport("name", {"root_packages": ["backend"]}, {"may_import": [], "packages": [], **options})
    return [wrong[:2] for wrong in contract.check(graph, verbose=False).metadata["wrong"]]


@pytest.mark.parametrize("imported", ["re", "backend.forms.model"])
def test_the_standard_library_and_itself_are_free(imported):
    assert check([("backend.forms.kinds", imported)], module="backend.forms") == []


@pytest.mark.parametrize("imported", ["yaml", "backend.store", "channels.text", "backend.formset"])
def test_everything_else_breaks_it(imported):
    assert check([("backend.forms.kinds", imported)], module="backend.forms") == [("backend.forms.kinds", imported)]


def test_what_is_listed_is_allowed_with_what_lies_inside():
    imports = [("backend.domain.rules", "backend.forms.model"), ("backend.domain.packs", "yaml")]
    assert check(imports, module="backend.domain", may_import=["backend.forms"], packages=["yaml"]) == []


def test_siblings_may_not_import_each_other():
    imports = [
        ("channels.kannel", "channels.twilio"),
        ("channels.twilio", "channels.text"),
        ("channels.registry", "channels.kannel"),
    ]
    options = {
        "module": "channels.*",
        "excepted": ["channels.registry", "channels.text"],
        "may_import": ["channels.text"],
    }
    assert check(imports, **options) == [("channels.kannel", "channels.twilio")]
