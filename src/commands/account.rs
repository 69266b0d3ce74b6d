//! The three accounts: which settings hold address and key, and how to find out whether a key is accepted.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::columns::{Column, Kind as Shown, View};
use crate::config::{self, Origin, Setting};
use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::http::{Answer, Client, Method, Planned, Retry};
use crate::json::Json;
use crate::secret::Secret;
use crate::services::Service;

/// An account with one of the services.
#[derive(Debug)]
pub struct Account {
    /// The service's name.
    pub name: &'static str,
    /// The same, as it is written in sentences.
    pub title: &'static str,
    /// The setting that holds its address.
    pub address: &'static str,
    /// The setting that holds its key.
    pub key: &'static str,
    /// What a key may always read, if it is good for anything.
    probe: &'static str,
    /// Where a person makes and revokes keys.
    pub page: &'static str,
}

/// All of them.
pub const ACCOUNTS: [Account; 3] = [
    Account {
        name: "recursiv",
        title: "Recursiv",
        address: "recursiv.base_url",
        key: "recursiv.api_key",
        probe: "/users/me",
        page: "https://recursiv.io/account/api-keys",
    },
    Account {
        name: "recall",
        title: "Recall",
        address: "recall.base_url",
        key: "recall.api_key",
        probe: "/api/users/me/usage-limits",
        page: "the API key settings of your workspace",
    },
    Account {
        name: "runagents",
        title: "RunAgents",
        address: "runagents.endpoint",
        key: "runagents.api_key",
        probe: "/agents",
        page: "the API key settings of the RunAgents console",
    },
];

/// The names of the services, for arguments.
pub const NAMES: [&str; 3] = ["recursiv", "recall", "runagents"];

/// What a service thinks of a key.
pub enum Verdict {
    /// It works.
    Accepted,
    /// It is known, but may not do everything.
    Limited(Failure),
    /// It is not accepted.
    Rejected(Failure),
    /// The service could not be asked, or its answer says nothing about the key.
    Unknown(Failure),
}

impl Verdict {
    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted | Self::Limited(_) => "accepted",
            Self::Rejected(_) => "rejected",
            Self::Unknown(failure) => match failure.kind {
                Kind::Unavailable | Kind::Timeout => "unreachable",
                _ => "unclear",
            },
        }
    }

    /// What the service said, when that was more than a yes.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Accepted => None,
            Self::Limited(failure) | Self::Rejected(failure) | Self::Unknown(failure) => Some(failure),
        }
    }
}

impl Account {
    /// The account with a service.
    ///
    /// # Errors
    /// Exit 2 when there is no such service.
    pub fn of(name: &str) -> Result<&'static Self, Failure> {
        let found = ACCOUNTS.iter().find(|account| account.name == name);
        found.ok_or_else(|| Failure::usage(format!("`{name}` is no service")))
    }

    /// The setting that holds the key.
    pub fn key_setting(&self) -> &'static Setting {
        config::find(self.key).expect("it is in the table of settings")
    }

    /// The service's client, with the key in force.
    ///
    /// # Errors
    /// Exit 2 for an unusable address, exit 3 without a key.
    pub fn client(&self, ctx: &Context) -> Result<Box<dyn Service>> {
        Ok(match self.name {
            "recursiv" => Box::new(ctx.recursiv()?),
            "recall" => Box::new(ctx.recall()?),
            _ => Box::new(ctx.runagents()?),
        })
    }

    /// Asks the service what it thinks of the key, once, waiting no longer than `patience`.
    ///
    /// # Errors
    /// Only what stands in the way of asking: an unusable address, no key, `--dry-run`.
    pub async fn verdict(
        &self,
        http: &Client,
        patience: Duration,
        ctx: &Context,
    ) -> Result<(Verdict, Option<Answer>)> {
        let service = self.client(ctx)?;
        let request = service.request(Method::Get, self.probe).patient(patience);
        match http.send(&request).await {
            Ok(answer) => Ok((judged(service.as_ref(), &answer), Some(answer))),
            Err(error) if error.is::<Planned>() => Err(error),
            Err(error) => Ok((Verdict::Unknown(unpack(&error).0), None)),
        }
    }
}

fn judged(service: &dyn Service, answer: &Answer) -> Verdict {
    if answer.ok() {
        // A portal's welcome page with status 200 is no word from the service.
        return service.payload(answer).map_or_else(Verdict::Unknown, |_| Verdict::Accepted);
    }
    let failure = service.failure(answer);
    match (answer.status, failure.kind) {
        (401 | 403, Kind::Unavailable) => Verdict::Unknown(failure),
        (401, _) => Verdict::Rejected(Failure { kind: Kind::Auth, ..failure }),
        (403, _) => Verdict::Limited(failure),
        _ => Verdict::Unknown(failure),
    }
}

/// A client that asks once: who wants to know how things are does not want to wait until they are better.
pub fn one_attempt(ctx: &Context) -> Client {
    ctx.http_with(Retry { max_retries: ctx.globals.max_retries.unwrap_or(0), ..Retry::default() })
}

const COLUMNS: &[Column] = &[
    Column::text("service", "service"),
    Column::text("address", "address"),
    Column::text("key", "key"),
    Column::text("origin", "origin"),
    Column::of(Shown::Status, "verdict", "verdict"),
];

/// How an account is shown.
pub const VIEW: View<'static> = View { columns: COLUMNS, id: "service" };

/// An account as a row: address, masked key, where the key came from, the verdict.
///
/// # Errors
/// Exit 2 when the address or the key is unusable.
pub fn row(account: &Account, verdict: &str, detail: Option<&str>, ctx: &Context) -> Result<Json> {
    let settings = ctx.settings()?;
    let address = settings.get(account.address)?.map(|resolved| resolved.value);
    let key = settings.get(account.key)?;
    let masked = key.as_ref().map(|key| Secret::new(&key.value).masked());
    let origin = key.map(|key| key.origin).filter(|origin| *origin != Origin::Default);
    Ok(Json::from(json!({
        "service": account.name,
        "address": address,
        "key": masked,
        "origin": origin.map_or(Value::Null, |origin| origin.to_string().into()),
        "verdict": verdict,
        "detail": detail.map(|detail| ctx.without_secrets(detail)),
    })))
}
