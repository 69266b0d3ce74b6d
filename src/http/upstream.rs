//! One POST to a server that is none of the three, its answer read as it arrives: the model behind the local services.

use std::time::Duration;

use bytes::Bytes;

/// An answer whose body is still coming.
pub struct Upstream {
    /// The status code.
    pub status: u16,
    response: reqwest::Response,
}

/// Posts a JSON document, with a bearer key if there is one.
///
/// # Errors
/// When no connection can be made, without the address: it may hold a key.
pub async fn post(url: &str, bearer: Option<&str>, body: String) -> Result<Upstream, String> {
    super::tls::provide();
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(120))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| error.without_url().to_string())?;
    let request =
        client.post(url).header("content-type", "application/json").header("accept-encoding", "identity");
    let request = match bearer {
        Some(key) => request.bearer_auth(key),
        None => request,
    };
    let response = request.body(body).send().await.map_err(|error| error.without_url().to_string())?;
    Ok(Upstream { status: response.status().as_u16(), response })
}

impl Upstream {
    /// The next bytes; nothing at the orderly end.
    ///
    /// # Errors
    /// When the connection broke.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, String> {
        self.response.chunk().await.map_err(|error| error.without_url().to_string())
    }

    /// The whole body as text, what arrived of it.
    pub async fn text(self) -> String {
        self.response.text().await.unwrap_or_default()
    }
}
