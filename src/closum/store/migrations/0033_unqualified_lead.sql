-- People of whom an account does not know yet whether they are leads, with what they show kept in the row, as leads have it.
CREATE TABLE unqualified_lead (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT,
    city_id BIGINT REFERENCES city (id),
    contact_type_id BIGINT,
    custom_data TEXT,
    creation_date TEXT NOT NULL,
    name_sort TEXT,
    phone_id BIGINT,
    phone_extension TEXT,
    phone_number TEXT,
    phone_number_sort TEXT,
    email_id BIGINT,
    email_email TEXT,
    email_email_sort TEXT,
    email_status BIGINT,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, phone_id) REFERENCES phone (account_id, id),
    FOREIGN KEY (account_id, email_id) REFERENCES email (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX unqualified_lead_name ON unqualified_lead (account_id, name_sort, id); -- sqlite
CREATE INDEX unqualified_lead_name ON unqualified_lead (account_id, name_sort NULLS FIRST, id); -- postgres
CREATE INDEX unqualified_lead_email ON unqualified_lead (account_id, email_email_sort, id); -- sqlite
CREATE INDEX unqualified_lead_email ON unqualified_lead (account_id, email_email_sort NULLS FIRST, id); -- postgres
CREATE INDEX unqualified_lead_phone ON unqualified_lead (account_id, phone_number_sort, id); -- sqlite
CREATE INDEX unqualified_lead_phone ON unqualified_lead (account_id, phone_number_sort NULLS FIRST, id); -- postgres
CREATE INDEX unqualified_lead_city_id ON unqualified_lead (account_id, city_id, id) WHERE city_id IS NOT NULL;
CREATE INDEX unqualified_lead_contact_type_id ON unqualified_lead (account_id, contact_type_id, id) WHERE contact_type_id IS NOT NULL;
CREATE INDEX unqualified_lead_email_id ON unqualified_lead (account_id, email_id, id) WHERE email_id IS NOT NULL;
CREATE INDEX unqualified_lead_phone_id ON unqualified_lead (account_id, phone_id, id) WHERE phone_id IS NOT NULL;
ALTER TABLE unqualified_lead ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres

-- The terms that they are found by. SQLite: unqualified_lead_pending has those that are not in the index yet.
CREATE VIRTUAL TABLE unqualified_lead_term USING fts5 (name, address, data, marks, detail=column, prefix='1 2 3 4', tokenize="ascii tokenchars '_'"); -- sqlite
CREATE TABLE unqualified_lead_pending ( -- sqlite
    account_id BIGINT NOT NULL, -- sqlite
    id BIGINT NOT NULL, -- sqlite
    name TEXT NOT NULL, -- sqlite
    address TEXT NOT NULL, -- sqlite
    data TEXT NOT NULL, -- sqlite
    marks TEXT NOT NULL, -- sqlite
    PRIMARY KEY (account_id, id) -- sqlite
) WITHOUT ROWID; -- sqlite
CREATE TABLE unqualified_lead_term ( -- postgres
    account_id BIGINT NOT NULL, -- postgres
    id BIGINT NOT NULL, -- postgres
    terms TSVECTOR NOT NULL, -- postgres
    PRIMARY KEY (account_id, id) -- postgres
); -- postgres
CREATE INDEX unqualified_lead_term_terms ON unqualified_lead_term USING gin (terms) WITH (gin_pending_list_limit = 256); -- postgres
ALTER TABLE unqualified_lead_term ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0, ALTER COLUMN terms SET STATISTICS 0; -- postgres
