//! Flag groups that commands share, and how their values are read.

pub mod duration;
pub mod globals;
pub mod input;
pub mod list;
pub mod wait;

pub use globals::{DryRunForm, Globals};
pub use input::{Fields, Stdin};
pub use list::ListArgs;
pub use wait::WaitArgs;
