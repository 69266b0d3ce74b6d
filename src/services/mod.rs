//! Three clients with the same manners: a request is made, sent, and its answer understood.
//!
//! Nothing here prints, reads the environment or knows the command line.

pub mod frames;
pub mod lookup;
pub mod operation;
pub mod recall;
pub mod recursiv;
pub mod runagents;
pub mod text;

use anyhow::Result;

use self::operation::Operation;

use crate::error::Failure;
use crate::http::pages::{Next, Page, Paging, Stopped, Walk};
use crate::http::{Answer, Body, Client, Method, Repeat, Request, in_doubt};
use crate::json::{Json, Node};

/// What the three services have in common.
pub trait Service {
    /// `recursiv`, `recall` or `runagents`.
    fn name(&self) -> &'static str;

    /// What requests are sent with.
    fn http(&self) -> &Client;

    /// A request below the base address, with the key where it belongs. `path` is percent-encoded.
    fn request(&self, method: Method, path: &str) -> Request;

    /// What an answer that is no success means.
    fn failure(&self, answer: &Answer) -> Failure;

    /// The payload of a success, out of its envelope.
    ///
    /// # Errors
    /// Exit 7 when the answer is not what the service speaks.
    fn payload(&self, answer: &Answer) -> Result<Json, Failure>;

    /// The query parameters that ask for the next page of a list; none when the service does not page.
    fn page_query(&self, walk: &Walk, paging: Paging) -> Vec<(&'static str, String)>;

    /// A page of a list.
    ///
    /// # Errors
    /// Exit 7 when no list can be found in the answer.
    fn page(&self, answer: &Answer, walk: &Walk) -> Result<Page, Failure>;

    /// Items that one page can hold.
    fn largest_page(&self) -> usize;

    /// What the headers of an answer say about the key's budget, on one line, and whether little of it is left.
    fn budget(&self, _answer: &Answer) -> Option<(String, bool)> {
        None
    }

    /// What the user should know about a success: something given that the answer lacks.
    fn doubt(&self, _operation: &Operation, _sent: &Request, _answer: &Json) -> Option<String> {
        None
    }
}

/// Sends a request; anything but a success is a failure in the service's words.
///
/// # Errors
/// No connection, no answer in time, or the service's refusal.
pub async fn call(service: &dyn Service, request: &Request) -> Result<Answer> {
    let answer = service.http().send(request).await.map_err(|error| doubtful(error, request))?;
    if let Some((budget, scarce)) = service.budget(&answer) {
        service.http().remark(&budget, scarce);
    }
    if answer.ok() {
        return Ok(answer);
    }
    Err(refusal(service, request, &answer).into())
}

/// What the service says to a request, and what is not known of it for all that.
pub fn refusal(service: &dyn Service, request: &Request, answer: &Answer) -> Failure {
    let mut failure = service.failure(answer);
    if request.method == Method::Delete && matches!(answer.status, 404 | 410) && answer.attempt > 0 {
        return failure.note("an attempt before this one may have deleted it");
    }
    failure.sent |= in_doubt(answer);
    doubted(failure, request)
}

/// Says of a request that was sent, got no answer and is not sent again that it may have been carried out.
pub fn doubtful(error: anyhow::Error, request: &Request) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) => doubted(failure, request).into(),
        Err(other) => other,
    }
}

fn doubted(failure: Failure, request: &Request) -> Failure {
    if failure.sent && request.repeat == Repeat::Once {
        return failure.note("it may have been carried out all the same; it is not sent again");
    }
    failure
}

/// Sends a request and takes its answer out of the envelope.
///
/// # Errors
/// As for [`call`], and when the answer cannot be understood.
pub async fn fetch(service: &dyn Service, request: &Request) -> Result<Json> {
    let answer = call(service, request).await?;
    Ok(service.payload(&answer).map_err(|mut failure| {
        // A success that cannot be read is no proof that nothing was done.
        failure.sent = true;
        doubted(failure, request)
    })?)
}

/// Walks through a list, handing over each page's items as they come.
///
/// # Errors
/// As for [`call`].
pub async fn list(
    service: &dyn Service,
    request: &Request,
    limit: usize,
    page_size: Option<usize>,
    mut take: impl FnMut(Vec<Json>) -> Result<()>,
) -> Result<Option<Stopped>> {
    let largest = match request.paging {
        Paging::Cursor(largest) | Paging::Offset(largest) | Paging::InBody(largest) => largest,
        Paging::Usual | Paging::Whole => service.largest_page(),
    };
    let size = page_size.unwrap_or(largest).min(largest);
    let mut walk = Walk::new(limit, size);
    loop {
        let mut request = request.clone();
        match request.paging {
            Paging::InBody(_) => page_in_body(&mut request, &walk),
            paging => {
                for (name, value) in service.page_query(&walk, paging) {
                    request = request.query(name, value);
                }
            }
        }
        let answer = call(service, &request).await?;
        let (items, on) = walk.take(service.page(&answer, &walk)?);
        take(items)?;
        if !on {
            return Ok(walk.stopped);
        }
    }
}

/// Asks for the next page in the body: `limit` and `cursor` beside what stands there.
fn page_in_body(request: &mut Request, walk: &Walk) {
    let Body::Json(body) = &request.body else { return };
    let mut node = Json::parse(body).map_or_else(|_| Node::object(), |body| Node::of(&body));
    node.set("limit", Node::Number(walk.page_size.to_string()));
    if let Next::Cursor(cursor) = &walk.next {
        node.set("cursor", cursor.as_str());
    }
    request.body = Body::Json(node.compact());
}

/// The failure for a success that is not what the service speaks: a web page, half a document, another protocol.
pub fn unreadable(service: &'static str, answer: &Answer, setting: &str) -> Failure {
    let what = match (answer.body.is_empty(), answer.is_html()) {
        (true, _) => "the answer is empty".to_owned(),
        (_, true) => format!("the endpoint answered with a web page, not JSON; check {setting}"),
        _ => match crate::json::Json::parse_bytes(&answer.body) {
            // A limit of ours, which keeps a hostile answer from exhausting the stack.
            Err(error) if error.to_string().starts_with("recursion limit") => {
                "the answer is nested too deeply: ra reads 127 levels".to_owned()
            }
            Err(error) => format!("the answer is not JSON: {error}"),
            Ok(_) => "the answer has an unknown shape".to_owned(),
        },
    };
    let mut failure =
        Failure::unavailable(what).service(service).status(answer.status).code("INVALID_RESPONSE");
    failure.request = Some(answer.request.clone());
    failure.request_id = answer.request_id();
    if !answer.body.is_empty() && !answer.is_html() {
        failure = failure.note(format!("it begins: {}", answer.excerpt()));
    }
    failure
}

/// The failure for a redirect: never followed, because a key must not travel to where it points.
pub fn redirected(service: &'static str, answer: &Answer, setting: &str) -> Failure {
    let target = answer.headers.get("location").unwrap_or_default();
    let target = url::Url::parse(target).ok();
    let asked = answer.request.split_once(' ').map_or("", |(_, path)| path);
    let asked = asked.split('?').next().unwrap_or_default();
    // The same path elsewhere: the service has moved. Another one (a file on a storage host, a sign-in page) is no
    // place to send a key to.
    let has_moved = |url: &url::Url| !asked.is_empty() && url.path().ends_with(asked);
    let failure = Failure::unavailable(
        "the endpoint redirects elsewhere; redirects are not followed, so that the key stays here",
    )
    .service(service)
    .status(answer.status)
    .code("REDIRECT");
    let mut failure = match target {
        Some(mut url) => {
            // What opens a signed link stands in its query.
            url.set_query(None);
            url.set_fragment(None);
            let _ = (url.set_username(""), url.set_password(None));
            let failure = failure.note(format!("it points to {}", crate::text::line(url.as_str())));
            if has_moved(&url) {
                failure.hint(format!("ra config set {setting} {}", url.origin().ascii_serialization()))
            } else {
                failure.hint(format!("check {setting}: ra config list --origin"))
            }
        }
        None => failure.hint(format!("check {setting}: ra config list --origin")),
    };
    failure.request = Some(answer.request.clone());
    failure
}
