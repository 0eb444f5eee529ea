//! The lab: what can be asked of it, and runs.

mod choices;
mod runs;

pub use choices::{__path_choices, choices};
pub use runs::{
    __path_list, __path_quantiles, __path_remove, __path_report, __path_shown, __path_start,
    __path_stop, list, quantiles, remove, report, shown, start, stop,
};
