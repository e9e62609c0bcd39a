-- Follow-ups by when they are due, of a user and of everybody, and up to where users have seen what changed.
CREATE TABLE user_visit (
    account_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    seen TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    latest TEXT NOT NULL,
    latest_at TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id)
)
WITHOUT ROWID -- sqlite
;

ALTER TABLE user_visit ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN user_id SET STATISTICS 0; -- postgres

CREATE INDEX task_open ON task (account_id, due, id) WHERE done IS NULL;
CREATE INDEX task_open_user_id ON task (account_id, user_id, due, id) WHERE done IS NULL AND user_id IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('task', 'task_open', '1000000 100000 2 1'), -- sqlite
    ('task', 'task_open_user_id', '1000000 100000 10000 2 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
