-- What an account has set: how it shows times, where it is, in which language, and as which revision of the API.
ALTER TABLE account ADD COLUMN zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE account ADD COLUMN country TEXT;
ALTER TABLE account ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE account ADD COLUMN revision TEXT NOT NULL DEFAULT 'first';
