-- Which leads were in one of an account's own stages, which have the ids from 100: such a stage is not deleted.
CREATE INDEX lead_stage_own ON lead_stage (account_id, stage_id, lead_id) WHERE stage_id >= 100;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('lead_stage', 'lead_stage_own', '1000000 100000 10000 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
