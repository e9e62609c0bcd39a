-- Records that went into others, each with the one that it went into, and the operation. What it was is in `change`.
CREATE TABLE merged (
    account_id BIGINT NOT NULL,
    resource TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    into_id BIGINT NOT NULL,
    operation BIGINT NOT NULL,
    PRIMARY KEY (account_id, resource, record_id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX merged_into ON merged (account_id, resource, into_id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('merged', 'merged', '100000 10000 10000 1'), -- sqlite
    ('merged', 'merged_into', '100000 10000 10000 2 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
ALTER TABLE merged ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN resource SET STATISTICS 0, ALTER COLUMN record_id SET STATISTICS 0; -- postgres
