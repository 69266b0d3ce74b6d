//! Finds a sum in a sentence and works it out.

/// The first arithmetic expression in `text` that has an operator, as written, with its value.
pub fn solve(text: &str) -> Option<(String, String)> {
    let is_part = |c: char| {
        c.is_ascii_digit() || matches!(c, '+' | '-' | '*' | '/' | '(' | ')' | '.' | '^' | '×' | '÷' | ' ')
    };
    let spoken =
        text.to_lowercase().replace(" times ", " * ").replace(" plus ", " + ").replace(" minus ", " - ");
    let spoken = spoken.replace(" divided by ", " / ");
    spoken.split(|c| !is_part(c)).find_map(|part| {
        let written = part.trim().trim_end_matches(['.', ' ']);
        // A date or a phone number is no sum; a sum is spaced out or has nothing but one operator.
        let operators = written.chars().filter(|c| "+-*/^×÷".contains(*c)).count();
        let dated = operators > 1 && !written.contains(' ') && written.split(['-', '/']).count() > 2;
        if operators == 0 || dated || !written.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let value = Parser { rest: written, depth: 0 }.whole()?;
        Some((written.to_owned(), spelled(value)?))
    })
}

fn spelled(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let text = format!("{value:.6}");
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

struct Parser<'a> {
    rest: &'a str,
    depth: u8,
}

impl Parser<'_> {
    fn whole(mut self) -> Option<f64> {
        let value = self.sum()?;
        self.rest.trim().is_empty().then_some(value)
    }

    fn take(&mut self, signs: &[char]) -> Option<char> {
        self.rest = self.rest.trim_start();
        let sign = self.rest.chars().next().filter(|sign| signs.contains(sign))?;
        self.rest = &self.rest[sign.len_utf8()..];
        Some(sign)
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        while let Some(sign) = self.take(&['+', '-']) {
            let next = self.product()?;
            value = if sign == '+' { value + next } else { value - next };
        }
        Some(value)
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.power()?;
        while let Some(sign) = self.take(&['*', '/', '×', '÷']) {
            let next = self.power()?;
            value = if matches!(sign, '*' | '×') { value * next } else { value / next };
        }
        Some(value)
    }

    fn power(&mut self) -> Option<f64> {
        let base = self.atom()?;
        match self.take(&['^']) {
            Some(_) => Some(base.powf(self.deeper(Self::power)?)),
            None => Some(base),
        }
    }

    fn atom(&mut self) -> Option<f64> {
        if self.take(&['-']).is_some() {
            return self.deeper(Self::atom).map(|value| -value);
        }
        if self.take(&['(']).is_some() {
            let value = self.deeper(Self::sum)?;
            self.take(&[')'])?;
            return Some(value);
        }
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number.parse().ok()
    }

    /// A message of brackets must not exhaust the stack.
    fn deeper(&mut self, parse: fn(&mut Self) -> Option<f64>) -> Option<f64> {
        self.depth = self.depth.checked_add(1).filter(|depth| *depth < 100)?;
        let value = parse(self);
        self.depth -= 1;
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_out_sums() {
        for (text, value) in [
            ("what is 12 * 7?", "84"),
            ("2+2", "4"),
            ("please (1 + 2) * -3 .", "-9"),
            ("10 / 4", "2.5"),
            ("2 ^ 10", "1024"),
            ("six? no: 6 times 7", "42"),
            ("0.1 + 0.2", "0.3"),
        ] {
            assert_eq!(solve(text).map(|(_, value)| value).as_deref(), Some(value), "{text}");
        }
    }

    #[test]
    fn leaves_other_text_alone() {
        for text in ["hello", "call 555-12-34", "on 2026-09-01", "1 / 0", "-", "( - )", "gpt 4"] {
            assert_eq!(solve(text), None, "{text}");
        }
        assert_eq!(solve(&format!("{}1 + 1", "(".repeat(10_000))), None);
    }
}
