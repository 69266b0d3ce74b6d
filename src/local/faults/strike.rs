//! Lets the faults strike: the layer that every request passes.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

use super::{Fault, Faults, Kind, Service, answers, streams};

/// Passes a request on, after `delay`, unless a fault strikes it.
pub async fn strike(faults: Arc<Faults>, delay: Duration, request: Request, next: Next) -> Response {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if faults.scripts.is_empty() {
        return next.run(request).await;
    }
    let method = request.method().as_str().to_owned();
    let whole = request.uri().path().to_owned();
    let Some((service, path)) = Service::of_path(&whole) else { return next.run(request).await };
    let concerned = |fault: &Fault| fault.concerns(service, &method, path);

    tokio::time::sleep(faults.latency(concerned)).await;
    if let Some(fault) = faults.next(|fault| concerned(fault) && refuses(&fault.kind)) {
        return answers::refuse(service, path, &fault.kind);
    }
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("text/event-stream")) {
        return match faults.next(|fault| concerned(fault) && fault.kind == Kind::Half) {
            Some(_) => streams::half(response).await,
            None => response,
        };
    }
    match faults.next(|fault| concerned(fault) && breaks(&fault.kind)) {
        Some(fault) => streams::broken(service, &fault.kind, response),
        None => response,
    }
}

/// Whether this fault answers in the service's place.
fn refuses(kind: &Kind) -> bool {
    matches!(kind, Kind::Status(..) | Kind::Html | Kind::Redirect(_) | Kind::Empty)
}

/// Whether this fault spoils a stream.
fn breaks(kind: &Kind) -> bool {
    matches!(kind, Kind::Cut(_) | Kind::CutIn(_) | Kind::Stall(_) | Kind::Error(_) | Kind::Half)
}
