//! How much of a list to show.

use clap::Args;

/// The flags every list shares.
#[derive(Args, Clone, Copy, Debug)]
pub struct ListArgs {
    /// Items to show at most; 0 for all
    #[arg(long, value_name = "N", default_value_t = 100, allow_negative_numbers = true)]
    pub limit: usize,
}
