//! What a law file holds, after reading and before any name is resolved.

use std::ops::Range;

use jiff::civil::Date;

use crate::num::Num;
use crate::step::Step;
use crate::syntax::Expr;

/// One law file: an instrument of the United States track or a proposal on a base.
#[derive(Debug, Clone)]
pub struct Source {
    /// File name as given.
    pub file: String,
    /// The text, for diagnostics.
    pub text: String,
    /// The head of the file.
    pub instrument: Instrument,
    /// The entries, in the order of the file by kind.
    pub entries: Vec<Entry>,
    /// The examples beside the rules.
    pub examples: Vec<Example>,
}

/// The head of a law file.
#[derive(Debug, Clone)]
pub struct Instrument {
    /// Stable id.
    pub id: String,
    /// Title, for people.
    pub title: String,
    /// Official citation.
    pub cite: String,
    /// Federal Register publication.
    pub published: Option<Date>,
    /// Effective date; for a proposal, the date it is modelled as adopted.
    pub effective: Date,
    /// Date from which requirements bind, when later than effective.
    pub compliance: Option<Date>,
    /// Last day in force.
    pub expires: Option<Date>,
    /// How its content is known.
    pub grade: Grade,
    /// Where it was read.
    pub source: Option<String>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// Set for a proposal.
    pub proposal: Option<Proposal>,
    /// Instruments, or paragraphs of them, that this one takes out of force for a time.
    pub disapplies: Vec<Disapplication>,
    /// Other dates built into the instrument, for the calendar.
    pub dates: Vec<CalendarDate>,
    /// Where the id stands.
    pub span: Range<usize>,
}

impl Instrument {
    /// The first day on which its requirements bind.
    #[must_use]
    pub fn binds_from(&self) -> Date {
        self.compliance.unwrap_or(self.effective)
    }
}

/// What makes a file a proposal: the law it forks from.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The view of the United States track it replaces.
    pub base_view: BaseView,
    /// Later instruments of the base that still reach it.
    pub carries: Vec<String>,
}

/// Which reading of the base a proposal is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseView {
    /// As printed.
    Text,
    /// As enforced.
    Enforced,
}

/// An instrument taken out of force for a time, in one view or both.
#[derive(Debug, Clone)]
pub struct Disapplication {
    /// Id of the instrument.
    pub instrument: String,
    /// First day.
    pub from: Date,
    /// Last day, or none for open-ended.
    pub through: Option<Date>,
    /// The view, or both.
    pub view: Option<BaseView>,
    /// Citation.
    pub cite: String,
    /// How it is known that the instrument comes back; as the one that takes it out, when not given.
    pub return_grade: Option<Grade>,
}

/// A date worth a line in the calendar that no rule turns on by itself.
#[derive(Debug, Clone)]
pub struct CalendarDate {
    /// The day.
    pub date: Date,
    /// What happens.
    pub says: String,
    /// Citation.
    pub cite: String,
    /// How it is known.
    pub grade: Grade,
}

/// How a fact of the law is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Read in primary text.
    Primary,
    /// Primary text quoted word for word by another document.
    PrimaryQuoted,
    /// A law firm, the press, a public repository.
    Secondary,
    /// One weak source or memory: check before use.
    Unconfirmed,
    /// Not stated by any source: chosen here.
    Assumed,
}

impl Grade {
    /// The word used in law files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Grade::Primary => "primary",
            Grade::PrimaryQuoted => "primary-quoted",
            Grade::Secondary => "secondary",
            Grade::Unconfirmed => "unconfirmed",
            Grade::Assumed => "assumed",
        }
    }
}

/// How an entry is known from a day on: a later text in which it was read may be better than the
/// first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedGrade {
    /// First day.
    pub from: Date,
    /// How it is known then.
    pub grade: Grade,
    /// Where it was read.
    pub cite: String,
}

/// Where a dated value stands in the life of the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// In the law.
    Enacted,
    /// In the law, from a later date.
    Scheduled,
    /// Set aside for a time.
    Suspended,
    /// Proposed only.
    Proposed,
    /// Chosen here because the source gives none.
    Assumed,
}

impl Status {
    /// The word used in law files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Status::Enacted => "enacted",
            Status::Scheduled => "scheduled",
            Status::Suspended => "suspended",
            Status::Proposed => "proposed",
            Status::Assumed => "assumed",
        }
    }
}

/// What an entry does to one of the same kind and id that stands already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Adds; an error if one stands.
    Add,
    /// Replaces the one that stands.
    Replace,
    /// Takes the one that stands away.
    Repeal,
    /// Changes parts of the one that stands and leaves the rest: an authority only.
    Amend,
}

/// One entry of a law file.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Id, unique within its kind.
    pub id: String,
    /// Citation to the paragraph.
    pub cite: String,
    /// How it is known; unless the entry says, as its instrument is.
    pub grade: Grade,
    /// How it is known from later days on, in order.
    pub graded: Vec<DatedGrade>,
    /// What it says, for people.
    pub says: String,
    /// Add, replace or repeal.
    pub operation: Operation,
    /// First day, when later than the instrument's own.
    pub from: Option<Date>,
    /// Last day, when earlier than the instrument's own.
    pub through: Option<Date>,
    /// The only view it belongs to.
    pub view: Option<BaseView>,
    /// Id of the entry of the same kind it stands before.
    pub before: Option<String>,
    /// Id of the entry of the same kind it stands right behind.
    pub behind: Option<String>,
    /// The content.
    pub body: Body,
    /// Where the id stands in the file.
    pub span: Range<usize>,
}

impl Entry {
    /// How the entry is known on a day.
    ///
    /// ```
    /// use tiergate_law::{Date, Grade, Library};
    /// let file = "[instrument]\nid = \"a\"\ntitle = \"A\"\ncite = \"1\"\neffective = 2024-01-01\n\
    ///     grade = \"secondary\"\n[[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"always\"\n\
    ///     graded = [{ from = 2025-01-01, grade = \"primary\", cite = \"2\" }]\n";
    /// let (library, _) = Library::read([("a.toml", file)]);
    /// let note = &library.instruments[0].entries[0];
    /// assert_eq!(note.grade_on(Date::constant(2024, 12, 31)), Grade::Secondary);
    /// assert_eq!(note.grade_on(Date::constant(2025, 1, 1)), Grade::Primary);
    /// ```
    #[must_use]
    pub fn grade_on(&self, date: Date) -> Grade {
        let later = self.graded.iter().rfind(|g| g.from <= date);
        later.map_or(self.grade, |g| g.grade)
    }
}

/// A condition with its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The text as written.
    pub text: String,
    /// The parsed form.
    pub expr: Expr,
    /// Where the text starts in the file.
    pub offset: usize,
}

/// The kinds of entry.
#[derive(Debug, Clone)]
pub enum Body {
    /// A country group.
    Group(Group),
    /// A territory the law treats as part of a country.
    Follows(Follows),
    /// A register of names.
    Register(Register),
    /// A dated number.
    Value(Value),
    /// A named condition.
    Definition(Condition),
    /// An item class: a paragraph of the control list.
    Class(Class),
    /// A named set of item classes.
    ClassSet(Vec<Named>),
    /// A ground on which an item is subject to the rules.
    Scope(Condition),
    /// A license requirement.
    Requirement(Requirement),
    /// A case in which no license is to be had.
    Prohibition(Condition),
    /// A license exception or other authority.
    Authority(Authority),
    /// A restriction on authorities.
    Bar(Bar),
    /// A review policy.
    Review(Review),
    /// A quota.
    Quota(Quota),
    /// An agreement between governments.
    Agreement(Agreement),
    /// A contested reading.
    Reading(Reading),
    /// A red flag.
    RedFlag(RedFlag),
    /// A duty that does not hang on one authority.
    Duty(GeneralDuty),
    /// A note shown with decisions.
    Note(Condition),
    /// A step of the interagency process.
    Step(Step),
    /// Takes an entry of this kind away.
    Repealed(&'static str),
}

impl Condition {
    /// The text with every run of white space as one space.
    #[must_use]
    pub fn one_line(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Body {
    /// The one condition on which the whole entry hangs; an authority has several, or none.
    #[must_use]
    pub const fn when(&self) -> Option<&Condition> {
        match self {
            Body::Definition(c) | Body::Scope(c) | Body::Prohibition(c) | Body::Note(c) => Some(c),
            Body::Class(class) => class.when.as_ref(),
            Body::Requirement(requirement) => Some(&requirement.when),
            Body::Bar(bar) => Some(&bar.when),
            Body::Review(review) => Some(&review.when),
            Body::RedFlag(flag) => Some(&flag.when),
            Body::Duty(general) => general.duty.only_if.as_ref(),
            _ => None,
        }
    }

    /// Every condition of the entry, those of its duties included.
    #[must_use]
    pub fn conditions(&self) -> Vec<&Condition> {
        fn only_if(duties: &[Duty]) -> impl Iterator<Item = &Condition> {
            duties.iter().filter_map(|d| d.only_if.as_ref())
        }
        match self {
            Body::Definition(c) | Body::Scope(c) | Body::Prohibition(c) | Body::Note(c) => vec![c],
            Body::Class(class) => class.when.iter().collect(),
            Body::Requirement(r) => vec![&r.when],
            Body::Bar(b) => vec![&b.when],
            Body::RedFlag(r) => vec![&r.when],
            Body::Authority(a) => {
                let own = a.conditions.iter().map(|c| &c.when);
                own.chain(only_if(&a.duties)).collect()
            }
            Body::Review(r) => std::iter::once(&r.when).chain(only_if(&r.duties)).collect(),
            Body::Quota(q) => q.when.iter().chain(&q.pooled_when).collect(),
            Body::Duty(d) => only_if(std::slice::from_ref(&d.duty)).collect(),
            _ => Vec::new(),
        }
    }

    /// The kind's name in law files.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Body::Group(_) => "group",
            Body::Follows(_) => "follows",
            Body::Register(_) => "register",
            Body::Value(_) => "value",
            Body::Definition(_) => "definition",
            Body::Class(_) => "class",
            Body::ClassSet(_) => "class-set",
            Body::Scope(_) => "scope",
            Body::Requirement(_) => "requirement",
            Body::Prohibition(_) => "prohibition",
            Body::Authority(_) => "authority",
            Body::Bar(_) => "bar",
            Body::Review(_) => "review",
            Body::Quota(_) => "quota",
            Body::Agreement(_) => "agreement",
            Body::Reading(_) => "reading",
            Body::RedFlag(_) => "red-flag",
            Body::Duty(_) => "duty",
            Body::Note(_) => "note",
            Body::Step(_) => "step",
            Body::Repealed(kind) => kind,
        }
    }
}

/// A name and where it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// Where.
    pub span: Range<usize>,
}

/// Members of a group, or a change to them.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// The whole list, for a new or replaced group.
    pub members: Vec<Named>,
    /// Added to the list that stands.
    pub add: Vec<Named>,
    /// Removed from the list that stands.
    pub remove: Vec<Named>,
    /// The reading under which the change holds: reading id and option.
    pub only_if: Option<(Named, String)>,
}

/// A territory that follows a country wherever the law does not list it by itself.
#[derive(Debug, Clone)]
pub struct Follows {
    /// The country it follows.
    pub country: Named,
    /// The reading under which it does: reading id and option.
    pub only_if: Option<(Named, String)>,
}

/// A list of names, compared without case.
#[derive(Debug, Clone)]
pub struct Register {
    /// The names.
    pub names: Vec<String>,
}

/// A number with its dates.
#[derive(Debug, Clone)]
pub struct Value {
    /// Unit, such as TPP.
    pub unit: String,
    /// The amounts by date.
    pub dated: Vec<DatedAmount>,
}

/// One dated amount, with its own citation.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedAmount {
    /// The amount.
    pub amount: Num,
    /// First day, or from the start.
    pub from: Option<Date>,
    /// Last day, or open-ended.
    pub through: Option<Date>,
    /// Citation.
    pub cite: String,
    /// Where it stands in the life of the law.
    pub status: Status,
    /// How it is known.
    pub grade: Grade,
    /// For an assumption: the range within which it may lie.
    pub range: Option<(Num, Num)>,
    /// For an assumption: why this default.
    pub because: Option<String>,
    /// Where its row stands in the file.
    pub span: Range<usize>,
}

/// An item class.
#[derive(Debug, Clone)]
pub struct Class {
    /// The technical test; none for a paragraph that only self-classification reaches.
    pub when: Option<Condition>,
}

/// A license requirement.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// When a license is required.
    pub when: Condition,
    /// The part of the regulations it belongs to, such as `742`, `744`, `746`.
    pub part: String,
}

/// How an authority carries a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AuthorityKind {
    /// A license exception.
    LicenseException,
    /// A validated-end-user authorization.
    ValidatedEndUser,
}

/// A license exception or authorization.
#[derive(Debug, Clone)]
pub struct Authority {
    /// Exception or validated end user.
    pub kind: AuthorityKind,
    /// Requirements it can overcome.
    pub overcomes: Vec<Named>,
    /// Its conditions, each with its own citation; all must hold.
    pub conditions: Vec<CitedCondition>,
    /// Quotas it draws on.
    pub draws: Vec<Named>,
    /// What must be done, when and to whom.
    pub duties: Vec<Duty>,
    /// Code entered in the export filing.
    pub filing_code: Option<String>,
    /// For an amendment: citations of conditions, quotas and duties it takes away.
    pub without: Vec<Named>,
}

/// A condition with its paragraph.
#[derive(Debug, Clone)]
pub struct CitedCondition {
    /// The paragraph.
    pub cite: String,
    /// What it asks, for people.
    pub says: String,
    /// The condition.
    pub when: Condition,
}

/// Something to do, obtain, send or keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty {
    /// Stable name within the authority, such as `certification`.
    pub id: String,
    /// What.
    pub what: String,
    /// When.
    pub when_due: String,
    /// To whom.
    pub to: Option<String>,
    /// The subject line a filing must carry.
    pub subject: Option<String>,
    /// Which form or system.
    pub form: Option<String>,
    /// What it must say, line by line; `{path}` is filled in from the order.
    pub contents: Vec<String>,
    /// Citation.
    pub cite: String,
    /// Only when this holds.
    pub only_if: Option<Condition>,
}

/// A duty that hangs on the outcome or on facts, not on one authority.
#[derive(Debug, Clone)]
pub struct GeneralDuty {
    /// Outcomes it belongs to, by their contract names; empty for all.
    pub outcomes: Vec<String>,
    /// The duty.
    pub duty: Duty,
}

/// A restriction on authorities.
#[derive(Debug, Clone)]
pub struct Bar {
    /// When it bites.
    pub when: Condition,
    /// Authorities it leaves alone.
    pub except: Vec<Named>,
    /// The only authorities it touches; empty for all.
    pub only: Vec<Named>,
}

/// How an application is reviewed, mildest first: across sections the last of these holds.
///
/// A policy that is not held may be a denial, so nothing milder than a presumption of denial says
/// more than it; a denial that is stated stands whatever the other says.
///
/// ```
/// use tiergate_law::Policy;
/// assert!(Policy::NotStated > Policy::CaseByCase);
/// assert!(Policy::NotStated < Policy::PresumptionOfDenial);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// Presumption of approval.
    PresumptionOfApproval,
    /// Case by case.
    CaseByCase,
    /// A section has a policy that the law held here does not state.
    NotStated,
    /// Presumption of denial.
    PresumptionOfDenial,
    /// Policy of denial.
    PolicyOfDenial,
}

impl Policy {
    /// Every policy, mildest first.
    pub const ALL: [Policy; 5] = [
        Policy::PresumptionOfApproval,
        Policy::CaseByCase,
        Policy::NotStated,
        Policy::PresumptionOfDenial,
        Policy::PolicyOfDenial,
    ];

    /// The word of the decision contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Policy::NotStated => "not-stated",
            Policy::PresumptionOfApproval => "presumption-of-approval",
            Policy::CaseByCase => "case-by-case",
            Policy::PresumptionOfDenial => "presumption-of-denial",
            Policy::PolicyOfDenial => "policy-of-denial",
        }
    }

    /// The word of a review entry, which may have [no policy of its own](Review::policy).
    ///
    /// ```
    /// use tiergate_law::Policy;
    /// assert_eq!(Policy::word_of(Some(Policy::CaseByCase)), "case-by-case");
    /// assert_eq!(Policy::word_of(None), "none-of-its-own");
    /// ```
    #[must_use]
    pub const fn word_of(policy: Option<Policy>) -> &'static str {
        match policy {
            Some(policy) => policy.word(),
            None => "none-of-its-own",
        }
    }
}

/// A review policy; within a lane the first that fits holds, across lanes the strictest.
#[derive(Debug, Clone)]
pub struct Review {
    /// The lane, usually the section that holds the policies.
    pub lane: String,
    /// The requirements whose applications it governs.
    pub governs: Vec<Named>,
    /// When it holds.
    pub when: Condition,
    /// The policy; none where the text leaves it to the other sections that ask for a license.
    pub policy: Option<Policy>,
    /// Quotas an approval draws on.
    pub draws: Vec<Named>,
    /// What an application must certify or show.
    pub duties: Vec<Duty>,
}

/// A quota: something counted against a dated limit.
#[derive(Debug, Clone)]
pub struct Quota {
    /// Id of the value that limits it; none for what is counted only, such as the whole of a share.
    pub limit: Option<Named>,
    /// The fact that holds what is used already.
    pub used: Named,
    /// Whose quota it is, in words.
    pub per: String,
    /// The fact that names the holder.
    pub key: String,
    /// The span over which it counts.
    pub period: String,
    /// A share instead of an amount: the fact the limit is a share of.
    pub share_of: Option<Named>,
    /// Whether the order counts among what the limit is a share of.
    pub order_in_total: bool,
    /// When an order counts; none for whenever what it draws on carries the order.
    pub when: Option<Condition>,
    /// The days it counts over.
    pub over: Over,
    /// The reasons for which goods that shipped are counted no longer, of [`RETURN_REASONS`].
    pub gives_back: Vec<String>,
    /// When an order may count toward the limit of another who will operate the goods.
    pub pooled_when: Option<Condition>,
}

/// The reasons for which shipped units may come back or be gone: those that `ledger return` takes,
/// and of which a quota's `gives_back` names some.
pub const RETURN_REASONS: [&str; 6] = [
    "sent-back",
    "loss",
    "damage",
    "failure",
    "relocation",
    "resale",
];

/// The days over which a quota counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Over {
    /// All days.
    #[default]
    All,
    /// Each calendar year by itself.
    CalendarYear,
    /// From one day through another.
    Days(Date, Date),
}

impl Over {
    /// The first and last day of those that an order of this date counts among; none for all days.
    ///
    /// ```
    /// use tiergate_law::{Date, Over};
    /// let day = Date::constant(2026, 3, 1);
    /// let year = (Date::constant(2026, 1, 1), Date::constant(2026, 12, 31));
    /// assert_eq!(Over::CalendarYear.days(day), Some(year));
    /// assert_eq!(Over::All.days(day), None);
    /// ```
    #[must_use]
    pub fn days(self, date: Date) -> Option<(Date, Date)> {
        match self {
            Over::All => None,
            Over::CalendarYear => Some((date.first_of_year(), date.last_of_year())),
            Over::Days(from, through) => Some((from, through)),
        }
    }
}

/// An agreement between governments.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The partner country.
    pub country: Named,
    /// What it unlocks.
    pub unlocks: Vec<String>,
    /// What the partner gives, each with its date in words.
    pub concessions: Vec<String>,
    /// The values it raises for goods that all go there, over the days of the entry.
    pub raises: Vec<Raise>,
}

/// A value that an agreement raises for one country.
#[derive(Debug, Clone, PartialEq)]
pub struct Raise {
    /// Id of the value.
    pub value: Named,
    /// The amount that holds there instead, with its citation.
    pub to: DatedAmount,
}

/// A contested reading of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The question the text leaves open.
    pub question: String,
    /// Options with what each says.
    pub options: Vec<(String, String)>,
    /// The option taken unless the user asks for another.
    pub default: usize,
}

/// A red flag.
#[derive(Debug, Clone, PartialEq)]
pub struct RedFlag {
    /// Number in supplement no. 3 to part 732, when it has one.
    pub number: Option<i64>,
    /// When it is raised.
    pub when: Condition,
    /// What to do about it.
    pub then: Option<String>,
}

/// An example: a test of the law, beside it.
#[derive(Debug, Clone)]
pub struct Example {
    /// The sentence that names it.
    pub says: String,
    /// The paragraph it shows.
    pub cite: String,
    /// Rules it exercises: ids, `!id` for one that just misses.
    pub shows: Vec<String>,
    /// The law, if not the one of the file.
    pub law: Option<String>,
    /// The date.
    pub date: Date,
    /// The view, or the default.
    pub view: Option<BaseView>,
    /// Facts of the order, by contract path, as written.
    pub order: Vec<(String, String)>,
    /// Assumption flags.
    pub assume: Vec<String>,
    /// Expected fields of the decision, by contract path, as written.
    pub expect: Vec<(String, String)>,
    /// Where it stands.
    pub span: Range<usize>,
}
