//! What a request carries, as values: JSON, a file from the disk, a form with files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Failure;

/// What a request carries.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    None,
    /// A JSON document.
    Json(String),
    /// A file as it is.
    File(Attachment),
    /// A form, `multipart/form-data`.
    Multipart(Vec<Part>),
}

/// One field of a form.
#[derive(Clone, Debug)]
pub struct Part {
    /// The field's name.
    pub name: &'static str,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a field of a form.
#[derive(Clone, Debug)]
pub enum Content {
    /// A text.
    Text(String),
    /// A file.
    File(Attachment),
}

/// A file on its way to a service: read from the disk while it is sent, so that memory stays flat.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Where it is.
    pub path: PathBuf,
    /// What the service is to call it.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its size in bytes when it was looked at; exactly so many are sent.
    pub length: u64,
    /// How much of it has been sent.
    pub meter: Meter,
}

/// Bytes sent so far, counted by whoever sends and read by whoever shows it.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// Bytes so far.
    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Another attempt begins.
    pub(super) fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl Attachment {
    /// A file that can be sent; `name` replaces its own.
    ///
    /// # Errors
    /// Exit 2 when it is not there, is no plain file, is larger than `limit` bytes, or has no usable name.
    pub fn of(path: &Path, name: Option<&str>, limit: u64) -> Result<Self, Failure> {
        let shown = crate::text::line(&path.display().to_string());
        let unreadable = |error: std::io::Error| Failure::usage(format!("cannot read `{shown}`: {error}"));
        let about = std::fs::metadata(path).map_err(unreadable)?;
        if about.is_dir() {
            return Err(Failure::usage(format!("`{shown}` is a folder; give the files in it")));
        }
        if !about.is_file() {
            return Err(Failure::usage(format!("`{shown}` is no plain file, so that its size is not known")));
        }
        std::fs::File::open(path).map_err(unreadable)?;
        if about.len() > limit {
            let human = |bytes| indicatif::HumanBytes(bytes).to_string();
            let (mut size, mut largest) = (human(about.len()), human(limit));
            if size == largest {
                (size, largest) = (format!("{} bytes", about.len()), format!("{limit} bytes"));
            }
            return Err(Failure::usage(format!("`{shown}` has {size}; the service takes up to {largest}")));
        }
        let own = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = name.map_or(own, str::to_owned);
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(Failure::usage(format!("`{}` cannot be a file's name", crate::text::line(&name))));
        }
        let media_type = media_type(&name);
        Ok(Self { path: path.to_owned(), name, media_type, length: about.len(), meter: Meter::default() })
    }
}

impl Body {
    /// The files it holds.
    pub fn files(&self) -> Vec<&Attachment> {
        match self {
            Self::None | Self::Json(_) => Vec::new(),
            Self::File(file) => vec![file],
            Self::Multipart(parts) => parts.iter().filter_map(Part::file).collect(),
        }
    }

    /// The media type it is sent under; a form's boundary is made when it is sent.
    pub fn content_type(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Json(_) => Some("application/json"),
            Self::File(file) => Some(file.media_type),
            Self::Multipart(_) => Some("multipart/form-data"),
        }
    }
}

impl Part {
    /// A field with a text.
    pub fn text(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, content: Content::Text(text.into()) }
    }

    /// A field with a file.
    pub fn of_file(name: &'static str, file: Attachment) -> Self {
        Self { name, content: Content::File(file) }
    }

    fn file(&self) -> Option<&Attachment> {
        match &self.content {
            Content::Text(_) => None,
            Content::File(file) => Some(file),
        }
    }
}

/// The media type of a file, by its name's ending.
pub fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "txt" | "log" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "json" => "application/json",
        "xml" => "application/xml",
        "yaml" | "yml" => "application/yaml",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "ppt" => "application/vnd.ms-powerpoint",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_by_name() {
        assert_eq!(media_type("A.TXT"), "text/plain");
        assert_eq!(media_type("none"), "application/octet-stream");
    }
}
