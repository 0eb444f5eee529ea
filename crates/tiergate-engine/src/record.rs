//! The decision contract: what a decision says, field for field.

use serde::Serialize;

use crate::explain::Because;
use crate::rests::Ground;

/// A decision, field for field as `decision.schema.json` names them.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionRecord {
    /// Id of the order.
    pub id: String,
    /// `us` or the id of a proposal.
    pub law: String,
    /// The date of the law.
    pub as_of: String,
    /// The view.
    pub view: &'static str,
    /// The item as classified.
    pub item: ItemRecord,
    /// Before any exception: yes, no or unknown.
    pub license_required: &'static str,
    /// The outcome.
    pub outcome: &'static str,
    /// What carries the order.
    pub authority: Option<String>,
    /// How an application would be reviewed.
    pub review: Option<&'static str>,
    /// Requirements that apply.
    pub requirements: Vec<RequirementRecord>,
    /// Requirements that may apply, with the facts that decide it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub may_apply: Vec<RequirementRecord>,
    /// When no license is required: the requirements, paragraphs and scopes considered, and what
    /// each of them fails on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub considered: Vec<RequirementRecord>,
    /// What is printed and would apply, and is not enforced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_enforced: Vec<NotEnforced>,
    /// Every authority considered, best first.
    pub authorities: Vec<AuthorityRecord>,
    /// The review policies that apply, with what an application must show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<AuthorityRecord>,
    /// The review policies that may apply instead, where the review is open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub may_review: Vec<AuthorityRecord>,
    /// Duties of the outcome itself, whatever the authority.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<DutyRecord>,
    /// Facts on which the outcome still depends.
    pub missing: Vec<String>,
    /// Facts on which authority or review still depend, when the outcome does not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_detail: Vec<String>,
    /// Outcomes still possible when indeterminate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<String>,
    /// What was taken for granted.
    pub assumptions: Vec<String>,
    /// How the weakest of what it rests on is known.
    pub grade: &'static str,
    /// What it rests on apart from primary text, weakest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<Ground>,
    /// Contested readings that change the outcome.
    pub readings: Vec<ReadingRecord>,
    /// Contested readings that leave the outcome alone and change duties or red flags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duty_readings: Vec<ReadingRecord>,
    /// The other view, when it differs.
    pub other_view: Option<OtherView>,
    /// Where the parties state a paragraph under which the answer is milder: what the item's
    /// parameters give alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_parameters: Option<OtherView>,
    /// Red flags raised.
    pub red_flags: Vec<RedFlagRecord>,
    /// What to know.
    pub notes: Vec<String>,
}

/// The item as classified.
#[derive(Debug, Clone, Serialize)]
pub struct ItemRecord {
    /// The controlling paragraph.
    pub eccn: Option<String>,
    /// TPP of one IC.
    pub tpp_each: Option<serde_json::Number>,
    /// TPP of the line, rounded up.
    pub tpp_total: Option<serde_json::Number>,
    /// TPP per mm2.
    pub performance_density: Option<serde_json::Number>,
}

/// A requirement that applies, or may.
#[derive(Debug, Clone, Serialize)]
pub struct RequirementRecord {
    /// Id.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// What it says.
    pub says: String,
    /// How it is known.
    pub grade: &'static str,
    /// The instrument that set it.
    pub instrument: String,
    /// Why.
    pub because: Vec<Because>,
    /// The facts that decide whether it applies, where that is open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turns_on: Vec<String>,
}

/// A requirement that is printed, would apply, and is not enforced.
#[derive(Debug, Clone, Serialize)]
pub struct NotEnforced {
    /// Id.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// What it says.
    pub says: String,
    /// The instrument that set it.
    pub instrument: String,
    /// The instrument that takes it out of force.
    pub by: String,
    /// On what authority.
    pub by_cite: String,
    /// Since when.
    pub from: String,
    /// How that is known.
    pub grade: &'static str,
}

/// An authority or review policy considered.
#[derive(Debug, Clone, Serialize)]
pub struct AuthorityRecord {
    /// Id.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// `eligible`, `ineligible` or `unknown`; for a review policy, the policy.
    pub verdict: &'static str,
    /// What it says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// How it is known.
    pub grade: &'static str,
    /// The conditions that decided it.
    pub because: Vec<Because>,
    /// What to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<DutyRecord>,
    /// What it counts against.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<DrawRecord>,
    /// Code for the export filing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filing_code: Option<String>,
}

/// A duty.
#[derive(Debug, Clone, Serialize)]
pub struct DutyRecord {
    /// Stable name.
    pub id: String,
    /// What.
    pub what: String,
    /// When.
    pub when: String,
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Form or system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// What it must say; `{path}` stands for a field of the order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<String>,
    /// `yes`, or `unknown` when a fact decides whether it applies.
    pub applies: &'static str,
    /// Citation.
    pub cite: String,
}

/// A draw on a quota.
#[derive(Debug, Clone, Serialize)]
pub struct DrawRecord {
    /// Quota.
    pub quota: String,
    /// Whose.
    pub key: String,
    /// What this order draws.
    pub amount: serde_json::Number,
    /// What is used already.
    pub used: serde_json::Number,
    /// The limit.
    pub limit: Option<serde_json::Number>,
    /// Citation of the limit.
    pub cite: String,
    /// Over which span.
    pub period: String,
}

/// A contested reading and what the other one gives.
#[derive(Debug, Clone, Serialize)]
pub struct ReadingRecord {
    /// Id.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// The question.
    pub question: String,
    /// The option taken.
    pub read_as: String,
    /// What each other option gives, where it differs.
    pub otherwise: Vec<OtherView>,
}

/// An outcome under another view or reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherView {
    /// The view or option.
    #[serde(rename = "is")]
    pub name: String,
    /// The outcome.
    pub outcome: String,
    /// The authority.
    pub authority: Option<String>,
    /// The review.
    pub review: Option<String>,
    /// Duties and red flags that come or go with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

/// A red flag raised.
#[derive(Debug, Clone, Serialize)]
pub struct RedFlagRecord {
    /// Id.
    pub id: String,
    /// Number in supplement no. 3 to part 732.
    pub number: Option<i64>,
    /// What it says.
    pub says: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
    /// Citation.
    pub cite: String,
}
