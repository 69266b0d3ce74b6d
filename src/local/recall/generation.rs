//! Which of Recall's servers this one is: the service changed its wire twice, and clients meet all three.

/// A generation of servers, as the contract's periods name them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// February and March 2026 (period B): no state of single runs, no run ids of the caller's own, no
    /// deploying by key, every resumed run followed elsewhere.
    B,
    /// Since August 2026 (period D), with `/api/v2` switched off.
    D,
    /// The same with `/api/v2`.
    #[default]
    V2,
}

impl Generation {
    /// Whether this is period B.
    pub fn is_b(self) -> bool {
        self == Self::B
    }
}
