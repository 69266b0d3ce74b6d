//! Bytes of any number between a connection and a file, piece by piece.

use std::io;
use std::path::Path;

use axum::body::{Body, Bytes};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt};

/// Writes pieces to a new file, at most `most` bytes of them; all are read, and their whole length is given.
///
/// # Errors
/// Of kind `InvalidData` when the pieces end in an error, any other when the file cannot be written.
pub async fn receive<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
    pieces: impl Stream<Item = Result<Bytes, E>>,
    path: &Path,
    most: u64,
) -> io::Result<u64> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let mut out = File::create(path).await?;
    let mut pieces = std::pin::pin!(pieces);
    let mut length = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        length += piece.len() as u64;
        if length <= most {
            out.write_all(&piece).await?;
        }
    }
    out.flush().await?;
    Ok(length)
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
