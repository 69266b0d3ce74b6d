//! Names that an agent may have (contract 4.4).

use crate::error::Failure;

/// Makes sure that an agent's name is a DNS label, which hosts and tools need it to be (contract 4.4).
///
/// # Errors
/// Exit 2 with the rule, and a name that would do.
pub fn checked_name(given: &str, origin: &str) -> Result<String, Failure> {
    let name = given.trim();
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let why = match name {
        "" => "it is empty".to_owned(),
        name if name.len() > 63 => format!("it has {} characters, 63 are allowed", name.len()),
        name if name.starts_with('-') || name.ends_with('-') => "it begins or ends with `-`".to_owned(),
        name => match name.chars().find(|character| !character.is_ascii() || !fits(*character as u8)) {
            Some(character) => {
                format!("`{}` is neither a-z, 0-9 nor -", crate::text::line(&character.to_string()))
            }
            None => return Ok(name.to_owned()),
        },
    };
    let what = crate::text::line(name);
    let failure = Failure::usage(format!("`{what}` cannot be the name of an agent: {why} (from {origin})"));
    Err(match sanitised(name) {
        Some(near) => failure.hint(format!("--name {near}")),
        None => failure.hint("--name my-agent"),
    })
}

/// The nearest name that would do, or nothing when no letter is left.
pub fn sanitised(name: &str) -> Option<String> {
    let mut out = String::new();
    for character in name.trim().to_lowercase().chars() {
        match character {
            'a'..='z' | '0'..='9' => out.push(character),
            _ if !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out = out.trim_start_matches('-').chars().take(63).collect();
    let out = out.trim_end_matches('-');
    (!out.is_empty()).then(|| out.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["a", "billing-agent", "9lives", &"x".repeat(63)] {
            assert_eq!(checked_name(name, "--name").unwrap(), name);
        }
        for (name, near) in [
            ("Billing Agent", Some("--name billing-agent")),
            ("-a-", Some("--name a")),
            ("a_b.c", Some("--name a-b-c")),
            ("größe", Some("--name gr-e")),
            ("日本", Some("--name my-agent")),
            ("", Some("--name my-agent")),
        ] {
            let failure = checked_name(name, "--name").unwrap_err();
            assert_eq!(failure.hints.first().map(String::as_str), near, "{name}");
        }
        assert_eq!(sanitised(&"ab-".repeat(40)).unwrap().len(), 62);
    }
}
