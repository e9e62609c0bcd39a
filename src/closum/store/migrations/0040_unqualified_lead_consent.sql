-- What unqualified leads let an account send, and what of it holds now, which the unqualified lead keeps.
CREATE TABLE unqualified_lead_consent (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    unqualified_lead_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    environment TEXT,
    user_id BIGINT,
    creation_date TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, unqualified_lead_id) REFERENCES unqualified_lead (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX unqualified_lead_consent_unqualified_lead_id ON unqualified_lead_consent (account_id, unqualified_lead_id, id); -- sqlite
CREATE INDEX unqualified_lead_consent_unqualified_lead_id ON unqualified_lead_consent (account_id, unqualified_lead_id NULLS FIRST, id); -- postgres
ALTER TABLE unqualified_lead_consent ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres

ALTER TABLE unqualified_lead ADD COLUMN consent_email TEXT;
ALTER TABLE unqualified_lead ADD COLUMN consent_sms TEXT;
CREATE INDEX unqualified_lead_consent_email ON unqualified_lead (account_id, consent_email, id) WHERE consent_email IS NOT NULL;
CREATE INDEX unqualified_lead_consent_sms ON unqualified_lead (account_id, consent_sms, id) WHERE consent_sms IS NOT NULL;
