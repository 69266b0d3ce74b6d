//! The columns that a statement asks for: how Postgres would name them, and what kind they are.

use std::ops::Range;

use super::token::Token;
use super::types::{self, Kind};

/// One entry of a select list.
#[derive(Debug, Clone)]
pub struct Item {
    /// The expression without its alias.
    expression: Vec<Token>,
    /// The name of the result's column; none for `*`.
    pub name: Option<String>,
    /// Whether SQLite gives the column that name by itself.
    natural: bool,
    /// The kind that the expression itself tells; columns have theirs from the table.
    pub kind: Option<Kind>,
}

/// Where the list of a statement's result stands.
pub fn find(tokens: &[Token]) -> Option<Range<usize>> {
    const ENDS: [&str; 13] = [
        "from",
        "where",
        "union",
        "except",
        "intersect",
        "group",
        "having",
        "order",
        "limit",
        "offset",
        "window",
        "into",
        "returning",
    ];
    let mut depth = 0;
    let mut outer = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        depth += i32::from(token.is_sign("(")) - i32::from(token.is_sign(")"));
        if depth == 0 {
            outer.push(at);
        }
    }
    if let Some(at) = outer.iter().find(|at| tokens[**at].is("returning")) {
        return Some(at + 1..tokens.len());
    }
    if outer.iter().any(|at| ["insert", "update", "delete"].iter().any(|word| tokens[*at].is(word))) {
        return None;
    }
    let select = *outer.iter().find(|at| tokens[**at].is("select"))?;
    let start = select
        + 1
        + usize::from(tokens.get(select + 1).is_some_and(|token| token.is("distinct") || token.is("all")));
    let end = outer.iter().find(|at| **at >= start && ENDS.iter().any(|word| tokens[**at].is(word)));
    Some(start..end.copied().unwrap_or(tokens.len()))
}

/// The list again, every column under the name that Postgres would give it.
pub fn named(items: &[Item]) -> Vec<Token> {
    let mut out = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(Token::sign(","));
        }
        out.extend(item.expression.iter().cloned());
        if let (Some(name), false) = (&item.name, item.natural) {
            out.extend([Token::word("as"), Token::Name(name.clone())]);
        }
    }
    out
}

/// The table that an INSERT, UPDATE or DELETE changes, with its alias.
pub fn changed_table(tokens: &[Token]) -> Option<Vec<Token>> {
    let at =
        tokens.iter().position(|token| ["insert", "update", "delete"].iter().any(|word| token.is(word)))?;
    let mut at = at + if tokens[at].is("update") { 1 } else { 2 };
    if tokens.get(at + 1).is_some_and(|token| token.is_sign(".")) {
        at += 2;
    }
    let mut table = vec![tokens.get(at)?.clone()];
    if tokens.get(at + 1).is_some_and(|token| token.is("as")) {
        table.extend([Token::word("as"), tokens.get(at + 2)?.clone()]);
    }
    Some(table)
}

impl Item {
    /// Reads one entry.
    pub fn read(tokens: &[Token]) -> Self {
        let (expression, alias) = aliased(tokens);
        let star = expression.last().is_some_and(|token| token.is_sign("*"));
        let path = is_path(expression);
        Self {
            name: if star { None } else { Some(alias.clone().unwrap_or_else(|| derived(expression))) },
            // An alias behind a dangling operator would take the blame for it.
            natural: star || (path && alias.is_none()) || dangling(expression),
            kind: if star || path { literal(expression) } else { kind(expression) },
            expression: expression.to_vec(),
        }
    }

    /// Whether this stands for all columns.
    pub fn is_star(&self) -> bool {
        self.name.is_none()
    }
}

fn aliased(tokens: &[Token]) -> (&[Token], Option<String>) {
    match tokens {
        [expression @ .., as_word, alias] if as_word.is("as") => {
            (expression, alias.name().map(str::to_owned))
        }
        [expression @ .., before, alias]
            if alias.name().is_some() && ends_value(before) && !alias.is("end") =>
        {
            (&tokens[..=expression.len()], alias.name().map(str::to_owned))
        }
        _ => (tokens, None),
    }
}

fn dangling(tokens: &[Token]) -> bool {
    matches!(tokens.last(), None | Some(Token::Sign(_))) && !tokens.last().is_some_and(ends_value)
}

/// Whether an alias may follow this token without AS.
fn ends_value(token: &Token) -> bool {
    match token {
        Token::Word(word) => {
            !["and", "or", "not", "is", "in", "like", "ilike", "then", "else", "when", "case", "between"]
                .contains(&word.as_str())
        }
        Token::Sign(sign) => sign == ")" || sign == "]",
        _ => true,
    }
}

fn is_path(tokens: &[Token]) -> bool {
    let shape = tokens
        .iter()
        .enumerate()
        .all(|(at, token)| if at % 2 == 0 { token.name().is_some() } else { token.is_sign(".") });
    shape
        && literal(tokens).is_none()
        && !tokens
            .iter()
            .any(|token| token.name().is_some_and(|name| name.starts_with("current_") || name == "null"))
}

fn literal(tokens: &[Token]) -> Option<Kind> {
    matches!(tokens, [Token::Word(word)] if word == "true" || word == "false").then_some(Kind::Bool)
}

/// The call that the whole expression is: its name and what stands in its brackets.
fn whole_call(tokens: &[Token]) -> Option<(&str, &[Token])> {
    let [Token::Word(name), open, inner @ .., close] = tokens else { return None };
    let mut depth = 0;
    let balanced = inner.iter().all(|token| {
        depth += i32::from(token.is_sign("(")) - i32::from(token.is_sign(")"));
        depth >= 0
    });
    (open.is_sign("(") && close.is_sign(")") && balanced).then_some((name, inner))
}

fn derived(tokens: &[Token]) -> String {
    if let Some(at) = outer(tokens).rev().find(|at| tokens[*at].is_sign("::")) {
        let own = derived(&tokens[..at]);
        let kind = tokens.get(at + 1).and_then(Token::name).unwrap_or("?column?");
        return if own == "?column?" { kind.to_owned() } else { own };
    }
    match tokens {
        [.., last] if is_path(tokens) => last.name().unwrap_or("?column?").to_owned(),
        _ if literal(tokens).is_some() => "bool".into(),
        [Token::Word(word)] if word.starts_with("current_") => word.clone(),
        [Token::Word(word), ..] if word == "case" || word == "exists" || word == "array" => word.clone(),
        [Token::Word(word), open, ..] if open.is_sign("(") => {
            let call = whole_call(tokens).is_some()
                || tokens.iter().any(|token| token.is("over") || token.is("filter"));
            match (call, word.as_str()) {
                (true, "cast") => tokens.iter().rev().find_map(Token::name).unwrap_or("?column?").to_owned(),
                (true, _) => word.clone(),
                (false, _) => "?column?".into(),
            }
        }
        _ => "?column?".into(),
    }
}

/// Positions outside of brackets.
fn outer(tokens: &[Token]) -> impl DoubleEndedIterator<Item = usize> + use<> {
    let mut depth = 0;
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        depth -= i32::from(token.is_sign(")"));
        if depth == 0 {
            found.push(at);
        }
        depth += i32::from(token.is_sign("("));
    }
    found.into_iter()
}

fn kind(tokens: &[Token]) -> Option<Kind> {
    const TESTS: [&str; 10] =
        ["and", "or", "not", "is", "in", "like", "ilike", "between", "exists", "isnull"];
    const SIGNS: [&str; 9] = ["=", "<>", "!=", "<", ">", "<=", ">=", "@>", "?"];
    if let Some(kind) = literal(tokens) {
        return Some(kind);
    }
    if tokens.first().is_some_and(|token| token.is("case")) {
        let then = tokens.iter().position(|token| token.is("then"))?;
        let end = tokens
            .iter()
            .skip(then)
            .position(|token| token.is("else") || token.is("when") || token.is("end"))?;
        return kind(&tokens[then + 1..then + end]);
    }
    let is_test = |at: usize| {
        TESTS.iter().any(|word| tokens[at].is(word)) || SIGNS.iter().any(|sign| tokens[at].is_sign(sign))
    };
    if outer(tokens).any(is_test) {
        return Some(Kind::Bool);
    }
    for at in outer(tokens).rev() {
        if tokens[at].is_sign("::") {
            return types::read(&tokens[at + 1..]).ok().map(|(declared, _)| Kind::declared(&declared));
        }
        if tokens[at].is_sign("->") || tokens[at].is_sign("#>") {
            return Some(Kind::Json);
        }
        if tokens[at].is_sign("->>") || tokens[at].is_sign("#>>") {
            return Some(Kind::Plain);
        }
    }
    let windowed =
        tokens.iter().position(|token| token.is("over") || token.is("filter")).unwrap_or(tokens.len());
    let (name, inner) = whole_call(&tokens[..windowed])?;
    match name {
        "count" | "sum" | "row_number" | "rank" | "dense_rank" => Some(Kind::Big),
        "bool_and" | "bool_or" | "every" => Some(Kind::Bool),
        "array_agg" | "to_json" | "to_jsonb" | "jsonb_set" => Some(Kind::Json),
        "coalesce" | "nullif" => kind(super::statement::split(inner).first()?),
        "cast" => {
            let at = inner.iter().rposition(|token| token.is("as"))?;
            types::read(&inner[at + 1..]).ok().map(|(declared, _)| Kind::declared(&declared))
        }
        _ if name.starts_with("json") && (name.ends_with("_agg") || name.contains("_build_")) => {
            Some(Kind::Json)
        }
        _ => None,
    }
}
