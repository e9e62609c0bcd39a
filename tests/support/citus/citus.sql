-- A stand-in for the extension Citus: its functions and tables as closum uses them, and the rules by which it refuses
-- tables, references and migrations, as its documentation and source have them. No row is moved. What it refuses of
-- statements on rows is in `tests/support/citus/limits.py`.
CREATE TABLE pg_dist_node (nodeid SERIAL, nodename TEXT NOT NULL, nodeport INTEGER NOT NULL, isactive BOOLEAN NOT NULL);
CREATE TABLE pg_dist_partition (logicalrelid REGCLASS PRIMARY KEY, partmethod "char" NOT NULL, distributed_by TEXT, colocationid INTEGER, repmodel "char" NOT NULL);
CREATE TABLE emptied (logicalrelid REGCLASS NOT NULL);

CREATE FUNCTION citus_add_node(nodename TEXT, nodeport INTEGER) RETURNS INTEGER LANGUAGE SQL AS
$$ INSERT INTO pg_dist_node (nodename, nodeport, isactive) VALUES (nodename, nodeport, true) RETURNING nodeid $$;

CREATE FUNCTION citus_get_active_worker_nodes() RETURNS TABLE (node_name TEXT, node_port BIGINT) LANGUAGE SQL AS
$$ SELECT nodename, nodeport FROM pg_dist_node WHERE isactive $$;

-- The first node is this database; of the others it is noted what they were told.
CREATE TABLE node_command (nodeid INTEGER NOT NULL, command TEXT NOT NULL);

CREATE FUNCTION run_command_on_all_nodes(command TEXT, parallel BOOLEAN DEFAULT true, give_warning_for_connection_errors BOOLEAN DEFAULT false)
RETURNS TABLE (nodeid INTEGER, success BOOLEAN, result TEXT) LANGUAGE plpgsql AS $$
DECLARE node pg_dist_node;
BEGIN
    FOR node IN SELECT * FROM pg_dist_node WHERE isactive ORDER BY 1 LOOP
        nodeid := node.nodeid; success := true; result := NULL;
        IF node.nodename = 'gone' THEN
            success := false; result := 'failed to connect to gone:5432';
        ELSIF node.nodeid = 1 AND command LIKE 'ALTER DATABASE %' THEN
            EXECUTE command;
            result := 'ALTER DATABASE';
        ELSIF node.nodeid = 1 THEN
            EXECUTE command INTO result;
        ELSIF command LIKE 'ALTER DATABASE %' THEN
            INSERT INTO node_command VALUES (node.nodeid, command);
            result := 'ALTER DATABASE';
        ELSE
            SELECT string_agg(regexp_replace(told.command, '^ALTER DATABASE \S+ SET (\S+) = ''(.*)''$', '\1=\2'), ',') INTO result
            FROM node_command AS told WHERE told.nodeid = node.nodeid;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

CREATE FUNCTION is_local(one REGCLASS) RETURNS BOOLEAN LANGUAGE SQL AS
$$ SELECT NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = one AND (partmethod = 'h' OR repmodel = 't')) $$;

CREATE FUNCTION refuse_local_neighbours(one REGCLASS) RETURNS void LANGUAGE plpgsql AS $$
DECLARE local REGCLASS;
BEGIN
    IF NOT is_local(one) THEN
        RAISE EXCEPTION 'table "%" is already distributed', one;
    END IF;
    DELETE FROM pg_dist_partition WHERE logicalrelid = one;
    IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
        RAISE EXCEPTION 'cannot distribute "%" in parallel mode: another table was in this transaction', one;
    END IF;
    SELECT CASE WHEN conrelid = one THEN confrelid ELSE conrelid END INTO local FROM pg_constraint
    WHERE contype = 'f' AND conrelid <> confrelid AND one IN (conrelid, confrelid)
    AND is_local(CASE WHEN conrelid = one THEN confrelid ELSE conrelid END);
    IF FOUND THEN
        RAISE EXCEPTION 'relation "%" is in a foreign key with the local table "%"', one, local;
    END IF;
END $$;

CREATE FUNCTION create_reference_table(table_name REGCLASS) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_local_neighbours(table_name);
    INSERT INTO pg_dist_partition VALUES (table_name, 'n', NULL, 0, 't');
    EXECUTE format('CREATE TRIGGER refuse_parallel BEFORE INSERT OR UPDATE OR DELETE ON %s EXECUTE FUNCTION refuse_parallel_rows()', table_name);
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
    INSERT INTO pg_dist_partition VALUES (table_name, 'h', distribution_column, place, 's');
END $$;

CREATE FUNCTION truncate_local_data_after_distributing_table(one REGCLASS) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF is_local(one) THEN
        RAISE EXCEPTION 'table "%" is not distributed', one;
    END IF;
    INSERT INTO emptied VALUES (one);
END $$;

-- A reference of a distributed table leads to one that lies on every node, or beside it by the same account.
CREATE FUNCTION refuse_far_references() RETURNS void LANGUAGE plpgsql AS $$
DECLARE far TEXT;
BEGIN
    SELECT conname INTO far FROM pg_constraint JOIN pg_dist_partition ours ON ours.logicalrelid = conrelid
    LEFT JOIN pg_dist_partition theirs ON theirs.logicalrelid = confrelid
    WHERE contype = 'f' AND NOT is_local(conrelid) AND NOT COALESCE(theirs.repmodel = 't', false) AND NOT COALESCE(
        ours.colocationid = theirs.colocationid AND EXISTS (
            SELECT 1 FROM unnest(conkey, confkey) AS pair (here, there)
            JOIN pg_attribute one ON one.attrelid = conrelid AND one.attnum = here AND one.attname = ours.distributed_by
            JOIN pg_attribute other ON other.attrelid = confrelid AND other.attnum = there AND other.attname = theirs.distributed_by),
        false);
    IF FOUND THEN
        RAISE EXCEPTION 'cannot create foreign key constraint "%"', far;
    END IF;
END $$;

-- A local table that refers to a reference table is put under the coordinator's own, unless that is switched off.
CREATE FUNCTION keep_local_tables() RETURNS void LANGUAGE SQL AS $$
    INSERT INTO pg_dist_partition
    SELECT DISTINCT conrelid::regclass, 'n'::"char", NULL, 0, 's'::"char" FROM pg_constraint
    JOIN pg_dist_partition theirs ON theirs.logicalrelid = confrelid AND theirs.repmodel = 't'
    WHERE contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = conrelid)
    AND COALESCE(current_setting('citus.enable_local_reference_table_foreign_keys', true), '') <> 'off'
$$;

-- What changes distributed tables goes in parallel unless it is told otherwise; a shared one may not be changed then.
CREATE FUNCTION refuse_parallel_changes(changed REGCLASS) RETURNS void LANGUAGE plpgsql AS $$
DECLARE kind "char";
BEGIN
    SELECT CASE WHEN partmethod = 'h' THEN 'h' ELSE repmodel END INTO kind FROM pg_dist_partition WHERE logicalrelid = changed;
    IF NOT FOUND OR COALESCE(current_setting('citus.multi_shard_modify_mode', true), '') = 'sequential' THEN
        RETURN;
    END IF;
    IF kind = 'h' THEN
        PERFORM set_config('stand_in.parallel', txid_current()::text, false);
    ELSIF kind = 't' AND current_setting('stand_in.parallel', true) = txid_current()::text THEN
        RAISE EXCEPTION 'cannot modify table "%" because there was a parallel operation on a distributed table', changed;
    END IF;
END $$;

CREATE FUNCTION refuse_parallel_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_parallel_changes(TG_RELID);
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_numbering(changed REGCLASS) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT is_local(changed) AND EXISTS (
        SELECT 1 FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE attrelid = changed AND attidentity <> '' AND current_query() ~* 'ADD.*IDENTITY') THEN
        RAISE EXCEPTION 'cannot execute ADD COLUMN commands involving identity columns when the table is distributed';
    END IF;
END $$;

CREATE FUNCTION check_change() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE command RECORD; changed REGCLASS;
BEGIN
    PERFORM refuse_far_references();
    FOR command IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE classid = 'pg_class'::regclass LOOP
        SELECT COALESCE((SELECT indrelid FROM pg_index WHERE indexrelid = command.objid), command.objid) INTO changed;
        PERFORM refuse_parallel_changes(changed);
        PERFORM refuse_numbering(changed);
    END LOOP;
    PERFORM keep_local_tables();
END $$;

CREATE EVENT TRIGGER check_change ON ddl_command_end WHEN TAG IN ('ALTER TABLE', 'CREATE TABLE', 'CREATE INDEX')
EXECUTE FUNCTION check_change();

CREATE FUNCTION forget_tables() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM pg_dist_partition WHERE logicalrelid::oid IN (SELECT objid FROM pg_event_trigger_dropped_objects());
    DELETE FROM emptied WHERE logicalrelid::oid IN (SELECT objid FROM pg_event_trigger_dropped_objects());
END $$;

CREATE EVENT TRIGGER forget_tables ON sql_drop EXECUTE FUNCTION forget_tables();
