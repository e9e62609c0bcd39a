-- What every write changed, one row for each record: `before` has, as JSON, what differed in an update and the whole
-- record in a deletion. Positions rise in the order in which changes become visible; those of one write begin at its
-- `operation`. What is erased leaves no `before`.
CREATE TABLE change (
    account_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    operation BIGINT NOT NULL,
    resource TEXT NOT NULL,
    id BIGINT NOT NULL,
    verb TEXT NOT NULL,
    at TEXT NOT NULL,
    user_id BIGINT,
    request_id TEXT,
    cause TEXT NOT NULL,
    cause_id BIGINT,
    before TEXT,
    PRIMARY KEY (account_id, position)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX change_record ON change (account_id, resource, id, position);
CREATE INDEX change_before ON change (account_id, position) WHERE before IS NOT NULL;
CREATE INDEX change_cause ON change (account_id, cause, cause_id, position) WHERE cause_id IS NOT NULL;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('change', 'change', '3000000 300000 1'), -- sqlite
    ('change', 'change_record', '3000000 300000 100000 2 1'), -- sqlite
    ('change', 'change_before', '300000 30000 1'), -- sqlite
    ('change', 'change_cause', '1000 100 50 10 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
ALTER TABLE change ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN position SET STATISTICS 0; -- postgres
