//! What is refused, and in whose words; nonsense never panics.

use super::*;

#[test]
fn refuses_what_is_not_sql_of_postgres() {
    let mut db = Session::new();
    for (sql, part) in [
        ("PRAGMA table_info(users)", "syntax error at or near \"pragma\""),
        ("ATTACH DATABASE '/tmp/x' AS y", "syntax error at or near \"attach\""),
        ("SELECT * FROM sqlite_master", "relation \"sqlite_master\" does not exist"),
        ("SELECT * FROM \"sqlite_schema\"", "does not exist"),
        ("SELECT * FROM pragma_table_info('x')", "does not exist"),
        ("SELECT load_extension('x')", "function load_extension does not exist"),
        ("SELECT zeroblob(1000000000)", "function zeroblob does not exist"),
        ("SELECT 1; DROP TABLE x", "multiple commands"),
        ("SELECT nonesuch", "column \"nonesuch\" does not exist"),
        ("SELECT \"nonesuch\"", "column \"nonesuch\" does not exist"),
        ("SELCT 1", "syntax error at or near \"selct\""),
        ("SELECT 1 +", "syntax error at end of input"),
        ("SELECT (1", "syntax error at end of input"),
        ("SELECT 'x", "unterminated quoted string"),
        ("SELECT 'abc'::int", "invalid input syntax for type integer: \"abc\""),
        ("SELECT $1", "supplies 0 parameters"),
        ("SELECT DISTINCT ON (a) a FROM t", "not supported"),
        ("CREATE TABLE t (a nonsense)", "type \"nonsense\" does not exist"),
        ("CREATE TABLE t (a serial)", "not supported"),
        ("VACUUM INTO '/tmp/x'; select 1", "multiple"),
        ("INSERT INTO t VALUES (1)", "relation \"t\" does not exist"),
        ("ALTER TABLE t ADD COLUMN a INT", "relation \"t\" does not exist"),
        ("CREATE TRIGGER x", "not supported"),
        ("CREATE VIRTUAL TABLE t USING fts5(a)", "not supported"),
    ] {
        let error = db.error(sql);
        assert!(error.contains(part), "{sql}: {error}");
    }
    db.ok(USERS);
    db.ok("INSERT INTO users (email) VALUES ('a')");
    assert!(
        db.error("INSERT INTO users (email) VALUES ('a')").contains("unique constraint \"users_email_key\"")
    );
    assert!(db.error("INSERT INTO users (email) VALUES (NULL)").contains("null value in column \"email\""));
    let deep = format!("SELECT {}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(db.0.query(&deep, &[]).is_err());
}

#[test]
fn nonsense_is_refused_and_never_panics() {
    const WORDS: [&str; 78] = [
        "select",
        "from",
        "where",
        "(",
        ")",
        ",",
        "::",
        "int",
        "timestamp",
        "with",
        "time",
        "zone",
        "create",
        "table",
        "index",
        "on",
        "using",
        "gin",
        "view",
        "or",
        "replace",
        "alter",
        "add",
        "column",
        "if",
        "not",
        "exists",
        "drop",
        "default",
        "now",
        "'x'",
        "1",
        "$1",
        "case",
        "when",
        "then",
        "end",
        "else",
        "as",
        "t",
        "a",
        ".",
        "*",
        "||",
        "->",
        "->>",
        "interval",
        "-",
        "+",
        "any",
        "=",
        "extract",
        "cast",
        "[",
        "]",
        "array",
        "generate_series",
        "insert",
        "into",
        "values",
        "returning",
        "update",
        "set",
        "delete",
        "truncate",
        "serial",
        "primary",
        "key",
        "generated",
        "identity",
        "check",
        "constraint",
        "references",
        "numeric",
        "public",
        "for",
        "offset",
        "é",
    ];
    let starts = [
        "select",
        "create table",
        "create index",
        "alter table t add",
        "create or",
        "insert into t",
        "truncate",
        "with",
        "drop table",
        "update t",
        "create table t (",
    ];
    let mut db = Session::new();
    let mut dice = fastrand::Rng::with_seed(7);
    for _ in 0..6000 {
        let mut sql = starts[dice.usize(..starts.len())].to_owned();
        for _ in 0..dice.usize(..14) {
            sql.push(' ');
            sql.push_str(WORDS[dice.usize(..WORDS.len())]);
        }
        let _ = db.0.query(&sql, &[]);
        // Cut anywhere: unfinished quotes and halves of words.
        let cut = (0..=dice.usize(..sql.len())).rev().find(|at| sql.is_char_boundary(*at)).unwrap_or(0);
        let _ = statement::plan(&sql[..cut]);
    }
}
