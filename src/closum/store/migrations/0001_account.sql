-- Accounts (companies), their users, and the wrong passwords of the last minutes. Shared by all accounts.
CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- sqlite
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    enabled INTEGER NOT NULL DEFAULT 1,
    created TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    modified TEXT NOT NULL
);

CREATE TABLE account_user (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- sqlite
    account_id BIGINT NOT NULL REFERENCES account (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    token_number BIGINT NOT NULL DEFAULT 1,
    enabled INTEGER NOT NULL DEFAULT 1,
    created TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    modified TEXT NOT NULL
);

CREATE INDEX account_user_account ON account_user (account_id, id);

CREATE TABLE sign_in_failure (
    subject TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX sign_in_failure_subject ON sign_in_failure (subject, at);
CREATE INDEX sign_in_failure_at ON sign_in_failure (at);
