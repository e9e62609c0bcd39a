-- How far an account is with a lead: nine stages that every account has, and its own ones, whose ids begin with 100.
CREATE TABLE contact_lifecycle_stage (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    label TEXT NOT NULL,
    position BIGINT NOT NULL,
    archived BIGINT NOT NULL,
    label_sort TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX contact_lifecycle_stage_label ON contact_lifecycle_stage (account_id, label_sort, id); -- sqlite
CREATE INDEX contact_lifecycle_stage_label ON contact_lifecycle_stage (account_id, label_sort NULLS FIRST, id); -- postgres
CREATE INDEX contact_lifecycle_stage_position ON contact_lifecycle_stage (account_id, position, id); -- sqlite
CREATE INDEX contact_lifecycle_stage_position ON contact_lifecycle_stage (account_id, position NULLS FIRST, id); -- postgres
ALTER TABLE contact_lifecycle_stage ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres

-- What a new account gets by the program: `store/fixed.py`.
INSERT INTO contact_lifecycle_stage (account_id, id, label, position, archived, label_sort, version, modified)
SELECT account.id, stage.id, stage.label, stage.id * 10, 0, stage.label_sort, 1, account.modified
FROM account CROSS JOIN (
    SELECT 1 AS id, 'Não Qualificado' AS label, 'nao qualificado' AS label_sort
    UNION ALL SELECT 2, 'Subscritor', 'subscritor'
    UNION ALL SELECT 3, 'Lead', 'lead'
    UNION ALL SELECT 4, 'Marketing Qualified Lead', 'marketing qualified lead'
    UNION ALL SELECT 5, 'Sales Qualified Lead', 'sales qualified lead'
    UNION ALL SELECT 6, 'Oportunidade', 'oportunidade'
    UNION ALL SELECT 7, 'Cliente', 'cliente'
    UNION ALL SELECT 8, 'Evangelista', 'evangelista'
    UNION ALL SELECT 9, 'Outro', 'outro'
) AS stage;
INSERT INTO tally (account_id, resource, count, last_id, last_timestamp)
SELECT id, 'contact_lifecycle_stage', 9, 99, modified FROM account;
INSERT INTO tally_span (account_id, resource, span, after_id,
    missing_1, missing_2, missing_3, missing_4, missing_5, missing_6, missing_7, missing_8,
    missing_9, missing_10, missing_11, missing_12, missing_13, missing_14, missing_15, missing_16)
SELECT id, 'contact_lifecycle_stage', 4096, 0, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90 FROM account;
