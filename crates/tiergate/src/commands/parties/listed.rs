//! `tiergate parties listed`: the 50 percent rule.

use anyhow::Result;
use serde_json::json;
use tiergate_engine::Desk;
use tiergate_law::{Date, LawRef, View as LawView};
use tiergate_parties::{
    Answer, Finding, Listed, Ownership, PartyNo, Proportions, Rest, Rule, Standing,
};

use super::{Asked, Format, Found, Sheet};
use crate::cli::{Cli, Ended};
use crate::options::ViewArg;
use crate::parties::listed;
use crate::parties::rule::{self, Affiliates, History};
use crate::parties::words::{Words, between};
use crate::report::{Unreadable, print};

/// Find whether listed parties together own enough of a party for the Affiliates rule
///
/// Shares of all listed owners add up; an owner that is itself caught counts whole. Unknown shares
/// and owners are counted both ways: where the two differ, the answer is unknown. The threshold, and
/// whether the rule is in force on the day, come from the law data.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,

    /// A listed party, or a file of them: one on each line, or CSV with a column `party` and, where
    /// they are, `from` and `to`; may be repeated
    #[arg(long, required = true, value_name = "FILE|PARTY")]
    listed: Vec<String>,

    /// Take for granted that what nobody states is held by nobody listed
    #[arg(long)]
    rest_unlisted: bool,

    /// Law that has the rule: us or a proposal
    #[arg(long, default_value = "us", value_name = "LAW")]
    law: LawRef,

    /// View of that law where LAW leaves it open
    #[arg(long, value_enum, default_value_t = ViewArg::Enforced)]
    view: ViewArg,
}

/// Applies it.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let found = args.asked.open()?;
    let on = args.law.date.unwrap_or(found.view.on);
    let view: LawView = args.law.view.unwrap_or_else(|| args.view.into());
    let desk = cli.desk()?;
    let affiliates = affiliates(&desk, &args.law.id, view, on)?;
    let read = listed::read(&found.register, &args.listed)?;
    let rest = if args.rest_unlisted {
        Rest::Unlisted
    } else {
        Rest::Unknown
    };
    let answer = answered(
        found.words(),
        found.party,
        &read.listed,
        (affiliates, on),
        rest,
    );
    let text = match args.asked.format {
        Format::Table => answer.table(&found),
        Format::Json => serde_json::to_string_pretty(&answer.value(found.words(), found.party))?,
    };
    print(None, &text)?;
    Ok(if read.faults > 0 {
        Ended::WithFaults
    } else {
        found.ended
    })
}

/// The rule of a law on a day.
///
/// # Errors
///
/// A law that never has it.
pub fn affiliates(desk: &Desk, law: &str, view: LawView, on: Date) -> Result<Affiliates> {
    let history = History::read(desk, law, view)?;
    let rule = history.at(on).ok_or_else(|| {
        let what = format!("the law `{law}` has no rule on what listed parties own");
        Unreadable::new(what)
    })?;
    Ok(rule)
}

/// Applies the rule, as it is on a day, to a party.
pub fn answered(
    words: Words<'_>,
    party: PartyNo,
    listed: &Listed,
    (affiliates, on): (Affiliates, Date),
    rest: Rest,
) -> Answered {
    let rule = Rule {
        threshold: affiliates.threshold,
        rest,
    };
    let Words { register, view } = words;
    let all = Ownership::above(register, view, party, listed, rule);
    let shares = Proportions::above(register, view, party, listed, rest);
    Answered {
        finding: all.finding(party),
        proportion: shares.of(party),
        affiliates,
        on,
        rest,
    }
}

/// What the rule comes to.
pub struct Answered {
    finding: Option<Finding>,
    proportion: Option<(tiergate_parties::Percent, tiergate_parties::Percent)>,
    affiliates: Affiliates,
    on: Date,
    rest: Rest,
}

const fn answer_word(answer: Answer) -> &'static str {
    match answer {
        Answer::Caught => "caught",
        Answer::NotCaught => "not caught",
        Answer::Unknown => "unknown",
    }
}

const fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Listed => "listed",
        Standing::Caught => "caught, counts whole",
        Standing::Unidentified => "not identified, may be listed",
        Standing::MayBeCaught => "may be caught",
        Standing::Not => "does not count",
    }
}

impl Answered {
    fn table(&self, found: &Found) -> String {
        if self.finding.is_none() {
            return String::new();
        }
        format!("{}{}", found.head(), self.sheet(found.words()).render())
    }

    /// As rows.
    pub fn sheet(&self, words: Words<'_>) -> Sheet {
        let mut sheet = Sheet::default();
        let Some(finding) = &self.finding else {
            return sheet;
        };
        let mut answer = answer_word(finding.answer()).to_owned();
        if finding.listed {
            answer = "listed itself".to_owned();
        } else if finding.answer() == Answer::Unknown && finding.unidentified {
            answer.push_str(": it is not identified, and may be listed itself");
        }
        sheet.row("answer", answer);
        sheet.row(
            "owned by listed",
            format!(
                "{}; caught from {} on",
                between(finding.lower, finding.upper),
                threshold(&self.affiliates)
            ),
        );
        for owner in &finding.owners {
            let name = words.holder(owner.owner);
            let (link, standing) = (words.link(owner.link), standing_words(owner.standing));
            sheet.row("owner", format!("{name}: {link} ({standing})"));
        }
        if finding.unstated > tiergate_parties::Percent::ZERO {
            let taken = match self.rest {
                Rest::Unknown => "may be held by listed parties",
                Rest::Unlisted => "taken to be held by nobody listed, as asked",
            };
            sheet.row(
                "not stated",
                format!("up to {} %: {taken}", finding.unstated),
            );
        }
        for path in &finding.paths {
            let Some(first) = path.first() else { continue };
            let mut text = words.name(words.register.link(*first).owner);
            for number in path {
                let owned = words.name(words.register.link(*number).owned);
                text.push_str(&format!(" -> {owned} ({})", words.link(*number)));
            }
            sheet.row("way down", text);
        }
        if let Some((lower, upper)) = self.proportion {
            let share = if lower == upper {
                format!("{lower} %")
            } else {
                format!("{lower} to {upper} %")
            };
            sheet.row(
                "in proportion",
                format!("{share}: shares multiplied down the chains, not the rule"),
            );
        }
        sheet.row("the rule", self.affiliates.said(self.on));
        sheet
    }

    /// For programs.
    pub fn value(&self, words: Words<'_>, party: PartyNo) -> serde_json::Value {
        let Some(finding) = &self.finding else {
            return serde_json::Value::Null;
        };
        let owners: Vec<_> = finding
            .owners
            .iter()
            .map(|o| {
                json!({
                    "owner": words.named(o.owner),
                    "share": o.share,
                    "standing": standing_words(o.standing),
                    "link": words.step(o.link),
                })
            })
            .collect();
        let paths: Vec<Vec<_>> = finding
            .paths
            .iter()
            .map(|p| p.iter().map(|l| words.step(*l)).collect())
            .collect();
        let proportion = self.proportion.map(|(lower, upper)| {
            json!({ "least": lower.to_string(), "most": upper.to_string(), "note": "not the rule" })
        });
        let in_force = matches!(self.affiliates.standing, rule::Standing::InForce);
        json!({
            "party": words.named(party),
            "as_of": words.view.on.to_string(),
            "answer": answer_word(finding.answer()),
            "listed_itself": finding.listed,
            "aggregate": {
                "least": finding.lower.percent.to_string(),
                "least_excluded": finding.lower.open,
                "most": finding.upper.percent.to_string(),
                "most_excluded": finding.upper.open,
            },
            "unstated": finding.unstated.to_string(),
            "unstated_taken_as": if self.rest == Rest::Unknown { "unknown" } else { "unlisted" },
            "owners": owners,
            "paths": paths,
            "in_proportion": proportion,
            "rule": {
                "requirement": self.affiliates.id,
                "threshold": threshold(&self.affiliates),
                "cite": self.affiliates.cite,
                "grade": self.affiliates.grade,
                "in_force": in_force,
                "standing": self.affiliates.said(self.on),
            },
        })
    }
}

fn threshold(affiliates: &Affiliates) -> String {
    match affiliates.threshold {
        tiergate_parties::Threshold::AtLeast(percent) => format!("{percent} %"),
        tiergate_parties::Threshold::MoreThan(percent) => format!("more than {percent} %"),
    }
}
