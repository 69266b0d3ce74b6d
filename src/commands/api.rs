//! `ra SERVICE api METHOD PATH`: any request, for what has no command of its own.

use anyhow::Result;
use clap::Args;

use super::{Exit, resource, transfer};
use crate::args::{Fields, input};
use crate::context::Context;
use crate::error::Failure;
use crate::http::pages::{Stopped, Walk};
use crate::http::{Answer, Headers, Method, Opened, Repeat, Request, Stream};
use crate::json::{Json, Node};
use crate::services::{Service, call, doubtful, refusal};

/// The flags and words of the command, the same for every service.
#[derive(Args, Debug)]
pub struct ApiArgs {
    /// Method (GET when left out, POST when there are fields) and path below the service's address
    #[arg(value_name = "[METHOD] PATH", num_args = 1..=2, required = true)]
    pub request: Vec<String>,

    #[command(flatten)]
    pub fields: Fields,

    /// Body as JSON: text, @FILE, or - for stdin
    #[arg(long, value_name = "JSON")]
    pub input: Option<String>,

    /// Add to the query: key=value, once for each
    #[arg(long = "query", value_name = "KEY=VALUE", action = clap::ArgAction::Append)]
    pub query: Vec<String>,

    /// Print status and headers before the body
    #[arg(short, long)]
    pub include: bool,

    /// Follow all pages of a list and print their items as one
    #[arg(long)]
    pub paginate: bool,
}

/// Carries the command out.
///
/// # Errors
/// Exit 2 for a request that cannot be made or leads elsewhere; what the service says.
pub async fn run(args: &ApiArgs, ctx: &Context, service: &dyn Service) -> Result<Exit> {
    let request = request(args, ctx, service)?;
    if args.paginate {
        return pages(&request, args, ctx, service).await;
    }
    let opened = {
        let _waiting = ctx.output.progress(&format!("waiting for {}", service.name()));
        let opened = ctx.interrupt().guard(service.http().download(&request)).await;
        let opened = opened.map_err(|kind| Failure::new(kind, "stopped waiting for the answer"))?;
        opened.map_err(|error| doubtful(error, &request))?
    };
    match opened {
        Opened::Stream(stream) => show(stream, args, ctx).await.map_err(|error| doubtful(error, &request)),
        Opened::Answer(answer) => {
            if args.include {
                head(answer.status, &answer.headers, ctx)?;
                ctx.output.emit_bytes(&answer.body)?;
            }
            Err(refused(&answer, &request, args, service).into())
        }
    }
}

fn request(args: &ApiArgs, ctx: &Context, service: &dyn Service) -> Result<Request, Failure> {
    let with_body = !args.fields.is_empty() || args.input.is_some();
    let (method, path) = match args.request.as_slice() {
        [path] if method(path).is_some() => {
            return Err(Failure::usage(format!("{path} needs a path, such as {path} /…")));
        }
        [path] => (if with_body { Method::Post } else { Method::Get }, path),
        [verb, path] => {
            let unknown = || {
                let verb = crate::text::line(verb);
                Failure::usage(format!("`{verb}` is no method: GET, HEAD, POST, PUT, PATCH or DELETE"))
            };
            (method(verb).ok_or_else(unknown)?, path)
        }
        _ => return Err(Failure::usage("a method and a path are wanted")),
    };
    let base = service.request(method, "").base;
    let mut request = service.request(method, &below(path, &base)?);
    let looks = matches!(method, Method::Get | Method::Head);
    // Of a route that we do not know, nobody knows whether it may be carried out twice.
    request.repeat = if looks { Repeat::Safe } else { Repeat::Once };
    for pair in &args.query {
        let (key, value) = pair
            .split_once('=')
            .filter(|(key, _)| !key.is_empty())
            .ok_or_else(|| Failure::usage(format!("--query `{pair}` is not key=value")))?;
        request = request.query(key, value);
    }
    let mut body = match &args.input {
        Some(_) if looks => return Err(Failure::usage("--input is a body, and GET and HEAD have none")),
        Some(input) => Node::of(&input::json(input, "--input", &ctx.stdin)?),
        None => Node::object(),
    };
    if !args.fields.is_empty() {
        if !matches!(body, Node::Object(_)) {
            return Err(Failure::usage("-f and -F add to an object, and --input is none"));
        }
        args.fields.apply(&mut body, &ctx.stdin)?;
    }
    if let (true, Node::Object(members)) = (looks, &body) {
        for (name, value) in members {
            request = request.query(name, resource::in_query(value));
        }
    } else if with_body {
        request = request.json_text(body.compact());
    }
    Ok(request)
}

fn method(word: &str) -> Option<Method> {
    let methods = [Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete];
    methods.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(word))
}

/// The path below the base. A whole address is taken only if it is one of the service's: the key goes with it.
fn below(given: &str, base: &str) -> Result<String, Failure> {
    let shown = crate::text::line(given);
    if given.is_empty() || given.chars().any(|c| c.is_control() || c.is_whitespace() || c == '#') {
        return Err(Failure::usage(format!("`{shown}` is no path; write blanks as %20")));
    }
    let scheme = given.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let path = match scheme.as_deref() {
        Some("http" | "https") => given
            .strip_prefix(base)
            .filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
            .ok_or_else(|| {
                let what = format!("`{shown}` is not below {base}: the key would leave for another address");
                Failure::usage(what).hint("give the path alone, such as /api/v1/workflows")
            })?,
        _ => given,
    };
    Ok(if path.starts_with('/') { path.to_owned() } else { format!("/{path}") })
}

/// A success as it came: JSON in the form that is asked for, anything else as its bytes.
async fn show(mut stream: Stream, args: &ApiArgs, ctx: &Context) -> Result<Exit> {
    if args.include {
        head(stream.status(), &stream.headers, ctx)?;
    }
    let kind = stream.headers.content_type();
    if kind == "application/json" || kind.ends_with("+json") || ctx.output.query.is_some() {
        let bytes = transfer::whole(&mut stream, ctx).await?;
        let half = |error| std::str::from_utf8(&bytes).ok().and_then(Json::lenient).ok_or(error);
        match Json::parse_bytes(&bytes).or_else(half) {
            Ok(json) => ctx.output.emit_document(&json)?,
            Err(error) if ctx.output.query.is_some() => {
                return Err(Failure::unavailable(format!("the answer is not JSON: {error}")).into());
            }
            Err(_) => ctx.output.emit_bytes(&bytes)?,
        }
    } else {
        transfer::to_stdout(&mut stream, ctx, "> FILE keeps it").await?;
    }
    Ok(0)
}

/// All pages of a list as one.
async fn pages(request: &Request, args: &ApiArgs, ctx: &Context, service: &dyn Service) -> Result<Exit> {
    if request.method != Method::Get {
        return Err(Failure::usage("--paginate goes with GET only").into());
    }
    let mut walk = Walk::new(0, service.largest_page());
    let mut all = Vec::new();
    let mut at = request.clone();
    loop {
        let answer = match ctx.interrupt().guard(call(service, &at)).await {
            Ok(answer) => answer?,
            Err(kind) => return Err(Failure::new(kind, "stopped before the last page").into()),
        };
        if args.include {
            head(answer.status, &answer.headers, ctx)?;
        }
        let page = match service.page(&answer, &walk) {
            Ok(page) => page,
            // Not a list: as it came.
            Err(failure) => match answer.json().filter(|_| all.is_empty()) {
                Some(json) => {
                    ctx.output.emit_document(&json)?;
                    return Ok(0);
                }
                None => return Err(failure.into()),
            },
        };
        let (items, on) = walk.take(page);
        all.extend(items);
        if !on {
            break;
        }
        // How much at once is the user's to say; where to go on is not.
        at = request.clone();
        for (name, value) in service.page_query(&walk, request.paging) {
            if name != "limit" {
                at.query.retain(|(known, _)| known != name);
                at = at.query(name, value);
            }
        }
    }
    ctx.output.emit_document(&Json::array(&all))?;
    if walk.stopped == Some(Stopped::Repeats) {
        return Err(resource::repeats(service.name(), request, all.len()).into());
    }
    Ok(0)
}

/// Status line and headers, as curl's `-i` shows them.
fn head(status: u16, headers: &Headers, ctx: &Context) -> Result<()> {
    let mut text = format!("HTTP {status}\n");
    headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\n")));
    ctx.output.print(crate::text::disarmed(&ctx.without_secrets(&format!("{text}\n"))).as_bytes())
}

/// The service's refusal, with its words as they came.
fn refused(answer: &Answer, request: &Request, args: &ApiArgs, service: &dyn Service) -> Failure {
    let failure = refusal(service, request, answer);
    if args.include || answer.body.is_empty() || answer.is_html() {
        return failure;
    }
    let body = String::from_utf8_lossy(&answer.body);
    failure.note(format!("the answer: {}", crate::text::shortened(&crate::text::line(&body), 2000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_the_base_is_reached() {
        let base = "https://h.example/recall";
        for (given, path) in [
            ("/api/x?a=b", "/api/x?a=b"),
            ("api/x", "/api/x"),
            ("https://h.example/recall/api/x", "/api/x"),
            ("@evil.example/x", "/@evil.example/x"),
            ("//evil.example/x", "//evil.example/x"),
            ("ftp://x", "/ftp://x"),
        ] {
            assert_eq!(below(given, base).unwrap(), path, "{given}");
        }
        for given in [
            "https://evil.example/recall/api/x",
            "https://h.example/api/x",
            "https://h.example/recall.evil.example/x",
            "HTTPS://H.example/recall/api",
            "http://h.example/recall/api",
            "",
            "/a b",
            "/a\nb",
            "/a#b",
        ] {
            assert!(below(given, base).is_err(), "{given}");
        }
    }
}
