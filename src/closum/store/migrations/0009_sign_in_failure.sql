-- Wrong passwords get a key: without one a table is not moved between machines while it is written to. `number`
-- tells those of one second apart. A new table, since no statement could number the rows of the old one.
CREATE TABLE sign_in_failed (
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (subject, at, number)
)
WITHOUT ROWID -- sqlite
;

INSERT INTO sign_in_failed (subject, at, number)
SELECT subject, at, row_number() OVER (PARTITION BY subject, at) FROM sign_in_failure;

DROP TABLE sign_in_failure;
ALTER TABLE sign_in_failed RENAME TO sign_in_failure;
ALTER TABLE sign_in_failure RENAME CONSTRAINT sign_in_failed_pkey TO sign_in_failure_pkey; -- postgres
CREATE INDEX sign_in_failure_at ON sign_in_failure (at);
