"""From a fetch to rows: what was read is validated, deduplicated and stored in SQLite."""
