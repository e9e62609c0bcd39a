-- Files that people sent to be imported: how each is read, and what has become of it. `file` is its name in the folder of
-- files, '' once it is removed; `given`, `form`, `mapping`, `policy` and `report` are JSON.
CREATE TABLE import (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT,
    phase TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    file TEXT NOT NULL,
    given TEXT NOT NULL,
    form TEXT NOT NULL,
    mapping TEXT NOT NULL,
    policy TEXT NOT NULL,
    report TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
)
WITHOUT ROWID -- sqlite
;

-- Rows of these files that were refused: `faults` and `cells` are JSON.
CREATE TABLE import_fault (
    account_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    record BIGINT NOT NULL,
    line BIGINT NOT NULL,
    faults TEXT NOT NULL,
    cells TEXT NOT NULL,
    PRIMARY KEY (account_id, import_id, record)
)
WITHOUT ROWID -- sqlite
;

-- What people said the columns of a file mean, for the next one with the same headings, of which `headings` is a hash.
CREATE TABLE import_mapping (
    account_id BIGINT NOT NULL,
    headings TEXT NOT NULL,
    mapping TEXT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, headings)
)
WITHOUT ROWID -- sqlite
;

ALTER TABLE import ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres
ALTER TABLE import_fault ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN import_id SET STATISTICS 0; -- postgres
ALTER TABLE import_mapping ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN headings SET STATISTICS 0; -- postgres
