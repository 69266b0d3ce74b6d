//! What a function block computes: its value with references filled in, and a few operations on them.

use serde_json::{Value, json};

use super::document::plain_number;
use super::reference::{Scope, spoken};

/// The value of a function block's code.
///
/// An object with one key that starts with `$` is an operation on its filled-in argument: `$sum`,
/// `$count`, `$upper`, `$words`. Everything else stands for itself.
///
/// # Errors
/// When an operation is unknown or cannot use its argument.
pub fn compute(code: &Value, scope: &Scope) -> Result<Value, String> {
    match code {
        Value::Object(fields) => {
            if let Some((name, argument)) = fields.iter().next().filter(|_| fields.len() == 1)
                && let Some(operation) = name.strip_prefix('$')
            {
                return operate(operation, &compute(argument, scope)?);
            }
            let computed = fields.iter().map(|(name, value)| Ok((name.clone(), compute(value, scope)?)));
            Ok(Value::Object(computed.collect::<Result<_, String>>()?))
        }
        Value::Array(items) => items.iter().map(|item| compute(item, scope)).collect(),
        other => Ok(scope.fill(other)),
    }
}

fn operate(operation: &str, argument: &Value) -> Result<Value, String> {
    let items = || argument.as_array().ok_or_else(|| format!("${operation} needs a list"));
    match operation {
        "sum" => {
            let mut total = 0.0;
            for item in items()? {
                total += item.as_f64().ok_or_else(|| format!("$sum cannot add {item}"))?;
            }
            Ok(plain_number(total))
        }
        "count" => Ok(json!(match argument {
            Value::Array(items) => items.len(),
            Value::Object(fields) => fields.len(),
            other => spoken(other).chars().count(),
        })),
        "upper" => Ok(spoken(argument).to_uppercase().into()),
        "words" => Ok(spoken(argument).split_whitespace().collect()),
        other => Err(format!("${other} is not defined")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_nest() {
        let scope = Scope { start: json!({"text": "one two", "n": 2}), ..Scope::default() };
        let code = json!({"n": {"$sum": [1, "<start.n>"]}, "words": {"$count": {"$words": "<start.text>"}}});
        assert_eq!(compute(&code, &scope), Ok(json!({"n": 3, "words": 2})));
        assert_eq!(compute(&json!({"$sum": ["x"]}), &scope), Err("$sum cannot add \"x\"".into()));
        assert_eq!(compute(&json!({"$nope": 1}), &scope), Err("$nope is not defined".into()));
    }
}
