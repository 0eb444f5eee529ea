//! Random laws and orders out of a string of bytes: the same bytes give the same law.

use std::fmt::Write as _;

use tiergate_law::{
    ChoiceFact, Cond, Country, CountryFact, Date, FlagFact, IfAbsent, Num, NumberFact, Regime,
    Test, TextFact, View,
};
use tiergate_order::Facts;

/// Bytes spent on choices; when they run out every choice is the first.
pub struct Choices<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Choices<'a> {
    pub fn new(bytes: &'a [u8]) -> Choices<'a> {
        Choices { bytes, at: 0 }
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % count.max(1)
    }

    /// True once in `n`; false when the bytes run out.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    pub fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    fn some<T: Copy>(&mut self, items: &[T]) -> Vec<T> {
        items
            .iter()
            .copied()
            .filter(|_| self.below(2) == 1)
            .collect()
    }
}

const COUNTRIES: [&str; 8] = ["CN", "US", "PL", "HK", "MO", "SA", "IR", "JP"];
const GROUPS: [&str; 4] = ["A:1", "D:5", "G", "T"];
const CLASSES: [&str; 4] = ["3A090.a", "3A090.b", "4A090.a", "5A992.z"];
const PLACES: [&str; 17] = [
    "destination",
    "any_destination",
    "every_destination",
    "consignee.headquarters",
    "end_user.headquarters",
    "consignee.parent",
    "end_user.parent",
    "consignee.location",
    "end_user.location",
    "known_destination",
    "exporter.headquarters",
    "exporter.parent",
    "recipient.headquarters",
    "recipient.parent",
    "any_party.headquarters",
    "intermediary.headquarters",
    "intermediary.parent",
];
const FLAG_TESTS: [&str; 9] = [
    "datacenter",
    "published",
    "made_abroad",
    "statements.purchase_order",
    "end_uses has military",
    "consignee.lists has {entity-list, sdn}",
    "end_user.lists has entity-list",
    "recipient.lists has denied-persons",
    "any_party.lists has {unverified}",
];
const CHOICE_TESTS: [&str; 6] = [
    "activity is export",
    "activity in {reexport, transfer}",
    "kind is ic",
    "kind is not computer",
    "statements.validated_end_user in {universal, national}",
    "statements.designer is approved",
];
const NUMBERS: [&str; 7] = [
    "tpp",
    "performance_density",
    "dram_bandwidth_gb_s",
    "additional_ops",
    "synthetic_share_pct",
    "amount",
    "consignee.listed_ownership_pct",
];
const AMOUNTS: [&str; 6] = ["4800", "1600", "5.92", "2.5e25", "0.1", "50"];
const FORMS: [&str; 10] = [
    "used.veu.country + amount <= 7% * used.veu.total + 7% * amount",
    "additional_ops > 25% * published_ops",
    "tpp - 2 * dram_bandwidth_gb_s >= 100",
    "3 * tpp >= 10000",
    "-2 * tpp < -4800.5",
    "tpp + v1 > dram_bandwidth_gb_s",
    "25% * v1 <= tpp",
    "tpp + performance_density >= 5",
    "amount + used.lpp <= 26900000",
    "tpp >= 4800 + v2",
];
const VERBS: [&str; 4] = [">=", ">", "<", "<="];
const POLICIES: [&str; 6] = [
    "not-stated",
    "none-of-its-own",
    "presumption-of-approval",
    "case-by-case",
    "presumption-of-denial",
    "policy-of-denial",
];

/// The days on which the generated instruments begin and end, and some between.
pub const DAYS: [&str; 9] = [
    "2024-01-01",
    "2024-06-30",
    "2024-07-01",
    "2025-01-01",
    "2025-03-01",
    "2025-06-01",
    "2025-06-02",
    "2025-12-31",
    "2026-01-01",
];

/// What an entry of the law does, kept beside its text so that a test can say what stands.
#[derive(Debug, Clone)]
pub struct Placed {
    pub kind: &'static str,
    pub id: String,
    pub operation: &'static str,
    pub from: Option<&'static str>,
    pub through: Option<&'static str>,
    pub view: Option<View>,
}

/// An instrument or a proposal.
#[derive(Debug, Clone, Default)]
pub struct File {
    pub name: String,
    pub text: String,
    pub binds: &'static str,
    pub expires: Option<&'static str>,
    /// Instrument, first day, last day, view.
    pub disapplies: Vec<(
        &'static str,
        &'static str,
        Option<&'static str>,
        Option<View>,
    )>,
    pub entries: Vec<Placed>,
}

/// A generated law: two or three instruments and a proposal.
#[derive(Debug, Clone)]
pub struct Law {
    pub files: Vec<File>,
    pub proposal: File,
    pub base_view: View,
    pub carries: Vec<&'static str>,
}

struct Maker<'c, 'b> {
    c: &'c mut Choices<'b>,
    definitions: Vec<String>,
    /// Conditions of classes and definitions keep to what stands before them.
    items: bool,
    forms: bool,
}

fn cited(text: &mut String, kind: &str, id: &str) {
    let _ = write!(
        text,
        "\n[[{kind}]]\nid = \"{id}\"\ncite = \"{id} of the example\"\n"
    );
}

impl Maker<'_, '_> {
    fn set(&mut self, depth: usize) -> String {
        let one = match self.c.below(4) {
            0 => {
                let mut members = self.c.some(&COUNTRIES);
                if members.is_empty() {
                    members.push("SA");
                }
                format!("{{{}}}", members.join(", "))
            }
            _ => self.c.of(&GROUPS).to_owned(),
        };
        if depth == 0 || !self.c.one_in(3) {
            return one;
        }
        let sign = self.c.of(&["-", "|", "&"]);
        let other = self.set(depth - 1);
        if self.c.below(2) == 0 {
            format!("({one} {sign} {other})")
        } else {
            format!("{one} {sign} ({other})")
        }
    }

    fn test(&mut self) -> String {
        match self.c.below(12) {
            0..=2 => {
                let place = self.c.of(&PLACES);
                let verb = self.c.of(&["in", "in", "not in"]);
                format!("{place} {verb} {}", self.set(2))
            }
            3 | 4 => self.c.of(&FLAG_TESTS).to_owned(),
            5 => self.c.of(&CHOICE_TESTS).to_owned(),
            6 | 7 => {
                let (fact, verb) = (self.c.of(&NUMBERS), self.c.of(&VERBS));
                format!("{fact} {verb} {}", self.c.of(&AMOUNTS))
            }
            8 if self.forms => self.c.of(&FORMS).to_owned(),
            8 | 9 if self.items => {
                let classes = self.c.some(&CLASSES);
                match classes.as_slice() {
                    [] => "item in chips".to_owned(),
                    _ => format!("item in {{{}}}", classes.join(", ")),
                }
            }
            10 if !self.definitions.is_empty() => {
                let at = self.c.below(self.definitions.len());
                self.definitions[at].clone()
            }
            11 => match self.c.below(6) {
                0 => "always".to_owned(),
                1 => "never".to_owned(),
                2 | 3 => "item.vendor in designers".to_owned(),
                _ => self
                    .c
                    .of(&[
                        "reading:r1 is wide",
                        "reading:r2 is b",
                        "not reading:r2 is c",
                    ])
                    .to_owned(),
            },
            _ => self.c.of(&["datacenter", "tpp >= 4800"]).to_owned(),
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 || self.c.below(3) == 0 {
            return self.test();
        }
        match self.c.below(5) {
            0 => format!("not ({})", self.condition(depth - 1)),
            n => {
                let joint = if n < 3 { " and " } else { " or " };
                let parts: Vec<String> = (0..2 + self.c.below(2))
                    .map(|_| format!("({})", self.condition(depth - 1)))
                    .collect();
                parts.join(joint)
            }
        }
    }

    fn when(&mut self, text: &mut String, depth: usize) {
        let condition = self.condition(depth);
        let _ = writeln!(text, "when = \"{condition}\"");
    }

    /// Dates and view of an entry, written and kept.
    fn placed(&mut self, text: &mut String, kind: &'static str, id: &str, limits: bool) -> Placed {
        cited(text, kind, id);
        let mut placed = Placed {
            kind,
            id: id.to_owned(),
            operation: "add",
            from: None,
            through: None,
            view: None,
        };
        if !limits {
            return placed;
        }
        if self.c.one_in(4) {
            let day = self.c.of(&DAYS[1..5]);
            placed.from = Some(day);
            let _ = writeln!(text, "from = {day}");
        }
        if self.c.one_in(4) {
            let day = self.c.of(&DAYS[4..]);
            placed.through = Some(day);
            let _ = writeln!(text, "through = {day}");
        }
        if self.c.one_in(4) {
            let view = self.c.of(&[View::Text, View::Enforced]);
            placed.view = Some(view);
            let _ = writeln!(text, "view = \"{}\"", view.word());
        }
        placed
    }

    fn body(&mut self, text: &mut String, kind: &str) {
        match kind {
            "authority" => {
                let kind = self.c.of(&["license-exception", "validated-end-user"]);
                let overcomes = match self.c.below(3) {
                    0 => "\"r*\"".to_owned(),
                    _ => quoted(&self.c.some(&["r1", "r2", "r3"])),
                };
                let _ = writeln!(text, "kind = \"{kind}\"\novercomes = [{overcomes}]");
                for _ in 0..self.c.below(3) {
                    let condition = self.condition(1);
                    let _ = writeln!(
                        text,
                        "[[authority.condition]]\ncite = \"x\"\nsays = \"x\"\nwhen = \"{condition}\""
                    );
                }
                self.duty(text, "authority.duty");
            }
            "bar" => {
                let (except, mut only) = (self.c.some(&["a1", "a2"]), self.c.some(&["a2", "a3"]));
                // A bar that excepts what it touches is refused.
                only.retain(|id| !except.contains(id));
                let _ = writeln!(
                    text,
                    "except = [{}]\nonly = [{}]",
                    quoted(&except),
                    quoted(&only)
                );
                self.when(text, 1);
            }
            "review" => {
                let (lane, policy) = (self.c.of(&["one", "two"]), self.c.of(&POLICIES));
                let governs = match self.c.below(2) {
                    0 => "\"r*\"".to_owned(),
                    _ => quoted(&self.c.some(&["r1", "r2"])),
                };
                let _ = writeln!(
                    text,
                    "lane = \"{lane}\"\npolicy = \"{policy}\"\ngoverns = [{governs}]"
                );
                self.when(text, 1);
                self.duty(text, "review.duty");
            }
            "duty" => {
                let outcomes = ["license-required", "not-controlled", "license-exception"];
                let outcomes = quoted(&self.c.some(&outcomes));
                let _ = writeln!(text, "outcomes = [{outcomes}]");
                self.due(text);
            }
            _ => self.when(text, 2),
        }
    }

    fn duty(&mut self, text: &mut String, table: &str) {
        if self.c.one_in(2) {
            let id = self.c.of(&["x1", "x2"]);
            let _ = writeln!(text, "[[{table}]]\nid = \"{id}\"\ncite = \"x\"");
            self.due(text);
        }
    }

    /// What a duty asks, and when.
    fn due(&mut self, text: &mut String) {
        let (what, due) = (
            self.c.of(&["keep", "tell"]),
            self.c.of(&["before", "after"]),
        );
        let _ = writeln!(text, "what = \"{what}\"\ndue = \"{due}\"");
        if self.c.one_in(2) {
            let condition = self.condition(1);
            let _ = writeln!(text, "only_if = \"{condition}\"");
        }
    }
}

fn quoted(words: &[&str]) -> String {
    words
        .iter()
        .map(|w| format!("\"{w}\""))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Kinds whose entries the tests add, replace and repeal, with how many there may be.
const RULES: [(&str, &str, usize); 7] = [
    ("requirement", "r", 3),
    ("prohibition", "p", 1),
    ("authority", "a", 3),
    ("bar", "b", 2),
    ("review", "v", 4),
    ("scope", "s", 2),
    ("duty", "g", 2),
];

/// Makes a law.
pub fn law(c: &mut Choices<'_>) -> Law {
    let mut base = File {
        name: "2024-01-base.toml".to_owned(),
        binds: "2024-01-01",
        ..File::default()
    };
    base.text.push_str(
        "[instrument]\nid = \"base\"\ntitle = \"Base\"\ncite = \"1\"\neffective = 2024-01-01\n",
    );
    let mut m = Maker {
        c,
        definitions: Vec::new(),
        items: false,
        forms: true,
    };
    let text = &mut base.text;
    text.push_str("\n[[follows]]\nid = \"HK\"\ncite = \"x\"\ncountry = \"CN\"\n");
    for (id, options) in [
        ("r1", ["narrow", "wide"].as_slice()),
        ("r2", &["a", "b", "c"]),
    ] {
        cited(text, "reading", id);
        let default = m.c.of(options);
        let _ = writeln!(text, "question = \"which?\"\ndefault = \"{default}\"");
        for option in options {
            let _ = writeln!(text, "[[reading.option]]\nid = \"{option}\"\nsays = \"x\"");
        }
    }
    for group in GROUPS {
        cited(text, "group", group);
        let members: Vec<&str> =
            m.c.some(&COUNTRIES)
                .into_iter()
                .filter(|c| *c != "HK" || group == "T")
                .collect();
        let _ = writeln!(text, "members = [{}]", quoted(&members));
    }
    if m.c.one_in(2) {
        cited(text, "group", "D:5");
        let (add, remove) = (m.c.some(&["SA", "JP", "PL"]), m.c.some(&["IR", "MO"]));
        let _ = writeln!(
            text,
            "add = [{}]\nremove = [{}]\nonly_if_reading = \"r1\"\nis = \"wide\"",
            quoted(&add),
            quoted(&remove)
        );
    }
    cited(text, "register", "designers");
    text.push_str("names = [\"Acme\", \"Beta Chips\"]\n");
    for (id, amount) in [("v1", "1600"), ("v2", "100.5")] {
        cited(text, "value", id);
        let _ = write!(
            text,
            "unit = \"TPP\"\n[[value.dated]]\namount = {amount}\ncite = \"x\"\n"
        );
        match m.c.below(3) {
            0 => {}
            1 => text.push_str("through = 2025-02-28\n"),
            _ => text.push_str("[[value.dated]]\namount = 4800\ncite = \"x\"\nfrom = 2025-03-01\n"),
        }
    }
    cited(text, "class-set", "chips");
    text.push_str("members = [\"3A090.a\", \"3A090.b\"]\n");
    for class in CLASSES {
        cited(text, "class", class);
        if m.c.below(4) != 0 {
            m.when(text, 1);
        }
    }
    m.items = true;
    for at in 0..m.c.below(3) {
        let id = format!("d{at}");
        cited(text, "definition", &id);
        m.when(text, 2);
        m.definitions.push(id);
    }
    let mut untouched: Vec<(&'static str, String)> = Vec::new();
    for (kind, letter, most) in RULES {
        let least = usize::from(kind == "requirement");
        // Every name that other rules use is defined somewhere.
        let named = matches!(kind, "requirement" | "authority");
        let count = if named {
            most
        } else {
            m.c.below(most + 1).max(least)
        };
        for at in 1..=count {
            let id = format!("{letter}{at}");
            let placed = m.placed(&mut base.text, kind, &id, true);
            m.body(&mut base.text, kind);
            if placed.from.is_none() && placed.through.is_none() && placed.view.is_none() {
                untouched.push((kind, id));
            }
            base.entries.push(placed);
        }
    }

    let mut second = File {
        name: "2025-01-second.toml".to_owned(),
        binds: "2025-01-01",
        ..File::default()
    };
    second.text.push_str(
        "[instrument]\nid = \"second\"\ntitle = \"Second\"\ncite = \"2\"\npublished = 2024-12-01\n",
    );
    if m.c.one_in(3) {
        second.binds = "2025-06-01";
        second
            .text
            .push_str("effective = 2025-01-01\ncompliance = 2025-06-01\n");
    } else {
        second.text.push_str("effective = 2025-01-01\n");
    }
    if m.c.one_in(4) {
        second.expires = Some("2025-12-31");
        second.text.push_str("expires = 2025-12-31\n");
    }
    amend(&mut m, &mut second, &mut untouched, "y");

    let mut third = File {
        name: "2025-06-third.toml".to_owned(),
        binds: "2025-06-01",
        ..File::default()
    };
    third.text.push_str(
        "[instrument]\nid = \"third\"\ntitle = \"Third\"\ncite = \"3\"\neffective = 2025-06-01\n",
    );
    if m.c.one_in(2) {
        let through = m.c.of(&[None, Some("2025-12-31")]);
        let view = m.c.of(&[None, Some(View::Enforced), Some(View::Text)]);
        third
            .disapplies
            .push(("second", "2025-06-01", through, view));
        third.text.push_str(
            "\n[[instrument.disapplies]]\ninstrument = \"second\"\nfrom = 2025-06-01\ncite = \"x\"\n",
        );
        if let Some(day) = through {
            let _ = writeln!(third.text, "through = {day}");
        }
        if let Some(view) = view {
            let _ = writeln!(third.text, "view = \"{}\"", view.word());
        }
    }
    amend(&mut m, &mut third, &mut untouched, "z");

    let mut proposal = File {
        name: "proposal.toml".to_owned(),
        binds: "2025-03-01",
        ..File::default()
    };
    let base_view = m.c.of(&[View::Text, View::Enforced]);
    let carries =
        m.c.of(&[&[][..], &["third"], &["second", "third"]])
            .to_vec();
    let _ = write!(
        proposal.text,
        "[proposal]\nid = \"plan\"\ntitle = \"Plan\"\ncite = \"4\"\nadopted = 2025-03-01\nbase_view = \"{}\"\ncarries = [{}]\n",
        base_view.word(),
        quoted(&carries)
    );
    amend(&mut m, &mut proposal, &mut untouched, "q");
    Law {
        files: vec![base, second, third],
        proposal,
        base_view,
        carries,
    }
}

/// Replaces, repeals and adds; what is repealed is touched by nobody else.
fn amend(
    m: &mut Maker<'_, '_>,
    file: &mut File,
    untouched: &mut Vec<(&'static str, String)>,
    letter: &str,
) {
    if m.c.one_in(3) {
        cited(&mut file.text, "group", "A:1");
        let (add, remove) = (m.c.some(&["SA", "JP"]), m.c.some(&["PL"]));
        let _ = writeln!(
            file.text,
            "add = [{}]\nremove = [{}]",
            quoted(&add),
            quoted(&remove)
        );
    }
    let mut at = 0;
    while at < untouched.len() {
        let (kind, id) = untouched[at].clone();
        match m.c.below(8) {
            6 => {
                let mut placed = m.placed(&mut file.text, kind, &id, true);
                placed.operation = "replace";
                file.text.push_str("operation = \"replace\"\n");
                m.body(&mut file.text, kind);
                file.entries.push(placed);
            }
            7 => {
                let mut placed = m.placed(&mut file.text, kind, &id, true);
                placed.operation = "repeal";
                file.text.push_str("operation = \"repeal\"\n");
                file.entries.push(placed);
                untouched.remove(at);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    for (kind, first, _) in RULES {
        if m.c.one_in(5) {
            let id = format!("{first}{letter}");
            let placed = m.placed(&mut file.text, kind, &id, true);
            m.body(&mut file.text, kind);
            file.entries.push(placed);
        }
    }
}

impl Law {
    /// Names and texts, as a library reads them.
    pub fn texts(&self) -> Vec<(&str, &str)> {
        let all = self.files.iter().chain([&self.proposal]);
        all.map(|f| (f.name.as_str(), f.text.as_str())).collect()
    }

    /// The ids that stand of a kind, by the plainest reading of what was generated.
    pub fn standing(&self, kind: &str, law: &str, date: &str, view: View) -> Vec<String> {
        // Days are written so that their order as text is their order in time.
        let forked = law == "plan" && self.proposal.binds <= date;
        let base_view = if forked { self.base_view } else { view };
        let mut files: Vec<(&File, View)> = Vec::new();
        for file in &self.files {
            let id = file.name.split(['-', '.']).nth(2).unwrap_or_default();
            let late = file.name == "2025-06-third.toml";
            let reaches = !forked || !late || self.carries.contains(&id);
            if reaches {
                files.push((file, base_view));
            }
        }
        if forked {
            files.push((&self.proposal, view));
        }
        let mut standing: Vec<String> = Vec::new();
        let disapplied = |name: &str| {
            files.iter().any(|(f, _)| {
                f.disapplies.iter().any(|(id, from, through, in_view)| {
                    name.contains(id)
                        && *from <= date
                        && through.is_none_or(|t| date <= t)
                        && in_view.is_none_or(|v| v == base_view)
                })
            })
        };
        for (file, view) in &files {
            let over = file.expires.is_some_and(|e| e < date);
            if over || disapplied(&file.name) {
                continue;
            }
            for entry in file.entries.iter().filter(|e| e.kind == kind) {
                let binds = entry.from.unwrap_or(file.binds) <= date
                    && entry.through.is_none_or(|t| date <= t)
                    && entry.view.is_none_or(|v| v == *view);
                match entry.operation {
                    _ if !binds => {}
                    "repeal" => standing.retain(|id| *id != entry.id),
                    "add" => standing.push(entry.id.clone()),
                    _ => {}
                }
            }
        }
        standing
    }
}

/// A fact an order may leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    Country(CountryFact),
    Choice(ChoiceFact),
    Flag(FlagFact),
    Number(NumberFact),
}

/// Everything the conditions ask of an order, once each.
pub fn asked(regime: &Regime) -> Vec<Asked> {
    let mut found = vec![Asked::Choice(ChoiceFact::Eccn)];
    let mut visit = |cond: &Cond| {
        cond.visit(&mut |atom| match &atom.test {
            Test::Country(fact, _) => {
                let mut next = Some(*fact);
                while let Some(fact) = next {
                    found.push(Asked::Country(fact));
                    next = fact.info().same_as;
                }
            }
            Test::Choice(fact, _) => found.push(Asked::Choice(*fact)),
            Test::Flag(fact) => found.push(Asked::Flag(*fact)),
            Test::Linear(linear) => {
                found.extend(linear.terms.iter().map(|(fact, _)| Asked::Number(*fact)));
            }
            Test::Text(..) | Test::Intermediary(..) | Test::Reading(..) => {}
        });
    };
    regime.outcome_conditions().for_each(&mut visit);
    found.sort_unstable();
    found.dedup();
    found
}

/// A country the laws name, or one they do not.
fn country(c: &mut Choices<'_>) -> Country {
    let mut all = COUNTRIES.to_vec();
    all.push("BR");
    c.of(&all).parse().unwrap()
}

/// Thresholds of the conditions on a number standing alone.
pub fn cuts(regime: &Regime, number: NumberFact) -> Vec<i128> {
    let mut found = Vec::new();
    for cond in regime.outcome_conditions() {
        cond.visit(&mut |atom| {
            if let Test::Linear(linear) = &atom.test
                && linear.terms == [(number, 1)]
            {
                found.push(linear.bound);
            }
        });
    }
    found.sort_unstable();
    found.dedup();
    found
}

const END_USER: [CountryFact; 3] = [
    CountryFact::EndUserLocation,
    CountryFact::EndUserHeadquarters,
    CountryFact::EndUserParent,
];

/// The facts of an order as the contract fills it in: what could only relax is "no", and places
/// that are not given are the ones they fall back on.
fn nothing_rare() -> Facts {
    let mut facts = Facts::default();
    for fact in FlagFact::ALL
        .iter()
        .filter(|f| f.info().if_absent == IfAbsent::No)
    {
        facts.set_flag(*fact, false);
    }
    for fact in ChoiceFact::ALL
        .iter()
        .filter(|f| f.info().if_absent == IfAbsent::No)
    {
        facts.set_choice(*fact, fact.info().values.len() - 1);
    }
    for fact in [
        CountryFact::KnownDestination,
        CountryFact::ConsigneeLocation,
        CountryFact::EndUserLocation,
    ] {
        facts.set_same(fact);
    }
    facts
}

/// Makes the facts of an order on which the conditions of a regime turn; at most `open` of them
/// stay unknown.
pub fn facts(c: &mut Choices<'_>, regime: &Regime, open: usize) -> Facts {
    let ordinary = c.below(2) == 1;
    let mut facts = if ordinary {
        nothing_rare()
    } else {
        Facts::default()
    };
    let all = asked(regime);
    let mut left: Vec<Asked> = Vec::new();
    let most = if c.below(2) == 0 {
        open
    } else {
        c.below(open + 1)
    };
    for _ in 0..most {
        left.push(all[c.below(all.len())]);
    }
    let end_user_absent = c.below(2) == 0;
    if ordinary && end_user_absent {
        END_USER.iter().for_each(|f| facts.set_same(*f));
    }
    for fact in all {
        let unknown = left.contains(&fact);
        match fact {
            Asked::Country(f) => {
                let absent = end_user_absent && END_USER.contains(&f);
                let kept = ordinary && facts.is_same(f) && !c.one_in(8);
                let same = f.info().same_as.is_some();
                if absent || kept || (same && !unknown && !ordinary && c.one_in(3)) {
                    facts.set_same(f);
                } else if !unknown {
                    facts.set_country(f, country(c));
                }
            }
            Asked::Choice(ChoiceFact::Eccn) => {
                let classes = regime.class_names.len();
                match c.below(4) {
                    0 if unknown => facts.eccn_candidates = 0b11,
                    1 if unknown => facts.eccn_candidates = 0b1101,
                    _ if unknown => facts.eccn_candidates = (1 << (classes + 2)) - 1,
                    0 => facts.set_choice(ChoiceFact::Eccn, c.below(classes + 2)),
                    _ => facts.set_choice(ChoiceFact::Eccn, classes + 1),
                }
            }
            // What is rare stays "no" in an ordinary order, but for one in eight.
            Asked::Choice(f) if facts.choice(f).is_some() && !c.one_in(8) => {}
            Asked::Flag(f) if facts.flag(f).is_some() && !c.one_in(8) => {}
            _ if unknown => {}
            Asked::Choice(f) => facts.set_choice(f, c.below(f.info().values.len())),
            Asked::Flag(f) => facts.set_flag(f, c.below(2) == 1),
            Asked::Number(f) => number(c, regime, f, &mut facts),
        }
    }
    if !c.one_in(4) {
        facts.set_text(TextFact::Vendor, c.of(&["ACME", "Beta Chips ", "Gamma"]));
    }
    for _ in 0..if ordinary { 0 } else { c.below(3) } {
        let mut list = facts.intermediaries.as_deref().unwrap_or_default().to_vec();
        let known = |c: &mut Choices<'_>| (!c.one_in(5)).then(|| country(c));
        list.push((known(c), known(c)));
        facts.intermediaries = Some(list.into());
    }
    facts
}

fn number(c: &mut Choices<'_>, regime: &Regime, fact: NumberFact, facts: &mut Facts) {
    if fact == NumberFact::PerformanceDensity && c.one_in(4) {
        facts.set_undefined(fact);
        return;
    }
    let cuts = cuts(regime, fact);
    let value = if cuts.is_empty() || c.one_in(4) {
        c.of(&[
            "0",
            "1",
            "99.999999999",
            "1600",
            "1600.00000000001",
            "1e9",
            "26900000",
            "1e25",
        ])
        .parse()
        .unwrap()
    } else {
        let cut = c.of(&cuts);
        Num::from_raw((cut + c.of(&[0, -1, 1, 2, -2])).max(0))
    };
    facts.set_number(fact, value);
}

/// A day to ask about: one on which something changes, the day before or the day after.
pub fn day(c: &mut Choices<'_>) -> Date {
    let day: Date = c.of(&DAYS).parse().unwrap();
    match c.below(3) {
        0 => day,
        1 => day.tomorrow().unwrap(),
        _ => day.yesterday().unwrap().max(DAYS[0].parse().unwrap()),
    }
}

/// The option taken of each reading.
pub fn readings(c: &mut Choices<'_>, regime: &Regime) -> Vec<usize> {
    let all = regime.readings.iter();
    all.map(|r| {
        if c.one_in(2) {
            c.below(r.is.options.len())
        } else {
            r.is.default
        }
    })
    .collect()
}
