-- Who made a link: NULL for a command of the operator. Of those from before nobody knows it, so they end.
DELETE FROM invitation;

ALTER TABLE invitation ADD COLUMN maker_id BIGINT REFERENCES account_user (id) ON DELETE CASCADE;

CREATE INDEX invitation_of_maker ON invitation (maker_id);
