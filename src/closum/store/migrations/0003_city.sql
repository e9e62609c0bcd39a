-- Cities, the same for every account, and how many there are.
CREATE TABLE city (
    id BIGINT NOT NULL PRIMARY KEY,
    city_name TEXT NOT NULL,
    city_name_sort TEXT NOT NULL
);

CREATE INDEX city_name ON city (city_name_sort, id); -- sqlite
CREATE INDEX city_name ON city (city_name_sort NULLS FIRST, id); -- postgres

CREATE TABLE city_tally (
    resource TEXT NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL
);
