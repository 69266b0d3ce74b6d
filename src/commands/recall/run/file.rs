//! `--file field=@path[;mime]`, `--file field=https://…`: a file as an input field (contract 2.1).

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::Failure;
use crate::http::media_type;
use crate::json::Node;

/// The service refuses larger files.
const LARGEST: usize = 20 * 1024 * 1024;

/// Reads a file, or names one in the web: its field, and what goes there.
///
/// # Errors
/// Exit 2 when it cannot be read or is too large.
pub fn read(given: &str) -> Result<(String, Node), Failure> {
    let (field, path) = given
        .split_once('=')
        .map(|(field, path)| (field.trim(), path.strip_prefix('@').unwrap_or(path)))
        .filter(|(field, path)| !field.is_empty() && !path.is_empty())
        .ok_or_else(|| Failure::usage(format!("--file `{given}` is not field=@path")))?;
    let (path, mime) = parted(path);
    let (kind, data, name) = if path.starts_with("https://") || path.starts_with("http://") {
        ("url", path.to_owned(), name_in(path)?)
    } else {
        let content = std::fs::read(path)
            .map_err(|error| Failure::usage(format!("cannot read `{path}` for --file: {error}")))?;
        if content.len() > LARGEST {
            return Err(Failure::usage(format!("`{path}` is larger than the 20 MiB that the service takes")));
        }
        let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
        ("file", STANDARD.encode(content), name.unwrap_or_default())
    };
    let mime = mime.unwrap_or_else(|| media_type(&name));
    let mut object = Node::object();
    object.set("type", kind);
    object.set("data", if kind == "url" { data } else { format!("data:{mime};base64,{data}") });
    object.set("name", name);
    object.set("mime", mime);
    Ok((field.to_owned(), object))
}

/// Appends a file to the list under its field.
///
/// # Errors
/// Exit 2 when its field is something else already.
pub fn append(body: &mut Node, field: &str, object: Node) -> Result<(), Failure> {
    let list = match body.get(field).cloned() {
        None => vec![object],
        Some(Node::Array(mut items)) => {
            items.push(object);
            items
        }
        Some(single @ Node::Object(_)) => vec![single, object],
        Some(_) => {
            return Err(Failure::usage(format!(
                "--file: the input field `{field}` is already something else"
            )));
        }
    };
    body.set(field, list);
    Ok(())
}

/// What a file in the web is called: the last part of its path.
fn name_in(address: &str) -> Result<String, Failure> {
    let url = url::Url::parse(address)
        .map_err(|error| Failure::usage(format!("--file: `{address}` is no address: {error}")))?;
    let last = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    let name = percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned();
    Ok(if name.is_empty() { "file".to_owned() } else { name })
}

/// `path;type/subtype`; a file that is really called so wins.
fn parted(given: &str) -> (&str, Option<&str>) {
    let of_mime = |byte: u8| byte.is_ascii_alphanumeric() || b"/.+-_".contains(&byte);
    match given.rsplit_once(';') {
        Some((path, mime))
            if mime.matches('/').count() == 1 && mime.bytes().all(of_mime) && !Path::new(given).exists() =>
        {
            (path, Some(mime))
        }
        _ => (given, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_types() {
        assert_eq!(parted("a.txt"), ("a.txt", None));
        assert_eq!(parted("a;b.txt"), ("a;b.txt", None));
        assert_eq!(parted("a;b.bin;text/x-c++"), ("a;b.bin", Some("text/x-c++")));
        assert_eq!(name_in("https://h/a/lease%20(1).pdf?x=1").unwrap(), "lease (1).pdf");
        assert_eq!(name_in("https://h").unwrap(), "file");
    }
}
