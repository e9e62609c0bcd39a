-- Leads on audience lists: one row for each lead on each list.
CREATE TABLE lead_audience_list (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    lead_id BIGINT NOT NULL,
    audience_list_id BIGINT NOT NULL,
    creation_date TEXT NOT NULL,
    pair TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, pair),
    FOREIGN KEY (account_id, lead_id) REFERENCES lead (account_id, id),
    FOREIGN KEY (account_id, audience_list_id) REFERENCES audience_list (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX lead_audience_list_lead_id ON lead_audience_list (account_id, lead_id, id); -- sqlite
CREATE INDEX lead_audience_list_lead_id ON lead_audience_list (account_id, lead_id NULLS FIRST, id); -- postgres
CREATE INDEX lead_audience_list_audience_list_id ON lead_audience_list (account_id, audience_list_id, id); -- sqlite
CREATE INDEX lead_audience_list_audience_list_id ON lead_audience_list (account_id, audience_list_id NULLS FIRST, id); -- postgres
ALTER TABLE lead_audience_list ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres
