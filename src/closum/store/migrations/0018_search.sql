-- The terms that leads are found by. SQLite: lead_pending has those that are not in the index yet.
CREATE VIRTUAL TABLE lead_term USING fts5 (name, address, data, marks, detail=column, prefix='1 2 3 4', tokenize="ascii tokenchars '_'"); -- sqlite
CREATE TABLE lead_pending ( -- sqlite
    account_id BIGINT NOT NULL, -- sqlite
    id BIGINT NOT NULL, -- sqlite
    name TEXT NOT NULL, -- sqlite
    address TEXT NOT NULL, -- sqlite
    data TEXT NOT NULL, -- sqlite
    marks TEXT NOT NULL, -- sqlite
    PRIMARY KEY (account_id, id) -- sqlite
) WITHOUT ROWID; -- sqlite
CREATE TABLE lead_term ( -- postgres
    account_id BIGINT NOT NULL, -- postgres
    id BIGINT NOT NULL, -- postgres
    terms TSVECTOR NOT NULL, -- postgres
    PRIMARY KEY (account_id, id) -- postgres
); -- postgres
CREATE INDEX lead_term_terms ON lead_term USING gin (terms) WITH (gin_pending_list_limit = 256); -- postgres
ALTER TABLE lead_term ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0, ALTER COLUMN terms SET STATISTICS 0; -- postgres
