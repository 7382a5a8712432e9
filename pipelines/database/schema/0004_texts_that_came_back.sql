-- A text that came back and then gave way to a new one is kept again, so that the change is told. The rows
-- stay as they are; the table is made anew to say so. (The views that read it are left alone: they would
-- have to be made anew too if SQLite looked into them while the new table takes the name of the old one.)
CREATE TABLE superseded_texts (
    -- Where the view `revisions` has its texts from: each superseded text, once more only where it came back
    -- and gave way to a new one, and of it only what the next one does not repeat to the letter. Ask the
    -- view, which shows every text whole.
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article
    revision INTEGER NOT NULL CHECK (revision >= 1), -- 1 for the first text
    seen_at TEXT NOT NULL, -- when it was seen to be superseded, UTC
    cause TEXT NOT NULL CHECK (cause IN ('site', 'parser', 'template', 'copy')), -- what changed it: the site, our parser, the site's new page design, or the real page that replaced a copy
    changed TEXT NOT NULL CHECK (json_valid(changed)), -- JSON list of the fields that the change changed
    held TEXT NOT NULL CHECK (json_valid(held)), -- JSON list of the fields this row holds; the others read as in the next revision
    headline TEXT, -- as it was
    lead TEXT, -- as it was
    body TEXT, -- as it was
    byline TEXT, -- as it was
    photos TEXT CHECK (photos IS NULL OR json_valid(photos)), -- JSON list of {url, caption, credit, caption_raw, paragraph}, as they were
    tags TEXT CHECK (tags IS NULL OR json_valid(tags)), -- JSON list of names, as they were
    template TEXT NOT NULL, -- the page design it was read from
    modified_at TEXT, -- the page's own statement then, +07:00
    content_hash TEXT NOT NULL, -- of the whole text as it was
    PRIMARY KEY (article_id, revision)
) STRICT;
INSERT INTO superseded_texts SELECT * FROM superseded;
DROP TABLE superseded;
PRAGMA legacy_alter_table = ON;
ALTER TABLE superseded_texts RENAME TO superseded;
PRAGMA legacy_alter_table = OFF;
