//! Cuts a statement into tokens, as Postgres reads them.

/// One piece of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A keyword or an unquoted name, folded to lower case.
    Word(String),
    /// A quoted name, without its quotes.
    Name(String),
    /// A string, without its quotes.
    Text(String),
    /// A number as written.
    Number(String),
    /// `$1`.
    Parameter(usize),
    /// An operator or a punctuation mark.
    Sign(String),
}

/// Operators of more than one character, longest first.
const SIGNS: [&str; 19] = [
    "->>", "#>>", "!~*", "->", "#>", "::", "<=", ">=", "<>", "!=", "||", "@>", "<@", "!~", "~*", "?|", "?&",
    ":=", "=>",
];

impl Token {
    /// Whether this is the given keyword, in lower case.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own == word)
    }

    /// Whether this is the given sign.
    pub fn is_sign(&self, sign: &str) -> bool {
        matches!(self, Self::Sign(own) if own == sign)
    }

    /// The name that this may be.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Name(name) => Some(name),
            _ => None,
        }
    }

    /// A sign.
    pub fn sign(sign: &str) -> Self {
        Self::Sign(sign.to_owned())
    }

    /// A word.
    pub fn word(word: &str) -> Self {
        Self::Word(word.to_owned())
    }

    /// As it is written for SQLite.
    fn write(&self, to: &mut String) {
        match self {
            Self::Word(text) | Self::Number(text) | Self::Sign(text) => to.push_str(text),
            Self::Name(name) => quote(name, '"', to),
            Self::Text(text) => quote(text, '\'', to),
            Self::Parameter(number) => to.push_str(&format!("?{number}")),
        }
    }
}

fn quote(text: &str, mark: char, to: &mut String) {
    to.push(mark);
    for letter in text.chars() {
        if letter == mark {
            to.push(mark);
        }
        to.push(letter);
    }
    to.push(mark);
}

/// The tokens as one statement for SQLite.
pub fn text(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        if !out.is_empty() {
            out.push(' ');
        }
        token.write(&mut out);
    }
    out
}

/// Cuts `sql` into tokens; comments are left out.
///
/// # Errors
/// What is not closed, in Postgres' words.
pub fn tokens(sql: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        if rest.starts_with("--") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("/*") {
            rest = after_comment(rest)?;
        } else if first == '\'' {
            let (text, after) = quoted(rest, '\'', false).ok_or("unterminated quoted string")?;
            tokens.push(Token::Text(text));
            rest = after;
        } else if matches!(first, 'e' | 'E') && rest[1..].starts_with('\'') {
            let (text, after) = quoted(&rest[1..], '\'', true).ok_or("unterminated quoted string")?;
            tokens.push(Token::Text(text));
            rest = after;
        } else if first == '"' {
            let (name, after) = quoted(rest, '"', false).ok_or("unterminated quoted identifier")?;
            tokens.push(Token::Name(name));
            rest = after;
        } else if first == '$' {
            let (token, after) = dollar(rest)?;
            tokens.push(token);
            rest = after;
        } else if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            let (number, after) = rest.split_at(number_end(rest));
            tokens.push(Token::Number(number.to_owned()));
            rest = after;
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            tokens.push(Token::Word(word.to_lowercase()));
            rest = after;
        } else {
            let single = &rest[..first.len_utf8()];
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign)).copied().unwrap_or(single);
            tokens.push(Token::sign(sign));
            rest = &rest[sign.len()..];
        }
    }
}

/// What follows a comment; comments nest.
fn after_comment(text: &str) -> Result<&str, String> {
    let (mut at, mut depth) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return Ok(&text[at..]);
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    Err("unterminated /* comment".into())
}

/// The text between two marks, a doubled mark being one, and what follows.
fn quoted(text: &str, mark: char, escapes: bool) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == mark {
            if letters.peek().is_some_and(|(_, next)| *next == mark) {
                letters.next();
                out.push(mark);
                continue;
            }
            return Some((out, &text[at + mark.len_utf8()..]));
        }
        match letter {
            '\\' if escapes => match letters.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                other => out.push(other),
            },
            _ => out.push(letter),
        }
    }
    None
}

/// `$1`, or a text between two equal `$tag$`.
fn dollar(text: &str) -> Result<(Token, &str), String> {
    let digits = text[1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - 1);
    if digits > 0 {
        let number = text[1..=digits].parse().map_err(|_| "there is no such parameter")?;
        return Ok((Token::Parameter(number), &text[1 + digits..]));
    }
    let end = text[1..].find('$').ok_or("syntax error at or near \"$\"")? + 2;
    let (tag, body) = text.split_at(end);
    let close = body.find(tag).ok_or("unterminated dollar-quoted string")?;
    Ok((Token::Text(body[..close].to_owned()), &body[close + tag.len()..]))
}

fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if digits(signed) > signed {
            end = digits(signed);
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_what_postgres_cuts() {
        let sql = "SELECT \"A\"\"b\", 'it''s', E'a\\n', $tag$x 'y'$tag$, $2::INT -- end\n/* a /* b */ c */ FROM T WHERE a->>'k' >= 1.5e3;";
        let words = text(&tokens(sql).unwrap());
        assert_eq!(
            words,
            "select \"A\"\"b\" , 'it''s' , 'a\n' , 'x ''y''' , ?2 :: int from t where a ->> 'k' >= 1.5e3 ;"
        );
        assert!(tokens("select 'x").is_err() && tokens("/* x").is_err() && tokens("\"x").is_err());
    }
}
