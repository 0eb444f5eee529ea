//! The order contract: orders as users write them, and the facts the law reads in them.
//!
//! [`Order`] holds what was given, field by field. [`resolve`] fills it in from the [`Catalog`] and
//! applies the contract's rules for what is absent, giving [`Facts`]. Readers for CSV, JSON and
//! JSON Lines report every bad row with line, column and value, and go on.
//!
//! ```
//! use tiergate_order::{Assume, Catalog, Order, resolve};
//! use tiergate_law::NumberFact;
//!
//! let mut order = Order::new("o1");
//! order.set("date", "2025-06-01").unwrap();
//! order.set("destination", "PL").unwrap();
//! order.set("item.chip", "nvidia-h100-sxm5").unwrap();
//! order.set("quantity", "1500").unwrap();
//! let catalog = Catalog::read(
//!     "id,name,vendor,tpp,die_area_mm2,dram_bandwidth_gb_s,interconnect_gb_s,datacenter,release_year,soft,source\n\
//!      nvidia-h100-sxm5,H100 SXM5 80GB,NVIDIA,15832,814,3350,900,true,2022,,data sheet\n",
//!     "code,name,aliases,parent,note\nPL,Poland,,,\n",
//! ).unwrap();
//! let resolved = resolve(&order, &catalog, &[], &Assume::default()).unwrap();
//! assert_eq!(resolved.facts.number(NumberFact::Amount).unwrap().to_string(), "23748000");
//! ```
//!
//! This crate knows nothing of rules.

mod assume;
mod catalog;
mod facts;
mod intermediaries;
mod near_chips;
mod order;
mod paragraph;
mod read;
mod resolve;
mod show;

pub use assume::{Assume, ParseAssumeError};
pub use catalog::{Catalog, CatalogError, Chip, CountryName};
pub use facts::{Facts, Intermediary, Numeric, name_key};
pub use intermediaries::PartyField;
pub use order::{Field, FieldError, Order, Party, field_names, read_number};
pub use paragraph::classify_text;
pub use read::{CsvColumns, CsvOrders, RowError, read_json, read_jsonl_line};
pub use resolve::{ResolveError, Resolved, count_amounts, resolve};
