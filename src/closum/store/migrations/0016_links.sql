-- Only leads with an e-mail address, or a phone number, are looked for by it: the others have no entry to write.
DROP INDEX lead_email_id;
DROP INDEX lead_phone_id;
CREATE INDEX lead_email_id ON lead (account_id, email_id, id) WHERE email_id IS NOT NULL;
CREATE INDEX lead_phone_id ON lead (account_id, phone_id, id) WHERE phone_id IS NOT NULL;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('lead', 'lead_email_id', '1000000 100000 2 1'), -- sqlite
    ('lead', 'lead_phone_id', '1000000 100000 2 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
