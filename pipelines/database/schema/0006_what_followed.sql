-- Each superseded text says which text followed it. So far that was the one of the next number, or today's: where a
-- page went back and forth between three texts, and no row was added for a change told before, the view `edits` told
-- a change that never was. (As in 0004: the views that read the table are left alone, but for those made anew.)
CREATE TABLE superseded_texts (
    -- Where the view `revisions` has its texts from: each superseded text, once for each text that followed it, however
    -- often a page went back and forth, and of it only what the next number does not repeat to the letter. Ask the
    -- view, which shows every text whole.
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article
    revision INTEGER NOT NULL CHECK (revision >= 1), -- 1 for the first text
    seen_at TEXT NOT NULL, -- when it was first seen to give way to the text that followed, UTC
    cause TEXT NOT NULL CHECK (cause IN ('site', 'parser', 'template', 'copy')), -- what changed it: the site, our parser, the site's new page design, or the page or other copy that replaced a copy
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
    next_hash TEXT NOT NULL, -- the same of the text that followed: the one of the next number, but where a page that went back and forth left no row; its own where nobody knows
    PRIMARY KEY (article_id, revision)
) STRICT;
INSERT INTO superseded_texts SELECT s.*, coalesce(
    (SELECT n.content_hash FROM superseded n WHERE n.article_id = s.article_id AND n.revision = s.revision + 1),
    (SELECT a.content_hash FROM articles a WHERE a.id = s.article_id), '') FROM superseded s;
DROP TABLE superseded;
PRAGMA legacy_alter_table = ON;
ALTER TABLE superseded_texts RENAME TO superseded;
PRAGMA legacy_alter_table = OFF;

DROP VIEW edits;
DROP VIEW revisions;

CREATE VIEW revisions AS
    -- Superseded texts: what an article read before it changed, each text whole.
SELECT
    t.article_id, -- the article
    t.revision, -- 1 for the first text
    r.seen_at, -- when it was first seen to be superseded so, UTC
    r.cause, -- what changed it: site, parser, template (the site's new page design), or copy (the real page or another copy replaced one)
    r.changed, -- JSON list of the fields that the change changed
    t.headline, -- as it was
    t.lead, -- as it was
    t.body, -- as it was
    t.byline, -- as it was
    t.photos, -- JSON list of {url, caption, credit, caption_raw, paragraph}, as they were; of a copy only caption_raw is known
    t.tags, -- JSON list of names, as they were
    t.template, -- the page design it was read from
    r.modified_at, -- the page's own statement then, +07:00
    t.content_hash -- of the whole text as it was
FROM revision_texts t JOIN superseded r ON r.article_id = t.article_id AND r.revision = t.revision
WHERE t.current = 0;

CREATE VIEW edits AS
    -- What changed, field by field: the text before and after each change. A page that went back
    -- to an earlier text is in `fetches` each time, and here once for each pair of texts.
SELECT * FROM (
SELECT
    r.seen_at, -- when the change was first seen, UTC
    r.article_id, -- the article
    r.revision, -- the text before
    r.cause, -- site, parser, template or copy
    f.value AS field, -- which field
    CASE f.value WHEN 'headline' THEN r.headline WHEN 'lead' THEN r.lead WHEN 'body' THEN r.body
        WHEN 'byline' THEN r.byline WHEN 'photos' THEN r.photos WHEN 'tags' THEN r.tags END AS before, -- the old value
    (SELECT value FROM (
        SELECT l.revision,
            CASE f.value WHEN 'headline' THEN l.headline WHEN 'lead' THEN l.lead WHEN 'body' THEN l.body
            WHEN 'byline' THEN l.byline WHEN 'photos' THEN l.photos WHEN 'tags' THEN l.tags END AS value
        FROM superseded l
        WHERE l.article_id = r.article_id AND l.revision >= r.next_revision
            AND EXISTS (SELECT 1 FROM json_each(l.held) WHERE json_each.value = f.value)
        UNION ALL SELECT a.revision,
            CASE f.value WHEN 'headline' THEN a.headline WHEN 'lead' THEN a.lead WHEN 'body' THEN a.body
            WHEN 'byline' THEN a.byline WHEN 'photos' THEN (
                SELECT json_group_array(json_object('url', url, 'caption', caption, 'credit', credit,
                'caption_raw', caption_raw, 'paragraph', paragraph))
                FROM (SELECT position, url, caption, credit, caption_raw, paragraph FROM photos WHERE article_id = a.id
                UNION ALL SELECT key, NULL, NULL, NULL, value, NULL FROM json_each(
                    CASE WHEN a.template = 'copy' AND a.captions IS NOT NULL THEN '[' || replace(json_quote(replace(
                        a.captions, char(10), char(0xFDD0))), char(0xFDD0), '","') || ']' END)
                ORDER BY 1))
            WHEN 'tags' THEN (
                SELECT json_group_array(name) FROM (
                    SELECT t.name FROM article_tags y JOIN tags t ON t.id = y.tag_id
                    WHERE y.article_id = a.id ORDER BY t.name)) END
        ORDER BY 1 LIMIT 1)
    ) AS after, -- the new value
    a.headline AS article, -- title of today
    a.url -- address
FROM (
    SELECT s.*, coalesce(
        (SELECT min(n.revision) FROM superseded n
            WHERE n.article_id = s.article_id AND n.revision > s.revision AND n.content_hash = s.next_hash),
        (SELECT c.revision FROM articles c WHERE c.id = s.article_id AND c.content_hash = s.next_hash),
        (SELECT max(n.revision) FROM superseded n
            WHERE n.article_id = s.article_id AND n.content_hash = s.next_hash),
        s.revision + 1) AS next_revision
    FROM superseded s
) r
JOIN json_each(r.changed) f
JOIN articles a ON a.id = r.article_id
) WHERE before IS NOT after;
