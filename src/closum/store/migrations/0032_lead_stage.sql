-- In which stage a lead is, and when it entered and left each one; `position` is that of the change by which it entered.
ALTER TABLE lead ADD COLUMN contact_lifecycle_stage_id BIGINT;
CREATE INDEX lead_contact_lifecycle_stage_id ON lead (account_id, contact_lifecycle_stage_id, id)
WHERE contact_lifecycle_stage_id IS NOT NULL;

CREATE TABLE lead_stage (
    account_id BIGINT NOT NULL,
    lead_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    stage_id BIGINT NOT NULL,
    entered TEXT NOT NULL,
    departed TEXT,
    PRIMARY KEY (account_id, lead_id, position)
)
WITHOUT ROWID -- sqlite
;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('lead', 'lead_contact_lifecycle_stage_id', '1000000 100000 10000 1'), -- sqlite
    ('lead_stage', 'lead_stage', '1000000 100000 2 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
ALTER TABLE lead_stage ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN lead_id SET STATISTICS 0; -- postgres
