-- What pages list numbers by: as they show them, from their calling codes on.
ALTER TABLE phone ADD COLUMN number_shown TEXT NOT NULL DEFAULT '';
ALTER TABLE lead ADD COLUMN phone_number_shown TEXT;
ALTER TABLE unqualified_lead ADD COLUMN phone_number_shown TEXT;
CREATE INDEX phone_number_shown ON phone (account_id, number_shown, id); -- sqlite
CREATE INDEX phone_number_shown ON phone (account_id, number_shown NULLS FIRST, id); -- postgres
CREATE INDEX lead_phone_number_shown ON lead (account_id, phone_number_shown, id); -- sqlite
CREATE INDEX lead_phone_number_shown ON lead (account_id, phone_number_shown NULLS FIRST, id); -- postgres
CREATE INDEX unqualified_lead_phone_number_shown ON unqualified_lead (account_id, phone_number_shown, id); -- sqlite
CREATE INDEX unqualified_lead_phone_number_shown ON unqualified_lead (account_id, phone_number_shown NULLS FIRST, id); -- postgres
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('phone', 'phone_number_shown', '1000000 100000 2 1'), -- sqlite
    ('lead', 'lead_phone_number_shown', '1000000 100000 2 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_phone_number_shown', '1000000 100000 2 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
