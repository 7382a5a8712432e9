-- Many articles written in one transaction come into the full-text index by one statement at its end: FTS5
-- writes out what it has gathered with every statement, which made the index two thirds of what storing costs.
CREATE TABLE unindexed (
    -- The articles whose text is not in `articles_fts` yet. Empty but within a transaction that writes many:
    -- with a row in it the triggers put new articles here, and the transaction ends by indexing them all.
    key INTEGER PRIMARY KEY -- the article's key; 0 stands for none
) STRICT;

DROP TRIGGER articles_fts_insert;
DROP TRIGGER articles_fts_delete;
DROP TRIGGER articles_fts_update;

CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles WHEN NOT EXISTS (SELECT 1 FROM unindexed) BEGIN
    INSERT INTO articles_fts (rowid, headline, lead, body, captions, byline, search_text)
    VALUES (new.key, new.headline, new.lead, new.body, new.captions, new.byline, new.search_text);
END;

CREATE TRIGGER articles_fts_later AFTER INSERT ON articles WHEN EXISTS (SELECT 1 FROM unindexed) BEGIN
    INSERT INTO unindexed VALUES (new.key);
END;

-- One trigger, since of two it is not said which comes first.
CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, lead, body, captions, byline, search_text)
    SELECT 'delete', old.key, old.headline, old.lead, old.body, old.captions, old.byline, old.search_text
    WHERE old.key NOT IN (SELECT key FROM unindexed);
    DELETE FROM unindexed WHERE key = old.key;
END;

-- The index follows the text columns only: a check that finds nothing new does not touch it.
CREATE TRIGGER articles_fts_update AFTER UPDATE OF headline, lead, body, captions, byline ON articles
WHEN old.key NOT IN (SELECT key FROM unindexed) BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, lead, body, captions, byline, search_text)
    VALUES ('delete', old.key, old.headline, old.lead, old.body, old.captions, old.byline, old.search_text);
    INSERT INTO articles_fts (rowid, headline, lead, body, captions, byline, search_text)
    VALUES (new.key, new.headline, new.lead, new.body, new.captions, new.byline, new.search_text);
END;
