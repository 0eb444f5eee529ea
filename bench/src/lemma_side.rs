//! The decision in Lemma.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use lemma::{
    DateGranularity, DateTimeValue, Engine, EvaluateDataValue, IndexMap, Response, SourceType,
};

use crate::spec::{self, Answer, Order};

/// How the spec knows which groups hold a country.
#[derive(Clone, Copy)]
pub enum Form {
    /// One `unless` a member.
    Chains,
    /// A list of all countries, found by code.
    List,
}

const DATA: &str = r#"
data activity: text
  -> option "export"
  -> option "reexport"
  -> option "transfer"
data tpp: number
data density: number
data datacenter: boolean
data amount: number
data used_lpp: number
data used_allocation: number

rule is_controlled:
  no
  unless tpp >= 1600 and density >= 5.92 and datacenter then yes
  unless tpp >= 4800 then yes

rule is_denied:
  no
  unless to_denied then yes
  unless seat_denied then yes
  unless owner_denied then yes

rule touches_partner:
  no
  unless to_partner then yes
  unless seat_partner then yes
  unless owner_partner then yes

rule aia_applies:
  to_partner and seat_partner and owner_partner

rule lpp_applies:
  used_lpp + amount <= 26900000
  unless activity is "transfer" then no
  unless to_gated then no
  unless is_denied then no

rule outcome:
  "policy-of-denial"
  unless used_allocation + amount <= 790000000 then "presumption-of-approval"
  unless touches_partner then "presumption-of-approval"
  unless is_denied then "presumption-of-denial"
  unless lpp_applies then "LPP"
  unless aia_applies then "AIA"
  unless is_controlled is false then "not-controlled"
"#;

const PLACES: [(&str, &str); 3] = [
    ("to", "destination"),
    ("seat", "headquarters"),
    ("owner", "ultimate_parent"),
];

fn members(group: &str) -> Vec<spec::Code> {
    match group {
        "partner" => spec::codes(spec::PARTNERS),
        "denied" => spec::codes(spec::MACAU_D5),
        _ => spec::codes(spec::ALL)
            .into_iter()
            .filter(|c| spec::gated(*c))
            .collect(),
    }
}

fn source(form: Form) -> String {
    let mut text = String::new();
    match form {
        Form::Chains => {
            text += "spec diffusion\n\n";
            for (_, fact) in PLACES {
                let _ = writeln!(text, "data {fact}: text");
            }
            text += DATA;
            for (place, fact) in PLACES {
                for group in ["partner", "denied", "gated"] {
                    let _ = write!(text, "\nrule {place}_{group}:\n  no\n");
                    for code in members(group) {
                        let code = spec::text(&code).to_owned();
                        let _ = writeln!(text, "  unless {fact} is \"{code}\" then yes");
                    }
                }
            }
        }
        Form::List => {
            text += "spec country\n\ndata code: text\n";
            for code in spec::codes(spec::ALL) {
                let _ = writeln!(text, "  -> option \"{}\"", spec::text(&code));
            }
            text += "data partner: boolean\ndata denied: boolean\ndata gated: boolean\n\n\n\
                     spec diffusion\n\nuses countries: country list\n  -> key code\n";
            let groups = ["partner", "denied", "gated"].map(|g| (g, members(g)));
            for code in spec::codes(spec::ALL) {
                let _ = write!(text, "  -> with code: \"{}\"", spec::text(&code));
                for (group, members) in &groups {
                    let is = if members.contains(&code) { "yes" } else { "no" };
                    let _ = write!(text, ", {group}: {is}");
                }
                text += "\n";
            }
            for (_, fact) in PLACES {
                let _ = writeln!(text, "data {fact}: countries.code");
            }
            text += DATA;
            for (place, fact) in PLACES {
                let _ = write!(text, "\nrule {place}:\n  countries -> find {fact}\n");
                for group in ["partner", "denied", "gated"] {
                    let _ = write!(text, "\nrule {place}_{group}:\n  {place}.{group}\n");
                }
            }
        }
    }
    text
}

pub struct Lemma {
    engine: Engine,
    date: DateTimeValue,
    rules: [String; 1],
}

pub type Input = IndexMap<String, EvaluateDataValue>;

impl Lemma {
    pub fn new(form: Form) -> Result<Lemma> {
        let mut engine = Engine::new();
        let name = SourceType::Path(Arc::new(std::path::PathBuf::from("diffusion.lemma")));
        engine
            .load([(name, source(form))])
            .map_err(|e| anyhow!("{e:?}"))?;
        let date = DateTimeValue {
            year: 2025,
            month: 6,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            microsecond: 0,
            timezone: None,
            granularity: DateGranularity::Full,
        };
        Ok(Lemma {
            engine,
            date,
            rules: ["outcome".to_owned()],
        })
    }

    pub fn input(&self, o: &Order) -> Input {
        let n = |n: u64| EvaluateDataValue::Literal(n.to_string());
        let c = |c: &spec::Code| EvaluateDataValue::Literal(spec::text(c).to_owned());
        let density = format!(
            "{}.{:02}",
            o.density_hundredths / 100,
            o.density_hundredths % 100
        );
        IndexMap::from([
            ("destination".to_owned(), c(&o.destination)),
            ("headquarters".to_owned(), c(&o.headquarters)),
            ("ultimate_parent".to_owned(), c(&o.parent)),
            (
                "activity".to_owned(),
                EvaluateDataValue::Literal(o.activity.word().to_owned()),
            ),
            ("tpp".to_owned(), n(o.tpp)),
            ("density".to_owned(), EvaluateDataValue::Literal(density)),
            (
                "datacenter".to_owned(),
                EvaluateDataValue::Boolean(o.datacenter),
            ),
            ("amount".to_owned(), n(o.amount())),
            ("used_lpp".to_owned(), n(o.used_lpp)),
            ("used_allocation".to_owned(), n(o.used_allocation)),
        ])
    }

    pub fn decide(&self, input: Input, explain: bool) -> Result<Response> {
        self.engine
            .evaluate(
                None,
                "diffusion",
                Some(&self.date),
                input,
                Some(&self.rules),
                explain,
            )
            .map_err(|e| anyhow!("{e:?}"))
    }

    pub fn answer(response: &Response) -> Option<Answer> {
        let result = response.results.get("outcome")?;
        Answer::parse(result.result()?.trim_matches('"'))
    }
}
