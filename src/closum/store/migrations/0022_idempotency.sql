-- What calls with an Idempotency-Key were answered, kept for a day, so that a repeated call is not carried out again. `key`
-- is a keyed hash of the user, the route and the key that was sent, and `content` one of the call's path, query string
-- and body: neither can be read back. `body` has no record: where the answer showed one, `record_id` says which.
CREATE TABLE idempotency (
    account_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    content TEXT NOT NULL,
    created BIGINT NOT NULL,
    status BIGINT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    record_id BIGINT,
    PRIMARY KEY (account_id, key)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX idempotency_created ON idempotency (account_id, created);
ALTER TABLE idempotency ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN key SET STATISTICS 0; -- postgres
