//! Claims of the debate, and in how many draws each holds.

use super::Report;
use super::axis::Axis;
use super::markup::{Picture, escape, nothing};
use crate::findings::Claim;
use crate::statistics::Share;
use crate::told::spread;

/// All of them.
pub fn section(report: &Report<'_>) -> String {
    if report.claims.is_empty() {
        return nothing("No claim was judged.", "tiergate lab claims");
    }
    report.claims.iter().map(one).collect()
}

fn percent(x: f64) -> String {
    format!("{:.0} %", 100.0 * x)
}

/// The share of draws, with its interval.
fn bar(claim: &Claim, share: &Share) -> String {
    let axis = Axis::Even([0.0, 1.0], [24.0, 480.0]);
    let [low, value, high] = [share.low, share.value, share.high].map(|x| axis.place(x));
    let mut body = String::new();
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let x = axis.place(tick);
        body += &format!(
            "<path class=\"grid\" d=\"M{x:.0} 0V26\"/><text class=\"tick mid\" x=\"{x:.0}\" y=\"40\">{}</text>",
            percent(tick)
        );
    }
    body += &format!(
        "<rect class=\"track\" x=\"24\" y=\"6\" width=\"456\" height=\"14\"/>\
         <rect class=\"share\" x=\"24\" y=\"6\" width=\"{:.1}\" height=\"14\"/>\
         <path class=\"whisker\" d=\"M{low:.1} 13H{high:.1}M{low:.1} 8v10M{high:.1} 8v10\"/>",
        value - 24.0
    );
    let picture = Picture {
        id: &format!("c-{}", claim.id),
        class: "claim",
        view: [0.0, 0.0, 505.0, 46.0],
        title: &format!("In how many draws {} holds", claim.id),
        says: &held(share),
    };
    picture.draw(&body)
}

fn held(share: &Share) -> String {
    format!(
        "It holds in {} of draws (between {} and {}, by the number of draws).",
        percent(share.value),
        percent(share.low),
        percent(share.high)
    )
}

fn one(claim: &Claim) -> String {
    let share = match &claim.holds {
        Some(share) => format!("{}<p>{}</p>", bar(claim, share), held(share)),
        None => "<p class=\"empty\">The model cannot speak on it.</p>".into(),
    };
    let effect = claim.effect.map_or_else(String::new, |effect| {
        format!(
            "<dt>Effect</dt><dd>{} {}</dd>",
            spread(effect),
            escape(&claim.unit)
        )
    });
    let decided: Vec<String> = claim
        .decided_by
        .iter()
        .map(|(parameter, rank)| format!("<code>{}</code> ({rank:+.2})", escape(parameter)))
        .collect();
    let decided = if decided.is_empty() {
        String::new()
    } else {
        format!(
            "<dt>Decided by</dt><dd>{} <span class=\"faint\">(rank correlation with the effect)</span></dd>",
            decided.join(", ")
        )
    };
    let silent = if claim.silent_on.is_empty() {
        String::new()
    } else {
        format!("<dt>Silent on</dt><dd>{}</dd>", escape(&claim.silent_on))
    };
    format!(
        "<article class=\"card\"><h3>{}: {}</h3>{share}<p><strong>{}</strong></p><dl><dt>Measured</dt><dd>{}</dd>{effect}{decided}{silent}</dl></article>",
        escape(&claim.id),
        escape(&claim.claim),
        escape(&claim.sentence),
        escape(&claim.measured)
    )
}
