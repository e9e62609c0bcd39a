-- Deleted records that can be restored, each by the position of its deletion in `change`, which keeps what it was.
CREATE TABLE bin (
    account_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    resource TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    operation BIGINT NOT NULL,
    deleted TEXT NOT NULL,
    PRIMARY KEY (account_id, position)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX bin_record ON bin (account_id, resource, record_id);
CREATE INDEX bin_resource ON bin (account_id, resource, position);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('bin', 'bin', '100000 10000 1'), -- sqlite
    ('bin', 'bin_record', '100000 10000 4000 1'), -- sqlite
    ('bin', 'bin_resource', '100000 10000 4000 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
ALTER TABLE bin ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN position SET STATISTICS 0; -- postgres
