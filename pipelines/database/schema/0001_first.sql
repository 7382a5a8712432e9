-- Version 1: the first schema. Written by hand; run statement by statement inside one
-- transaction by pipelines.database.migrations. Never edit it once it has been released: add
-- the next file beside it.
--
-- Comments inside a statement stay in the database (`.schema` shows them), and docs/schema.md
-- is made from them: the first comment lines of a table or view describe it, the comment behind
-- a column describes the column and may go on in the lines below.
--
-- Times ending in `_seen_at`, `fetched_at`, `started_at` ... are UTC, `2026-11-23T00:10:00Z`;
-- `published_at`, `modified_at`, `created_at` are the site's, `2026-11-23T07:10:00+07:00`.

CREATE TABLE sections (
    -- The sections (chuyên mục) of the site, as articles name them.
    id INTEGER PRIMARY KEY, -- the site's number; negative where pages name the section without one
    slug TEXT, -- its name in URLs; NULL where no page gave it
    name TEXT, -- as printed; NULL while the section is known only as another's parent
    parent_id INTEGER REFERENCES sections (id) -- the section above; NULL at the top level or where unknown
) STRICT;

CREATE INDEX sections_by_parent ON sections (parent_id);
CREATE INDEX sections_by_slug ON sections (slug);

CREATE TABLE articles (
    -- Each article once, as it reads now. Superseded texts are in `revisions`.
    key INTEGER PRIMARY KEY, -- what the full-text index and the index of near-duplicates hang on
    id TEXT NOT NULL UNIQUE, -- the site's own id: 17 digits until 2026, post number since; `url-` and 16 hex digits where it has none
    url TEXT NOT NULL, -- canonical address
    kind TEXT NOT NULL CHECK (kind IN ('text', 'photo', 'video', 'infographic', 'longform', 'live')), -- text, photo, video, infographic, longform or live
    section_id INTEGER REFERENCES sections (id), -- the section (chuyên mục) the page names
    headline TEXT NOT NULL, -- the article's title
    lead TEXT, -- the sapô between headline and body
    body TEXT, -- the paragraphs, a blank line between; no captions, boxes, byline or repeated lead
    byline TEXT, -- the attribution, as printed
    published_at TEXT, -- as published, +07:00; NULL where the page does not say
    published_on TEXT CHECK (published_on IS substr(published_at, 1, 10)), -- the local date of it, YYYY-MM-DD
    modified_at TEXT, -- last change as the page states it, +07:00
    created_at TEXT, -- read from a 17-digit id, +07:00: near the publication, not equal to it
    withdrawn_at TEXT, -- when the site was seen to answer 404 or 410 for it; NULL while it is online
    word_count INTEGER NOT NULL DEFAULT 0, -- words of lead and body
    template TEXT NOT NULL, -- the generation of the page design it was read from; `generic`: none recognised; `copy`: a copy stands in for it
    sources TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(sources)), -- JSON: field -> template, metadata or generic
    content_hash TEXT NOT NULL, -- version and digest of the normalised content (pipelines/content.py)
    details_hash TEXT NOT NULL, -- the same over everything else that was read: a difference rewrites the rows without a revision
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1), -- 1 at first; one more for each superseded text kept
    duplicate_of TEXT REFERENCES articles (id) CHECK (duplicate_of <> id), -- the original it repeats: the earliest published; never itself a duplicate
    similarity REAL CHECK (similarity BETWEEN 0 AND 1), -- how much of the shorter text is in the other one; 1.0: the same content
    captions TEXT, -- the captions of all its photos as printed, one a line, for search
    first_seen_at TEXT NOT NULL, -- when its text was first seen, UTC
    last_seen_at TEXT NOT NULL, -- when it was last seen online, UTC
    next_check_at TEXT, -- when to look for edits again, UTC; NULL: never
    search_text TEXT GENERATED ALWAYS AS (
        replace(replace(
            headline || char(10) || ifnull(lead, '') || char(10) || ifnull(body, '') || char(10)
            || ifnull(captions, '') || char(10) || ifnull(byline, ''),
            'đ', 'd'), 'Đ', 'D')
    ) VIRTUAL, -- all the text with đ written as d, so that `duong` finds `đường`; takes no room in the table
    CHECK ((duplicate_of IS NULL) = (similarity IS NULL))
) STRICT;

CREATE INDEX articles_by_day ON articles (published_on);
CREATE INDEX articles_by_section ON articles (section_id, published_on);
CREATE INDEX articles_by_url ON articles (url);
CREATE INDEX articles_by_content ON articles (content_hash);
CREATE INDEX articles_by_original ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX articles_due ON articles (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX articles_of_copies ON articles (key) WHERE template = 'copy'; -- few: to count the others without reading them

-- A virtual table keeps no comments inside: docs.py describes it.
CREATE VIRTUAL TABLE articles_fts USING fts5 (
    headline, lead, body, captions, byline, search_text,
    content="articles", content_rowid="key", tokenize="unicode61 remove_diacritics 2"
);

-- The index follows the text columns only: a check that finds nothing new does not touch it.
CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_fts (rowid, headline, lead, body, captions, byline, search_text)
    VALUES (new.key, new.headline, new.lead, new.body, new.captions, new.byline, new.search_text);
END;

CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, lead, body, captions, byline, search_text)
    VALUES ('delete', old.key, old.headline, old.lead, old.body, old.captions, old.byline, old.search_text);
END;

CREATE TRIGGER articles_fts_update AFTER UPDATE OF headline, lead, body, captions, byline ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, lead, body, captions, byline, search_text)
    VALUES ('delete', old.key, old.headline, old.lead, old.body, old.captions, old.byline, old.search_text);
    INSERT INTO articles_fts (rowid, headline, lead, body, captions, byline, search_text)
    VALUES (new.key, new.headline, new.lead, new.body, new.captions, new.byline, new.search_text);
END;

CREATE TABLE identities (
    -- Every id the site has given an article: one, or two since it changed its CMS.
    id TEXT PRIMARY KEY, -- the site's id
    article_id TEXT NOT NULL REFERENCES articles (id) -- the article it means
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_by_article ON identities (article_id);

CREATE TABLE aliases (
    -- Other URLs of an article: redirects, other sections, the page's own canonical link.
    url TEXT PRIMARY KEY, -- canonical form of the URL
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article it leads to
    seen_at TEXT NOT NULL -- when it was first seen to lead there, UTC
) STRICT, WITHOUT ROWID;

CREATE INDEX aliases_by_article ON aliases (article_id);

CREATE TABLE photos (
    -- The photos of an article, in reading order.
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article it stands in
    position INTEGER NOT NULL, -- 1 for the first
    url TEXT NOT NULL, -- address of the picture
    caption TEXT, -- the description
    credit TEXT, -- what stands after "Ảnh:"
    caption_raw TEXT, -- as printed, both
    paragraph INTEGER NOT NULL DEFAULT 0, -- how many paragraphs of the body stand before it
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE videos (
    -- The videos of an article, in reading order.
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article it stands in
    position INTEGER NOT NULL, -- 1 for the first
    url TEXT NOT NULL, -- address of the file or playlist
    poster TEXT, -- address of its still picture
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE contributors (
    -- Who signs an article: the persons, desks and agencies of its byline, in order.
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article signed
    position INTEGER NOT NULL, -- 1 for the first
    kind TEXT NOT NULL CHECK (kind IN ('person', 'desk', 'agency')), -- person, desk (PV, CTV ...) or agency (no name)
    name TEXT, -- as printed; NULL where only an agency signs
    role TEXT NOT NULL DEFAULT 'text', -- text, photo, video ...; joined by commas when several
    agency TEXT, -- as printed (TTXVN, Báo Tin tức ...)
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX contributors_by_name ON contributors (name);

CREATE TABLE tags (
    -- The tags the site puts on articles.
    id INTEGER PRIMARY KEY, -- ours: the site has none
    name TEXT NOT NULL UNIQUE -- as printed
) STRICT;

CREATE TABLE article_tags (
    -- Which article has which tag.
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article
    tag_id INTEGER NOT NULL REFERENCES tags (id), -- the tag
    PRIMARY KEY (article_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX article_tags_by_tag ON article_tags (tag_id);

CREATE TABLE related (
    -- The articles an article's page recommends, as it did when its rows were last written.
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article whose page it is
    position INTEGER NOT NULL, -- 1 for the first
    url TEXT NOT NULL, -- canonical address of the other one
    related_id TEXT REFERENCES articles (id), -- the other one, where it is stored
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX related_by_related ON related (related_id) WHERE related_id IS NOT NULL;
CREATE INDEX related_open ON related (url) WHERE related_id IS NULL;

CREATE TABLE superseded (
    -- Where the view `revisions` has its texts from: each superseded text once, and of it only what
    -- the next one does not repeat. Ask the view, which shows every text whole.
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

CREATE TABLE copies (
    -- What other sites republished of an article, with the site's URL in a source line.
    id INTEGER PRIMARY KEY, -- ours
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article it is a copy of
    source TEXT, -- the source as the copy names it; NULL where it does not
    url TEXT NOT NULL, -- the original's address in the source line
    seen_at TEXT NOT NULL, -- when the copy was first read, UTC
    headline TEXT, -- as the copy has it
    lead TEXT, -- as the copy has it
    body TEXT, -- as the copy has it
    byline TEXT, -- as the copy has it
    captions TEXT, -- its captions as printed, one a line
    content_hash TEXT NOT NULL, -- as in `articles`: the same copy is kept once
    UNIQUE (article_id, content_hash)
) STRICT;

CREATE TABLE runs (
    -- Each time the program ran: a crawl, an ingest, a reparse.
    id INTEGER PRIMARY KEY, -- in the order started
    spider TEXT NOT NULL, -- the spider, or the command that ran
    arguments TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(arguments)), -- JSON: what it was started with
    started_at TEXT NOT NULL, -- UTC
    finished_at TEXT, -- UTC; NULL while it runs, and for ever where it was killed
    finish_reason TEXT, -- finished, shutdown, ... as Scrapy names it
    verdict TEXT, -- what the health check said of it
    rolled_up_at TEXT, -- when those of its rows in `fetches` that later ones repeat were counted and deleted, UTC; NULL: all are there
    stats TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(stats)) -- JSON: Scrapy's statistics and our own
) STRICT;

CREATE INDEX runs_to_roll_up ON runs (id) WHERE rolled_up_at IS NULL;

CREATE TABLE run_counts (
    -- How many fetches of a run came to which outcome: counted in the transaction that writes
    -- the fetch, so that health never has to read the whole ledger.
    run_id INTEGER NOT NULL REFERENCES runs (id), -- the run
    kind TEXT NOT NULL, -- as in `fetches`
    outcome TEXT NOT NULL, -- as in `fetches`
    count INTEGER NOT NULL, -- how many
    PRIMARY KEY (run_id, kind, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE fetches (
    -- The ledger: every URL that was touched, what came of it, and why.
    id INTEGER PRIMARY KEY, -- in the order recorded
    run_id INTEGER NOT NULL REFERENCES runs (id), -- the run that touched it
    kind TEXT NOT NULL CHECK (kind IN ('article', 'feed', 'listing', 'sitemap', 'robots', 'file')), -- what it was fetched as
    url TEXT NOT NULL, -- canonical address, or the path of a file
    article_id TEXT REFERENCES articles (id), -- the stored article it concerns
    warnings TEXT CHECK (warnings IS NULL OR json_valid(warnings)), -- JSON list of what looked wrong; NULL: nothing
    fetched_at TEXT NOT NULL, -- when the page was got from the site, UTC; for saved pages, when they were saved
    status INTEGER, -- HTTP status; NULL without an answer
    outcome TEXT NOT NULL CHECK (outcome IN ('new', 'updated', 'unchanged', 'not_modified', 'duplicate', 'read', 'invalid', 'not_article', 'blocked', 'http_error', 'network_error', 'skipped')), -- what became of it
    reason TEXT, -- why, in words
    bytes INTEGER, -- size of the answer
    elapsed_ms INTEGER, -- how long the answer took, milliseconds
    etag TEXT, -- as sent, for the next conditional request
    last_modified TEXT, -- as sent, for the next conditional request
    archive_file TEXT, -- the WARC file that keeps the answer
    archive_offset INTEGER -- where in that file its record starts, bytes
) STRICT;

CREATE INDEX fetches_by_run ON fetches (run_id, outcome);
CREATE INDEX fetches_by_url ON fetches (url);
CREATE INDEX fetches_by_article ON fetches (article_id) WHERE article_id IS NOT NULL;

CREATE TABLE fetch_counts (
    -- What is left of old rows of `fetches` that said nothing but "as before": how many there were.
    -- They go a month after their run, the latest of each URL excepted (pipelines/database/rollup.py).
    day TEXT NOT NULL, -- the day their run began, UTC, YYYY-MM-DD
    kind TEXT NOT NULL, -- as in `fetches`
    outcome TEXT NOT NULL, -- as in `fetches`
    count INTEGER NOT NULL, -- how many
    PRIMARY KEY (day, kind, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE frontier (
    -- What was found and is not yet stored (articles) or read (listings).
    url TEXT PRIMARY KEY, -- canonical address
    kind TEXT NOT NULL CHECK (kind IN ('article', 'listing')), -- article or listing
    article_id TEXT, -- the site's id in the URL, where it has one; no foreign key, since the article is not stored yet
    found_by TEXT NOT NULL, -- where: layer and place, as in `feed:thoi-su`
    found_at TEXT NOT NULL, -- UTC
    day TEXT, -- the local date the article is of (from the feed, else from a 17-digit id), YYYY-MM-DD; NULL where nothing tells
    section TEXT, -- slug of the section, from the URL or the place it was found; NULL where neither tells
    attempts INTEGER NOT NULL DEFAULT 0, -- how often it was tried in vain
    next_try_at TEXT NOT NULL, -- not to be fetched before, UTC
    given_up_at TEXT -- when it was given up after too many attempts, UTC; NULL while it is owed
) STRICT, WITHOUT ROWID;

CREATE INDEX frontier_due ON frontier (next_try_at) WHERE given_up_at IS NULL;
CREATE INDEX frontier_by_article ON frontier (article_id) WHERE article_id IS NOT NULL;

CREATE TABLE shingle_bands (
    -- The index of near-duplicates: bands of the MinHash signature of each article's lead and body.
    -- Articles that share one are candidates; their texts decide (pipelines/similarity.py). No
    -- foreign key (it would need a second index as large as the table); `scrapy verify` checks it.
    band INTEGER NOT NULL, -- version of the signature (high byte) and 40 bits of hash
    article_key INTEGER NOT NULL, -- the article
    PRIMARY KEY (band, article_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE hosts (
    -- What each host of the site asks of us.
    host TEXT PRIMARY KEY, -- as asked
    robots TEXT, -- its last good robots.txt, which holds for a day where it can't answer; empty: no rules; NULL: none read
    robots_at TEXT, -- when that was answered, UTC
    wait_until TEXT -- it asked to be left alone until then, UTC
) STRICT, WITHOUT ROWID;

CREATE VIEW article_list AS
    -- One line an article, newest last: names instead of ids.
SELECT
    a.id, -- the site's id
    a.published_on, -- local date
    a.published_at, -- as published
    s.name AS section, -- name of the section
    a.kind, -- text, photo, video ...
    a.headline, -- title
    (SELECT group_concat(name, ', ') FROM
        (SELECT ifnull(c.name, c.agency) AS name FROM contributors c WHERE c.article_id = a.id ORDER BY c.position)
    ) AS contributors, -- who signs, in the order printed
    (SELECT group_concat(name, ', ') FROM
        (SELECT t.name FROM article_tags x JOIN tags t ON t.id = x.tag_id WHERE x.article_id = a.id ORDER BY t.name)
    ) AS tags, -- names of the tags
    (SELECT count(*) FROM photos p WHERE p.article_id = a.id) AS photos, -- how many photos
    (SELECT count(*) FROM videos v WHERE v.article_id = a.id) AS videos, -- how many videos
    a.word_count AS words, -- words of lead and body
    a.revision - 1 AS edits, -- how many earlier texts are kept
    a.duplicate_of, -- the original it repeats
    a.withdrawn_at, -- when it was seen to be gone
    a.template, -- page design it was read from
    a.url -- address
FROM articles a LEFT JOIN sections s ON s.id = a.section_id;

CREATE VIEW daily_counts AS
    -- How many articles the site published on each day, and of which kinds.
SELECT
    published_on, -- local date; NULL: the pages do not say
    count(*) AS articles, -- all of them
    count(*) FILTER (WHERE kind = 'photo') AS photo_stories, -- of kind photo
    count(*) FILTER (WHERE kind = 'video') AS videos, -- of kind video
    count(*) FILTER (WHERE duplicate_of IS NOT NULL) AS duplicates, -- that repeat another one
    count(*) FILTER (WHERE revision > 1) AS edited, -- that were seen to change
    count(*) FILTER (WHERE withdrawn_at IS NOT NULL) AS withdrawn, -- that are gone from the site
    sum(word_count) AS words -- words of lead and body together
FROM articles GROUP BY published_on;

CREATE VIEW by_contributor AS
    -- Who signed how many articles, and from when to when.
SELECT
    ifnull(c.name, c.agency) AS contributor, -- name, or the agency that signs alone
    c.kind, -- person, desk or agency
    count(DISTINCT c.article_id) AS articles, -- how many
    count(DISTINCT c.article_id) FILTER (WHERE c.role LIKE '%photo%') AS with_photos, -- for which they took photos
    min(a.published_on) AS first_published_on, -- local date of the earliest
    max(a.published_on) AS last_published_on -- local date of the latest
FROM contributors c JOIN articles a ON a.id = c.article_id
GROUP BY ifnull(c.name, c.agency), c.kind;

CREATE VIEW photo_list AS
    -- One line a photo, with the article it stands in.
SELECT
    a.published_on, -- local date of the article
    p.article_id, -- the article
    p.position, -- 1 for the first
    p.caption, -- the description
    p.credit, -- who took it
    p.url, -- address of the picture
    a.headline, -- title of the article
    a.url AS article_url -- address of the article
FROM photos p JOIN articles a ON a.id = p.article_id;

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
            FROM (SELECT * FROM photos p WHERE p.article_id = a.id ORDER BY position))
        ORDER BY 1 LIMIT 1)
    ) AS photos, -- as they were, JSON list
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
            FROM (SELECT * FROM photos p WHERE p.article_id = a.id ORDER BY position)), (
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
    t.photos, -- JSON list of {url, caption, credit, caption_raw, paragraph}, as they were
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
                FROM (SELECT * FROM photos p WHERE p.article_id = a.id ORDER BY position))
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

CREATE VIEW completeness AS
    -- Per day and section: how many articles were found, and what became of them.
SELECT
    day, -- local date the articles are of; where nothing tells it, the date they were found
    section, -- slug of the section, or its name where no slug is known
    sum(stored + given_up + owed) AS found, -- all that are known of
    sum(stored) AS stored, -- in `articles`
    sum(given_up) AS given_up, -- after too many attempts
    sum(owed) AS owed -- still to be fetched; a copy that stands in counts here
FROM (
    SELECT
        coalesce(a.published_on, substr(a.created_at, 1, 10), date(a.first_seen_at, '+7 hours')) AS day,
        coalesce(s.slug, s.name) AS section, 1 AS stored, 0 AS given_up, 0 AS owed
    FROM articles a LEFT JOIN sections s ON s.id = a.section_id
    WHERE a.template <> 'copy'
    UNION ALL
    SELECT coalesce(f.day, date(f.found_at, '+7 hours')), f.section, 0,
        f.given_up_at IS NOT NULL, f.given_up_at IS NULL
    FROM frontier f WHERE f.kind = 'article'
)
GROUP BY day, section;
