"""Imports point down only, and what belongs to one place stays there."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "kgraph"
LEVELS = [
    {"errors", "vocab", "progress"},
    {"config", "formats"},
    {"terms"},
    {"values"},
    {"identifiers"},
    {"rdflib_terms"},
    {"store"},
    {"plan"},
    {"sparql"},
    {"reason"},
    {"shacl"},
    {"ingest"},
    {"provenance", "stats"},
    {"graph"},
    {"audit", "wording"},
    {"web"},
    {"cli"},
    {"__main__"},
]
RANK = {name: level for level, names in enumerate(LEVELS) for name in names}
SOURCES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
MODULES = [path for path in SOURCES if path != Path("__init__.py")]


def imported(path: Path) -> list[str]:
    """The modules of ours that a file imports, whichever way it says so."""
    found = []
    for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            module = node.module or ""
            if module == "kgraph":
                found += [alias.name for alias in node.names if alias.name != "__version__"]
            elif module.startswith("kgraph."):
                found.append(module.split(".")[1])
        elif isinstance(node, ast.Import):
            found += [a.name.split(".")[1] for a in node.names if a.name.startswith("kgraph.")]
    return found


def top(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_point_down(path: Path) -> None:
    here = top(path)
    for there in imported(path):
        assert there == here or RANK[there] < RANK[here], f"{path} imports {there}"


def test_every_module_has_a_level() -> None:
    assert {top(path) for path in MODULES} == RANK.keys()


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_flask_stays_in_web_and_output_in_cli(path: Path) -> None:
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert top(path) == "web" or "flask" not in modules
    assert top(path) == "cli" or not modules & {"click", "rich"}
    calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
    printed = [c for c in calls if isinstance(c, ast.Name) and c.id == "print"]
    assert path == Path("web/assets.py") or not printed


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_no_module_is_over_five_hundred_lines(path: Path) -> None:
    assert len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) <= 500


def long_functions(path: Path) -> list[str]:
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    return [f.name for f in functions if (f.end_lineno or f.lineno) - f.lineno > 80]


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_no_function_is_over_eighty_lines(path: Path) -> None:
    assert long_functions(path) == []
