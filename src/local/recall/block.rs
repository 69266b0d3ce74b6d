//! The blocks of a workflow, read from its stored document.

use serde_json::Value;

use super::document::text;

/// One step of a workflow.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its id on the wire.
    pub id: String,
    /// The name people gave it.
    pub name: String,
    /// What it does.
    pub work: Work,
    /// How the stored document describes it.
    pub described: Value,
}

/// What a block does.
#[derive(Clone, Debug)]
pub enum Work {
    /// Asks a model, or speaks the words of its script; streams.
    Agent(Box<Agent>),
    /// Computes a value from earlier ones.
    Function(Value),
    /// Lets time pass.
    Wait(Value),
    /// Raises an error.
    Fail(String),
    /// Tells what these stored files are.
    Read(Value),
    /// Waits for a person to fill in these fields.
    Human(Value),
    /// Makes the HTTP answer itself.
    Response {
        /// Its status.
        status: u16,
        /// Its headers.
        headers: Value,
        /// Its body.
        data: Value,
    },
    /// A kind this engine does not have.
    Unknown(String),
}

/// How an agent answers.
#[derive(Clone, Debug)]
pub struct Agent {
    /// What stands above the conversation.
    pub system: String,
    /// What is asked.
    pub prompt: String,
    /// What it thinks before it speaks.
    pub thinking: String,
    /// What it says before it calls its tool.
    pub preface: String,
    /// What it calls before it answers.
    pub tool: Option<Tool>,
    /// Fixed words in place of a model's.
    pub script: Option<String>,
    /// The model's name in the output.
    pub model: String,
}

/// A tool of an agent: a computation with a name.
#[derive(Clone, Debug)]
pub struct Tool {
    /// What its calls are named.
    pub name: String,
    /// What it computes, as a function block does.
    pub code: Value,
}

impl Block {
    /// Reads a block's description.
    pub fn read(described: &Value) -> Self {
        let own = |field: &str| text(described, field).to_owned();
        let work = match text(described, "type") {
            "agent" => Work::Agent(Box::new(Agent {
                system: own("system"),
                prompt: own("prompt"),
                thinking: own("thinking"),
                preface: own("preface"),
                tool: described["tool"].as_object().map(|_| Tool {
                    name: text(&described["tool"], "name").to_owned(),
                    code: described["tool"]["code"].clone(),
                }),
                script: described["script"].as_str().map(str::to_owned),
                model: described["model"].as_str().unwrap_or("local/talker").to_owned(),
            })),
            "function" => Work::Function(described["code"].clone()),
            "wait" => Work::Wait(described["seconds"].clone()),
            "file" => Work::Read(described["files"].clone()),
            "fail" => Work::Fail(own("message")),
            "human_in_the_loop" => Work::Human(described["inputFormat"].clone()),
            "response" => Work::Response {
                status: described["status"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(200),
                headers: described["headers"].clone(),
                data: described["data"].clone(),
            },
            other => Work::Unknown(other.to_owned()),
        };
        Self { id: own("id"), name: own("name"), work, described: described.clone() }
    }
}
