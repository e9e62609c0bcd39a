-- Notes of leads.
CREATE TABLE note (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    lead_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    user_id BIGINT,
    creation_date TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, lead_id) REFERENCES lead (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX note_lead_id ON note (account_id, lead_id, id); -- sqlite
CREATE INDEX note_lead_id ON note (account_id, lead_id NULLS FIRST, id); -- postgres
ALTER TABLE note ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres

-- The terms that notes are found by. SQLite: note_pending has those that are not in the index yet.
CREATE VIRTUAL TABLE note_term USING fts5 (name, address, data, marks, detail=column, prefix='1 2 3 4', tokenize="ascii tokenchars '_'"); -- sqlite
CREATE TABLE note_pending ( -- sqlite
    account_id BIGINT NOT NULL, -- sqlite
    id BIGINT NOT NULL, -- sqlite
    name TEXT NOT NULL, -- sqlite
    address TEXT NOT NULL, -- sqlite
    data TEXT NOT NULL, -- sqlite
    marks TEXT NOT NULL, -- sqlite
    PRIMARY KEY (account_id, id) -- sqlite
) WITHOUT ROWID; -- sqlite
CREATE TABLE note_term ( -- postgres
    account_id BIGINT NOT NULL, -- postgres
    id BIGINT NOT NULL, -- postgres
    terms TSVECTOR NOT NULL, -- postgres
    PRIMARY KEY (account_id, id) -- postgres
); -- postgres
CREATE INDEX note_term_terms ON note_term USING gin (terms) WITH (gin_pending_list_limit = 256); -- postgres
ALTER TABLE note_term ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0, ALTER COLUMN terms SET STATISTICS 0; -- postgres
