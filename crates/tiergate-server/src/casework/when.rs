//! When something happens at the desk.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::app::App;

/// A day at the desk and a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day it counts on.
    pub day: Date,
    /// The moment it is made.
    pub at: Timestamp,
}

impl When {
    /// Now, by the desk's clock.
    #[must_use]
    pub fn now(app: &App) -> When {
        When {
            day: app.today(),
            at: app.moment(),
        }
    }
}
