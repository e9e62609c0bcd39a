-- What is to do about leads, and when the next of it is due, which the lead keeps.
CREATE TABLE task (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    lead_id BIGINT NOT NULL,
    text TEXT NOT NULL,
    due TEXT,
    user_id BIGINT,
    done TEXT,
    creation_date TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, lead_id) REFERENCES lead (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX task_lead_id ON task (account_id, lead_id, id); -- sqlite
CREATE INDEX task_lead_id ON task (account_id, lead_id NULLS FIRST, id); -- postgres
CREATE INDEX task_due ON task (account_id, due, id); -- sqlite
CREATE INDEX task_due ON task (account_id, due NULLS FIRST, id); -- postgres
ALTER TABLE task ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres

ALTER TABLE lead ADD COLUMN next_due TEXT;
CREATE INDEX lead_next_due ON lead (account_id, next_due, id) WHERE next_due IS NOT NULL;
