-- What an account calls the kinds of people that it knows.
CREATE TABLE contact_type (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    label TEXT NOT NULL,
    creation_date TEXT NOT NULL,
    date_add TEXT NOT NULL,
    label_sort TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX contact_type_label ON contact_type (account_id, label_sort, id); -- sqlite
CREATE INDEX contact_type_label ON contact_type (account_id, label_sort NULLS FIRST, id); -- postgres
ALTER TABLE contact_type ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres
