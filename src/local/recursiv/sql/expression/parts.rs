//! Parts of expressions: intervals, names of types, what stands in brackets.

use super::{Result, Rewriter, near, nested};
use crate::local::recursiv::sql::token::{Token, text};

impl Rewriter<'_> {
    /// A plus or minus before an interval.
    pub(super) fn shift(&self) -> Option<(&'static str, usize)> {
        let sign = if self.peek_is("+") {
            "+"
        } else if self.peek_is("-") {
            "-"
        } else {
            return None;
        };
        let next = self.tokens.get(self.at + 1)?;
        let worded = next.is("interval")
            && matches!(self.tokens.get(self.at + 2), Some(Token::Text(_) | Token::Parameter(_)));
        let casted = self.tokens.get(self.at + 2).is_some_and(|token| token.is_sign("::"))
            && self.tokens.get(self.at + 3).is_some_and(|token| token.is("interval"));
        (worded || casted).then_some((sign, 1))
    }

    /// `INTERVAL '1 day'` or `'1 day'::interval`.
    pub(super) fn interval(&mut self) -> Result<Vec<Token>> {
        if self.word("interval") {
            self.at += 1;
            return self.primary();
        }
        let value = self.primary()?;
        self.at += 2;
        Ok(value)
    }

    /// A type's name after `::` or in a cast, in one word with its brackets.
    pub(super) fn type_name(&mut self) -> Result<String> {
        let mut name = match self.peek().and_then(Token::name) {
            Some(name) => name.to_owned(),
            None => return Err(near(self.peek())),
        };
        self.at += 1;
        if name == "double" && self.word("precision") {
            self.at += 1;
        } else if name == "character" && self.word("varying") {
            name = "varchar".into();
            self.at += 1;
        } else if (name == "timestamp" || name == "time") && (self.word("with") || self.word("without")) {
            if self.word("with") {
                name.push_str("tz");
            }
            self.at += 3;
        }
        if self.peek_is("(") {
            let inner = self.brackets()?;
            name.push('(');
            name.push_str(&text(&inner).replace(' ', ""));
            name.push(')');
        }
        while self.peek_is("[") {
            self.at += 2;
            name = "jsonb".into();
        }
        Ok(name)
    }

    /// What stands between the bracket here and its partner; goes past both.
    pub(super) fn brackets(&mut self) -> Result<Vec<Token>> {
        let (open, start) = (self.at, self.at + 1);
        let mut depth = 0;
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            if token.is_sign("(") || token.is_sign("[") {
                depth += 1;
            } else if token.is_sign(")") || token.is_sign("]") {
                depth -= 1;
                if depth == 0 {
                    return Ok(self.tokens[start..self.at - 1].to_vec());
                }
            }
        }
        self.at = open;
        Err("syntax error at end of input".into())
    }

    /// The same, rewritten and with its brackets.
    pub(super) fn bracketed(&mut self) -> Result<Vec<Token>> {
        let inner = self.brackets()?;
        let mut out = vec![Token::sign("(")];
        out.extend(nested(&inner, self.depth + 1)?);
        out.push(Token::sign(")"));
        Ok(out)
    }
}
