//! What the flags and the project's own description come to: one request.

use std::path::{Path, PathBuf};

use super::DeployArgs;
use super::values::{environment, models, pairs, words};
use crate::args::input;
use crate::context::Context;
use crate::error::Failure;
use crate::json::Node;
use crate::project::files::{self, Plan};
use crate::project::manifest::Manifest;
use crate::services::runagents::deploy::{Deployment, Source};
use crate::services::runagents::name::{checked_name, sanitised};

/// A request that is ready to be sent, and what has to be known beside it.
pub struct Assembled {
    /// The agent's name.
    pub name: String,
    /// The body of the request.
    pub body: String,
    /// The draft that is to be closed afterwards.
    pub draft: Option<String>,
    /// What goes up and what stays, when files are sent.
    pub plan: Option<Plan>,
}

/// Where the agent is to come from.
enum Origin<'a> {
    Folder(PathBuf),
    Files(&'a [String]),
    Draft(String),
    Artifact(String),
    Image(String),
}

/// Reads everything that is needed.
///
/// # Errors
/// Exit 2 for what cannot be deployed.
pub fn assembled(args: &DeployArgs, ctx: &Context) -> Result<Assembled, Failure> {
    if let Some(path) = &args.payload {
        return payload(path, args.name.as_deref(), ctx);
    }
    let origin = origin(args)?;
    let of_sources = matches!(origin, Origin::Folder(_) | Origin::Files(_));
    for (flag, given) in [
        ("--requirements-file", &args.requirements_file),
        ("--entry-point", &args.entry_point),
        ("--framework", &args.framework),
    ] {
        if given.is_some() && !of_sources {
            return Err(Failure::usage(format!("{flag} goes only with sources: a folder or --file")));
        }
    }
    let manifest = match &origin {
        Origin::Folder(folder) => Manifest::in_folder(folder)?.unwrap_or_default(),
        _ => Manifest::default(),
    };
    for word in &manifest.unknown {
        ctx.output.warning(&format!(
            "`{}` in {} means nothing to ra",
            crate::text::line(word),
            manifest.shown()
        ));
    }
    let name = name(args, &manifest, &origin)?;
    let requirements = requirements(args, &manifest, &origin)?;
    let mut draft = None;
    let (source, plan) = match origin {
        Origin::Folder(folder) => sources(files::collected(&folder, &manifest)?),
        Origin::Files(paths) => {
            let current = std::env::current_dir()
                .map_err(|error| Failure::usage(format!("cannot tell the current folder: {error}")))?;
            sources(files::named(paths, &current)?)
        }
        Origin::Draft(id) => {
            draft = Some(id.clone());
            (Source::Draft(id), None)
        }
        Origin::Artifact(id) => (Source::Artifact(id), None),
        Origin::Image(image) => (Source::Image(image), None),
    };
    let prompt = args.system_prompt.as_deref();
    let prompt = prompt.map(|given| input::text(given, "--system-prompt", &ctx.stdin)).transpose()?;
    let either = |flag: &Option<String>, own: Option<String>| {
        flag.clone().or(own).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let deployment = Deployment {
        agent: name.clone(),
        source,
        requirements,
        entry_point: either(&args.entry_point, manifest.entry_point),
        framework: either(&args.framework, manifest.framework),
        system_prompt: prompt.or(manifest.system_prompt),
        tools: words(&args.tool).or(manifest.tools),
        policies: words(&args.policy).or(manifest.policies),
        identity_provider: either(&args.identity_provider, manifest.identity_provider),
        models: models(&args.model, &manifest.models)?,
        env: environment(&args.env, ctx)?,
        mapped_tools: pairs(&args.map_tool, "--map-tool", "URL=NAME", str::rsplit_once)?,
        created_tools: pairs(&args.create_tool, "--create-tool", "NAME=URL", str::split_once)?,
    };
    Ok(Assembled { name, body: deployment.body().compact(), draft, plan })
}

fn sources(plan: Plan) -> (Source, Option<Plan>) {
    (Source::Files(plan.files.clone()), Some(plan))
}

/// The one source that is named; without one, a folder that describes itself.
fn origin(args: &DeployArgs) -> Result<Origin<'_>, Failure> {
    let id = |given: &Option<String>| {
        given.as_deref().map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned)
    };
    let folder = args.dir.as_deref().filter(|folder| !folder.is_empty());
    let folder = folder.map(|folder| files::root(Path::new(folder))).transpose()?;
    let mut named = Vec::new();
    named.extend(folder.map(|folder| ("a folder", Origin::Folder(folder))));
    named.extend((!args.file.is_empty()).then(|| ("--file", Origin::Files(&args.file))));
    named.extend(id(&args.draft_id).map(|id| ("--draft-id", Origin::Draft(id))));
    named.extend(id(&args.artifact_id).map(|id| ("--artifact-id", Origin::Artifact(id))));
    named.extend(id(&args.image).map(|image| ("--image", Origin::Image(image))));
    if named.len() > 1 {
        let names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
        return Err(Failure::usage(format!(
            "an agent has one source, these are {}: {}",
            names.len(),
            names.join(", ")
        )));
    }
    if let Some((_, origin)) = named.pop() {
        return Ok(origin);
    }
    let here = Path::new(".");
    match Manifest::in_folder(here)? {
        Some(_) => Ok(Origin::Folder(files::root(here)?)),
        None => {
            Err(Failure::usage("nothing to deploy: no source is named, and there is no runagents.yaml here")
                .hint("ra runagents deploy DIR")
                .hint("ra runagents deploy --name NAME --file agent.py"))
        }
    }
}

/// The agent's name: the flag, the description, or the folder's own name made to fit.
fn name(args: &DeployArgs, manifest: &Manifest, origin: &Origin<'_>) -> Result<String, Failure> {
    if let Some(given) = &args.name {
        return checked_name(given, "--name");
    }
    if let Some(given) = &manifest.name {
        return checked_name(given, &manifest.shown());
    }
    let folder = match origin {
        Origin::Folder(folder) => folder.file_name(),
        _ => None,
    };
    folder
        .and_then(|name| sanitised(&name.to_string_lossy()))
        .ok_or_else(|| Failure::usage("the agent has no name").hint("--name my-agent"))
}

/// Text of the requirements file; one called `requirements.txt` is among the sources anyway.
fn requirements(
    args: &DeployArgs,
    manifest: &Manifest,
    origin: &Origin<'_>,
) -> Result<Option<String>, Failure> {
    if let Some(path) = args.requirements_file.as_deref() {
        return input::file(path, "--requirements-file").map(Some);
    }
    let (Some(named), Origin::Folder(folder)) = (&manifest.requirements, origin) else { return Ok(None) };
    let path = folder.join(named.trim());
    if named.trim() == "requirements.txt" && path.is_file() {
        return Ok(None);
    }
    input::file(&path.display().to_string(), "`requirements` in the project's description").map(Some)
}

/// A whole request from a file; its name may be replaced.
fn payload(path: &str, name: Option<&str>, ctx: &Context) -> Result<Assembled, Failure> {
    let document = input::document(path, "--payload", &ctx.stdin)?;
    let mut body = Node::of(&document);
    if !matches!(body, Node::Object(_)) {
        return Err(Failure::usage("--payload holds no object"));
    }
    if let Some(name) = name {
        body.set("agent_name", checked_name(name, "--name")?);
    }
    let member = |name: &str| match body.get(name) {
        Some(Node::String(text)) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    };
    let Some(name) = member("agent_name") else {
        return Err(
            Failure::usage("--payload names no agent: `agent_name` is missing").hint("--name my-agent")
        );
    };
    let name = checked_name(&name, "agent_name in --payload")?;
    Ok(Assembled { draft: member("draft_id"), body: body.compact(), name, plan: None })
}
