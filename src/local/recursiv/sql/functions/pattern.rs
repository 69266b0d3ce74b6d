//! LIKE, as Postgres means it.

/// `%` is any text, `_` any letter, a backslash takes the next letter as it is. Never slower than the
/// product of both lengths: only the last `%` is ever tried again.
pub fn like(pattern: &[char], value: &[char]) -> bool {
    let (mut at, mut in_value, mut again) = (0, 0, None);
    while in_value < value.len() {
        let (single, length) = match pattern.get(at) {
            Some('%') => {
                again = Some((at + 1, in_value));
                at += 1;
                continue;
            }
            Some('_') => (None, 1),
            Some('\\') if at + 1 < pattern.len() => (Some(pattern[at + 1]), 2),
            Some(letter) => (Some(*letter), 1),
            None => (None, 0),
        };
        if length > 0 && single.is_none_or(|letter| letter == value[in_value]) {
            (at, in_value) = (at + length, in_value + 1);
        } else if let Some((resume, tried)) = again {
            again = Some((resume, tried + 1));
            (at, in_value) = (resume, tried + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|letter| *letter == '%')
}

#[cfg(test)]
mod tests {
    #[test]
    fn patterns() {
        let like = |pattern: &str, value: &str| {
            super::like(&pattern.chars().collect::<Vec<_>>(), &value.chars().collect::<Vec<_>>())
        };
        assert!(like("%a%b", "xxaxxb") && like("a_c", "abc") && like("%", "") && like("100\\%", "100%"));
        assert!(!like("a", "ab") && !like("100\\%", "1000") && !like("_", "") && !like("A", "a"));
    }
}
