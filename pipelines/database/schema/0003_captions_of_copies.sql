-- The captions of a copy that stands in for an article, in the views that show texts: they said that
-- it had no photos. Of such a photo only the caption as printed is known, and the rest is NULL. (The
-- captions are one a line in `articles`; U+FDD0, which no text has, marks where they are cut.)
UPDATE superseded
SET photos = replace(replace(photos, '"url": ""', '"url": null'), '"paragraph": 0}', '"paragraph": null}')
WHERE template = 'copy' AND photos IS NOT NULL;

DROP VIEW edits;
DROP VIEW revisions;
DROP VIEW revision_texts;

CREATE VIEW revision_texts AS
    -- Every text each article has had, whole: superseded ones and (current = 1) the one of today.
SELECT
    r.article_id, -- the article
    r.revision, -- 1 for the first text
    0 AS current, -- 1: how it reads now
    r.seen_at AS superseded_at, -- when it was seen to be superseded, UTC
    (SELECT value FROM (
        SELECT l.revision, l.headline AS value FROM superseded l
        WHERE l.article_id = r.article_id AND l.revision >= r.revision
            AND EXISTS (SELECT 1 FROM json_each(l.held) WHERE json_each.value = 'headline')
        UNION ALL SELECT a.revision, a.headline
        ORDER BY 1 LIMIT 1)
    ) AS headline, -- as it was
    (SELECT value FROM (
        SELECT l.revision, l.lead AS value FROM superseded l
        WHERE l.article_id = r.article_id AND l.revision >= r.revision
            AND EXISTS (SELECT 1 FROM json_each(l.held) WHERE json_each.value = 'lead')
        UNION ALL SELECT a.revision, a.lead
        ORDER BY 1 LIMIT 1)
    ) AS lead, -- as it was
    (SELECT value FROM (
        SELECT l.revision, l.body AS value FROM superseded l
        WHERE l.article_id = r.article_id AND l.revision >= r.revision
            AND EXISTS (SELECT 1 FROM json_each(l.held) WHERE json_each.value = 'body')
        UNION ALL SELECT a.revision, a.body
        ORDER BY 1 LIMIT 1)
    ) AS body, -- as it was
    (SELECT value FROM (
        SELECT l.revision, l.byline AS value FROM superseded l
        WHERE l.article_id = r.article_id AND l.revision >= r.revision
            AND EXISTS (SELECT 1 FROM json_each(l.held) WHERE json_each.value = 'byline')
        UNION ALL SELECT a.revision, a.byline
        ORDER BY 1 LIMIT 1)
    ) AS byline, -- as it was
    (SELECT value FROM (
        SELECT l.revision, l.photos AS value FROM superseded l
        WHERE l.article_id = r.article_id AND l.revision >= r.revision
            AND EXISTS (SELECT 1 FROM json_each(l.held) WHERE json_each.value = 'photos')
        UNION ALL SELECT a.revision, (
            SELECT json_group_array(json_object('url', url, 'caption', caption, 'credit', credit,
            'caption_raw', caption_raw, 'paragraph', paragraph))
            FROM (SELECT position, url, caption, credit, caption_raw, paragraph FROM photos WHERE article_id = a.id
                UNION ALL SELECT key, NULL, NULL, NULL, value, NULL FROM json_each(
                    CASE WHEN a.template = 'copy' AND a.captions IS NOT NULL THEN '[' || replace(json_quote(replace(
                        a.captions, char(10), char(0xFDD0))), char(0xFDD0), '","') || ']' END)
                ORDER BY 1))
        ORDER BY 1 LIMIT 1)
    ) AS photos, -- as they were, JSON list; of a copy that stood in only caption_raw is known
    (SELECT value FROM (
        SELECT l.revision, l.tags AS value FROM superseded l
        WHERE l.article_id = r.article_id AND l.revision >= r.revision
            AND EXISTS (SELECT 1 FROM json_each(l.held) WHERE json_each.value = 'tags')
        UNION ALL SELECT a.revision, (
            SELECT json_group_array(name) FROM (
                SELECT t.name FROM article_tags y JOIN tags t ON t.id = y.tag_id
                WHERE y.article_id = a.id ORDER BY t.name))
        ORDER BY 1 LIMIT 1)
    ) AS tags, -- as they were, JSON list
    r.template, -- page design it was read from
    r.content_hash -- of the whole text
FROM superseded r JOIN articles a ON a.id = r.article_id
UNION ALL
SELECT a.id, a.revision, 1, NULL, a.headline, a.lead, a.body, a.byline, (
            SELECT json_group_array(json_object('url', url, 'caption', caption, 'credit', credit,
            'caption_raw', caption_raw, 'paragraph', paragraph))
            FROM (SELECT position, url, caption, credit, caption_raw, paragraph FROM photos WHERE article_id = a.id
                UNION ALL SELECT key, NULL, NULL, NULL, value, NULL FROM json_each(
                    CASE WHEN a.template = 'copy' AND a.captions IS NOT NULL THEN '[' || replace(json_quote(replace(
                        a.captions, char(10), char(0xFDD0))), char(0xFDD0), '","') || ']' END)
                ORDER BY 1)), (
            SELECT json_group_array(name) FROM (
                SELECT t.name FROM article_tags y JOIN tags t ON t.id = y.tag_id
                WHERE y.article_id = a.id ORDER BY t.name)),
    a.template, a.content_hash
FROM articles a;

CREATE VIEW revisions AS
    -- Superseded texts: what an article read before it changed, each text whole.
SELECT
    t.article_id, -- the article
    t.revision, -- 1 for the first text
    r.seen_at, -- when it was seen to be superseded, UTC
    r.cause, -- what changed it: site, parser, template (the site's new page design), or copy (the real page replaced one)
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
    -- to an earlier text is in `fetches` each time, and here once.
SELECT * FROM (
SELECT
    r.seen_at, -- when the change was seen, UTC
    r.article_id, -- the article
    r.revision, -- the text before; the one after has the next number
    r.cause, -- site, parser, template or copy
    f.value AS field, -- which field
    CASE f.value WHEN 'headline' THEN r.headline WHEN 'lead' THEN r.lead WHEN 'body' THEN r.body
        WHEN 'byline' THEN r.byline WHEN 'photos' THEN r.photos WHEN 'tags' THEN r.tags END AS before, -- the old value
    (SELECT value FROM (
        SELECT l.revision,
            CASE f.value WHEN 'headline' THEN l.headline WHEN 'lead' THEN l.lead WHEN 'body' THEN l.body
            WHEN 'byline' THEN l.byline WHEN 'photos' THEN l.photos WHEN 'tags' THEN l.tags END AS value
        FROM superseded l
        WHERE l.article_id = r.article_id AND l.revision > r.revision
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
FROM superseded r
JOIN json_each(r.changed) f
JOIN articles a ON a.id = r.article_id
) WHERE before IS NOT after;
