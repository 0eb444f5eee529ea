//! What is worth a warning before something is entered in a ledger: another law than that of the
//! entries on it, and a holder that differs from another only by letters that look alike.

use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use tiergate_ledger::{Account, Ledger, Span, laws};

use crate::report::say;
use crate::style::plain;

/// Warns when what is entered is decided under another law than what is on the ledger.
pub fn of_another_law(ledger: &Ledger, law: &str) -> Result<()> {
    let others = ledger.read(laws)?;
    if !others.is_empty() && !others.contains(law) {
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        say(&format!(
            "warning: the entries of this ledger are decided under {}, and these under {law}: limits of \
             several laws then count on the same accounts",
            others.join(", ")
        ));
    }
    Ok(())
}

/// The holders of a ledger by how they look.
#[derive(Debug, Default)]
pub struct Holders {
    keys: FxHashSet<String>,
    looks: FxHashMap<String, String>,
}

impl Holders {
    /// Those that are on a ledger, but for some accounts that are new there.
    pub fn on(ledger: &Ledger, measure: Option<&str>, new: &[Account]) -> Result<Holders> {
        let mut holders = Holders::default();
        let new: FxHashSet<String> = new.iter().map(Account::key).collect();
        for listed in ledger.read(|reader| reader.accounts(measure))? {
            // An account that was only ever looked at is none.
            let used = listed.row.last.is_some() || listed.row.limited;
            if used && !new.contains(&listed.account.key()) {
                holders.add(&listed.account);
            }
        }
        Ok(holders)
    }

    /// Takes in a holder, and gives the other that it looks like, if it is new and looks like one.
    fn add(&mut self, account: &Account) -> Option<String> {
        // A holder is one over all spans.
        let account = &Account::new(account.measure.as_str(), account.holder.as_str(), Span::ALL);
        if !self.keys.insert(account.key()) {
            return None;
        }
        match self.looks.entry(account.looks()) {
            std::collections::hash_map::Entry::Occupied(known) => Some(known.get().clone()),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(account.holder.clone());
                None
            }
        }
    }

    /// Warns of a new holder that looks like another.
    pub fn warn(&mut self, account: &Account) {
        if let Some(other) = self.add(account) {
            // Letters that look alike are told apart by their numbers.
            let holder = &account.holder;
            let beyond: Vec<String> = holder
                .chars()
                .filter(|c| !c.is_ascii() && !other.contains(*c))
                .map(|c| format!("U+{:04X}", u32::from(c)))
                .collect();
            let beyond = match beyond.is_empty() {
                true => String::new(),
                false => format!(" ({})", beyond.join(", ")),
            };
            say(&plain(format!(
                "warning: `{holder}`{beyond} looks like `{other}` and is another holder of `{}`",
                account.measure
            )));
        }
    }
}
