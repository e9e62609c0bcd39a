-- Views of lists that people have named: the query string of a list. One that is `shared` is for all users of the account,
-- others are for who made them; without a user one is nobody's.
CREATE TABLE saved_view (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT,
    resource TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    shared BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
)
WITHOUT ROWID -- sqlite
;

ALTER TABLE saved_view ALTER COLUMN account_id SET STATISTICS 0, ALTER COLUMN id SET STATISTICS 0; -- postgres
