-- Where a lead came from: the first touch, and the last one.
ALTER TABLE lead ADD COLUMN source TEXT;
ALTER TABLE lead ADD COLUMN utm_source TEXT;
ALTER TABLE lead ADD COLUMN utm_medium TEXT;
ALTER TABLE lead ADD COLUMN utm_campaign TEXT;
ALTER TABLE lead ADD COLUMN utm_term TEXT;
ALTER TABLE lead ADD COLUMN utm_content TEXT;
ALTER TABLE lead ADD COLUMN last_source TEXT;
ALTER TABLE lead ADD COLUMN last_utm_source TEXT;
ALTER TABLE lead ADD COLUMN last_utm_medium TEXT;
ALTER TABLE lead ADD COLUMN last_utm_campaign TEXT;
ALTER TABLE lead ADD COLUMN last_utm_term TEXT;
ALTER TABLE lead ADD COLUMN last_utm_content TEXT;
