//! `~/.config/ra` and its siblings, by the XDG rules on every Unix.

use std::path::{Path, PathBuf};

use super::env::Env;
use crate::error::Failure;

/// Where things are kept.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The configuration file.
    pub config: PathBuf,
    /// Remembered runs and conversations.
    pub state: PathBuf,
    /// The local services' state.
    pub data: PathBuf,
    /// What can be thrown away.
    pub cache: PathBuf,
    /// The user's home, for the official tools' files.
    pub home: PathBuf,
}

impl Paths {
    /// The places for this user; `config` is `--config` or `RA_CONFIG`.
    ///
    /// # Errors
    /// Exit 2 when there is no home folder to put anything into.
    pub fn of(env: &Env, config: Option<&Path>) -> Result<Self, Failure> {
        let home = directories::BaseDirs::new()
            .map(|base| base.home_dir().to_owned())
            .ok_or_else(|| Failure::usage("cannot find the home folder").hint("set HOME"))?;
        // The standard wants relative values ignored.
        let folder = |variable: &str, default: &str| {
            let given = env.get(variable).map(PathBuf::from).filter(|path| path.is_absolute());
            given.unwrap_or_else(|| home.join(default)).join("ra")
        };
        let config = config.map(Path::to_owned).or_else(|| env.get("RA_CONFIG").map(PathBuf::from));
        Ok(Self {
            config: config.unwrap_or_else(|| folder("XDG_CONFIG_HOME", ".config").join("config.json")),
            state: folder("XDG_STATE_HOME", ".local/state"),
            data: folder("XDG_DATA_HOME", ".local/share"),
            cache: folder("XDG_CACHE_HOME", ".cache"),
            home,
        })
    }
}

/// Makes a folder that only its owner can enter, with its parents.
///
/// # Errors
/// The system's reason.
pub fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
