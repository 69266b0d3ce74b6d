//! The dialect as an application meets it.

mod refusals;

use super::*;

struct Session(Database);

impl Session {
    fn new() -> Self {
        Self(Database::prepared(Connection::open_in_memory().unwrap()).unwrap())
    }

    fn ok(&mut self, sql: &str) -> Value {
        self.with(sql, &[])
    }

    fn with(&mut self, sql: &str, parameters: &[Value]) -> Value {
        match self.0.query(sql, parameters) {
            Ok(outcome) => Value::Array(outcome.rows),
            Err(error) => panic!("{sql}: {error}"),
        }
    }

    fn error(&mut self, sql: &str) -> String {
        self.0.query(sql, &[]).unwrap_err()
    }
}

const USERS: &str = "CREATE TABLE IF NOT EXISTS public.users (
    id SERIAL PRIMARY KEY,
    key UUID NOT NULL DEFAULT gen_random_uuid(),
    email VARCHAR(255) UNIQUE NOT NULL,
    active BOOLEAN NOT NULL DEFAULT true,
    data JSONB DEFAULT '{}'::jsonb,
    price NUMERIC(10, 2),
    hits BIGINT DEFAULT 0,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);";

#[test]
fn tables_know_their_types() {
    let mut db = Session::new();
    db.ok(USERS);
    let rows = db.with(
        "INSERT INTO users (email, data, price, active) VALUES ($1, $2, 9.9, $3) RETURNING *",
        &[json!("a@b.c"), json!({"role": "admin", "n": 1, "tags": ["x"]}), json!(false)],
    );
    let row = &rows[0];
    assert_eq!(row["id"], 1);
    assert_eq!(row["active"], false);
    assert_eq!(row["data"]["role"], "admin");
    assert_eq!(row["price"], "9.90");
    assert_eq!(row["hits"], "0");
    assert_eq!(row["key"].as_str().unwrap().len(), 36);
    assert!(row["created_at"].as_str().unwrap().ends_with('Z'));
    let rows = db.ok("SELECT u.active AS on, u.data FROM users u WHERE NOT u.active");
    assert_eq!(rows, json!([{"on": false, "data": {"role": "admin", "n": 1, "tags": ["x"]}}]));
}

#[test]
fn expressions() {
    let mut db = Session::new();
    for (sql, value) in [
        ("SELECT count(*) FROM (VALUES (1), (2)) AS t", json!({"count": "2"})),
        ("SELECT count(*)::int AS n FROM (VALUES (1), (2)) AS t", json!({"n": 2})),
        ("SELECT 1 + 1", json!({"?column?": 2})),
        ("SELECT 1 + 1 AS sum, 'a' || 'b' AS text", json!({"sum": 2, "text": "ab"})),
        ("SELECT true, 1 = 2 AS same, NOT false AS n", json!({"bool": true, "same": false, "n": true})),
        (
            "SELECT '12'::int + 1 AS n, CAST('1.5' AS numeric) AS d, 5::text AS t",
            json!({"n": 13, "d": 1.5, "t": "5"}),
        ),
        ("SELECT '{\"a\":{\"b\":[1,true]}}'::jsonb->'a'->'b' AS j", json!({"j": [1, true]})),
        ("SELECT '{\"a\":{\"b\":[1,true]}}'::jsonb #>> '{a,b,1}' AS t", json!({"t": "true"})),
        ("SELECT ('{\"a\":5}'::jsonb->>'a')::int + 1 AS n", json!({"n": 6})),
        (
            "SELECT '{\"a\":5}'::jsonb @> '{\"a\":5}' AS has, '{\"a\":5}'::jsonb ? 'b' AS b",
            json!({"has": true, "b": false}),
        ),
        (
            "SELECT 'ABC' ILIKE 'a%' AS i, 'ABC' LIKE 'a%' AS l, 'x' NOT ILIKE 'X' AS n",
            json!({"i": true, "l": false, "n": false}),
        ),
        (
            "SELECT '2026-03-31'::timestamptz - INTERVAL '1 month' AS t",
            json!({"t": "2026-02-28T00:00:00.000Z"}),
        ),
        ("SELECT date_trunc('month', '2026-03-31'::date) AS t", json!({"t": "2026-03-01T00:00:00.000Z"})),
        ("SELECT extract(year from '2026-03-31'::date) AS y", json!({"y": 2026})),
        (
            "SELECT jsonb_build_object('a', 1) AS j, json_agg(x) AS l FROM (SELECT 1 AS x) t",
            json!({"j": {"a": 1}, "l": [1]}),
        ),
        ("SELECT CASE WHEN 1 > 0 THEN 'yes' ELSE 'no' END", json!({"case": "yes"})),
        (
            "SELECT coalesce(null, 'x'), left('hello', 2), split_part('a-b', '-', 2) AS b",
            json!({"coalesce": "x", "left": "he", "b": "b"}),
        ),
        ("SELECT 7 / 2 AS q, round(2.567, 2) AS r, greatest(1, 3) AS g", json!({"q": 3, "r": 2.57, "g": 3})),
        ("WITH t AS (SELECT 1 AS a) SELECT * FROM t OFFSET 0", json!({"a": 1})),
        (
            "SELECT 2 = ANY($$[1,2]$$) AS a, CASE WHEN true THEN '1' ELSE '2' END::int AS n",
            json!({"a": true, "n": 1}),
        ),
        ("SELECT '{\"a\":1}'::jsonb || '{\"b\":2}'::jsonb AS j", json!({"j": {"a": 1, "b": 2}})),
        ("SELECT jsonb_set('{\"a\":{}}', '{a,b}', '3') AS j", json!({"j": {"a": {"b": 3}}})),
        ("SELECT sum(n)::int AS s FROM generate_series(1, 4) AS n", json!({"s": 10})),
        ("SELECT max(i) AS m FROM generate_series(10, 1, -3) g(i)", json!({"m": 10})),
        ("SELECT to_char('2026-03-31'::date, 'YYYY/MM/DD') AS t", json!({"t": "2026/03/31"})),
        (
            "SELECT EXISTS (SELECT 1 WHERE false), 'a' AS \"Big Name\"",
            json!({"exists": false, "Big Name": "a"}),
        ),
        (
            "SELECT count(*) FILTER (WHERE n > 1) AS c, row_number() OVER (ORDER BY n) AS r FROM generate_series(1, 2) n GROUP BY n ORDER BY n DESC",
            json!({"c": "1", "r": "2"}),
        ),
        ("SELECT E'a\\nb' AS t -- end", json!({"t": "a\nb"})),
    ] {
        assert_eq!(db.ok(sql)[0], value, "{sql}");
    }
    let now = db.ok("SELECT NOW() as time")[0]["time"].as_str().unwrap().to_owned();
    assert_eq!((now.len(), now.as_bytes()[10]), (24, b'T'));
}

#[test]
fn changes_give_rows_back() {
    let mut db = Session::new();
    db.ok(USERS);
    let upsert = "INSERT INTO users (email) VALUES ('a@b.c') ON CONFLICT (email) DO UPDATE SET hits = users.hits + 1 RETURNING id, hits::int, active";
    assert_eq!(db.ok(upsert), json!([{"id": 1, "hits": 0, "active": true}]));
    assert_eq!(db.ok(upsert), json!([{"id": 1, "hits": 1, "active": true}]));
    let updated = db.0.query("UPDATE users SET active = false WHERE id = $1", &[json!(1)]).unwrap();
    assert_eq!((updated.count, updated.rows.len()), (1, 0));
    assert_eq!(
        db.ok("DELETE FROM users WHERE NOT active RETURNING email, active"),
        json!([{"email": "a@b.c", "active": false}])
    );
}

#[test]
fn catalogues_and_migrations() {
    let mut db = Session::new();
    db.ok(USERS);
    db.ok(USERS);
    db.ok("ALTER TABLE users ADD COLUMN IF NOT EXISTS nick TEXT DEFAULT 'x'::text, ADD COLUMN age INT");
    db.ok("ALTER TABLE users ADD COLUMN IF NOT EXISTS nick TEXT");
    db.ok("CREATE INDEX IF NOT EXISTS users_data ON users USING gin (data jsonb_path_ops)");
    db.ok("CREATE EXTENSION IF NOT EXISTS pgcrypto");
    let tables = db.ok("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'");
    assert_eq!(tables, json!([{"table_name": "users"}]));
    let columns = db.ok("SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'users' ORDER BY ordinal_position");
    assert_eq!(columns[0], json!({"column_name": "id", "data_type": "integer", "is_nullable": "NO"}));
    assert_eq!(columns[2]["data_type"], "character varying");
    assert_eq!(columns[7]["data_type"], "timestamp with time zone");
    assert_eq!(columns[8]["column_name"], "nick");
    db.ok("TRUNCATE TABLE users RESTART IDENTITY CASCADE");
    db.ok("DROP TABLE IF EXISTS users CASCADE");
    assert_eq!(db.error("SELECT * FROM users"), "relation \"users\" does not exist");
}

#[test]
fn relations_hold() {
    let mut db = Session::new();
    db.ok("CREATE TABLE team (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), name TEXT NOT NULL CHECK (length(name) > 1))");
    db.ok("CREATE TABLE member (team_id UUID REFERENCES team(id) ON DELETE CASCADE, nick TEXT, rank INT, \
           PRIMARY KEY (team_id, nick), CONSTRAINT positive CHECK (rank > 0))");
    let team = db.ok("INSERT INTO team (name) VALUES ('red') RETURNING id")[0]["id"].clone();
    db.with("INSERT INTO member VALUES ($1, 'a', 1), ($1::uuid, 'b', 2)", std::slice::from_ref(&team));
    let joined = db.with(
        "SELECT m.*, t.name, m.rank > 1 AS high FROM member m JOIN team t ON t.id = m.team_id WHERE t.id = $1 ORDER BY 2",
        std::slice::from_ref(&team),
    );
    assert_eq!(joined[1], json!({"team_id": team, "nick": "b", "rank": 2, "name": "red", "high": true}));
    assert!(db.error("INSERT INTO member VALUES (gen_random_uuid(), 'a', 1)").contains("foreign key"));
    assert!(db.error("UPDATE member SET rank = 0").contains("check constraint"));
    assert!(db.error("INSERT INTO team (name) VALUES ('x')").contains("check constraint"));
    db.ok("DELETE FROM team");
    assert_eq!(db.ok("SELECT count(*) FROM member"), json!([{"count": "0"}]));
    assert_eq!(db.ok("-- nothing"), json!([]));
    assert_eq!(db.ok("BEGIN"), json!([]));
}

#[test]
fn values_are_true_to_their_columns() {
    let mut db = Session::new();
    db.ok("CREATE TABLE t (id SERIAL PRIMARY KEY, n INT, on_ BOOLEAN, at TIMESTAMPTZ, key UUID, data JSONB, cost NUMERIC(8,2))");
    let texts = [
        json!("7"),
        json!("true"),
        json!("2026-01-02"),
        json!("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
        json!("{\"a\": 1}"),
        json!("1.005"),
    ];
    db.with("INSERT INTO t (n, on_, at, key, data, cost) VALUES ($1, $2, $3, $4, $5, $6)", &texts);
    let row = json!({
        "id": 1, "n": 7, "on_": true, "at": "2026-01-02T00:00:00.000Z", "key": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "data": {"a": 1}, "cost": "1.00",
    });
    assert_eq!(db.ok("SELECT * FROM t WHERE on_ AND at < '2026-01-02T00:00:01.000Z'"), json!([row]));
    let updated = db.with("UPDATE t SET on_ = $1 RETURNING on_", &[json!("off")]);
    assert_eq!(updated, json!([{"on_": false}]));
    assert_eq!(db.ok("SELECT count(*)::int AS n FROM t WHERE NOT on_"), json!([{"n": 1}]));
    for (column, value, kind) in [
        ("n", "abc", "integer"),
        ("on_", "maybe", "boolean"),
        ("at", "soon", "timestamp with time zone"),
        ("key", "x", "uuid"),
        ("data", "{", "json"),
        ("cost", "much", "numeric"),
    ] {
        let error = db.error(&format!("UPDATE t SET {column} = '{value}'"));
        assert_eq!(error, format!("invalid input syntax for type {kind}: \"{value}\""));
    }
    db.ok("ALTER TABLE t ADD COLUMN late BOOLEAN DEFAULT false");
    assert!(db.error("INSERT INTO t (late) VALUES ('x')").contains("type boolean"));
    db.ok("ALTER TABLE t DROP COLUMN n");
    db.ok("ALTER TABLE t RENAME COLUMN late TO later");
    db.ok("ALTER TABLE t RENAME TO renamed");
    assert!(db.error("INSERT INTO renamed (later) VALUES ('x')").contains("type boolean"));
    db.ok("ALTER TABLE renamed RENAME TO t");
    db.ok("INSERT INTO t (later) VALUES ('yes') ON CONFLICT (id) DO NOTHING");
    assert_eq!(db.ok("SELECT later FROM t ORDER BY id DESC LIMIT 1"), json!([{"later": true}]));
}
