//! The columns of a law's table, by what the model asks of them.

use crate::archetype::Buyer;
use crate::table::COLUMNS;
use crate::world::Class;

/// A company of the country.
pub(super) const LOCAL: usize = 0;
/// Under an agreement.
pub(super) const AGREEMENT: usize = 1;
/// A U.S. cloud company.
pub(super) const US_CLOUD: usize = 2;
/// The same with the universal status.
pub(super) const US_CLOUD_STATUS: usize = 3;
/// A company with the national status.
pub(super) const NATIONAL_STATUS: usize = 4;
/// A subsidiary of a Chinese company.
pub(super) const CHINESE_OWNED: usize = 5;
/// The columns of what may be sold to China, the best first.
pub(super) const TO_CHINA: [usize; 4] = [LOCAL, 6, 7, 8];
/// The column of lesser chips.
pub(super) const LESSER: usize = 8;

const _: () = assert!(matches!(COLUMNS[AGREEMENT].0, Buyer::Agreement));
const _: () = assert!(matches!(COLUMNS[US_CLOUD].0, Buyer::UsCloud));
const _: () = assert!(matches!(COLUMNS[US_CLOUD_STATUS].0, Buyer::UsCloudStatus));
const _: () = assert!(matches!(COLUMNS[NATIONAL_STATUS].0, Buyer::NationalStatus));
const _: () = assert!(matches!(COLUMNS[CHINESE_OWNED].0, Buyer::ChineseOwned));
const _: () = assert!(matches!(COLUMNS[LESSER].1, Class::Lesser));

/// The place of a column's class among [`Class::ALL`].
pub(super) const fn class(column: usize) -> usize {
    match COLUMNS[column].1 {
        Class::Best => 0,
        Class::MadeForChina => 1,
        Class::Older => 2,
        Class::Lesser => 3,
    }
}
