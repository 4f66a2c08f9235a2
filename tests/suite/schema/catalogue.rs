//! What a database says about its own tables, as sorted lines that are the same text on both:
//! `column|table|name|type|null`, `primary|table|cols`, `unique|table|cols|partial`,
//! `foreign|table|cols|target|cols|on delete`, `index|table|cols|partial`, `name|table|constraint`.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use jiugai::platform::db::Conn;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut Conn, query: &str) -> Vec<String> {
    let rows: Vec<Line> = sql_query(query).load(conn).unwrap();
    let mut lines: Vec<String> = rows.into_iter().map(|row| row.line).collect();
    lines.sort();
    lines
}

/// What both databases must agree on.
pub fn catalogue(conn: &mut Conn) -> Vec<String> {
    match conn {
        Conn::Pg(_) => lines(conn, POSTGRES),
        Conn::Sqlite(_) => lines(conn, SQLITE),
    }
}

/// Everything that migrations make, as this database spells it: for up-down-up.
pub fn dump(conn: &mut Conn) -> Vec<String> {
    match conn {
        Conn::Pg(_) => lines(conn, POSTGRES_DUMP),
        Conn::Sqlite(_) => lines(conn, SQLITE_DUMP),
    }
}

const POSTGRES: &str = "
WITH constraints AS (
    SELECT con.*, con.conrelid::regclass::text AS table_name,
        (SELECT string_agg(a.attname, ',' ORDER BY k.place)
         FROM unnest(con.conkey) WITH ORDINALITY k(number, place)
         JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.number) AS columns,
        (SELECT string_agg(a.attname, ',' ORDER BY k.place)
         FROM unnest(con.confkey) WITH ORDINALITY k(number, place)
         JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.number) AS targets
    FROM pg_constraint con
    WHERE con.connamespace = 'public'::regnamespace
        AND con.contype IN ('p', 'u', 'f', 'c')
), indexes AS (
    SELECT ix.indrelid::regclass::text AS table_name, ix.indisunique,
        ix.indpred IS NOT NULL AS partial, ix.indexrelid::regclass::text AS name,
        (SELECT string_agg(coalesce(a.attname, '?'), ',' ORDER BY k.place)
         FROM unnest(ix.indkey::smallint[]) WITH ORDINALITY k(number, place)
         LEFT JOIN pg_attribute a ON a.attrelid = ix.indrelid AND a.attnum = k.number) AS columns
    FROM pg_index ix JOIN pg_class c ON c.oid = ix.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = ix.indexrelid
                        AND contype IN ('p', 'u'))
), all_lines AS (
    SELECT 'column|' || table_name || '|' || column_name || '|' || udt_name || '|' ||
        CASE is_nullable WHEN 'YES' THEN 'null' ELSE 'not null' END AS line, table_name
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'primary|' || table_name || '|' || columns, table_name
    FROM constraints WHERE contype = 'p'
    UNION ALL SELECT 'unique|' || table_name || '|' || columns || '|whole', table_name
    FROM constraints WHERE contype = 'u'
    UNION ALL SELECT 'unique|' || table_name || '|' || columns ||
        CASE WHEN partial THEN '|partial' ELSE '|whole' END, table_name
    FROM indexes WHERE indisunique
    UNION ALL SELECT 'index|' || table_name || '|' || columns ||
        CASE WHEN partial THEN '|partial' ELSE '|whole' END, table_name
    FROM indexes WHERE NOT indisunique
    UNION ALL SELECT 'foreign|' || table_name || '|' || columns || '|' ||
        confrelid::regclass::text || '|' || targets || '|' ||
        CASE confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'r' THEN 'RESTRICT'
            WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END, table_name
    FROM constraints WHERE contype = 'f'
    UNION ALL SELECT 'name|' || table_name || '|' || conname, table_name FROM constraints
    UNION ALL SELECT 'name|' || table_name || '|' || name, table_name FROM indexes
)
SELECT line FROM all_lines WHERE table_name <> '__diesel_schema_migrations'";

const POSTGRES_DUMP: &str = "
SELECT 'column ' || table_name || ' ' || ordinal_position || ' ' || column_name || ' ' ||
    udt_name || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS line
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'view ' || viewname || definition FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'";

const SQLITE_DUMP: &str = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line
FROM sqlite_master WHERE name <> 'sqlite_sequence'";

/// Names of constraints stand only in the statement's text, so they are cut out of it: each part
/// after the word CONSTRAINT, up to the next space.
const SQLITE: &str = "
WITH RECURSIVE tables AS (
    SELECT name, sql FROM sqlite_master WHERE type = 'table'
        AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> '__diesel_schema_migrations'
), parts AS (
    SELECT name, substr(sql, instr(sql, 'CONSTRAINT ') + 11) AS rest
    FROM tables WHERE instr(sql, 'CONSTRAINT ') > 0
    UNION ALL
    SELECT name, substr(rest, instr(rest, 'CONSTRAINT ') + 11)
    FROM parts WHERE instr(rest, 'CONSTRAINT ') > 0
), indexes AS (
    SELECT t.name AS table_name, i.name, i.\"unique\" AS is_unique, i.origin, i.partial,
        (SELECT group_concat(coalesce(c.name, '?'), ',')
         FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) c) AS columns
    FROM tables t, pragma_index_list(t.name) i
), keys AS (
    SELECT t.name AS table_name, f.id, f.\"table\" AS target, f.on_delete,
        group_concat(f.\"from\", ',') AS columns, group_concat(f.\"to\", ',') AS targets
    FROM tables t, pragma_foreign_key_list(t.name) f GROUP BY t.name, f.id
)
SELECT 'column|' || t.name || '|' || c.name || '|' ||
    CASE c.type WHEN 'BIGINT' THEN 'int8' WHEN 'INTEGER' THEN 'int4' WHEN 'BOOLEAN' THEN 'bool'
        ELSE lower(c.type) END || '|' ||
    CASE c.\"notnull\" WHEN 0 THEN 'null' ELSE 'not null' END AS line
FROM tables t, pragma_table_info(t.name) c
UNION ALL SELECT 'primary|' || t.name || '|' ||
    (SELECT group_concat(name, ',') FROM
        (SELECT name FROM pragma_table_info(t.name) WHERE pk > 0 ORDER BY pk)) FROM tables t
UNION ALL SELECT 'unique|' || table_name || '|' || columns ||
    CASE partial WHEN 1 THEN '|partial' ELSE '|whole' END
FROM indexes WHERE is_unique = 1 AND origin <> 'pk'
UNION ALL SELECT 'index|' || table_name || '|' || columns ||
    CASE partial WHEN 1 THEN '|partial' ELSE '|whole' END FROM indexes WHERE is_unique = 0
UNION ALL SELECT 'foreign|' || table_name || '|' || columns || '|' || target || '|' || targets ||
    '|' || on_delete FROM keys
UNION ALL SELECT 'name|' || table_name || '|' || name FROM indexes WHERE origin = 'c'
UNION ALL SELECT 'name|' || name || '|' ||
    rtrim(substr(rest, 1, instr(replace(rest, char(10), ' '), ' ') - 1), ',') FROM parts";
