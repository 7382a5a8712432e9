"""docs/schema.md is what the database is."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from pipelines.database import docs, migrations

DOCUMENT = Path(__file__).parents[3] / "docs" / "schema.md"


def test_the_document_equals_the_database() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == docs.fresh_document(), (
        "run `python -m pipelines.database.docs`"
    )


def test_every_table_view_and_column_is_described() -> None:
    db = Database(memory=True)
    migrations.migrations().apply(db)
    missing = []
    for one in docs.describe(db):
        names = [row[1] for row in db.conn.execute(f"PRAGMA table_xinfo({one.name})")]
        if one.name == "articles_fts":
            names = [name for name in names if name not in ("articles_fts", "rank")]
        missing += [one.name] if not one.text else []
        missing += [f"{one.name}.{name}" for name in names if not one.columns.get(name)]
        missing += [f"{one.name}.{name} is no column" for name in one.columns if name not in names]
    db.close()
    assert missing == []


def test_it_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    docs.main([str(tmp_path / "schema.md")])
    assert (tmp_path / "schema.md").read_text(encoding="utf-8") == docs.fresh_document()
