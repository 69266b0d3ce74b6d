//! `ra runagents tool create`: a tool from flags, from a file, or from a file that flags change.

use anyhow::Result;
use clap::Args;

use crate::args::input;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::Failure;
use crate::json::Node;
use crate::secret::Secret;
use crate::services::fetch;
use crate::services::runagents::columns::TOOL_VIEW;
use crate::services::runagents::tools::{lifted, put};

/// Create a tool, or update the one of the same name
///
/// From a file, from flags, or from a file that flags change. Secrets go to the service's own store and are never
/// shown.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents tool create stripe --base-url https://api.stripe.com
  ra runagents tool create stripe -f stripe.yaml --api-key-value @key.txt
  ra runagents tool create echo --base-url http://localhost:9090 --scheme HTTP
  ra runagents tool create -f tool.yaml
  cat tool.json | ra runagents tool create -f -")]
pub struct CreateArgs {
    /// Name of the tool
    #[arg(required_unless_present = "file")]
    pub name: Option<String>,

    /// Description in JSON or YAML, - for stdin
    #[arg(short = 'f', long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: Option<String>,

    /// Name of the tool, as a flag
    #[arg(long = "name", value_name = "NAME", conflicts_with = "name")]
    pub name_flag: Option<String>,

    /// Address that its calls go to
    #[arg(long, value_name = "URL", value_hint = clap::ValueHint::Url)]
    pub base_url: Option<String>,

    /// What it does, for people and for the model
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,

    /// How calls sign in
    #[arg(long, value_name = "KIND", value_parser = ["none", "api-key", "oauth2"])]
    pub auth: Option<String>,

    /// Header or query parameter that carries the key
    #[arg(long, value_name = "NAME")]
    pub key_name: Option<String>,

    /// Where the key travels
    #[arg(long, value_name = "PLACE", value_parser = ["header", "query"])]
    pub key_in: Option<String>,

    /// What stands before the key, such as `Bearer `
    #[arg(long, value_name = "TEXT")]
    pub key_prefix: Option<String>,

    /// Key that calls sign in with: - reads it from stdin, @FILE from a file
    #[arg(long, value_name = "KEY")]
    pub api_key_value: Option<String>,

    /// OAuth client's id
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,

    /// OAuth client's secret: - reads it from stdin, @FILE from a file
    #[arg(long, value_name = "SECRET")]
    pub client_secret: Option<String>,

    /// Where people agree (OAuth)
    #[arg(long, value_name = "URL")]
    pub auth_url: Option<String>,

    /// Where tokens are had (OAuth)
    #[arg(long, value_name = "URL")]
    pub token_url: Option<String>,

    /// Scope to ask for (OAuth), once for each
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,

    /// Port of the address
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,

    /// Scheme of the address
    #[arg(long, value_name = "SCHEME", value_parser = ["HTTP", "HTTPS"], ignore_case = true)]
    pub scheme: Option<String>,

    /// Whether it runs outside or inside the platform
    #[arg(long, value_name = "WHERE", value_parser = ["External", "Internal"], ignore_case = true)]
    pub topology: Option<String>,

    /// Who may call it: everyone, those a policy names, or with approval each time
    #[arg(long, value_name = "MODE", value_parser = ["Open", "Restricted", "Critical"], ignore_case = true)]
    pub access: Option<String>,
}

/// Carries the command out.
///
/// # Errors
/// Unusable input, or what the service says.
pub async fn run(args: &CreateArgs, ctx: &Context) -> Result<Exit> {
    let mut body = body(args, ctx)?;
    let runagents = ctx.runagents()?;
    if ctx.globals.dry_run.is_some() {
        mask(&mut body);
    }
    let tool = fetch(&runagents, &runagents.create_tool(&body)).await?;
    if tool.value.is_null() {
        ctx.output.note("created");
    } else {
        ctx.output.emit(&tool, TOOL_VIEW)?;
    }
    Ok(0)
}

/// The request's body: the file, lifted into today's shape, and the flags over it.
fn body(args: &CreateArgs, ctx: &Context) -> Result<Node, Failure> {
    let mut body = match &args.file {
        Some(path) => lifted(&Node::of(&input::document(path, "--file", &ctx.stdin)?))?,
        None => Node::Object(vec![("name".into(), Node::Null), ("spec".into(), Node::object())]),
    };
    if let Some(name) = args.name.as_ref().or(args.name_flag.as_ref()) {
        body.set("name", input::id(name, "tool's name")?);
    }
    if !matches!(body.get("name"), Some(Node::String(name)) if !name.trim().is_empty()) {
        return Err(Failure::usage("the tool has no name").hint("ra runagents tool create NAME -f tool.yaml"));
    }
    let scheme = args.scheme.as_ref().map(|scheme| scheme.to_uppercase());
    let description =
        args.description.as_deref().map(|text| input::text(text, "--description", &ctx.stdin)).transpose()?;
    for (path, value) in [
        ("spec.description", &description),
        ("spec.connection.topology", &titled(args.topology.as_deref())),
        ("spec.connection.baseUrl", &args.base_url),
        ("spec.connection.scheme", &scheme),
        ("spec.governance.accessControl.mode", &titled(args.access.as_deref())),
    ] {
        if let Some(value) = value {
            put(&mut body, path, value.as_str().into());
        }
    }
    if let Some(port) = args.port {
        put(&mut body, "spec.connection.port", Node::Number(port.to_string()));
    }
    if !matches!(body.at("spec.connection.baseUrl"), Some(Node::String(url)) if !url.is_empty()) {
        return Err(Failure::usage("the tool has no address").hint("--base-url https://api.example.com"));
    }
    sign_in(args, &mut body);
    for (name, given, what) in [
        ("api_key", &args.api_key_value, "--api-key-value"),
        ("client_secret", &args.client_secret, "--client-secret"),
    ] {
        if let Some(given) = given {
            put(&mut body, &format!("credentials.{name}"), secret(given, what, ctx)?.into());
        }
    }
    if let Some(id) = &args.client_id {
        put(&mut body, "credentials.client_id", id.as_str().into());
    }
    learn(&body, ctx);
    Ok(body)
}

/// `external` as the service spells it.
fn titled(word: Option<&str>) -> Option<String> {
    let word = word?.to_lowercase();
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

fn sign_in(args: &CreateArgs, body: &mut Node) {
    const AT: &str = "spec.connection.authentication";
    let implied = if args.api_key_value.is_some() || args.key_name.is_some() {
        Some("api-key")
    } else if args.client_secret.is_some() || args.token_url.is_some() {
        Some("oauth2")
    } else {
        None
    };
    // What a file says stands, unless a flag contradicts it.
    let described = body.at(AT).is_some();
    match args.auth.as_deref().or(implied.filter(|_| !described || args.key_name.is_some())) {
        Some("none") => put(body, &format!("{AT}.type"), "None".into()),
        Some("api-key") => {
            put(body, &format!("{AT}.type"), "APIKey".into());
            let place = titled(args.key_in.as_deref()).unwrap_or_else(|| "Header".to_owned());
            // An `Authorization` header carries a key behind the word for its kind.
            let name = args.key_name.clone().unwrap_or_else(|| "Authorization".to_owned());
            let usual = (args.key_name.is_none() && place == "Header").then(|| "Bearer ".to_owned());
            put(body, &format!("{AT}.apiKeyConfig.in"), place.into());
            put(body, &format!("{AT}.apiKeyConfig.name"), name.into());
            if let Some(prefix) = args.key_prefix.clone().or(usual) {
                put(body, &format!("{AT}.apiKeyConfig.valuePrefix"), prefix.into());
            }
        }
        Some("oauth2") => {
            put(body, &format!("{AT}.type"), "OAuth2".into());
            for (name, value) in [("authUrl", &args.auth_url), ("tokenUrl", &args.token_url)] {
                if let Some(value) = value {
                    put(body, &format!("{AT}.oauth2Config.{name}"), value.as_str().into());
                }
            }
            let scopes: Vec<Node> = args.scope.iter().cloned().map(Node::String).collect();
            put(body, &format!("{AT}.oauth2Config.scopes"), scopes.into());
        }
        _ => {}
    }
}

/// A secret: from stdin, from a file, or (with a warning) from the command line. The line break at its end is not
/// part of it.
fn secret(given: &str, what: &'static str, ctx: &Context) -> Result<String, Failure> {
    if given != "-" && !given.starts_with('@') {
        ctx.output.warning(&format!(
            "a secret on the command line can be seen by others in `ps`; give {what} - or @FILE"
        ));
    }
    let text = input::text(given, what, &ctx.stdin)?;
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    if text.is_empty() { Err(Failure::usage(format!("{what} is empty"))) } else { Ok(text) }
}

/// Takes the credentials out of everything that is said from now on, also as JSON spells them.
fn learn(body: &Node, ctx: &Context) {
    let Some(Node::Object(members)) = body.get("credentials") else { return };
    for (_, node) in members {
        if let Node::String(text) = node {
            ctx.hide(&Secret::new(text.clone()));
            ctx.hide(&Secret::new(node.compact().trim_matches('"').to_owned()));
        }
    }
}

/// What `--dry-run` shows in place of credentials.
fn mask(body: &mut Node) {
    if let Some(Node::Object(members)) = body.get_mut("credentials") {
        for (_, node) in members.iter_mut() {
            *node = "********".into();
        }
    }
}
