//! Which certificates are trusted, on machines with and without any.

use std::path::Path;

use reqwest::{Certificate, ClientBuilder};

use crate::error::Failure;

/// A client for a base address. One on loopback over plain http needs no certificates and no proxy, and is built
/// in a tenth of the time; `--local` must work on a machine that has no certificates at all.
pub fn build(
    builder: impl Fn() -> ClientBuilder,
    plain_loopback: bool,
    cacert: Option<&Path>,
) -> Result<(reqwest::Client, bool), Failure> {
    provide();
    if plain_loopback {
        let client = builder().tls_certs_only([]).no_proxy().build();
        return client.map(|client| (client, true)).map_err(|error| unusable(&error));
    }
    let extra = cacert.map(read).transpose()?;
    let with_system = match extra {
        Some(certificates) => builder().tls_certs_merge(certificates).build(),
        None => builder().build(),
    };
    match with_system {
        Ok(client) => Ok((client, true)),
        // No certificates on this machine: plain http still works, and https fails later with a hint.
        Err(_) => {
            let client = builder().tls_certs_only([]).build();
            client.map(|client| (client, false)).map_err(|error| unusable(&error))
        }
    }
}

/// Whether this machine (or `SSL_CERT_FILE`, `SSL_CERT_DIR`) has certificates to check a server's with.
pub fn has_system_certificates() -> bool {
    provide();
    reqwest::Client::builder().build().is_ok()
}

/// Chooses who does the cryptography; reqwest was built without a choice of its own.
pub fn provide() {
    // A second choice in one process is refused, and is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn read(path: &Path) -> Result<Vec<Certificate>, Failure> {
    let pem = std::fs::read(path)
        .map_err(|error| Failure::usage(format!("cannot read --cacert {}: {error}", path.display())))?;
    let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
    if certificates.is_empty() {
        return Err(Failure::usage(format!("--cacert {} holds no certificate in PEM form", path.display())));
    }
    Ok(certificates)
}

fn unusable(error: &reqwest::Error) -> Failure {
    Failure::unavailable(format!("cannot set up the HTTP client: {error}"))
}
