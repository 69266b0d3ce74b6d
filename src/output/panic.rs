//! What is said when `ra` itself is wrong: where, which version, what to report; never the data it held.

use std::io::Write as _;

/// Replaces the standard message of a panic, whose text may hold what must not be shown.
pub fn install() {
    std::panic::set_hook(Box::new(|panic| {
        let place =
            panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let message = format!(
            "error: ra {} failed in a way nobody foresaw{place}\nhint: please report this line and the command, without keys\n",
            env!("CARGO_PKG_VERSION")
        );
        // stderr that cannot be written leaves nobody to tell.
        let _ = std::io::stderr().write_all(message.as_bytes());
    }));
}
