-- How many records of each resource an account has, the last id and timestamp given, and in which blocks
-- of ids some are missing, with the number of records before the block.
CREATE TABLE tally (
    account_id BIGINT NOT NULL,
    resource TEXT NOT NULL,
    count BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    last_timestamp TEXT NOT NULL,
    PRIMARY KEY (account_id, resource)
)
WITHOUT ROWID -- sqlite
;

CREATE TABLE tally_gap (
    account_id BIGINT NOT NULL,
    resource TEXT NOT NULL,
    block BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (account_id, resource, block)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX tally_gap_position ON tally_gap (account_id, resource, position, block);
