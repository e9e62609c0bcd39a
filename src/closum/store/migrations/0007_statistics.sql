-- What SQLite's planner is told of the tables: accounts with many records, and few records to each value.
-- Without it, it takes the first column of a primary key for good enough and reads a whole account: for the
-- references that a deleted e-mail or phone is looked for in, for one.
ANALYZE account; -- sqlite
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('email', 'email', '1000000 100000 1'), -- sqlite
    ('email', 'sqlite_autoindex_email_2', '1000000 100000 1'), -- sqlite
    ('email', 'email_email', '1000000 100000 1 1'), -- sqlite
    ('email', 'email_status', '1000000 100000 50000 1'), -- sqlite
    ('phone', 'phone', '1000000 100000 1'), -- sqlite
    ('phone', 'phone_number', '1000000 100000 2 1'), -- sqlite
    ('phone', 'phone_is_valid', '1000000 100000 50000 1'), -- sqlite
    ('phone', 'sqlite_autoindex_phone_2', '1000000 100000 1'), -- sqlite
    ('lead', 'lead', '1000000 100000 1'), -- sqlite
    ('lead', 'lead_name', '1000000 100000 2 1'), -- sqlite
    ('lead', 'lead_city', '1000000 100000 300 1'), -- sqlite
    ('lead', 'lead_email', '1000000 100000 2 1'), -- sqlite
    ('lead', 'lead_phone', '1000000 100000 2 1'), -- sqlite
    ('lead', 'lead_email_id', '1000000 100000 2 1'), -- sqlite
    ('lead', 'lead_phone_id', '1000000 100000 2 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite

-- PostgreSQL gathers statistics by itself, and would take a new large account for one as small as those it knows.
-- Told nothing of accounts and ids, it takes each account for a two-hundredth of the table, and an id for rare in it.
ALTER TABLE email ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres
ALTER TABLE phone ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres
ALTER TABLE lead ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres
ALTER TABLE tally ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN resource SET STATISTICS 0; -- postgres
ALTER TABLE tally_gap ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN resource SET STATISTICS 0; -- postgres
