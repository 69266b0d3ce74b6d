//! The talker that needs no model: it answers from what was said.

use super::{Turn, arithmetic, topics};

/// The answer of `agent`, whose instructions are `system`, to the last thing that was said.
pub fn reply(agent: &str, system: &str, history: &[Turn]) -> String {
    let said: Vec<&str> = history
        .iter()
        .filter(|turn| turn.from_user)
        .map(|turn| turn.text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    let Some((&last, earlier)) = said.split_last() else {
        return "I am listening. Say something, and I will answer.".into();
    };
    let talk = Talk { agent, system, last, earlier, words: words(last) };
    let name = said.iter().rev().find_map(|text| introduced(text));
    if agent.eq_ignore_ascii_case("coder") { talk.code(name) } else { talk.answer(name) }
}

/// Questions about the talker itself.
const ABOUT_ME: &[&str] = &["who are you", "what are you", "what can you", "your instructions"];

struct Talk<'a> {
    agent: &'a str,
    system: &'a str,
    last: &'a str,
    earlier: &'a [&'a str],
    words: Vec<String>,
}

impl Talk<'_> {
    fn answer(&self, name: Option<String>) -> String {
        let comma = name.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
        if let Some(text) = self.memory(name.as_deref()) {
            return text;
        }
        if let Some(text) = self.sums() {
            return text;
        }
        if let Some(text) = self.courtesy(&comma) {
            return text;
        }
        if self.asks(ABOUT_ME) {
            return self.introduction();
        }
        match topics::about(&self.words) {
            Some(text) => text.into(),
            None if self.asks(&["help"]) => self.introduction(),
            None => self.plain(&comma),
        }
    }

    /// What was said before, and by whom.
    fn memory(&self, name: Option<&str>) -> Option<String> {
        if self.asks(&["my name", "who am i"]) && introduced(self.last).is_none() {
            return Some(match name {
                Some(name) => format!("You told me that you are {name}."),
                None => "You have not told me your name yet. What is it?".into(),
            });
        }
        if !self.asks(&[
            "did i say",
            "i said",
            "did i tell",
            "did i ask",
            "do you remember",
            "we talk about",
            "so far",
        ]) {
            return None;
        }
        if self.earlier.is_empty() {
            return Some("Nothing yet: this is the first thing that you said to me.".into());
        }
        let lines: Vec<String> =
            self.earlier.iter().rev().take(5).rev().map(|text| format!("- {}", shortened(text))).collect();
        Some(format!("Before this you said:\n{}", lines.join("\n")))
    }

    fn sums(&self) -> Option<String> {
        let (written, value) = arithmetic::solve(self.last)?;
        Some(format!("{written} is {value}."))
    }

    fn courtesy(&self, comma: &str) -> Option<String> {
        let opens = |names: &[&str]| self.words.first().is_some_and(|word| names.contains(&word.as_str()));
        if let Some(name) = introduced(self.last) {
            return Some(format!(
                "Nice to meet you, {name}! I will remember your name in this conversation."
            ));
        }
        if let Some(name) = greeted(self.last) {
            return Some(format!("Hello, {name}! It is good to see you here."));
        }
        if opens(&["hi", "hello", "hey", "hallo", "good", "morning"]) && self.words.len() <= 4 {
            return Some(match self.earlier.len() {
                0 => format!(
                    "Hello{comma}! I am {}. Ask me about `ra`, or tell me what you are building.",
                    self.named()
                ),
                _ => format!("Hello again{comma}! We were at: {}", shortened(self.earlier.last()?)),
            });
        }
        if opens(&["thanks", "thank", "thx"]) {
            return Some(format!("You are welcome{comma}!"));
        }
        if opens(&["bye", "goodbye", "ciao"]) {
            return Some(format!("Goodbye{comma}. Our conversation stays here if you want to go on."));
        }
        None
    }

    fn introduction(&self) -> String {
        let task = self.system.split(['.', '\n']).next().unwrap_or_default().trim();
        let task =
            if task.is_empty() { String::new() } else { format!(" My instructions begin: \"{task}.\"") };
        format!(
            "I am {}, answered by the talker built into `ra`: no model and no network, only what you say to me.{task} {} \
             Next, try `ra --local recursiv project list`, or start `ra local serve --llm URL` to let a real model answer.",
            self.named(),
            topics::OVERVIEW
        )
    }

    fn plain(&self, comma: &str) -> String {
        let turn = self.earlier.len() + 1;
        let asked = if self.last.ends_with('?') { "You ask" } else { "You say" };
        let more = match turn {
            1 => " A real model would go deeper: `ra local serve --llm URL` names one.".to_owned(),
            _ => format!("{} This is turn {turn}.", self.reminder()),
        };
        format!("I hear you{comma}. {asked}: \"{}\".{more}", shortened(self.last))
    }

    /// Something said before, when there is something.
    fn reminder(&self) -> String {
        let worth = self.earlier.iter().rev().find(|text| words(text).len() > 2);
        worth.map(|text| format!(" Earlier you said: \"{}\".", shortened(text))).unwrap_or_default()
    }

    /// The coder's answers carry code.
    fn code(&self, name: Option<String>) -> String {
        let comma = name.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
        if let Some(text) = self.memory(name.as_deref()) {
            return text;
        }
        if let Some((written, value)) = arithmetic::solve(self.last) {
            return format!(
                "{written} is **{value}**:\n\n```python\nprint({})  # {value}\n```\n",
                written.replace('^', "**")
            );
        }
        if let Some(text) = self.courtesy(&comma) {
            return text;
        }
        if self.asks(ABOUT_ME) {
            return self.introduction();
        }
        let (language, code) = match (topics::sample(&self.words), topics::about(&self.words)) {
            (Some(sample), _) => sample,
            (None, Some(text)) => return format!("{text}\n\n```bash\n{}\n```\n", topics::commands(text)),
            (None, None) => topics::ANY_SAMPLE,
        };
        format!(
            "Here is a small start{comma}, in **{language}**:\n\n```{language}\n{code}\n```\n\n\
             It is a pattern, not your finished program.{}\n",
            self.reminder()
        )
    }

    fn named(&self) -> &str {
        if self.agent.is_empty() { "an agent" } else { self.agent }
    }

    fn asks(&self, phrases: &[&str]) -> bool {
        let text = format!(" {} ", self.words.join(" "));
        phrases.iter().any(|phrase| text.contains(&format!(" {phrase} ")))
    }
}

fn words(text: &str) -> Vec<String> {
    let letters = |c: char| !c.is_alphanumeric() && c != '\'';
    text.split(letters).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// The name with which somebody introduces themselves.
fn introduced(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let certain = ["my name is ", "my name's ", "call me "];
    let maybe = ["i am ", "i'm "];
    let after = |lead: &&str| {
        let lead: &str = lead;
        let at = lower.find(lead)?;
        let starts = at == 0 || !lower.as_bytes()[at - 1].is_ascii_alphanumeric();
        let name = text[at + lead.len()..].split(|c: char| !c.is_alphanumeric() && c != '-').next()?;
        (starts && !name.is_empty()).then(|| name.to_owned())
    };
    if let Some(name) = certain.iter().find_map(after) {
        return Some(capital(&name));
    }
    // "I am Ada" is a name, "I am building an app" is not: only a capital letter tells.
    maybe.iter().find_map(after).filter(|name| name.chars().next().is_some_and(char::is_uppercase))
}

/// Whom somebody wants greeted: `Say hello to Ada.`
fn greeted(text: &str) -> Option<String> {
    const LEAD: &str = "say hello to ";
    let rest =
        text.get(..LEAD.len()).filter(|lead| lead.eq_ignore_ascii_case(LEAD)).map(|_| &text[LEAD.len()..])?;
    let name = rest.trim().trim_end_matches(['.', '!']);
    (!name.is_empty() && name.chars().count() <= 60).then(|| name.to_owned())
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 80 {
        return line;
    }
    format!("{}…", line.chars().take(79).collect::<String>().trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(agent: &str, said: &[&str]) -> String {
        let turn = |text: &&str| {
            [Turn { from_user: true, text: (*text).into() }, Turn { from_user: false, text: "…".into() }]
        };
        let mut history: Vec<Turn> = said.iter().flat_map(turn).collect();
        history.pop();
        reply(agent, "You are a helpful assistant.", &history)
    }

    #[test]
    fn remembers_the_conversation() {
        assert!(ask("guide", &["my name is ada"]).contains("Ada"));
        assert!(ask("guide", &["I am Grace.", "who am I?"]).contains("Grace"));
        assert!(ask("guide", &["I am building an app", "What is my name?"]).contains("not told me"));
        assert!(ask("guide", &["the sky is green", "what did I say?"]).contains("the sky is green"));
        assert!(ask("guide", &["what did I say?"]).contains("first thing"));
        let third = ask("x", &["the sky is green today", "and blue", "and grey"]);
        assert!(
            third.contains("turn 3") && third.contains("Earlier you said: \"the sky is green today\""),
            "{third}"
        );
    }

    #[test]
    fn answers_what_is_asked() {
        assert_eq!(ask("guide", &["What is 12 * 7?"]), "12 * 7 is 84.");
        assert!(ask("guide", &["hello"]).starts_with("Hello! I am guide."));
        assert!(ask("agent1", &["Say hello to Ada."]).starts_with("Hello, Ada!"));
        assert!(ask("guide", &["how do I query a database?"]).contains("/databases/query"));
        assert!(ask("guide", &["help"]).contains("helpful assistant"));
        assert!(ask("coder", &["how do I deploy?"]).contains("```bash\nra --local runagents deploy"));
        assert!(ask("coder", &["a rust program please"]).contains("```rust\n"));
        assert!(!ask("guide", &[""]).is_empty());
    }
}
