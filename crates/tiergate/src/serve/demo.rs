//! What a demo knows of parties: buyers, a register, a list of restricted ones, all invented.

use anyhow::{Result, bail};
use tiergate_engine::Desk;
use tiergate_parties::Register;
use tiergate_screening::{Adjudications, Index, List};

use super::Orders;
use super::parties::Known;
use super::screening::Screener;

const BUYERS: &str = include_str!("../../demo/buyers.csv");
const REGISTER: &str = include_str!("../../demo/register.jsonl");
const LIST: &str = include_str!("../../demo/screening.json");

/// The one of the register that is listed.
const LISTED: &str = "arkona";

impl Orders {
    /// As a demo knows parties: buyers that share what they should not, owners, and a list.
    ///
    /// # Errors
    ///
    /// A line of what is built in that cannot be read.
    pub fn demo(desk: &'static Desk) -> Result<Orders> {
        let (buyers, bad) = tiergate_watch::parties_csv(BUYERS.as_bytes());
        if let Some(error) = bad.first() {
            bail!("the demo's buyers: {error}");
        }
        let (register, faults) = Register::read_from(REGISTER.as_bytes())?;
        if let Some(fault) = faults.first() {
            bail!(
                "the demo's register, line {}: {}",
                fault.line,
                fault.message
            );
        }
        let listed = crate::parties::listed::read(&register, &[LISTED.to_owned()])?.listed;
        let (list, faults) = List::read(LIST)?;
        if let Some(fault) = faults.first() {
            bail!("the demo's list: {fault}");
        }
        let screener = Screener::of(Index::new(list), Adjudications::default());
        let known = Known::of(register, listed, screener);
        Ok(Orders::new(desk).knowing(known).watching(buyers))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;
    use tiergate_server::{OrderDesk, PartyFound, PartySearch, ToScreen};

    use super::*;

    #[test]
    fn a_demo_has_parties_to_look_up_and_hits_to_decide() {
        let desk = Box::leak(Box::new(crate::embedded::desk(None).unwrap()));
        let orders = Orders::demo(desk).unwrap();
        assert_eq!(orders.buyers.len(), 6);
        let day = date(2026, 11, 26);
        let search = PartySearch {
            text: "",
            day,
            after: None,
            most: 50,
        };
        assert_eq!(orders.parties(&search).unwrap().found, 9);
        let PartyFound::Told(caught) = orders.party("lotus-bay", day) else {
            unreachable!("the register has it");
        };
        assert_eq!(caught.record["affiliates_rule"]["answer"], "caught");
        let party = |name: &str| ToScreen {
            name: name.to_owned(),
            ..ToScreen::default()
        };
        let asked = [party("Plumfield Research"), party("Halcyon Bakery")];
        let told = orders.screen(&asked, 5).unwrap();
        assert!(told.list.whole);
        assert!(told.parties[0].found > 0 && told.parties[0].lists.is_none());
        assert_eq!(told.parties[1].found, 0);
    }
}
