-- What leads let an account send, and what of it holds now, which the lead keeps.
CREATE TABLE consent (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    lead_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    environment TEXT,
    user_id BIGINT,
    creation_date TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, lead_id) REFERENCES lead (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX consent_lead_id ON consent (account_id, lead_id, id); -- sqlite
CREATE INDEX consent_lead_id ON consent (account_id, lead_id NULLS FIRST, id); -- postgres
ALTER TABLE consent ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres

ALTER TABLE lead ADD COLUMN consent_email TEXT;
ALTER TABLE lead ADD COLUMN consent_sms TEXT;
CREATE INDEX lead_consent_email ON lead (account_id, consent_email, id) WHERE consent_email IS NOT NULL;
CREATE INDEX lead_consent_sms ON lead (account_id, consent_sms, id) WHERE consent_sms IS NOT NULL;
