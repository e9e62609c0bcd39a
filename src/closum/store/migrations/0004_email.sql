-- E-mail addresses: one record per address in an account.
CREATE TABLE email (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    email TEXT NOT NULL,
    status INTEGER NOT NULL,
    register_date TEXT NOT NULL,
    email_key TEXT NOT NULL,
    email_sort TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, email_key)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX email_email ON email (account_id, email_sort, id); -- sqlite
CREATE INDEX email_email ON email (account_id, email_sort NULLS FIRST, id); -- postgres
CREATE INDEX email_status ON email (account_id, status, id); -- sqlite
CREATE INDEX email_status ON email (account_id, status NULLS FIRST, id); -- postgres
