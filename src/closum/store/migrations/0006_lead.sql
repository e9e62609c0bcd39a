-- Leads, with what they show of their e-mail address and phone number kept in the row.
CREATE TABLE lead (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT,
    city_id BIGINT REFERENCES city (id),
    custom_data TEXT,
    creation_date TEXT NOT NULL,
    name_sort TEXT,
    email_id BIGINT,
    email_email TEXT,
    email_email_sort TEXT,
    phone_id BIGINT,
    phone_extension TEXT,
    phone_number TEXT,
    phone_number_sort TEXT,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, email_id) REFERENCES email (account_id, id),
    FOREIGN KEY (account_id, phone_id) REFERENCES phone (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX lead_name ON lead (account_id, name_sort, id); -- sqlite
CREATE INDEX lead_name ON lead (account_id, name_sort NULLS FIRST, id); -- postgres
CREATE INDEX lead_city ON lead (account_id, city_id, id); -- sqlite
CREATE INDEX lead_city ON lead (account_id, city_id NULLS FIRST, id); -- postgres
CREATE INDEX lead_email ON lead (account_id, email_email_sort, id); -- sqlite
CREATE INDEX lead_email ON lead (account_id, email_email_sort NULLS FIRST, id); -- postgres
CREATE INDEX lead_phone ON lead (account_id, phone_number_sort, id); -- sqlite
CREATE INDEX lead_phone ON lead (account_id, phone_number_sort NULLS FIRST, id); -- postgres
CREATE INDEX lead_email_id ON lead (account_id, email_id, id);
CREATE INDEX lead_phone_id ON lead (account_id, phone_id, id);
