//! Doors: an action as a type, so that an address names in its arguments what somebody must be
//! allowed, and is not answered before that is asked.

use crate::people::Action;

/// What stands before an address.
pub trait Door: Send + Sync + 'static {
    /// What somebody must be allowed.
    const ACTION: Action;
}

macro_rules! doors {
    ($($action:ident)*) => {$(
        #[doc = concat!("Of [`Action::", stringify!($action), "`].")]
        #[derive(Debug, Clone, Copy)]
        pub struct $action;

        impl Door for $action {
            const ACTION: Action = Action::$action;
        }
    )*};
}

doors!(Ask ReadLedger CorrectLedger Parties Watch Lab);
