-- What reports count, once more: also of a year (`span` 3), and for an owner: the id of a user, nothing, or `*` for all together.
-- `counts` is JSON, by value. Servers count all leads again.
DROP TABLE report_count;
CREATE TABLE report_count (
    account_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    span BIGINT NOT NULL,
    owner TEXT NOT NULL,
    period TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY (account_id, kind, span, owner, period)
)
WITHOUT ROWID -- sqlite
;

DELETE FROM report_changed;
UPDATE report SET counted = 0, zone = '';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('report_count', 'report_count', '100000 10000 1000 500 50 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
ALTER TABLE report_count ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN kind SET STATISTICS 0, ALTER COLUMN span SET STATISTICS 0, ALTER COLUMN owner SET STATISTICS 0, ALTER COLUMN period SET STATISTICS 0; -- postgres
