-- An old page that is read late must not take back the name that a section has today.
CREATE TABLE section_names (
    -- When each section was given the slug and name that it has in `sections`.
    section_id INTEGER PRIMARY KEY REFERENCES sections (id), -- the section
    named_at TEXT NOT NULL -- when the newest page was fetched that an article's rows were written from and that names it, UTC
) STRICT, WITHOUT ROWID;
INSERT INTO section_names
    SELECT section_id, max(last_seen_at) FROM articles WHERE section_id IS NOT NULL GROUP BY section_id;
