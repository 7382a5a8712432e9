"""The rules of the house: who may import whom, and what stands at the top level."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# room -> the modules of ours it may import; an import of anything below them counts.
RULES = {
    "crawler/items.py": (),
    "crawler/site": ("crawler.items", "crawler.site", "crawler.parsers"),
    "crawler/parsers": ("crawler.items", "crawler.parsers", "crawler.site"),
    "crawler/archive": ("crawler.items", "crawler.errors", "crawler.archive"),
    "pipelines": ("crawler.items", "pipelines"),
    "crawler": ("crawler", "pipelines"),
}
# room -> libraries it must not know
STRANGERS = {
    "crawler/items.py": ("scrapy", "sqlite3", "sqlite_utils", "lxml", "bs4"),
    "crawler/site": ("scrapy", "sqlite3", "sqlite_utils", "twisted"),
    "crawler/parsers": ("scrapy", "sqlite3", "sqlite_utils", "twisted", "warcio"),
    "crawler/archive": ("scrapy", "sqlite3", "sqlite_utils", "twisted"),
    "pipelines": ("lxml", "bs4", "twisted", "trafilatura", "warcio"),
}


def files(room: str) -> list[Path]:
    path = ROOT / room
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, whether for typing only or at run time."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            base = ".".join(part for part in (above, node.module) if part)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def is_below(module: str, tops: tuple[str, ...]) -> bool:
    return any(module == top or module.startswith(top + ".") for top in tops)


@pytest.mark.parametrize("room", RULES)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    broken = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files(room)
        for module in imports(path)
        if is_below(module, ("crawler", "pipelines", "tests")) and not is_below(module, RULES[room])
    ]
    assert files(room)
    assert not broken


@pytest.mark.parametrize("room", STRANGERS)
def test_a_room_does_not_know_what_it_is_not_about(room: str) -> None:
    broken = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files(room)
        for module in imports(path)
        if is_below(module, STRANGERS[room]) and not _only_for_types(path, module)
    ]
    assert not broken


def _only_for_types(path: Path, module: str) -> bool:
    """Whether a file names a module under ``if TYPE_CHECKING`` alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        for name in _names(inner)
    ]
    return module in guarded


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    return [prefix + alias.name for alias in node.names]


def test_there_is_no_other_package_at_the_top_level() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == {"crawler", "pipelines", "tests"}


def test_no_file_speaks_of_the_machine_it_was_written_on() -> None:
    ours = [
        path
        for room in ("crawler", "pipelines", "docs", ".ci")
        for path in sorted((ROOT / room).rglob("*"))
        if path.suffix in (".py", ".md", ".sql", "")
    ]
    assert not [path for path in ours if path.is_file() and b"/work/" in path.read_bytes()]
