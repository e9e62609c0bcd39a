-- Leads that look alike, as servers find them. `duplicate_key` has the hashes by which the names of leads are found; those
-- with `is_whole` are of a whole name, one for each lead with a name.
CREATE TABLE duplicate_key (
    account_id BIGINT NOT NULL,
    hash BIGINT NOT NULL,
    lead_id BIGINT NOT NULL,
    is_whole BIGINT NOT NULL,
    PRIMARY KEY (account_id, hash, lead_id)
)
WITHOUT ROWID -- sqlite
;

-- Pairs (`bucket` is empty), and groups, whose leads have in common what `bucket` names; `second_id` of these is 0. `rank` is
-- 100 less the score, `reasons` a sum of bits, `run` when it was found last, `is_open` 0 where somebody has dismissed it.
CREATE TABLE duplicate (
    account_id BIGINT NOT NULL,
    first_id BIGINT NOT NULL,
    second_id BIGINT NOT NULL,
    bucket TEXT NOT NULL,
    rank BIGINT NOT NULL,
    reasons BIGINT NOT NULL,
    run BIGINT NOT NULL,
    is_open BIGINT NOT NULL,
    PRIMARY KEY (account_id, first_id, second_id, bucket)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX duplicate_rank ON duplicate (account_id, rank, first_id, second_id, bucket) WHERE is_open = 1;
CREATE INDEX duplicate_second ON duplicate (account_id, second_id, first_id) WHERE second_id > 0;
CREATE INDEX duplicate_bucket ON duplicate (account_id, bucket) WHERE bucket <> '';

-- Leads that were dismissed together, by the number of the dismissal.
CREATE TABLE duplicate_dismissed (
    account_id BIGINT NOT NULL,
    lead_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (account_id, lead_id, number)
)
WITHOUT ROWID -- sqlite
;

-- How far an account is: the position of the last change that was looked at, and of a search of all leads (`walk`, JSON) its
-- place. `rules` is the number of the rules by which names are compared.
CREATE TABLE duplicate_place (
    account_id BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    run BIGINT NOT NULL,
    rules BIGINT NOT NULL,
    walk TEXT NOT NULL
)
WITHOUT ROWID -- sqlite
;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('duplicate_key', 'duplicate_key', '2000000 200000 2 1'), -- sqlite
    ('duplicate', 'duplicate', '100000 10000 2 1 1'), -- sqlite
    ('duplicate', 'duplicate_rank', '100000 10000 1000 2 1 1'), -- sqlite
    ('duplicate', 'duplicate_second', '100000 10000 2 1'), -- sqlite
    ('duplicate', 'duplicate_bucket', '1000 100 1'), -- sqlite
    ('duplicate_dismissed', 'duplicate_dismissed', '1000 100 2 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
ALTER TABLE duplicate_key ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN hash SET STATISTICS 0; -- postgres
ALTER TABLE duplicate ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN first_id SET STATISTICS 0; -- postgres
ALTER TABLE duplicate_dismissed ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN lead_id SET STATISTICS 0; -- postgres
ALTER TABLE duplicate_place ALTER COLUMN account_id SET STATISTICS 0; -- postgres
