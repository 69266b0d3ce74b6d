//! Files that hold secrets and never go up, whatever a project lists.

/// Folders in which tools keep keys and settings.
const FOLDERS: &[&str] = &[
    ".ssh",
    ".aws",
    ".gnupg",
    ".kube",
    ".docker",
    ".azure",
    ".config",
    ".runagents",
    ".recursiv",
    ".gcloud",
];

/// Names of private keys and password files.
const NAMES: &[&str] = &[
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".mcp.json",
    ".pgpass",
    ".htpasswd",
];

/// Endings of key files.
const ENDINGS: &[&str] = &["pem", "key", "p12", "pfx", "jks", "keystore", "ppk", "kdbx"];

/// Whether a folder of this name holds other tools' settings.
pub fn is_folder(name: &str) -> bool {
    FOLDERS.contains(&name.to_lowercase().as_str())
}

/// Why a file of this name stays, if it does.
pub fn by_name(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    if name.starts_with(".env") {
        return Some("environment file");
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let is_key = NAMES.contains(&name.as_str()) || ending.is_some_and(|ending| ENDINGS.contains(&ending));
    is_key.then_some("key or password file")
}

/// Whether a text holds a private key or a workspace key. The marker alone stands in much code, so key material must
/// follow it.
pub fn holds_key(text: &str) -> bool {
    let workspace = text.match_indices("ra_ws_").any(|(at, prefix)| {
        text[at + prefix.len()..].bytes().take(16).filter(u8::is_ascii_alphanumeric).count() == 16
    });
    workspace || holds_private_key(text)
}

fn holds_private_key(text: &str) -> bool {
    text.match_indices("-----BEGIN ").any(|(at, marker)| {
        let rest = &text[at + marker.len()..];
        let Some((kind, rest)) = rest.split_once("-----") else { return false };
        // In JSON a line break is two characters.
        let body = rest.replace("\\r", "").replace("\\n", "").replace(['\r', '\n', ' '], "");
        kind.len() < 40
            && kind.ends_with("PRIVATE KEY")
            && body.bytes().take(40).filter(|byte| is_base64(*byte)).count() == 40
    })
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_what_only_speaks_of_them() {
        let key = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END", "MIIEowIBAAKCAQEA".repeat(5));
        assert!(holds_key(&key));
        assert!(holds_key(&format!("{{\"private_key\":{}}}", serde_json::Value::from(key))));
        assert!(!holds_key("if '-----BEGIN PRIVATE KEY-----' in text:\n    raise ValueError('a key')\n"));
        assert!(holds_key("key = 'ra_ws_0123456789abcdef'") && !holds_key("key.startswith('ra_ws_')"));
        assert!(!holds_key(&format!("-----BEGIN CERTIFICATE-----\n{}", "MIIE".repeat(20))));
    }

    #[test]
    fn names() {
        for name in [".env", ".env.local", ".ENVRC", "id_rsa", "server.PEM", "tls.key", ".netrc"] {
            assert!(by_name(name).is_some(), "{name}");
        }
        for name in ["agent.py", "env.py", "keys.py", "environment.yaml", "key"] {
            assert!(by_name(name).is_none(), "{name}");
        }
        assert!(is_folder(".ssh") && !is_folder("ssh"));
    }
}
