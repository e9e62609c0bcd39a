-- What reports count. `counts` is JSON, by owner and value, of a day (`span` 1) or a month (2) of the account's time zone.
CREATE TABLE report_count (
    account_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    span BIGINT NOT NULL,
    period TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY (account_id, kind, span, period)
)
WITHOUT ROWID -- sqlite
;

-- Counted leads that have changed since: `counted` is what is counted of each (JSON).
CREATE TABLE report_changed (
    account_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    counted TEXT NOT NULL,
    PRIMARY KEY (account_id, record_id)
)
WITHOUT ROWID -- sqlite
;

-- How far an account is: leads with ids up to `counted` are counted, by the days of `zone`.
CREATE TABLE report (
    account_id BIGINT NOT NULL PRIMARY KEY,
    counted BIGINT NOT NULL,
    zone TEXT NOT NULL
)
WITHOUT ROWID -- sqlite
;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('report_count', 'report_count', '100000 10000 1000 500 1'), -- sqlite
    ('report_changed', 'report_changed', '1000 100 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
ALTER TABLE report_count ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN kind SET STATISTICS 0, ALTER COLUMN span SET STATISTICS 0, ALTER COLUMN period SET STATISTICS 0; -- postgres
ALTER TABLE report_changed ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN record_id SET STATISTICS 0; -- postgres
ALTER TABLE report ALTER COLUMN account_id SET STATISTICS 0; -- postgres
