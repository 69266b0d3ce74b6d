//! Which statements there are, and what each becomes for SQLite.

use super::expression::{near, rewrite};
use super::items::{self, Item};
use super::schema;
use super::token::{Token, text, tokens};

type Result<T> = std::result::Result<T, String>;

/// One statement for SQLite.
#[derive(Debug, Default)]
pub struct Step {
    /// Its text.
    pub sql: String,
    /// Runs only when this table has (or has not) this column.
    pub only_if: Option<(String, String, bool)>,
    /// Fails first when this table is missing, which SQLite would say in other words.
    pub table_must_exist: Option<String>,
    /// The table whose columns' types are to be enforced from then on.
    pub typed: Option<String>,
}

impl Step {
    /// A step that always runs.
    pub fn of(tokens: &[Token]) -> Self {
        Self { sql: text(tokens), ..Self::default() }
    }
}

/// A statement, ready to run.
#[derive(Debug, Default)]
pub struct Plan {
    /// What runs, in order; nothing for what has no effect here.
    pub steps: Vec<Step>,
    /// The result's columns as they were asked for.
    pub items: Vec<Item>,
    /// A query that has the result's columns and their declared types.
    pub shape: Option<String>,
    /// How many parameters it takes.
    pub parameters: usize,
}

/// Reads one statement.
///
/// # Errors
/// In Postgres' words, or what the local database cannot do.
pub fn plan(sql: &str) -> Result<Plan> {
    let mut all = tokens(sql)?;
    while all.last().is_some_and(|token| token.is_sign(";")) {
        all.pop();
    }
    if all.iter().any(|token| token.is_sign(";")) {
        return Err("cannot insert multiple commands into a prepared statement".into());
    }
    let parameters =
        all.iter().filter_map(|token| if let Token::Parameter(n) = token { Some(*n) } else { None }).max();
    let plan = of_kind(&all)?;
    Ok(Plan { parameters: parameters.unwrap_or(0), ..plan })
}

fn of_kind(all: &[Token]) -> Result<Plan> {
    let word = |at: usize| match all.get(at) {
        Some(Token::Word(word)) => word.as_str(),
        _ => "",
    };
    let steps = |steps| Ok(Plan { steps, ..Plan::default() });
    match word(0) {
        "" if all.is_empty() => steps(Vec::new()),
        "select" | "with" | "values" | "insert" | "update" | "delete" => data(all),
        "create" => match all.iter().find_map(|token| {
            ["table", "index", "view", "extension", "schema"].into_iter().find(|kind| token.is(kind))
        }) {
            Some("table") if ["table", "temp", "temporary", "unlogged"].contains(&word(1)) => {
                steps(vec![schema::create_table(all)?])
            }
            Some("index") if ["index", "unique"].contains(&word(1)) => {
                steps(vec![schema::create_index(all)?])
            }
            Some("view") if word(1) == "view" => steps(vec![Step::of(&rewrite(all)?)]),
            Some("view") if word(1) == "or" => replaced_view(all),
            Some("extension" | "schema") => steps(Vec::new()),
            _ => Err(unsupported(&format!("CREATE {}", word(1).to_uppercase()))),
        },
        "alter" if word(1) == "table" => steps(schema::alter_table(all)?),
        "drop" if ["table", "index", "view"].contains(&word(1)) => steps(drop_each(all)),
        "truncate" => steps(truncate(all)),
        "begin" | "commit" | "rollback" | "start" | "end" | "set" | "comment" | "grant" | "revoke"
        | "analyze" | "vacuum" | "reindex" => steps(Vec::new()),
        "explain" | "alter" | "drop" | "copy" | "show" | "do" | "call" | "listen" | "notify" | "lock"
        | "merge" => Err(unsupported(&word(0).to_uppercase())),
        _ => Err(near(all.first())),
    }
}

/// What reads or changes rows.
fn data(all: &[Token]) -> Result<Plan> {
    let all = &without_locks(all)[..];
    if let Some(at) = all.iter().position(|token| token.is("distinct"))
        && all.get(at + 1).is_some_and(|token| token.is("on"))
    {
        return Err(unsupported("DISTINCT ON"));
    }
    let list = items::find(all);
    let items: Vec<Item> = list
        .clone()
        .map(|list| split(&all[list]).iter().map(|part| Item::read(part)).collect())
        .unwrap_or_default();
    let mut named = all.to_vec();
    if let Some(list) = list {
        named.splice(list, items::named(&items));
    }
    let rewritten = rewrite(&named)?;
    let returning = all.iter().position(|token| token.is("returning"));
    let shape = match returning {
        // The columns of what comes back are those of the table that was changed.
        Some(_) => items::changed_table(all).map(|table| {
            let mut query = vec![Token::word("select")];
            query.extend(items::named(&items));
            query.extend([Token::word("from")]);
            query.extend(table);
            query
        }),
        None if ["select", "with", "values"].iter().any(|word| all[0].is(word)) => Some(named),
        None => None,
    };
    let shape = shape.map(|query| rewrite(&query)).transpose()?.map(|mut query| {
        // A view takes no parameters; for the types of the columns their values do not matter.
        for token in &mut query {
            if matches!(token, Token::Parameter(_)) {
                *token = Token::word("null");
            }
        }
        text(&query)
    });
    Ok(Plan { steps: vec![Step::of(&rewritten)], items, shape, parameters: 0 })
}

/// Leaves out row locks (one writer at a time is SQLite's rule anyway) and named constraints of conflicts.
fn without_locks(all: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(all.len());
    let mut at = 0;
    while at < all.len() {
        let next = |word: &str| all.get(at + 1).is_some_and(|token| token.is(word));
        if all[at].is("for") && (next("update") || next("share")) {
            break;
        }
        if all[at].is("on") && next("constraint") {
            at += 3;
            continue;
        }
        if all[at].is("offset") && !out.iter().any(|token| token.is("limit")) {
            out.extend([Token::word("limit"), Token::sign("-"), Token::Number("1".into())]);
        }
        out.push(all[at].clone());
        at += 1;
    }
    out
}

fn replaced_view(all: &[Token]) -> Result<Plan> {
    let rest = schema::without_schema(all.get(4..).unwrap_or_default());
    let name = rest.first().and_then(Token::name).ok_or_else(|| near(rest.first()))?.to_owned();
    let drop = [
        Token::word("drop"),
        Token::word("view"),
        Token::word("if"),
        Token::word("exists"),
        Token::Name(name),
    ];
    let mut create = vec![Token::word("create"), Token::word("view")];
    create.extend(rewrite(&rest)?);
    Ok(Plan { steps: vec![Step::of(&drop), Step::of(&create)], ..Plan::default() })
}

fn drop_each(all: &[Token]) -> Vec<Step> {
    let mut all = schema::without_schema(all);
    all.retain(|token| !token.is("cascade") && !token.is("restrict") && !token.is("concurrently"));
    let names = if all.get(2).is_some_and(|token| token.is("if")) { 4 } else { 2 };
    let (head, rest) = all.split_at(names.min(all.len()));
    split(rest).into_iter().map(|name| Step::of(&[head, &name].concat())).collect()
}

fn truncate(all: &[Token]) -> Vec<Step> {
    let mut names = schema::without_schema(&all[1..]);
    names.retain(|token| !token.is("table") && !token.is("only") && !token.is("cascade"));
    if let Some(at) = names.iter().position(|token| token.is("restart") || token.is("continue")) {
        names.truncate(at);
    }
    let delete = [Token::word("delete"), Token::word("from")];
    split(&names).into_iter().map(|name| Step::of(&[&delete[..], &name].concat())).collect()
}

/// Cuts at the commas outside of brackets.
pub fn split(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0;
    for token in tokens {
        depth += i32::from(token.is_sign("(") || token.is_sign("["))
            - i32::from(token.is_sign(")") || token.is_sign("]"));
        match parts.last_mut() {
            Some(part) if depth > 0 || !token.is_sign(",") => part.push(token.clone()),
            _ => parts.push(Vec::new()),
        }
    }
    parts
}

/// How it is said that something is beyond the local database.
pub fn unsupported(what: &str) -> String {
    format!("{what} is not supported by the local database")
}
