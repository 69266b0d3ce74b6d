//! `--file field=@path[;mime]`: a file as an input field (contract 2.1).

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::Failure;
use crate::http::media_type;
use crate::json::Node;
use crate::services::recall::execute::RESERVED;

/// The service refuses larger files.
const LARGEST: usize = 20 * 1024 * 1024;

/// Reads the file and appends it to the list under its field.
///
/// # Errors
/// Exit 2 when it cannot be read, is too large, or its field is something else already.
pub fn append(body: &mut Node, given: &str) -> Result<(), Failure> {
    let (field, path) = given
        .split_once('=')
        .map(|(field, path)| (field.trim(), path.strip_prefix('@').unwrap_or(path)))
        .filter(|(field, path)| !field.is_empty() && !path.is_empty())
        .ok_or_else(|| Failure::usage(format!("--file `{given}` is not field=@path")))?;
    if RESERVED.contains(&field) {
        return Err(Failure::usage(format!("the service takes the input field `{field}` for itself")));
    }
    let (path, mime) = parted(path);
    let content = std::fs::read(path)
        .map_err(|error| Failure::usage(format!("cannot read `{path}` for --file: {error}")))?;
    if content.len() > LARGEST {
        return Err(Failure::usage(format!("`{path}` is larger than the 20 MiB that the service takes")));
    }
    let name =
        Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mime = mime.unwrap_or_else(|| media_type(&name));
    let mut object = Node::object();
    object.set("type", "file");
    object.set("data", format!("data:{mime};base64,{}", STANDARD.encode(content)));
    object.set("name", name);
    object.set("mime", mime);
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
    }
}
