-- Lists that leads are on.
CREATE TABLE audience_list (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    creation_date TEXT NOT NULL,
    name_sort TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX audience_list_name ON audience_list (account_id, name_sort, id); -- sqlite
CREATE INDEX audience_list_name ON audience_list (account_id, name_sort NULLS FIRST, id); -- postgres
ALTER TABLE audience_list ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres
