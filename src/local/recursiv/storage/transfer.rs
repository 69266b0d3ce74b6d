//! Bytes of any number between a connection and a file, piece by piece.

use std::io;
use std::path::Path;

use axum::body::{Body, Bytes};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

/// Writes a body to a file; gives its length.
pub async fn receive(body: Body, path: &Path) -> io::Result<u64> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let mut out = File::create(path).await?;
    let (mut pieces, mut written) = (body.into_data_stream(), 0);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(io::Error::other)?;
        out.write_all(&piece).await?;
        written += piece.len() as u64;
    }
    out.flush().await?;
    Ok(written)
}

/// A file's length, and the file as a body.
pub async fn send(path: &Path) -> io::Result<(u64, Body)> {
    let mut file = File::open(path).await?;
    let size = file.metadata().await?.len();
    let (to, from) = tokio::sync::mpsc::channel::<io::Result<Bytes>>(2);
    tokio::spawn(async move {
        loop {
            let mut piece = vec![0; 64 * 1024];
            let sent = match file.read(&mut piece).await {
                Ok(0) => return,
                Ok(length) => {
                    piece.truncate(length);
                    to.send(Ok(piece.into())).await
                }
                Err(error) => to.send(Err(error)).await,
            };
            if sent.is_err() {
                return;
            }
        }
    });
    Ok((size, Body::from_stream(ReceiverStream::new(from))))
}
