//! Reading v2 requests to the letter: what is unknown, blank, repeated or of another type is refused.

mod fields;
mod query;

pub use fields::{body, folder, refused, required, text, tidy_path, workspace};
pub use query::Query;
