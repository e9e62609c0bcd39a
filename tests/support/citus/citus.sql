-- A stand-in for the extension Citus: its functions and tables as closum uses them, and the rules by which it refuses
-- tables and references. No row is moved.
CREATE TABLE pg_dist_node (nodename TEXT NOT NULL, nodeport INTEGER NOT NULL, isactive BOOLEAN NOT NULL);
CREATE TABLE pg_dist_partition (logicalrelid REGCLASS PRIMARY KEY, partmethod "char" NOT NULL, distributed_by TEXT, colocationid INTEGER);
CREATE TABLE emptied (logicalrelid REGCLASS NOT NULL);

CREATE FUNCTION citus_add_node(nodename TEXT, nodeport INTEGER) RETURNS INTEGER LANGUAGE SQL AS
$$ INSERT INTO pg_dist_node VALUES (nodename, nodeport, true) RETURNING 1 $$;

CREATE FUNCTION citus_get_active_worker_nodes() RETURNS TABLE (node_name TEXT, node_port BIGINT) LANGUAGE SQL AS
$$ SELECT nodename, nodeport FROM pg_dist_node WHERE isactive $$;

CREATE FUNCTION refuse_local_neighbours(one REGCLASS) RETURNS void LANGUAGE plpgsql AS $$
DECLARE local REGCLASS;
BEGIN
    IF EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = one) THEN
        RAISE EXCEPTION 'table "%" is already distributed', one;
    END IF;
    IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
        RAISE EXCEPTION 'cannot distribute "%" in parallel mode: another table was in this transaction', one;
    END IF;
    SELECT CASE WHEN conrelid = one THEN confrelid ELSE conrelid END INTO local FROM pg_constraint
    WHERE contype = 'f' AND conrelid <> confrelid AND one IN (conrelid, confrelid) AND NOT EXISTS (
        SELECT 1 FROM pg_dist_partition
        WHERE logicalrelid = CASE WHEN conrelid = one THEN confrelid ELSE conrelid END);
    IF FOUND THEN
        RAISE EXCEPTION 'relation "%" is in a foreign key with the local table "%"', one, local;
    END IF;
END $$;

CREATE FUNCTION create_reference_table(table_name REGCLASS) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_local_neighbours(table_name);
    INSERT INTO pg_dist_partition VALUES (table_name, 'n', NULL, 0);
END $$;

CREATE FUNCTION create_distributed_table(table_name REGCLASS, distribution_column TEXT, distribution_type TEXT DEFAULT 'hash', colocate_with TEXT DEFAULT 'default')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE place INTEGER;
BEGIN
    PERFORM refuse_local_neighbours(table_name);
    IF EXISTS (
        SELECT 1 FROM pg_index JOIN pg_attribute ON attrelid = table_name AND attname = distribution_column
        WHERE indrelid = table_name AND indisunique AND NOT attnum = ANY (indkey::int2[])) THEN
        RAISE EXCEPTION 'cannot create constraint on "%": it does not include the distribution column', table_name;
    END IF;
    IF colocate_with = 'none' THEN
        SELECT COALESCE(MAX(colocationid), 0) + 1 INTO place FROM pg_dist_partition;
    ELSE
        SELECT colocationid INTO STRICT place FROM pg_dist_partition
        JOIN pg_attribute theirs ON theirs.attrelid = logicalrelid AND theirs.attname = distributed_by
        JOIN pg_attribute ours ON ours.attrelid = table_name AND ours.attname = distribution_column
        WHERE logicalrelid = colocate_with::regclass AND partmethod = 'h' AND ours.atttypid = theirs.atttypid;
    END IF;
    INSERT INTO pg_dist_partition VALUES (table_name, 'h', distribution_column, place);
END $$;

CREATE FUNCTION truncate_local_data_after_distributing_table(one REGCLASS) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = one) THEN
        RAISE EXCEPTION 'table "%" is not distributed', one;
    END IF;
    INSERT INTO emptied VALUES (one);
END $$;

-- A reference of a distributed table leads to one that lies on every node, or beside it by the same account.
CREATE FUNCTION refuse_far_references() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE far TEXT;
BEGIN
    SELECT conname INTO far FROM pg_constraint JOIN pg_dist_partition ours ON ours.logicalrelid = conrelid
    LEFT JOIN pg_dist_partition theirs ON theirs.logicalrelid = confrelid
    WHERE contype = 'f' AND theirs.partmethod IS DISTINCT FROM 'n' AND NOT COALESCE(
        ours.colocationid = theirs.colocationid AND EXISTS (
            SELECT 1 FROM unnest(conkey, confkey) AS pair (here, there)
            JOIN pg_attribute one ON one.attrelid = conrelid AND one.attnum = here AND one.attname = ours.distributed_by
            JOIN pg_attribute other ON other.attrelid = confrelid AND other.attnum = there AND other.attname = theirs.distributed_by),
        false);
    IF FOUND THEN
        RAISE EXCEPTION 'cannot create foreign key constraint "%"', far;
    END IF;
END $$;

CREATE EVENT TRIGGER refuse_far_references ON ddl_command_end WHEN TAG IN ('ALTER TABLE', 'CREATE TABLE')
EXECUTE FUNCTION refuse_far_references();
