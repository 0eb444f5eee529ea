//! How long a register of a million links takes: `cargo run --release -p tiergate-parties --example speed [LINKS]`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an example")]

use std::fmt::Write;
use std::time::Instant;

use tiergate_parties::{
    Answer, Date, Listed, Ownership, Parent, Percent, Proportions, Register, Rest, Rule, Threshold,
    View,
};

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn main() {
    let links: u64 = std::env::args()
        .nth(1)
        .map_or(1_000_000, |n| n.parse().expect("a number of links"));
    let parties = links / 2;
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut text = String::new();
    for link in 0..links {
        // Two owners for each party, most of them older than it; some close circles.
        let owned = link / 2;
        let owner = if numbers.below(20) == 0 {
            numbers.below(parties)
        } else {
            numbers.below(owned.max(1))
        };
        let share = 10 + numbers.below(41);
        writeln!(
            text,
            "{{\"id\":\"l{link}\",\"recorded\":\"2026-01-05\",\"source\":{{\"name\":\"made up\"}},\"link\":{{\"owner\":\"p{owner}\",\"owned\":\"p{owned}\",\"interest\":\"shares\",\"share\":\"{share}\",\"from\":\"2024-01-01\"}}}}"
        )
        .unwrap();
    }
    let time =
        |what: &str, from: Instant| println!("{what:<50} {:>8.3} s", from.elapsed().as_secs_f64());
    let from = Instant::now();
    let (register, faults) = Register::read(&text);
    assert!(faults.is_empty());
    time(
        &format!(
            "read {} links, {} parties",
            register.link_count(),
            register.party_count()
        ),
        from,
    );

    let mut listed = Listed::default();
    register
        .parties()
        .step_by(100)
        .for_each(|p| listed.add(p, None, None));
    let view = View::on(Date::constant(2026, 7, 1));
    for rest in [Rest::Unlisted, Rest::Unknown] {
        let rule = Rule {
            threshold: Threshold::AtLeast(Percent::whole(50)),
            rest,
        };
        let from = Instant::now();
        let found = Ownership::whole(&register, view, &listed, rule);
        let mut counts = [0; 2];
        found
            .reached()
            .for_each(|(_, answer)| counts[usize::from(answer == Answer::Unknown)] += 1);
        time(
            &format!(
                "50 percent rule, rest {rest:?}: {} caught, {} unknown",
                counts[0], counts[1]
            ),
            from,
        );
    }
    let from = Instant::now();
    let shares = Proportions::whole(&register, view, &listed, Rest::Unlisted);
    time(
        &format!("in proportion, settled: {}", shares.settled()),
        from,
    );

    let from = Instant::now();
    let known = register
        .parties()
        .rev()
        .take(20)
        .filter(|p| matches!(view.ultimate_parent(&register, *p), Parent::Known(_)))
        .count();
    time(&format!("ultimate parents of 20: {known} known"), from);
}
