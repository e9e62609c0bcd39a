-- What SQLite's planner is told of the tables that came since, which it took for small: for each lead it looked for the
-- consents, notes, tasks and lists of the account one by one, and for each address for all people who are no leads yet.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES -- sqlite
    ('assignment_rule', 'assignment_rule', '1000 100 1'), -- sqlite
    ('assignment_rule', 'assignment_rule_audience_list_id', '1000 100 2 1'), -- sqlite
    ('assignment_rule', 'assignment_rule_position', '1000 100 1 1'), -- sqlite
    ('audience_list', 'audience_list', '10000 1000 1'), -- sqlite
    ('audience_list', 'audience_list_name', '10000 1000 2 1'), -- sqlite
    ('consent', 'consent', '1000000 100000 1'), -- sqlite
    ('consent', 'consent_lead_id', '1000000 100000 2 1'), -- sqlite
    ('contact_lifecycle_stage', 'contact_lifecycle_stage', '1000 100 1'), -- sqlite
    ('contact_lifecycle_stage', 'contact_lifecycle_stage_position', '1000 100 2 1'), -- sqlite
    ('contact_lifecycle_stage', 'contact_lifecycle_stage_label', '1000 100 2 1'), -- sqlite
    ('contact_type', 'contact_type', '1000 100 1'), -- sqlite
    ('contact_type', 'contact_type_label', '1000 100 2 1'), -- sqlite
    ('idempotency', 'idempotency', '1000000 100000 1'), -- sqlite
    ('idempotency', 'idempotency_created', '1000000 100000 2'), -- sqlite
    ('lead', 'lead_consent_email', '1000000 100000 50000 1'), -- sqlite
    ('lead', 'lead_consent_sms', '1000000 100000 50000 1'), -- sqlite
    ('lead', 'lead_first_contact', '1000000 100000 2 1'), -- sqlite
    ('lead', 'lead_next_due', '1000000 100000 300 1'), -- sqlite
    ('lead_audience_list', 'lead_audience_list', '1000000 100000 1'), -- sqlite
    ('lead_audience_list', 'lead_audience_list_audience_list_id', '1000000 100000 10000 1'), -- sqlite
    ('lead_audience_list', 'lead_audience_list_lead_id', '1000000 100000 2 1'), -- sqlite
    ('lead_audience_list', 'sqlite_autoindex_lead_audience_list_2', '1000000 100000 1'), -- sqlite
    ('note', 'note', '1000000 100000 1'), -- sqlite
    ('note', 'note_lead_id', '1000000 100000 2 1'), -- sqlite
    ('task', 'task', '1000000 100000 1'), -- sqlite
    ('task', 'task_due', '1000000 100000 300 1'), -- sqlite
    ('task', 'task_lead_id', '1000000 100000 2 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead', '1000000 100000 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_city_id', '1000000 100000 300 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_consent_email', '1000000 100000 50000 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_consent_sms', '1000000 100000 50000 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_contact_type_id', '1000000 100000 10000 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_email', '1000000 100000 2 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_email_id', '1000000 100000 2 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_name', '1000000 100000 2 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_phone', '1000000 100000 2 1'), -- sqlite
    ('unqualified_lead', 'unqualified_lead_phone_id', '1000000 100000 2 1'), -- sqlite
    ('unqualified_lead_consent', 'unqualified_lead_consent', '1000000 100000 1'), -- sqlite
    ('unqualified_lead_consent', 'unqualified_lead_consent_unqualified_lead_id', '1000000 100000 2 1'); -- sqlite
ANALYZE sqlite_schema; -- sqlite
