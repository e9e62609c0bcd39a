-- What the rows of a file become: leads, as all did before, or records of another resource.
ALTER TABLE import ADD COLUMN resource TEXT NOT NULL DEFAULT 'lead';
