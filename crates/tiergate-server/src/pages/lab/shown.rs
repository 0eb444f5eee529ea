//! A run as it is shown: in a list, while it goes on, and with what came of it.

use askama::Template;
use tiergate_lab::compared::Verdict;
use tiergate_lab::name_of;
use tiergate_lab::told::{number, spread};

use super::super::Shell;
use crate::lab::{Compared, Comparison, Run, State};

/// How a state is tinted.
const fn tint(state: State) -> &'static str {
    match state {
        State::Done => "good",
        State::Failed => "bad",
        State::Stopped | State::Interrupted => "warn",
        State::Waiting | State::Running | State::Stopping => "open",
    }
}

/// What laws are called, the first being the one the others are compared with.
fn names(run: &Run) -> Vec<String> {
    run.wanted.laws.iter().map(|law| name_of(law)).collect()
}

/// A run in a list.
pub struct Listed {
    pub run: Run,
    pub laws: String,
    pub tint: &'static str,
    /// Whose it is, where that is told.
    pub whose: Option<String>,
}

impl Listed {
    /// Of a run.
    pub fn of(run: Run, whose: Option<String>) -> Listed {
        Listed {
            laws: names(&run).join(", "),
            tint: tint(run.state),
            run,
            whose,
        }
    }
}

/// Seconds in words, rounded up.
fn in_words(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..3_600 => format!("{} min", (seconds + 59).div_euclid(60)),
        _ => format!("{} h", (seconds + 3_599).div_euclid(3_600)),
    }
}

/// On how many parts what is said of a regime.
struct Count {
    name: String,
    better: usize,
    worse: usize,
    alike: usize,
    open: usize,
}

impl Count {
    /// Of the regime at a place.
    fn of(compared: &Comparison, law: usize, name: &str) -> Count {
        let under = compared.rows.iter().filter_map(|row| row.laws.get(law));
        let of = |verdict: Verdict| {
            let said = under.clone().filter(|l| l.verdict == verdict.words());
            said.count()
        };
        Count {
            name: name.to_owned(),
            better: of(Verdict::Better),
            worse: of(Verdict::Worse),
            alike: of(Verdict::Alike),
            open: of(Verdict::NotSeparable),
        }
    }
}

/// How far a run is, or what came of it.
#[derive(Template)]
#[template(path = "lab/run.html")]
pub struct RunPage {
    shell: Shell,
    run: Run,
    names: Vec<String>,
    tint: &'static str,
    left: Option<String>,
    took: Option<String>,
    command: String,
    compared: Option<Comparison>,
    counts: Vec<Count>,
}

impl RunPage {
    /// Of a run.
    pub fn new(shell: Shell, run: Run, compared: Option<Comparison>) -> RunPage {
        let names = names(&run);
        let counts = compared.iter().flat_map(|compared| {
            let others = names.iter().enumerate().skip(1);
            others.map(|(law, name)| Count::of(compared, law, name))
        });
        RunPage {
            shell,
            tint: tint(run.state),
            left: run.left().map(in_words),
            took: run.took().map(in_words),
            command: run.command(),
            counts: counts.collect(),
            names,
            run,
            compared,
        }
    }

    fn is(&self, word: &str) -> bool {
        self.run.state.word() == word
    }

    fn whole(&self, n: &i64) -> String {
        tiergate_ledger::grouped(i128::from(*n))
    }

    fn median(&self, under: &Compared) -> String {
        under
            .spread
            .map_or_else(|| "-".to_owned(), |[_, x, _]| number(x))
    }

    /// The range of nine in ten draws.
    fn range(&self, under: &Compared) -> String {
        under.spread.map_or_else(String::new, |[low, _, high]| {
            format!("{} to {}", number(low), number(high))
        })
    }

    fn difference(&self, under: &Compared) -> String {
        under.difference.map_or_else(|| "-".to_owned(), spread)
    }

    /// How a verdict is tinted; none where nothing is said.
    fn verdict(&self, under: &Compared) -> &'static str {
        match under.verdict.as_str() {
            said if said == Verdict::Better.words() => "good",
            said if said == Verdict::Worse.words() => "bad",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn the_time_left_is_never_told_shorter_than_it_is() {
        let told = [0, 119, 120, 121, 3_600, 3_601].map(in_words);
        assert_eq!(told, ["0 s", "119 s", "2 min", "3 min", "1 h", "2 h"]);
    }
}
