//! Cases: listed, told, registered, worked.

mod act;
mod list;
mod one;
mod told;

pub use act::{__path_enter, __path_register, enter, register};
pub use list::{__path_list, list};
pub use one::{__path_events, __path_one, events, one};
