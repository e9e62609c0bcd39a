-- What is nobody's number ("sem telefone") has no key, so that any number of records may have it.
ALTER TABLE phone ALTER COLUMN number_key DROP NOT NULL;
