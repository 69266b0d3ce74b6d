//! Skeleton.
fn main() {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(8787);
    ra_cli::local::server::serve_for_development(port);
}
