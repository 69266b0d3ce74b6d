//! Rewrites expressions: casts, JSON operators, intervals and the words that SQLite has no like of.

mod forms;
mod parts;
mod words;

use super::token::Token;
use words::{CALLS, OPERATORS, RENAMED, is_hidden, is_hidden_function, is_keyword, qualify};

/// Rewrites tokens one by one; whole operands are kept together.
pub struct Rewriter<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

type Result<T> = std::result::Result<T, String>;

/// Rewrites the expressions in `tokens`.
///
/// # Errors
/// What Postgres would say, or what the local database cannot do.
pub fn rewrite(tokens: &[Token]) -> Result<Vec<Token>> {
    nested(tokens, 0)
}

fn nested(tokens: &[Token], depth: usize) -> Result<Vec<Token>> {
    // Brackets within brackets: far beyond what anybody writes, but the stack must hold.
    if depth > 100 {
        return Err("stack depth limit exceeded".into());
    }
    let mut rewriter = Rewriter { tokens, at: 0, depth };
    let mut out = Vec::with_capacity(tokens.len() + 8);
    while rewriter.at < tokens.len() {
        let operand = rewriter.operand()?;
        out.extend(operand);
    }
    Ok(out)
}

impl Rewriter<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn peek_is(&self, sign: &str) -> bool {
        self.peek().is_some_and(|token| token.is_sign(sign))
    }

    /// One operand with everything that follows it closely, or one other token.
    fn operand(&mut self) -> Result<Vec<Token>> {
        let mut operand = self.primary()?;
        if !is_value(&operand) {
            return Ok(operand);
        }
        loop {
            if self.peek_is("::") {
                self.at += 1;
                let kind = self.type_name()?;
                operand = cast(operand, &kind);
            } else if self.word("at") && self.tokens.get(self.at + 1).is_some_and(|token| token.is("time")) {
                // Everything is UTC here, so that naming a zone changes nothing.
                self.at += 3;
                self.primary()?;
            } else if let Some((sign, length)) = self.shift() {
                self.at += length;
                let interval = self.interval()?;
                operand = call("pg_shift", vec![operand, vec![Token::Text(sign.into())], interval]);
            } else if let Some(function) = self.operator() {
                self.at += 1;
                let right = self.casted()?;
                operand = call(function, vec![operand, right]);
            } else if self.peek_is("||") {
                match self.json_right()? {
                    Some(right) => operand = call("pg_json_concat", vec![operand, right]),
                    None => return Ok(operand),
                }
            } else if self.peek_is("=") && self.tokens.get(self.at + 1).is_some_and(|token| token.is("any")) {
                operand.extend(self.any()?);
                return Ok(operand);
            } else {
                return Ok(operand);
            }
        }
    }

    /// A primary with its casts.
    fn casted(&mut self) -> Result<Vec<Token>> {
        let mut value = self.primary()?;
        while self.peek_is("::") {
            self.at += 1;
            let kind = self.type_name()?;
            value = cast(value, &kind);
        }
        Ok(value)
    }

    fn word(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is(word))
    }

    fn operator(&self) -> Option<&'static str> {
        let token = self.peek()?;
        OPERATORS.iter().find(|(sign, _)| token.is_sign(sign)).map(|(_, function)| *function)
    }

    /// A literal, a name, a call, or something in brackets; else the token as it is.
    fn primary(&mut self) -> Result<Vec<Token>> {
        let Some(token) = self.peek().cloned() else { return Err("syntax error at end of input".into()) };
        if token.is_sign("(") {
            return self.bracketed();
        }
        self.at += 1;
        let Token::Word(word) = &token else {
            if matches!(token, Token::Name(_)) {
                return self.dotted(token);
            }
            if matches!(token, Token::Sign(ref sign) if ["~", "~*", "!~", "!~*", "<@", "?|", "?&"].contains(&sign.as_str()))
            {
                return Err(format!(
                    "the operator {} is not supported by the local database",
                    near(Some(&token)).trim_start_matches("syntax error at or near ")
                ));
            }
            return Ok(vec![token]);
        };
        match word.as_str() {
            "ilike" => return Ok(vec![Token::word("regexp")]),
            "array" if self.peek_is("[") => {
                let inner = self.brackets()?;
                return Ok(call("json_array", vec![nested(&inner, self.depth + 1)?]));
            }
            "cast" if self.peek_is("(") => return self.cast_call(),
            "extract" if self.peek_is("(") => return self.extract(),
            "case" => return self.case(),
            "generate_series" if self.peek_is("(") => return self.series(),
            "interval" if matches!(self.peek(), Some(Token::Text(_))) => return self.primary(),
            "timestamp" | "timestamptz" | "date" | "time" if matches!(self.peek(), Some(Token::Text(_))) => {
                let kind = word.clone();
                return Ok(cast(self.primary()?, &kind));
            }
            _ => {}
        }
        if let Some((_, function)) = CALLS.iter().find(|(name, _)| name == word) {
            if self.peek_is("(") {
                self.brackets()?;
            }
            return Ok(call(function, Vec::new()));
        }
        if is_keyword(word) {
            return Ok(vec![token]);
        }
        self.dotted(token)
    }

    /// A name with its qualifiers, and its arguments when it is called.
    fn dotted(&mut self, first: Token) -> Result<Vec<Token>> {
        let mut path = vec![first];
        while self.peek_is(".") {
            self.at += 1;
            let Some(next) = self.peek().cloned() else { return Err("syntax error at end of input".into()) };
            self.at += 1;
            path.push(Token::sign("."));
            path.push(next);
        }
        qualify(&mut path);
        if let Some(hidden) = path.iter().filter_map(Token::name).find(|name| is_hidden(name)) {
            return Err(format!("relation \"{hidden}\" does not exist"));
        }
        if !self.peek_is("(") {
            return Ok(path);
        }
        if let [token] = path.as_slice()
            && let Some(name) = token.name().filter(|name| is_hidden_function(name))
        {
            return Err(format!("function {name} does not exist"));
        }
        if let [Token::Word(name)] = path.as_mut_slice()
            && let Some((_, own)) = RENAMED.iter().find(|(theirs, _)| theirs == name)
        {
            (*own).clone_into(name);
        }
        path.extend(self.bracketed()?);
        Ok(path)
    }
}

fn call(function: &str, arguments: Vec<Vec<Token>>) -> Vec<Token> {
    let mut out = vec![Token::word(function), Token::sign("(")];
    for (index, argument) in arguments.into_iter().enumerate() {
        if index > 0 {
            out.push(Token::sign(","));
        }
        out.extend(argument);
    }
    out.push(Token::sign(")"));
    out
}

fn cast(value: Vec<Token>, kind: &str) -> Vec<Token> {
    call("pg_cast", vec![value, vec![Token::Text(kind.to_owned())]])
}

/// Words that go on with a statement, so that they are no alias.
fn is_clause(word: &str) -> bool {
    is_keyword(word) || ["natural", "window", "for", "fetch"].contains(&word)
}

/// Whether an operator may follow these tokens.
fn is_value(tokens: &[Token]) -> bool {
    match tokens.last() {
        Some(Token::Word(word)) => tokens.len() > 1 || !is_keyword(word),
        Some(Token::Sign(sign)) => sign == ")",
        Some(_) => true,
        None => false,
    }
}

/// How Postgres complains about a token.
pub fn near(token: Option<&Token>) -> String {
    match token {
        None => "syntax error at end of input".into(),
        Some(token) => {
            let text = super::token::text(std::slice::from_ref(token));
            format!("syntax error at or near \"{}\"", text.trim_matches('"'))
        }
    }
}
