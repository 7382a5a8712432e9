-- The signatures of near-duplicates have a new version, which finds none of the old ones: all are
-- made again, a thousand articles a second. `bands_of` is pipelines.similarity's.
DELETE FROM shingle_bands;
INSERT INTO shingle_bands (band, article_key)
    SELECT made.value, a.key FROM articles a, json_each(bands_of(a.headline, a.lead, a.body)) made;

-- For `by_contributor`: who signed, a desk or an agency without a name included.
CREATE INDEX contributors_by_signer ON contributors (ifnull(name, agency), kind);
