-- What a lead is found by that its row does not show: a copy of the status of its address.
ALTER TABLE lead ADD COLUMN email_status BIGINT;
