//! What a demo's ledger holds: companies below their limits, a country near its own, a correction that
//! waits for another person.

use jiff::civil::Date;
use serde_json::json;
use tiergate_cases::plus;
use tiergate_ledger::{Act, Entry, Part};

use super::refused;
use crate::api::port::Reserving;
use crate::app::App;
use crate::ledgerwork::{self, AccountTold, New};
use crate::people::Person;
use crate::run::ServeError;

/// The law that sets the limits: the one as printed.
const LAW: &str = "us:text";

/// An order that draws on its consignee's limit.
struct Draw {
    ago: i64,
    to: &'static str,
    consignee: &'static str,
    quantity: u64,
    /// Units that have shipped.
    shipped: u64,
}

const fn draw(ago: i64, of: (&'static str, &'static str), quantity: u64, shipped: u64) -> Draw {
    Draw {
        ago,
        to: of.0,
        consignee: of.1,
        quantity,
        shipped,
    }
}

/// What is drawn, the oldest first. Three of the buyers share more than a market.
const DRAWS: [Draw; 10] = [
    draw(210, ("MY", "Velmora Systems"), 900, 900),
    draw(181, ("MY", "Tessara Compute"), 1_580, 1_580),
    draw(160, ("CL", "Lowmere Research"), 120, 120),
    draw(140, ("MY", "Velmora Systems"), 720, 720),
    draw(122, ("MY", "Quorlan Cloud"), 1_450, 1_000),
    draw(88, ("TH", "Brightfen Hosting"), 400, 400),
    draw(61, ("MX", "Fenwick Analytics"), 640, 320),
    draw(45, ("CL", "Lowmere Research"), 160, 80),
    draw(24, ("TH", "Brightfen Hosting"), 500, 0),
    draw(9, ("MX", "Fenwick Analytics"), 300, 0),
];

/// A correction: account, holder, days, amount, reason.
type Counted = (&'static str, &'static str, &'static str, i64, &'static str);

/// What was licensed to a country before the desk was there.
const BEFORE: Counted = (
    "country-allocation",
    "MY",
    "2025-01-01..2027-12-31",
    742_600_000,
    "Licensed before the desk was set up, from the agency's own records",
);

/// What waits for another ledger officer.
const PROPOSED: Counted = (
    "lpp",
    "Brightfen Hosting",
    "",
    -158_320,
    "Ten units were counted twice: the carrier's list has 390",
);

/// Enters all of it.
///
/// # Errors
///
/// What of it cannot be entered.
pub fn fill(app: &App, [first, second]: [&Person; 2], today: Date) -> Result<(), ServeError> {
    for (at, draw) in (1..).zip(&DRAWS) {
        drawn(app, draw, &format!("demo-order-{at}"), first, today)?;
    }
    let before = proposed(app, first, &BEFORE, "demo-correction-1", today)?;
    ledgerwork::confirm(app, second, &before).map_err(refused)?;
    proposed(app, first, &PROPOSED, "demo-correction-2", today)?;
    Ok(())
}

fn drawn(app: &App, draw: &Draw, id: &str, by: &Person, today: Date) -> Result<(), ServeError> {
    let day = plus(today, -draw.ago);
    let order = json!({
        "id": id,
        "date": day.to_string(),
        "destination": draw.to,
        "quantity": draw.quantity,
        "item": { "chip": "nvidia-h100-sxm5" },
        "consignee": {
            "name": draw.consignee,
            "location": draw.to,
            "headquarters": draw.to,
            "parent": draw.to,
            "lists": [],
            "listed_ownership_pct": 0,
        },
        "end_uses": ["datacenter"],
        "intermediaries": [],
    });
    let how = Reserving {
        law: LAW.to_owned(),
        by: by.id.clone(),
        until: None,
    };
    let reserved = app
        .config
        .orders
        .reserve(&app.ledger, &order.to_string(), &how);
    let reserved = reserved.map_err(|faults| refused(faults.into()))?;
    if !reserved.reserved {
        let what = format!(
            "{id} of {} draws nothing: {}",
            draw.consignee, reserved.says
        );
        return Err(ServeError::open(what));
    }
    if draw.shipped == 0 {
        return Ok(());
    }
    let shipped = Entry {
        id: format!("{id}-shipped"),
        date: plus(day, 5),
        by: Some(by.id.clone()),
        act: Act::Ship(Part {
            of: id.to_owned(),
            quantity: Some(draw.shipped),
        }),
    };
    let receipt = app.ledger.submit(shipped).map_err(ServeError::open)?;
    match receipt.accepted() {
        true => Ok(()),
        false => Err(ServeError::open(format!("{id} cannot be shipped"))),
    }
}

/// Proposes a correction, on an account of the year where no days are named.
fn proposed(
    app: &App,
    by: &Person,
    (measure, holder, span, amount, why): &Counted,
    id: &str,
    today: Date,
) -> Result<String, ServeError> {
    let span = match *span {
        "" => today.year().to_string(),
        span => span.to_owned(),
    };
    let new = New {
        account: AccountTold {
            measure: (*measure).to_owned(),
            holder: (*holder).to_owned(),
            span,
        },
        amount: *amount,
        why: (*why).to_owned(),
        date: Some(plus(today, -2)),
    };
    let kept = ledgerwork::propose(app, by, new, id).map_err(refused)?;
    Ok(kept.id)
}
