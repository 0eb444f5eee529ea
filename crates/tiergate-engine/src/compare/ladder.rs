//! What a regime answers for one item in one country, by how many are shipped.
//!
//! This is what people call the tier of a country: not a list it stands in, but what may go there
//! and how much of it. Two countries are in one tier when their ladders are the same.

use rustc_hash::FxHashMap;
use tiergate_law::{Country, CountryFact, Num, NumberFact};
use tiergate_order::{Facts, count_amounts};

use super::{Comparison, Reply, Side};
use crate::decision::Decision;
use crate::variables::Question;

/// The countries an ordinary order is all in.
const PLACES: [CountryFact; 3] = [
    CountryFact::Destination,
    CountryFact::ConsigneeHeadquarters,
    CountryFact::ConsigneeParent,
];

/// One step: the answer up to a quantity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rung {
    /// The largest quantity that gets this answer; none when any does.
    pub up_to: Option<u64>,
    /// The answer; none when it turns on a fact that ordinary orders do not settle.
    pub reply: Option<Reply>,
}

/// The answers for ever larger quantities, shipped to somebody who has received nothing yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ladder(pub Vec<Rung>);

impl Ladder {
    /// How strict it is from the smallest quantity on, to order ladders by.
    #[must_use]
    pub fn strictness(&self) -> Vec<(u32, std::cmp::Reverse<u64>)> {
        let strict = |r: &Rung| r.reply.as_ref().map_or(u32::MAX, Reply::strictness);
        let up_to = |r: &Rung| std::cmp::Reverse(r.up_to.unwrap_or(u64::MAX));
        self.0.iter().map(|r| (strict(r), up_to(r))).collect()
    }

    /// The answer for a quantity.
    #[must_use]
    pub fn at(&self, quantity: u64) -> Option<&Reply> {
        let mut rungs = self.0.iter();
        let rung = rungs.find(|r| r.up_to.is_none_or(|up_to| quantity <= up_to))?;
        rung.reply.as_ref()
    }

    /// The pairs of different answers that this ladder and another give to some quantity.
    #[must_use]
    pub fn differences(&self, after: &Ladder) -> Vec<[Reply; 2]> {
        let tops = self.0.iter().chain(&after.0).map(|r| r.up_to);
        let mut pairs = Vec::new();
        for top in tops {
            let quantity = top.unwrap_or(u64::MAX);
            if let (Some(before), Some(after)) = (self.at(quantity), after.at(quantity))
                && before != after
            {
                pairs.push([before.clone(), after.clone()]);
            }
        }
        pairs
    }
}

impl Comparison {
    /// The ladders of an item in every country under both regimes, for ordinary orders: the
    /// consignee is the end user and has its headquarters and ultimate parent where the item goes.
    ///
    /// `item` holds what is known of the item; what it leaves open is as in ordinary orders.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tiergate_engine::{Comparison, Rulebook, Side};
    /// use tiergate_law::{Library, NumberFact, View};
    /// let law = r#"
    /// [instrument]
    /// id = "base"
    /// title = "Base"
    /// cite = "1"
    /// effective = 2024-01-01
    /// [[requirement]]
    /// id = "r"
    /// cite = "2"
    /// when = "amount > 1000 and destination in {PL}"
    /// from = 2025-01-01
    /// "#;
    /// let (library, faults) = Library::read([("law.toml", law)]);
    /// assert!(faults.is_empty(), "{faults:?}");
    /// let side = |day: &str| {
    ///     let law = "us".parse().unwrap();
    ///     let regime = library.consolidate(&law, day.parse().unwrap(), View::Text).unwrap();
    ///     Side::new(Arc::new(Rulebook::compile(Arc::new(regime))))
    /// };
    /// let countries = ["DE", "PL"].map(|c| c.parse().unwrap());
    /// let comparison = Comparison::new(side("2024-06-01"), side("2025-06-01"), &countries);
    /// let mut chip = tiergate_order::Facts::default();
    /// chip.set_number(NumberFact::Tpp, 300.into());
    /// let ladders = comparison.ladders(&chip);
    /// let tops = |at: usize| ladders[at].1.each_ref().map(|l| l.0[0].up_to);
    /// assert_eq!(tops(0), [None, None]);
    /// assert_eq!(tops(1), [None, Some(3)], "three chips are 900 TPP, four are too many");
    /// ```
    #[must_use]
    pub fn ladders(&self, item: &Facts) -> Vec<(Country, [Ladder; 2])> {
        let facts = self.ordinary_of(item);
        let tops = self.tops(&facts);
        let mut known: FxHashMap<usize, [Ladder; 2]> = FxHashMap::default();
        let countries = self.joint.countries().iter();
        countries
            .map(|country| {
                let class = self.variables().class(*country);
                let ladders = known.entry(class).or_insert_with(|| {
                    let mut facts = facts.clone();
                    for fact in PLACES {
                        facts.set_country(fact, *country);
                    }
                    let of = |side: &Side| ladder(side, &facts, &tops);
                    self.sides.each_ref().map(of)
                });
                (*country, ladders.clone())
            })
            .collect()
    }

    /// The largest quantities below each threshold of either regime, ascending.
    fn tops(&self, facts: &Facts) -> Vec<u64> {
        let tpp = facts.number(NumberFact::Tpp).unwrap_or(Num::ZERO).raw();
        let one = Num::from(1).raw();
        let of_unit = |fact: NumberFact| match fact {
            NumberFact::Amount | NumberFact::ShipmentAmount => tpp,
            NumberFact::Quantity | NumberFact::Chips => one,
            _ => 0,
        };
        let mut tops = Vec::new();
        for asked in &self.variables().asked {
            let Question::Amount(terms) = &asked.question else {
                continue;
            };
            let slope: i128 = terms
                .iter()
                .map(|(f, k)| of_unit(*f) * i128::from(*k))
                .sum();
            if slope <= 0 {
                continue;
            }
            let below = asked.cuts.iter().map(|cut| (cut - 1).div_euclid(slope));
            // One less, for what rounding an amount up may add.
            let near = below.flat_map(|top| [top - 1, top]);
            tops.extend(
                near.filter_map(|top| u64::try_from(top).ok())
                    .filter(|top| *top > 0),
            );
        }
        tops.sort_unstable();
        tops.dedup();
        tops
    }

    /// An ordinary order of an item; numbers of the item that are unknown stay so, and with them
    /// the amounts that follow from them.
    fn ordinary_of(&self, item: &Facts) -> Facts {
        let follows = |fact: &NumberFact| *fact as usize <= NumberFact::ShipmentAmount as usize;
        let open = NumberFact::ALL.iter().copied().filter(follows);
        let usual = open.fold(self.ordinary(), Facts::without_number);
        let mut facts = item.clone();
        facts.complete(&usual);
        facts
    }
}

fn ladder(side: &Side, facts: &Facts, tops: &[u64]) -> Ladder {
    let mut rungs: Vec<Rung> = Vec::new();
    let starts = std::iter::once(0).chain(tops.iter().copied());
    for start in starts {
        let Some(first) = i64::try_from(start).ok().and_then(|s| s.checked_add(1)) else {
            break;
        };
        let mut facts = facts.clone();
        facts.set_number(NumberFact::Quantity, Num::from(first));
        if count_amounts(None, &mut facts).is_err() {
            break;
        }
        let outcome = Decision::make(&side.book, &facts, &side.readings).outcome();
        let reply = outcome.map(|o| Reply::of(o, &side.book.regime));
        match rungs.last_mut() {
            Some(last) if last.reply == reply => {}
            Some(last) => {
                last.up_to = Some(start);
                rungs.push(Rung { up_to: None, reply });
            }
            None => rungs.push(Rung { up_to: None, reply }),
        }
    }
    Ladder(rungs)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use tiergate_law::{Library, View};

    use super::*;
    use crate::rulebook::Rulebook;

    const LAW: &str = r#"
        [instrument]
        id = "base"
        title = "Base"
        cite = "1"
        effective = 2024-01-01
        [[requirement]]
        id = "by-amount"
        cite = "2"
        when = "amount >= 1000 and destination in {PL}"
        [[requirement]]
        id = "by-chips"
        cite = "3"
        when = "chips > 20 and consignee.headquarters in {DE, FR}"
        from = 2025-01-01
        [[prohibition]]
        id = "by-all-used"
        cite = "4"
        when = "amount + used.lpp > 9999.5 and tpp >= 100"
        from = 2025-01-01
        [[prohibition]]
        id = "by-quantity"
        cite = "5"
        when = "quantity >= 90 and destination in {FR}"
    "#;

    #[test]
    fn a_ladder_says_of_every_quantity_what_deciding_it_says() {
        let (library, faults) = Library::read([("law.toml", LAW)]);
        assert!(faults.is_empty(), "{faults:?}");
        let side = |day: &str| {
            let law = "us".parse().unwrap();
            let regime = library.consolidate(&law, day.parse().unwrap(), View::Text);
            Side::new(Arc::new(Rulebook::compile(Arc::new(regime.unwrap()))))
        };
        let countries: Vec<Country> = ["DE", "FR", "PL", "US"].map(|c| c.parse().unwrap()).into();
        let comparison = Comparison::new(side("2024-06-01"), side("2025-06-01"), &countries);
        let mut rungs = 0;
        for tpp in ["33", "99.5", "100", "1000", "12000"] {
            let mut item = Facts::default();
            item.set_number(NumberFact::Tpp, tpp.parse().unwrap());
            for (country, ladders) in comparison.ladders(&item) {
                for (side, ladder) in comparison.sides.iter().zip(&ladders) {
                    rungs += ladder.0.len();
                    for quantity in 1..=150_u32 {
                        let mut facts = comparison.ordinary_of(&item);
                        for fact in PLACES {
                            facts.set_country(fact, country);
                        }
                        facts.set_number(NumberFact::Quantity, i64::from(quantity).into());
                        count_amounts(None, &mut facts).unwrap();
                        let outcome = side.book.outcome(&facts, &side.readings);
                        let reply = outcome.map(|o| Reply::of(o, &side.book.regime));
                        let said = ladder.at(u64::from(quantity)).cloned();
                        assert_eq!(said, reply, "{quantity} of {tpp} TPP to {country}");
                    }
                }
            }
        }
        assert!(
            rungs > 60,
            "the law makes ladders of more than one rung: {rungs}"
        );
    }

    #[test]
    fn a_number_of_the_item_that_is_unknown_does_not_become_zero() {
        let (library, _) = Library::read([("law.toml", LAW)]);
        let law = "us".parse().unwrap();
        let regime = library.consolidate(&law, "2025-06-01".parse().unwrap(), View::Text);
        let side = Side::new(Arc::new(Rulebook::compile(Arc::new(regime.unwrap()))));
        let poland: Country = "PL".parse().unwrap();
        let comparison = Comparison::new(side.clone(), side, &[poland]);
        let ladders = comparison.ladders(&Facts::default());
        assert!(
            ladders[0].1[0].0.iter().all(|rung| rung.reply.is_none()),
            "{ladders:?}"
        );
    }
}
