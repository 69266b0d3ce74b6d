//! A file that comes in a multipart form, written to disk while it arrives.

use std::io;
use std::path::{Path, PathBuf};

use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::http::StatusCode;

use super::answer::{Refusal, refuse};
use super::fields::accessible;
use crate::local::transfer;

/// Largest file, in bytes.
const LARGEST: u64 = 100 * 1024 * 1024;
/// Longest text field that is kept.
const LONGEST_FIELD: usize = 1000;

/// What a form brought. The bytes are removed again unless they are kept.
pub struct Upload {
    /// The file's name as the caller gave it.
    pub name: String,
    /// Its type as the caller gave it, else `application/octet-stream`.
    pub content_type: String,
    /// Its length in bytes.
    pub size: u64,
    bytes: Written,
}

struct Written(Option<PathBuf>);

impl Drop for Written {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Upload {
    /// Lets the bytes stay where they were written.
    pub fn keep(mut self) {
        self.bytes.0.take();
    }
}

/// Reads the fields `file` and `workspaceId` of a form, the bytes of the file to `path`.
///
/// # Errors
/// 400 for a body that is no form and for a missing field, 403 for another workspace, `too_large` for a file of more
/// than 100 MB.
pub async fn receive(
    form: Result<Multipart, MultipartRejection>,
    path: &Path,
    too_large: StatusCode,
) -> Result<Upload, Refusal> {
    let mut form = form.map_err(|_| malformed())?;
    let (mut workspace, mut file) = (None, None);
    while let Some(mut field) = form.next_field().await.map_err(|_| malformed())? {
        match (field.name(), field.file_name().map(str::to_owned)) {
            // The first one counts; a form that a person left empty has a file without a name.
            (Some("file"), Some(name)) if file.is_none() && !name.is_empty() => {
                let content_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
                let bytes = Written(Some(path.to_owned()));
                let size = match transfer::receive(field, path, LARGEST).await {
                    Ok(size) => size,
                    Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(malformed()),
                    Err(_) => {
                        return Err(refuse(StatusCode::INTERNAL_SERVER_ERROR, "Failed to upload file"));
                    }
                };
                file = Some(Upload { name, content_type, size, bytes });
            }
            (Some("workspaceId"), None) => {
                let mut text = Vec::new();
                while let Some(piece) = field.chunk().await.map_err(|_| malformed())? {
                    let room = LONGEST_FIELD - text.len().min(LONGEST_FIELD);
                    text.extend_from_slice(&piece[..piece.len().min(room)]);
                }
                workspace = Some(String::from_utf8_lossy(&text).into_owned());
            }
            // The form skips what is left of a field when it goes on to the next.
            _ => {}
        }
    }
    let lacking = |name: &str| refuse(StatusCode::BAD_REQUEST, &format!("{name} form field is required"));
    let workspace = workspace.filter(|id| !id.is_empty()).ok_or_else(|| lacking("workspaceId"))?;
    let file = file.ok_or_else(|| lacking("file"))?;
    if file.size > LARGEST {
        let megabytes = file.size as f64 / (1024.0 * 1024.0);
        return Err(refuse(too_large, &format!("File size exceeds 100MB limit ({megabytes:.2}MB)")));
    }
    accessible(&workspace)?;
    Ok(file)
}

fn malformed() -> Refusal {
    refuse(StatusCode::BAD_REQUEST, "Request body must be valid multipart form data")
}
