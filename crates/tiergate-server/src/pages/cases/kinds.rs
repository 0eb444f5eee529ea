//! Kinds of cases, as the page where one is begun tells them.

use tiergate_cases::{Act, Kind, Rules};

/// A kind to choose.
pub struct Choosable {
    /// Its word, in addresses and forms.
    pub word: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What it is for.
    pub says: &'static str,
}

/// What a kind is called, and what it is for.
pub const fn told(kind: Kind) -> Choosable {
    let (name, says) = match kind {
        Kind::License => (
            "License",
            "Permission for an order that needs one. It starts from the order.",
        ),
        Kind::Nac => (
            "Notification",
            "Notice of an export that may go without a license if nobody objects. It may tell its \
             order.",
        ),
        Kind::ValidatedEndUser => (
            "Validated end user",
            "Status for an end user at its places, or its removal.",
        ),
        Kind::Classification => (
            "Classification",
            "The question which paragraph an item falls under.",
        ),
        Kind::AdvisoryOpinion => (
            "Advisory opinion",
            "The question how the law reads on something that is planned.",
        ),
        Kind::Agreement => (
            "Agreement",
            "What a government concedes, by when, and what that unlocks.",
        ),
        Kind::Report => ("Report", "A report that the law asks for."),
    };
    Choosable {
        word: kind.word(),
        name,
        says,
    }
}

/// Whether a kind of case is about an order.
pub const fn has_order(kind: Kind) -> bool {
    matches!(kind, Kind::License | Kind::Nac)
}

/// The steps of the law by which a request of a kind may be asked for, where there are several: the
/// step's id, and what it says.
pub fn asks(rules: &Rules, kind: Kind) -> Vec<(String, String)> {
    let act = match kind {
        Kind::ValidatedEndUser => Act::ErcDecided,
        Kind::Report => Act::Filed,
        _ => return Vec::new(),
    };
    let steps = rules.steps(kind);
    let steps = steps.filter(|step| step.is.done_by.iter().any(|n| n.name == act.word()));
    let told = steps.map(|step| (step.id.clone(), format!("{} ({})", step.says, step.cite)));
    told.collect()
}
