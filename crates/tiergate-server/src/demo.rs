//! A believable desk for trying things out: invented people and companies, real law, real clocks.
//!
//! Nothing is faked: every event goes the way that events of people go, on days of the past.

mod ledger;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use tiergate_cases::{
    Advice, Application, Grounds, Kind, Outcome, Proposal, Role, What, advising, plus,
    valid_through,
};

use crate::app::App;
use crate::casework::{self, Act, Asked, When};
use crate::people::{NewPerson, Person};
use crate::problem::Problem;
use crate::run::ServeError;

type Cast = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
);

/// People of the desk: name, login, role, agency, company.
const PEOPLE: [Cast; 12] = [
    ("Ada Quill", "admin", "administrator", None, None),
    ("Lena Marsh", "officer", "licensing-officer", None, None),
    ("Tomas Reed", "officer2", "licensing-officer", None, None),
    ("Ruth Calder", "countersigner", "countersigner", None, None),
    (
        "Owen Pike",
        "defense",
        "agency-reviewer",
        Some("Defense"),
        None,
    ),
    (
        "Mira Stone",
        "energy",
        "agency-reviewer",
        Some("Energy"),
        None,
    ),
    (
        "Jonas Hale",
        "state",
        "agency-reviewer",
        Some("State"),
        None,
    ),
    (
        "Clara Finch",
        "chair",
        "agency-reviewer",
        Some("Commerce"),
        None,
    ),
    ("Nils Archer", "ledger", "ledger-officer", None, None),
    ("Petra Wynn", "ledger2", "ledger-officer", None, None),
    ("Eve Larkin", "analyst", "analyst", None, None),
    (
        "Paul Ostrow",
        "applicant",
        "applicant",
        None,
        Some("Aldersea Compute"),
    ),
];

/// What is told of the demo: who can log in, and with what.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Logins with the names and roles.
    pub logins: Vec<(String, String, String)>,
    /// The password of all of them.
    pub password: String,
}

/// A case that is made: how many days ago it was registered, and what it is about.
struct Story {
    ago: i64,
    company: &'static str,
    chip: &'static str,
    quantity: u64,
    value_usd: u64,
    to: &'static str,
    consignee: &'static str,
    /// How far it has come.
    upto: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Registered,
    Asked,
    Referred,
    Advised,
    Objected,
    Recommended,
    Countersigned,
    Approved,
    Issued,
    Shipped,
    IntentToDeny,
    Returned,
}

const fn story(
    ago: i64,
    company: &'static str,
    what: (&'static str, u64, u64),
    to: (&'static str, &'static str),
    upto: Stage,
) -> Story {
    Story {
        ago,
        company,
        chip: what.0,
        quantity: what.1,
        value_usd: what.2,
        to: to.0,
        consignee: to.1,
        upto,
    }
}

const STORIES: [Story; 14] = [
    story(
        96,
        "Aldersea Compute",
        ("nvidia-h100-sxm5", 2_000, 60_000_000),
        ("KZ", "Steppe Data Works"),
        Stage::Shipped,
    ),
    story(
        88,
        "Northmoor Systems",
        ("nvidia-h200-sxm", 512, 18_000_000),
        ("GE", "Kolkheti Cloud"),
        Stage::Issued,
    ),
    story(
        81,
        "Aldersea Compute",
        ("nvidia-b200", 256, 11_500_000),
        ("QA", "Dhow Compute"),
        Stage::Shipped,
    ),
    story(
        70,
        "Fernhill Trading",
        ("nvidia-h100-pcie", 128, 3_600_000),
        ("CN", "Plumfield Research"),
        Stage::Objected,
    ),
    story(
        66,
        "Northmoor Systems",
        ("nvidia-a100-sxm4", 1_024, 12_000_000),
        ("VN", "Lotus Bay Hosting"),
        Stage::Approved,
    ),
    story(
        52,
        "Aldersea Compute",
        ("nvidia-h100-sxm5", 4_096, 125_000_000),
        ("SA", "Red Dune Cloud"),
        Stage::Objected,
    ),
    story(
        47,
        "Fernhill Trading",
        ("nvidia-l40s", 640, 6_000_000),
        ("KZ", "Caspian Render"),
        Stage::Returned,
    ),
    story(
        41,
        "Northmoor Systems",
        ("nvidia-h100-nvl", 300, 9_000_000),
        ("CN", "Willow Gate Labs"),
        Stage::IntentToDeny,
    ),
    story(
        33,
        "Aldersea Compute",
        ("nvidia-b200", 1_024, 46_000_000),
        ("QA", "Dhow Compute"),
        Stage::Countersigned,
    ),
    story(
        27,
        "Northmoor Systems",
        ("nvidia-h200-nvl", 96, 3_000_000),
        ("GE", "Kolkheti Cloud"),
        Stage::Recommended,
    ),
    story(
        19,
        "Aldersea Compute",
        ("nvidia-h100-sxm5", 800, 25_000_000),
        ("VN", "Lotus Bay Hosting"),
        Stage::Advised,
    ),
    story(
        13,
        "Fernhill Trading",
        ("nvidia-gh200", 64, 2_600_000),
        ("SA", "Red Dune Cloud"),
        Stage::Referred,
    ),
    story(
        10,
        "Northmoor Systems",
        ("nvidia-h100-sxm5", 1_500, 45_000_000),
        ("KZ", "Steppe Data Works"),
        Stage::Asked,
    ),
    story(
        4,
        "Aldersea Compute",
        ("nvidia-b300", 200, 12_000_000),
        ("SA", "Red Dune Cloud"),
        Stage::Registered,
    ),
];

struct Teller<'a> {
    app: &'a App,
    people: Vec<Person>,
    case: String,
    events: usize,
    today: Date,
}

impl Teller<'_> {
    fn who(&self, login: &str) -> Result<Person, ServeError> {
        let found = self.people.iter().find(|p| p.login == login);
        let found = found.ok_or_else(|| ServeError::open(format!("nobody is `{login}`")))?;
        Ok(found.clone())
    }

    /// Noon or later on a day so long ago: events of a day come one after another.
    fn when(&mut self, ago: i64) -> Result<When, ServeError> {
        self.events += 1;
        let day = plus(self.today, -ago);
        let minute = i8::try_from(self.events % 60).unwrap_or(0);
        let at = day.at(14, minute, 0, 0).to_zoned(TimeZone::UTC);
        Ok(When {
            day,
            at: at.map_err(ServeError::open)?.timestamp(),
        })
    }

    fn event(&mut self, ago: i64, who: &Person, what: What) -> Result<String, ServeError> {
        let when = self.when(ago)?;
        let act = Act {
            id: format!("{}/demo-{}", self.case, self.events),
            what,
            basis: Vec::new(),
        };
        let entered = casework::enter(self.app, who, &self.case, act, when);
        Ok(entered.map_err(refused)?.id)
    }

    fn tell(&mut self, story: &Story, number: usize) -> Result<(), ServeError> {
        self.registered(story, number)?;
        let (officer, second) = (self.who("officer")?, self.who("countersigner")?);
        let mut ago = story.ago;
        if story.upto == Stage::Registered {
            return Ok(());
        }
        ago -= 3;
        self.event(
            ago,
            &officer.clone(),
            What::Assigned {
                to: officer.id.clone(),
            },
        )?;
        if story.upto == Stage::Asked {
            let question =
                "Which facility will house the accelerators, and who has physical access?";
            self.event(
                ago,
                &officer,
                What::DataAsked {
                    question: question.into(),
                },
            )?;
            return Ok(());
        }
        if story.upto == Stage::Returned {
            let reason = "The end-user statement is missing. File again with it.";
            self.event(
                ago - 4,
                &officer,
                What::Returned {
                    reason: reason.into(),
                },
            )?;
            return Ok(());
        }
        ago -= 4;
        let rules = self.app.law.on(plus(self.today, -story.ago));
        let rules = rules.map_err(ServeError::open)?;
        let agencies = advising(&rules, Kind::License);
        self.event(ago, &officer.clone(), What::Referred { agencies })?;
        if story.upto == Stage::Referred {
            let advice = advised(Advice::NoObjection);
            let energy = self.who("energy")?;
            self.event(ago - 3, &energy, advice)?;
            return Ok(());
        }
        self.advice(story, ago)?;
        if matches!(story.upto, Stage::Advised | Stage::Objected) {
            return Ok(());
        }
        ago -= 15;
        if story.upto == Stage::IntentToDeny {
            let chair = self.who("chair")?;
            let decided = What::Decided {
                level: tiergate_cases::Level::Chair,
                outcome: Outcome::Deny,
                conditions: Vec::new(),
                grounds: grounds(),
            };
            self.event(ago + 1, &chair, decided)?;
            // Nobody appeals in the days there are for it.
            ago -= 6;
            let proposal = What::Recommended {
                proposal: Proposal::Deny,
                conditions: Vec::new(),
                grounds: grounds(),
            };
            let of = self.event(ago, &officer.clone(), proposal)?;
            self.event(ago - 1, &second, What::Countersigned { of })?;
            self.event(ago - 2, &officer, What::IntentToDeny { grounds: grounds() })?;
            return Ok(());
        }
        self.approved(story, ago)
    }

    /// The agencies advise; where the story goes that way, one objects and the chair overrules it.
    fn advice(&mut self, story: &Story, ago: i64) -> Result<(), ServeError> {
        let objects = matches!(story.upto, Stage::Objected | Stage::IntentToDeny);
        for (login, days) in [("energy", 6), ("state", 9), ("defense", 12)] {
            let advice = match (login, objects) {
                ("defense", true) => What::Advised {
                    advice: Advice::Deny,
                    conditions: Vec::new(),
                    grounds: grounds(),
                },
                ("state", _) => What::Advised {
                    advice: Advice::ApproveWithConditions,
                    conditions: vec!["No access by parties headquartered in D:5.".to_owned()],
                    grounds: Grounds::default(),
                },
                _ => advised(Advice::Approve),
            };
            let actor = self.who(login)?;
            self.event(ago - days, &actor, advice)?;
        }
        if story.upto == Stage::Objected && story.ago > 60 {
            let chair = self.who("chair")?;
            let decided = What::Decided {
                level: tiergate_cases::Level::Chair,
                outcome: Outcome::Approve,
                conditions: vec!["Quarterly reports on use.".to_owned()],
                grounds: Grounds::default(),
            };
            self.event(ago - 25, &chair, decided)?;
            let defense = self.who("defense")?;
            let to = tiergate_cases::Level::Acep;
            self.event(ago - 28, &defense, What::Appealed { to })?;
        }
        Ok(())
    }

    fn approved(&mut self, story: &Story, mut ago: i64) -> Result<(), ServeError> {
        let (officer, second) = (self.who("officer")?, self.who("countersigner")?);
        let conditions = vec!["No access by parties headquartered in D:5.".to_owned()];
        let proposal = What::Recommended {
            proposal: Proposal::Approve,
            conditions: conditions.clone(),
            grounds: Grounds::default(),
        };
        let recommended = self.event(ago, &officer.clone(), proposal)?;
        if story.upto == Stage::Recommended {
            return Ok(());
        }
        ago -= 1;
        let signed = What::Countersigned { of: recommended };
        self.event(ago, &second, signed)?;
        if story.upto == Stage::Countersigned {
            return Ok(());
        }
        ago -= 1;
        let approved = What::Approved {
            conditions: conditions.clone(),
            reservation: None,
        };
        self.event(ago, &officer.clone(), approved)?;
        if story.upto == Stage::Approved {
            return Ok(());
        }
        let day = plus(self.today, -ago);
        let rules = self.app.law.on(plus(self.today, -story.ago));
        let rules = rules.map_err(ServeError::open)?;
        let through = valid_through(&rules, day, Some(true));
        let through = through.ok_or_else(|| ServeError::open("no validity in the law"))?;
        let number = format!("D{}", self.case.trim_start_matches("Z-").replace('-', ""));
        let issued = What::Issued {
            number: number.clone(),
            quantity: story.quantity,
            value_usd: story.value_usd,
            through,
            conditions,
        };
        self.event(ago, &officer.clone(), issued)?;
        if story.upto == Stage::Shipped {
            for (n, part) in [(1, 4), (2, 2)] {
                let shipped = What::Shipped {
                    shipment: format!("{number}-{n}"),
                    quantity: story.quantity / part,
                    value_usd: story.value_usd / part,
                };
                self.event(ago - 10 * n, &officer.clone(), shipped)?;
            }
        }
        Ok(())
    }

    fn registered(&mut self, story: &Story, number: usize) -> Result<(), ServeError> {
        let when = self.when(story.ago)?;
        let order = json!({
            "id": format!("demo-{number}"),
            "date": when.day.to_string(),
            "destination": story.to,
            "quantity": story.quantity,
            "value_usd": story.value_usd,
            "item": { "chip": story.chip },
            "consignee": {
                "name": story.consignee,
                "headquarters": story.to,
                "parent": story.to,
                "lists": [],
                "listed_ownership_pct": 0,
            },
            "end_uses": ["datacenter"],
        });
        let mut application = Application::new(Kind::License, "", story.company);
        application.a_items = Some(true);
        let asked = Asked {
            application,
            order: Some(order.to_string()),
        };
        let id = format!("demo/{number}");
        let applicant = applicant(story.company);
        let made = casework::register(self.app, &applicant, asked, &id, when);
        self.case = made.map_err(refused)?.state.case;
        Ok(())
    }
}

/// Someone of a company, as its applications name it.
fn applicant(company: &str) -> Person {
    Person {
        id: company.to_owned(),
        name: company.to_owned(),
        login: String::new(),
        role: Role::Applicant,
        agency: None,
        company: Some(company.to_owned()),
        disabled: false,
        email: None,
    }
}

fn refused(problem: Problem) -> ServeError {
    let faults = problem.faults().into_iter();
    let each: Vec<String> = faults.map(|f| format!("{} {}", f.at, f.what)).collect();
    ServeError::open(each.join("; "))
}

fn advised(advice: Advice) -> What {
    What::Advised {
        advice,
        conditions: Vec::new(),
        grounds: Grounds::default(),
    }
}

fn grounds() -> Grounds {
    Grounds {
        statutory: "50 U.S.C. 4813".to_owned(),
        regulatory: "744.23".to_owned(),
        reasons: "The end user shares a site with a party of military end use.".to_owned(),
    }
}

/// Fills an empty desk.
///
/// # Errors
///
/// When it is not empty, or something of it cannot be entered.
pub fn fill(app: &App) -> Result<Demo, ServeError> {
    let there = app.people.all().map_err(ServeError::open)?;
    let cases = app
        .cases
        .with(|store| store.cases())
        .map_err(ServeError::open)?;
    if !there.is_empty() || !cases.is_empty() {
        return Err(ServeError::open(
            "the desk is not empty: a demo starts with a database of its own",
        ));
    }
    let password = crate::people::Secret::new()
        .map_err(ServeError::open)?
        .text()[..16]
        .to_owned();
    let now = app.now();
    let agencies = app.agencies().map_err(ServeError::open)?;
    let mut told = Demo {
        logins: Vec::new(),
        password,
    };
    for (name, login, role, agency, company) in PEOPLE {
        let new = NewPerson {
            name: name.to_owned(),
            login: login.to_owned(),
            role: role.to_owned(),
            agency: agency.map(str::to_owned),
            company: company.map(str::to_owned),
            email: None,
        };
        let person = app
            .people
            .add(&new, &agencies, "demo", now)
            .map_err(ServeError::open)?;
        let link = app
            .people
            .link(&person.id, "demo", now)
            .map_err(ServeError::open)?;
        app.people
            .set_password(&link, &told.password, now)
            .map_err(ServeError::open)?;
        let role = [Some(role), agency, company]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        told.logins
            .push((login.to_owned(), name.to_owned(), role.join(", ")));
    }
    let mut teller = Teller {
        app,
        people: app.people.all().map_err(ServeError::open)?,
        case: String::new(),
        events: 0,
        today: app.today(),
    };
    for (n, story) in STORIES.iter().enumerate() {
        teller.tell(story, n + 1)?;
    }
    let officers = [teller.who("ledger")?, teller.who("ledger2")?];
    ledger::fill(app, officers.each_ref(), teller.today)?;
    Ok(told)
}
