-- What lists are filtered by, and an order by date that does not go by the ids.
ALTER TABLE email ADD COLUMN domain TEXT NOT NULL DEFAULT '';
ALTER TABLE phone ADD COLUMN country TEXT;
-- 1: not all dates go with the ids.
ALTER TABLE tally ADD COLUMN dated BIGINT NOT NULL DEFAULT 0;
CREATE INDEX lead_creation_date ON lead (account_id, creation_date, id); -- sqlite
CREATE INDEX lead_creation_date ON lead (account_id, creation_date NULLS FIRST, id); -- postgres
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('lead', 'lead_creation_date', '1000000 100000 2 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
