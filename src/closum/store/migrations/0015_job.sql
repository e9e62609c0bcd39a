-- Background work of servers, by its kind and the number of what it works on (0 where there is one of the kind). `due`, in
-- seconds since 1970, is when a server may take it up: when it is to begin, or when the server that has it (`owner`) is
-- taken for dead; none once it has ended for good. `argument` and `place` are JSON: what was asked for, and how far it is.
CREATE TABLE job (
    account_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    argument TEXT NOT NULL,
    place TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT,
    owner TEXT NOT NULL,
    due BIGINT,
    attempts BIGINT NOT NULL,
    error TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, kind, number)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX job_due ON job (due);
ALTER TABLE job ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN kind SET STATISTICS 0; -- postgres

-- The same for what all accounts share.
CREATE TABLE shared_job (
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    argument TEXT NOT NULL,
    place TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT,
    owner TEXT NOT NULL,
    due BIGINT,
    attempts BIGINT NOT NULL,
    error TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (kind, number)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX shared_job_due ON shared_job (due);
