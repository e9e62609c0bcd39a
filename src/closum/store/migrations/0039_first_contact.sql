-- When somebody first spoke with a lead: the date of its first note of a call, an e-mail or a meeting, which the lead keeps.
ALTER TABLE lead ADD COLUMN first_contact TEXT;
CREATE INDEX lead_first_contact ON lead (account_id, first_contact, id) WHERE first_contact IS NOT NULL;
