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
    Agent {
        /// What stands above the conversation.
        system: String,
        /// What is asked.
        prompt: String,
        /// Fixed words in place of a model's.
        script: Option<String>,
        /// The model's name in the output.
        model: String,
    },
    /// Computes a value from earlier ones.
    Function(Value),
    /// Lets time pass.
    Wait(Value),
    /// Raises an error.
    Fail(String),
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

impl Block {
    /// Reads a block's description.
    pub fn read(described: &Value) -> Self {
        let own = |field: &str| text(described, field).to_owned();
        let work = match text(described, "type") {
            "agent" => Work::Agent {
                system: own("system"),
                prompt: own("prompt"),
                script: described["script"].as_str().map(str::to_owned),
                model: described["model"].as_str().unwrap_or("local/talker").to_owned(),
            },
            "function" => Work::Function(described["code"].clone()),
            "wait" => Work::Wait(described["seconds"].clone()),
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
