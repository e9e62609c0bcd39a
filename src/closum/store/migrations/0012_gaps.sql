-- In which spans of ids some are missing: `missing_3` of them in the first three sixteenths of the `span` ids above `after_id`.
-- A deletion changes one row of each size, where in `tally_gap` it changed the position of each later block.
CREATE TABLE tally_span (
    account_id BIGINT NOT NULL,
    resource TEXT NOT NULL,
    span BIGINT NOT NULL,
    after_id BIGINT NOT NULL,
    missing_1 BIGINT NOT NULL,
    missing_2 BIGINT NOT NULL,
    missing_3 BIGINT NOT NULL,
    missing_4 BIGINT NOT NULL,
    missing_5 BIGINT NOT NULL,
    missing_6 BIGINT NOT NULL,
    missing_7 BIGINT NOT NULL,
    missing_8 BIGINT NOT NULL,
    missing_9 BIGINT NOT NULL,
    missing_10 BIGINT NOT NULL,
    missing_11 BIGINT NOT NULL,
    missing_12 BIGINT NOT NULL,
    missing_13 BIGINT NOT NULL,
    missing_14 BIGINT NOT NULL,
    missing_15 BIGINT NOT NULL,
    missing_16 BIGINT NOT NULL,
    PRIMARY KEY (account_id, resource, span, after_id)
)
WITHOUT ROWID -- sqlite
;

-- Of each 256 ids in a block with gaps, how many have no record.
CREATE TABLE tally_part (
    account_id BIGINT NOT NULL,
    resource TEXT NOT NULL,
    part BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    PRIMARY KEY (account_id, resource, part)
)
WITHOUT ROWID -- sqlite
;

INSERT INTO tally_part (account_id, resource, part, missing)
WITH digit (value) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)),
number (value) AS (
    SELECT a.value * 100 + b.value * 10 + c.value FROM digit AS a CROSS JOIN digit AS b CROSS JOIN digit AS c
)
SELECT tally.account_id, tally.resource, (tally_gap.block * 1000 + number.value) / 256, COUNT(*)
FROM tally JOIN tally_gap ON tally_gap.account_id = tally.account_id AND tally_gap.resource = tally.resource
CROSS JOIN number
LEFT JOIN lead ON lead.account_id = tally_gap.account_id AND lead.id = tally_gap.block * 1000 + number.value + 1
WHERE tally.resource = 'lead' AND tally_gap.block * 1000 + number.value < tally.last_id AND lead.id IS NULL
GROUP BY tally.account_id, tally.resource, (tally_gap.block * 1000 + number.value) / 256;

INSERT INTO tally_part (account_id, resource, part, missing)
WITH digit (value) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)),
number (value) AS (
    SELECT a.value * 100 + b.value * 10 + c.value FROM digit AS a CROSS JOIN digit AS b CROSS JOIN digit AS c
)
SELECT tally.account_id, tally.resource, (tally_gap.block * 1000 + number.value) / 256, COUNT(*)
FROM tally JOIN tally_gap ON tally_gap.account_id = tally.account_id AND tally_gap.resource = tally.resource
CROSS JOIN number
LEFT JOIN email ON email.account_id = tally_gap.account_id AND email.id = tally_gap.block * 1000 + number.value + 1
WHERE tally.resource = 'email' AND tally_gap.block * 1000 + number.value < tally.last_id AND email.id IS NULL
GROUP BY tally.account_id, tally.resource, (tally_gap.block * 1000 + number.value) / 256;

INSERT INTO tally_part (account_id, resource, part, missing)
WITH digit (value) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)),
number (value) AS (
    SELECT a.value * 100 + b.value * 10 + c.value FROM digit AS a CROSS JOIN digit AS b CROSS JOIN digit AS c
)
SELECT tally.account_id, tally.resource, (tally_gap.block * 1000 + number.value) / 256, COUNT(*)
FROM tally JOIN tally_gap ON tally_gap.account_id = tally.account_id AND tally_gap.resource = tally.resource
CROSS JOIN number
LEFT JOIN phone ON phone.account_id = tally_gap.account_id AND phone.id = tally_gap.block * 1000 + number.value + 1
WHERE tally.resource = 'phone' AND tally_gap.block * 1000 + number.value < tally.last_id AND phone.id IS NULL
GROUP BY tally.account_id, tally.resource, (tally_gap.block * 1000 + number.value) / 256;

INSERT INTO tally_span (account_id, resource, span, after_id,
    missing_1, missing_2, missing_3, missing_4, missing_5, missing_6, missing_7, missing_8,
    missing_9, missing_10, missing_11, missing_12, missing_13, missing_14, missing_15, missing_16)
WITH level (span) AS (VALUES
    (4096), (65536), (1048576), (16777216), (268435456), (4294967296), (68719476736), (1099511627776)
)
SELECT tally.account_id, tally.resource, span, part / (span / 256) * span,
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 1 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 2 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 3 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 4 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 5 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 6 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 7 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 8 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 9 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 10 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 11 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 12 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 13 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 14 THEN missing ELSE 0 END),
    SUM(CASE WHEN part % (span / 256) / (span / 4096) < 15 THEN missing ELSE 0 END),
    SUM(missing)
FROM tally JOIN tally_part ON tally_part.account_id = tally.account_id AND tally_part.resource = tally.resource
JOIN level ON span = 4096 OR span / 16 < last_id
GROUP BY tally.account_id, tally.resource, span, part / (span / 256);

DROP TABLE tally_part;
DROP TABLE tally_gap;

-- As for the other tables: see 0007.
ALTER TABLE tally_span ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN resource SET STATISTICS 0; -- postgres
