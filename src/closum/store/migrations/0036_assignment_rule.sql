-- Which users get the leads of an account. `user_ids` is a JSON array; `assigned` tells whose turn it is.
CREATE TABLE assignment_rule (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    city_id BIGINT REFERENCES city (id),
    audience_list_id BIGINT,
    source TEXT,
    user_ids TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    assigned BIGINT NOT NULL,
    creation_date TEXT NOT NULL,
    version BIGINT NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
)
WITHOUT ROWID -- sqlite
;

CREATE INDEX assignment_rule_position ON assignment_rule (account_id, position, id); -- sqlite
CREATE INDEX assignment_rule_position ON assignment_rule (account_id, position NULLS FIRST, id); -- postgres
CREATE INDEX assignment_rule_audience_list_id ON assignment_rule (account_id, audience_list_id, id) WHERE audience_list_id IS NOT NULL;
ALTER TABLE assignment_rule ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres
