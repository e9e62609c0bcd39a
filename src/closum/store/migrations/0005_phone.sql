-- Phone numbers: one record per number in an account.
CREATE TABLE phone (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    extension TEXT NOT NULL,
    number TEXT NOT NULL,
    date_add TEXT NOT NULL,
    number_key TEXT NOT NULL,
    is_valid INTEGER NOT NULL,
    number_sort TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, number_key)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX phone_number ON phone (account_id, number_sort, id); -- sqlite
CREATE INDEX phone_number ON phone (account_id, number_sort NULLS FIRST, id); -- postgres
CREATE INDEX phone_is_valid ON phone (account_id, is_valid, id); -- sqlite
CREATE INDEX phone_is_valid ON phone (account_id, is_valid NULLS FIRST, id); -- postgres
