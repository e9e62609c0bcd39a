-- What was changed in an account, by whom and why: one row for each record, in the transaction that changes it. `before`
-- has what differed; a create has none.
CREATE TABLE change (
    account_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    resource TEXT NOT NULL,
    id BIGINT NOT NULL,
    verb TEXT NOT NULL,
    at TEXT NOT NULL,
    user_id BIGINT,
    request_id TEXT NOT NULL,
    cause TEXT NOT NULL,
    cause_id BIGINT,
    operation BIGINT NOT NULL,
    before TEXT,
    PRIMARY KEY (account_id, position)
)
WITHOUT ROWID -- sqlite
;
