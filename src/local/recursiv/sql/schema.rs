//! Rewrites definitions: column types, defaults, and what SQLite has no like of.

use super::expression::{near, rewrite};
use super::statement::{Step, split, unsupported};
use super::token::{Token, text};
use super::types;

type Result<T> = std::result::Result<T, String>;

/// `CREATE TABLE …`.
pub fn create_table(tokens: &[Token]) -> Result<Step> {
    let Some(open) = tokens.iter().position(|token| token.is_sign("(") || token.is("as")) else {
        return Err("syntax error at end of input".into());
    };
    let mut out: Vec<Token> = without_schema(&tokens[..open]);
    out.retain(|token| !token.is("unlogged"));
    let name = out.last().and_then(Token::name).map(str::to_owned);
    if tokens[open].is("as") {
        out.extend(rewrite(&tokens[open..])?);
        return Ok(Step::of(&out));
    }
    let close = partner(tokens, open).ok_or("syntax error at end of input")?;
    let parts = split(&tokens[open + 1..close]);
    let keys: Vec<String> = parts.iter().flat_map(|part| table_key(part)).collect();
    out.push(Token::sign("("));
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push(Token::sign(","));
        }
        let constraint = ["primary", "foreign", "unique", "check", "constraint", "exclude"];
        match part.first() {
            None => return Err(near(Some(&tokens[close]))),
            Some(first) if constraint.iter().any(|word| first.is(word)) => {
                out.extend(rewrite(&constraints(part))?);
            }
            Some(_) => out.extend(column(part, &keys)?),
        }
    }
    out.push(Token::sign(")"));
    Ok(Step { typed: name, ..Step::of(&out) })
}

/// The column that a table constraint makes the primary key.
fn table_key(part: &[Token]) -> Option<String> {
    let at = part.iter().position(|token| token.is("primary"))?;
    match &part[at..] {
        [_, _, open, name, close] if open.is_sign("(") && close.is_sign(")") => {
            name.name().map(str::to_owned)
        }
        _ => None,
    }
}

/// One column's definition. `keys` are the columns that a constraint makes the primary key.
fn column(tokens: &[Token], keys: &[String]) -> Result<Vec<Token>> {
    let Some((first, after)) = tokens.split_first() else { return Err(near(None)) };
    let name = first.name().ok_or_else(|| near(Some(first)))?;
    let (kind, used) = types::read(after)?;
    let rest = constraints(&after[used..]);
    let has = |words: [&str; 2]| rest.windows(2).any(|pair| pair[0].is(words[0]) && pair[1].is(words[1]));
    let identity = rest.iter().any(|token| token.is("identity"));
    let counts = types::is_serial(&kind) || identity;
    let key = has(["primary", "key"]);
    if counts && !key && !keys.iter().any(|column| column == name) {
        return Err(unsupported(&format!("a counting column that is not the primary key ({name})")));
    }
    let mut out = vec![first.clone(), Token::Word(if counts { "integer".into() } else { kind })];
    let mut at = 0;
    while at < rest.len() {
        let token = &rest[at];
        if token.is("default") {
            let end = default_end(&rest, at + 1);
            out.push(token.clone());
            out.extend(default(&rest[at + 1..end])?);
            at = end;
        } else if token.is("generated") && identity {
            // GENERATED … AS IDENTITY, perhaps with options in brackets.
            let end = rest.iter().position(|token| token.is("identity")).unwrap_or(at) + 1;
            at = if rest.get(end).is_some_and(|token| token.is_sign("(")) {
                partner(&rest, end).map_or(rest.len(), |close| close + 1)
            } else {
                end
            };
        } else if token.is("check") && rest.get(at + 1).is_some_and(|token| token.is_sign("(")) {
            let close = partner(&rest, at + 1).ok_or("syntax error at end of input")?;
            out.extend(rewrite(&rest[at..=close])?);
            at = close + 1;
        } else if token.is("primary") && counts {
            out.extend([Token::word("primary"), Token::word("key"), Token::word("autoincrement")]);
            at += 2;
        } else {
            out.push(token.clone());
            at += 1;
        }
    }
    Ok(out)
}

/// Constraints without what decides only when they are looked at, and without schemas.
fn constraints(tokens: &[Token]) -> Vec<Token> {
    let mut out = without_schema(tokens);
    if let Some(at) = out.iter().position(|token| token.is("deferrable") || token.is("initially")) {
        out.truncate(at);
    }
    out
}

fn default_end(tokens: &[Token], start: usize) -> usize {
    const NEXT: [&str; 9] =
        ["not", "null", "primary", "unique", "check", "references", "constraint", "collate", "generated"];
    let mut depth = 0;
    let ends = tokens.iter().enumerate().skip(start).find(|(at, token)| {
        depth += i32::from(token.is_sign("(")) - i32::from(token.is_sign(")"));
        *at > start && depth == 0 && NEXT.iter().any(|word| token.is(word))
    });
    ends.map_or(tokens.len(), |(at, _)| at)
}

fn default(tokens: &[Token]) -> Result<Vec<Token>> {
    // A literal's cast to its column's type says nothing, and without it the default is constant.
    let literal = match tokens.iter().position(|token| token.is_sign("::")) {
        Some(at) => &tokens[..at],
        None => tokens,
    };
    let plain = match literal {
        [Token::Text(_) | Token::Number(_)] => true,
        [Token::Word(word)] => ["true", "false", "null"].contains(&word.as_str()),
        [sign, Token::Number(_)] => sign.is_sign("-"),
        _ => false,
    };
    if plain {
        return Ok(literal.to_vec());
    }
    let mut out = vec![Token::sign("(")];
    out.extend(rewrite(tokens)?);
    out.push(Token::sign(")"));
    Ok(out)
}

/// `ALTER TABLE …`, one step for each of its actions.
pub fn alter_table(tokens: &[Token]) -> Result<Vec<Step>> {
    let tokens = without_schema(tokens);
    let mut at = 2;
    while tokens.get(at).is_some_and(|token| token.is("if") || token.is("exists") || token.is("only")) {
        at += 1;
    }
    let table = tokens.get(at).and_then(Token::name).ok_or_else(|| near(tokens.get(at)))?.to_owned();
    let head = [Token::word("alter"), Token::word("table"), Token::Name(table.clone())];
    let mut steps = Vec::new();
    for action in split(&tokens[at + 1..]) {
        let words: Vec<&str> = action.iter().map(|token| token.name().unwrap_or_default()).collect();
        let mut out = head.to_vec();
        let mut step = match words.as_slice() {
            ["add", "constraint" | "primary" | "foreign" | "unique" | "check", ..] => {
                return Err(unsupported("ALTER TABLE … ADD CONSTRAINT"));
            }
            ["add", rest @ ..] => {
                let skipped = 1 + leading(rest, &["column", "if", "not", "exists"]);
                out.extend([Token::word("add"), Token::word("column")]);
                out.extend(column(&action[skipped..], &[])?);
                let guard = words[..skipped]
                    .contains(&"exists")
                    .then(|| (table.clone(), words[skipped].to_owned(), false));
                Step { only_if: guard, ..Step::of(&out) }
            }
            ["drop", "constraint", ..] => return Err(unsupported("ALTER TABLE … DROP CONSTRAINT")),
            ["drop", rest @ ..] => {
                let skipped = 1 + leading(rest, &["column", "if", "exists"]);
                let name = words.get(skipped).copied().unwrap_or_default().to_owned();
                out.extend([Token::word("drop"), Token::word("column"), Token::Name(name.clone())]);
                let guard = words[..skipped].contains(&"exists").then(|| (table.clone(), name, true));
                Step { only_if: guard, ..Step::of(&out) }
            }
            ["rename", ..] => {
                out.extend(action.iter().cloned());
                Step::of(&out)
            }
            _ => return Err(unsupported(&format!("ALTER TABLE … {}", text(&action).to_uppercase()))),
        };
        step.table_must_exist = Some(table.clone());
        step.typed = match words.as_slice() {
            ["rename", "to", name, ..] => Some((*name).to_owned()),
            _ => Some(table.clone()),
        };
        steps.push(step);
    }
    Ok(steps)
}

fn leading(words: &[&str], skipped: &[&str]) -> usize {
    words.iter().take_while(|word| skipped.contains(word)).count()
}

/// `CREATE [UNIQUE] INDEX …`.
pub fn create_index(tokens: &[Token]) -> Result<Step> {
    let mut out = without_schema(tokens);
    out.retain(|token| !token.is("concurrently"));
    let on = out.iter().position(|token| token.is("on")).ok_or("syntax error at end of input")?;
    if out[on - 1].is("index") {
        // Postgres makes a name out of the table's and the columns'.
        let names: Vec<&str> =
            out[on + 1..].iter().filter_map(Token::name).filter(|name| *name != "using").collect();
        let name = format!("{}_idx", names.join("_"));
        out.insert(on, Token::Name(name));
    }
    if let Some(at) = out.iter().position(|token| token.is("using")) {
        out.drain(at..out.len().min(at + 2));
    }
    let from = out.iter().position(|token| token.is_sign("(")).unwrap_or(out.len());
    let columns = rewrite(&out[from..])?;
    out.truncate(from);
    out.extend(columns);
    // Operator classes choose how an index is built, which is SQLite's own affair.
    out.retain(|token| !token.name().is_some_and(|name| name.ends_with("_ops")));
    Ok(Step::of(&out))
}

/// `public.t` is `t`.
pub fn without_schema(tokens: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.is_sign(".") && out.last().is_some_and(|last| last.name() == Some("public")) {
            out.pop();
        } else {
            out.push(token.clone());
        }
    }
    out
}

/// Where the bracket at `open` is closed.
fn partner(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0;
    tokens.iter().enumerate().skip(open).find_map(|(at, token)| {
        depth += i32::from(token.is_sign("(")) - i32::from(token.is_sign(")"));
        (depth == 0).then_some(at)
    })
}
