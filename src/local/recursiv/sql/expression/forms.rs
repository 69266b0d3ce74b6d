//! Expressions with a grammar of their own: CASE, CAST, EXTRACT, ANY, series, JSON put together.

use super::{Result, Rewriter, call, cast, nested};
use crate::local::recursiv::sql::statement::split;
use crate::local::recursiv::sql::token::{Token, tokens};

impl Rewriter<'_> {
    /// `CASE … END`, after its first word.
    pub(super) fn case(&mut self) -> Result<Vec<Token>> {
        let start = self.at;
        let mut depth = 1;
        while let Some(token) = self.tokens.get(self.at) {
            depth += i32::from(token.is("case")) - i32::from(token.is("end"));
            self.at += 1;
            if depth == 0 {
                let mut out = vec![Token::word("case")];
                out.extend(nested(&self.tokens[start..self.at - 1], self.depth + 1)?);
                out.push(Token::word("end"));
                return Ok(out);
            }
        }
        Err("syntax error at end of input".into())
    }

    /// `= ANY (array)`: the array is JSON here.
    pub(super) fn any(&mut self) -> Result<Vec<Token>> {
        self.at += 2;
        let inner = self.brackets()?;
        let select = inner.first().is_some_and(|token| token.is("select"));
        let array = nested(&inner, self.depth + 1)?;
        let mut out = vec![Token::word("in"), Token::sign("(")];
        if !select {
            out.extend(tokens("select value from json_each")?);
            out.push(Token::sign("("));
        }
        out.extend(array);
        out.push(Token::sign(")"));
        if !select {
            out.push(Token::sign(")"));
        }
        Ok(out)
    }

    /// The right side of `||` when it is JSON: then objects are merged, not texts joined.
    pub(super) fn json_right(&mut self) -> Result<Option<Vec<Token>>> {
        let before = self.at;
        self.at += 1;
        let right = self.casted()?;
        let kind = match right.as_slice() {
            [function, .., Token::Text(kind), _] if function.is("pg_cast") => kind.starts_with("json"),
            [function, ..] => function.is("json_object") || function.is("json_array"),
            [] => false,
        };
        if kind {
            return Ok(Some(right));
        }
        self.at = before;
        Ok(None)
    }

    /// `generate_series(from, to[, step])` with its alias, which also names its column.
    pub(super) fn series(&mut self) -> Result<Vec<Token>> {
        let inner = self.brackets()?;
        let mut bounds = Vec::new();
        for bound in split(&inner) {
            bounds.push(nested(&bound, self.depth + 1)?);
        }
        if !(2..=3).contains(&bounds.len()) {
            return Err("function generate_series does not exist with these arguments".into());
        }
        let step = if bounds.len() == 3 { bounds.remove(2) } else { vec![Token::Number("1".into())] };
        let alias = self.alias();
        let column = alias.as_ref().map_or("generate_series", |(_, column)| column);
        let pieces = [
            "( with recursive ra_series (n, last, step) as ( select",
            ",",
            ",",
            "union all select n + step, last, step from ra_series where (step > 0 and n + step <= last) or \
             (step < 0 and n + step >= last) ) select n as",
        ];
        let mut out = tokens(pieces[0])?;
        for (at, part) in [&bounds[0], &bounds[1], &step].into_iter().enumerate() {
            out.push(Token::sign("("));
            out.extend(part.iter().cloned());
            out.push(Token::sign(")"));
            out.extend(tokens(pieces[at + 1])?);
        }
        out.push(Token::Name(column.to_owned()));
        out.extend(tokens("from ra_series where (step > 0 and n <= last) or (step < 0 and n >= last) )")?);
        if let Some((table, _)) = alias {
            out.extend([Token::word("as"), Token::Name(table)]);
        }
        Ok(out)
    }

    /// `AS t`, `t`, `AS t(c)`: the names of a table and of its column.
    fn alias(&mut self) -> Option<(String, String)> {
        let worded = self.word("as");
        let name = self.tokens.get(self.at + usize::from(worded))?.name()?.to_owned();
        if !worded && super::is_clause(&name) {
            return None;
        }
        self.at += 1 + usize::from(worded);
        if !self.peek_is("(") {
            return Some((name.clone(), name));
        }
        let inner = self.brackets().ok()?;
        let column = inner.first()?.name()?.to_owned();
        Some((name, column))
    }

    /// `CAST (value AS type)`.
    pub(super) fn cast_call(&mut self) -> Result<Vec<Token>> {
        let inner = self.brackets()?;
        let mut depth = 0;
        let split = inner.iter().rposition(|token| {
            depth += i32::from(token.is_sign(")")) - i32::from(token.is_sign("("));
            depth == 0 && token.is("as")
        });
        let split = split.ok_or("syntax error at or near \"cast\"")?;
        let value = nested(&inner[..split], self.depth + 1)?;
        let kind = Rewriter { tokens: &inner[split + 1..], at: 0, depth: self.depth }.type_name()?;
        Ok(cast(value, &kind))
    }

    /// `EXTRACT (field FROM moment)`.
    pub(super) fn extract(&mut self) -> Result<Vec<Token>> {
        let inner = self.brackets()?;
        match inner.as_slice() {
            [field, from, value @ ..] if from.is("from") => {
                let field = field.name().map_or_else(
                    || crate::local::recursiv::sql::token::text(std::slice::from_ref(field)),
                    str::to_owned,
                );
                let field = Token::Text(field.trim_matches('\'').to_owned());
                Ok(call("pg_extract", vec![vec![field], nested(value, self.depth + 1)?]))
            }
            _ => Err("syntax error at or near \"extract\"".into()),
        }
    }
}
