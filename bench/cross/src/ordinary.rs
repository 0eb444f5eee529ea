//! What an ordinary order is: the consignee is the end user and is where the item goes, no party
//! is on a list, nothing rare is claimed or known, the designer is based somewhere like most.

use anyhow::Result;
use tiergate_law::{ChoiceFact as C, Country, CountryFact, CountrySet, FlagFact as F, NumberFact as N};

use crate::terms::{Terms, not};

/// What holds of ordinary orders, whose designers are based there.
pub fn holds(terms: &mut Terms, somewhere: Option<Country>) -> Result<Vec<String>> {
    let mut holds = Vec::new();
    for fact in CountryFact::ALL {
        if let Some(same) = fact.info().same_as {
            let pair = [terms.country(*fact), terms.country(same)];
            holds.push(format!("(= {})", pair.join(" ")));
        }
    }
    let based: CountrySet = somewhere.into_iter().collect();
    holds.push(terms.within(CountryFact::DesignerHeadquarters, &based));
    for fact in C::ALL {
        let usual = match fact {
            C::Eccn | C::Kind | C::Designer => continue,
            C::Activity => 0,
            // "None" is the last value of a list.
            fact => fact.info().values.len() - 1,
        };
        holds.push(terms.among(*fact, 1 << usual));
    }
    for fact in F::ALL {
        let flag = terms.flag(*fact);
        match fact {
            F::Datacenter | F::Published | F::UseDatacenter | F::UseIaas => {}
            F::PurchaseOrder => holds.push(flag),
            _ => holds.push(not(&flag)),
        }
    }
    for fact in [
        N::ConsigneeListedPct,
        N::EndUserListedPct,
        N::IntermediaryListedPct,
    ] {
        let number = terms.number(fact);
        holds.push(format!("(= {number} 0.0)"));
    }
    Ok(holds)
}
