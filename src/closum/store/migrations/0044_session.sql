-- Who is signed in to the pages, and what users have chosen for themselves there. Shared by all accounts. `key` is the SHA-256
-- of a random text that only the browser has; a session counts while `number` is the number of the user's tokens. Times are
-- seconds since 1970.
CREATE TABLE session (
    key TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES account_user (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT NOT NULL,
    expires BIGINT NOT NULL
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX session_of_user ON session (user_id);
CREATE INDEX session_expires ON session (expires);

ALTER TABLE account_user ADD COLUMN language TEXT;
ALTER TABLE account_user ADD COLUMN theme TEXT NOT NULL DEFAULT 'system';
ALTER TABLE account_user ADD COLUMN shortcuts BIGINT NOT NULL DEFAULT 1;
ALTER TABLE account_user ADD COLUMN seen BIGINT;
