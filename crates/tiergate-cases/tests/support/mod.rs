//! The law of the repository, and cases that read as they are meant.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod desk;
pub mod homes;

use std::path::Path;
use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::Date;
use tiergate_cases::{
    Actor, Advice, Application, Due, Event, Grounds, Kind, Level, Outcome, Proposal, Refused, Role,
    Rules, Standing, State, Vote, What, dues, reservation_id,
};
use tiergate_law::{LawRef, Library, View};

/// Every law file of the repository.
pub fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law");
        let mut files = Vec::new();
        for folder in ["us", "proposals"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|e| e == "toml") {
                    let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
                    files.push((name, std::fs::read_to_string(path).unwrap()));
                }
            }
        }
        files.sort();
        let (library, faults) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
        assert!(faults.is_empty(), "{faults:#?}");
        library
    })
}

pub fn rules_in(day: &str, view: View) -> Rules {
    let day: Date = day.parse().unwrap();
    Rules::of(&library().consolidate(&LawRef::us(), day, view).unwrap())
}

pub fn rules(day: &str) -> Rules {
    rules_in(day, View::Enforced)
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .unwrap()
        .timestamp()
}

pub fn officer() -> Actor {
    Actor::new("officer-1", Role::LicensingOfficer)
}

pub fn second() -> Actor {
    Actor::new("countersigner-1", Role::Countersigner)
}

pub fn applicant() -> Actor {
    Actor::new("acme", Role::Applicant)
}

pub fn agency(name: &str) -> Actor {
    Actor::of_agency(format!("reviewer-{name}"), name)
}

pub fn grounds() -> Grounds {
    Grounds {
        statutory: "50 U.S.C. 4813".into(),
        regulatory: "742.6(b)(10)".into(),
        reasons: "risk of diversion".into(),
    }
}

pub fn license_application(quantity: u64, value_usd: u64) -> What {
    let mut application = Application::new(Kind::License, "accelerators for a data center", "acme");
    application.country = Some("PL".into());
    application.quantity = Some(quantity);
    application.value_usd = Some(value_usd);
    application.lane = Some("presumption-of-approval".into());
    application.a_items = Some(true);
    What::Registered(Box::new(application))
}

/// A case in the making.
pub struct Case {
    pub rules: Rules,
    pub name: String,
    pub events: Vec<Event>,
    pub state: Option<State>,
    pub today: Date,
}

impl Case {
    pub fn new(name: &str, rules: Rules) -> Case {
        Case {
            rules,
            name: name.into(),
            events: Vec::new(),
            state: None,
            today: Date::MIN,
        }
    }

    pub fn event(&self, on: &str, actor: &Actor, what: What) -> Event {
        let day = day(on);
        Event {
            id: format!("{}-e-{}", self.name, self.events.len() + 1),
            case: self.name.clone(),
            day,
            at: noon(day),
            actor: actor.clone(),
            basis: vec![],
            what,
        }
    }

    pub fn add(&mut self, event: Event) -> Result<(), Refused> {
        let state = State::after(self.state.clone(), &self.rules, &event)?;
        self.today = event.day;
        self.events.push(event);
        self.state = Some(state);
        Ok(())
    }

    pub fn attempt(&mut self, on: &str, actor: &Actor, what: What) -> Result<(), Refused> {
        self.add(self.event(on, actor, what))
    }

    #[track_caller]
    pub fn on(&mut self, on: &str, actor: &Actor, what: What) -> String {
        let event = self.event(on, actor, what);
        let id = event.id.clone();
        if let Err(refused) = self.add(event) {
            panic!("{refused}");
        }
        id
    }

    /// The words of a refusal.
    #[track_caller]
    pub fn refused(&mut self, on: &str, actor: &Actor, what: What) -> String {
        match self.attempt(on, actor, what) {
            Ok(()) => panic!("it was taken in"),
            Err(refused) => refused.no.to_string(),
        }
    }

    #[track_caller]
    pub fn state(&self) -> &State {
        self.state.as_ref().unwrap()
    }

    #[track_caller]
    pub fn due_on(&self, today: &str, step: &str) -> Due {
        let all = dues(self.state(), &self.rules, day(today));
        let found = all.into_iter().find(|d| d.step == step);
        found.unwrap_or_else(|| panic!("no step `{step}` is due"))
    }

    #[track_caller]
    pub fn due(&self, step: &str) -> (String, String) {
        let due = self.due_on(&self.today.to_string(), step).due.unwrap();
        (due.day.to_string(), due.says)
    }

    #[track_caller]
    pub fn due_day(&self, step: &str) -> String {
        self.due(step).0
    }

    #[track_caller]
    pub fn standing(&self, today: &str, step: &str) -> Standing {
        self.due_on(today, step).standing
    }

    /// Recommended, countersigned and approved, without a ledger.
    #[track_caller]
    pub fn approve(&mut self, on: &str, conditions: &[&str]) {
        let conditions: Vec<String> = conditions.iter().map(|c| (*c).to_owned()).collect();
        let of = self.on(on, &officer(), recommend(Proposal::Approve, &conditions));
        self.on(on, &second(), What::Countersigned { of: of.clone() });
        let reservation = Some(reservation_id(&self.name, &of));
        self.on(
            on,
            &officer(),
            What::Approved {
                conditions,
                reservation,
            },
        );
    }
}

pub fn recommend(proposal: Proposal, conditions: &[String]) -> What {
    What::Recommended {
        proposal,
        conditions: conditions.to_vec(),
        grounds: grounds(),
    }
}

pub fn advise(advice: Advice, conditions: &[&str]) -> What {
    let grounds = match advice {
        Advice::Deny => grounds(),
        _ => Grounds::default(),
    };
    What::Advised {
        advice,
        conditions: conditions.iter().map(|c| (*c).to_owned()).collect(),
        grounds,
    }
}

pub fn decide(level: Level, outcome: Outcome, conditions: &[&str]) -> What {
    What::Decided {
        level,
        outcome,
        conditions: conditions.iter().map(|c| (*c).to_owned()).collect(),
        grounds: grounds(),
    }
}

pub fn vote(level: Level, vote: Vote) -> What {
    What::Voted { level, vote }
}

pub fn refer() -> What {
    What::Referred {
        agencies: ["Defense", "Energy", "State"].map(String::from).to_vec(),
    }
}

pub fn issue(
    number: &str,
    quantity: u64,
    value_usd: u64,
    through: &str,
    conditions: &[&str],
) -> What {
    What::Issued {
        number: number.into(),
        quantity,
        value_usd,
        through: day(through),
        conditions: conditions.iter().map(|c| (*c).to_owned()).collect(),
    }
}

/// The events as the examples have them; TIERGATE_BLESS=1 writes them anew.
#[track_caller]
pub fn is_the_example(cases: &[&Case], name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/cases")
        .join(name);
    let events = cases.iter().flat_map(|case| &case.events);
    let lines: String = events.map(|e| e.text().unwrap() + "\n").collect();
    if std::env::var_os("TIERGATE_BLESS").is_some() {
        std::fs::write(&path, &lines).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        lines,
        "run with TIERGATE_BLESS=1"
    );
}
