-- Which user looks after a lead, and the tasks of a user, which others get once the user is removed.
ALTER TABLE lead ADD COLUMN owner_id BIGINT;
CREATE INDEX lead_owner_id ON lead (account_id, owner_id, id) WHERE owner_id IS NOT NULL;
CREATE INDEX task_user_id ON task (account_id, user_id, id) WHERE user_id IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('lead', 'lead_owner_id', '1000000 100000 10000 1'), -- sqlite
    ('task', 'task_user_id', '1000000 100000 10000 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
