-- What an update changed of the records that its record shows, by the names of the API, such as `email.email`; NULL where
-- it changed nothing of them. The values are in the changes of these records.
ALTER TABLE change ADD COLUMN shown TEXT;
