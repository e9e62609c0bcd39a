-- The key that signs tokens (on SQLite it is a file instead), and whose tokens were ended, in an order: each
-- server on PostgreSQL reads what is new there. The number is raised by the transaction that ends tokens and
-- locked until its end, so that none becomes visible after a greater one.
CREATE TABLE token_key (
    id INTEGER NOT NULL PRIMARY KEY,
    key TEXT NOT NULL
);

CREATE TABLE token_tally (
    id INTEGER NOT NULL PRIMARY KEY,
    last_number BIGINT NOT NULL
);

INSERT INTO token_tally (id, last_number) VALUES (1, 0);

CREATE TABLE token_revocation (
    user_id BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);

CREATE INDEX token_revocation_number ON token_revocation (number);

-- Locked by the transaction that counts a wrong password, so that two do not count past each other.
CREATE TABLE sign_in_subject (
    subject TEXT NOT NULL PRIMARY KEY,
    last_failure BIGINT NOT NULL
);

CREATE INDEX sign_in_subject_last ON sign_in_subject (last_failure);
