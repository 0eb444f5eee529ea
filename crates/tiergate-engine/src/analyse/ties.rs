//! Changes of one rank to the same thing: of one file, or of instruments of one day, which only the
//! names of their files put in order.

use tiergate_law::{
    BaseView, Body, Date, Diagnostic, Entry, Group, Library, Named, Operation, Source,
};

use super::dated::{Days, overlap};

/// An entry with its source.
#[derive(Clone, Copy)]
struct Change<'l> {
    source: &'l Source,
    entry: &'l Entry,
}

impl Change<'_> {
    fn begins(&self) -> Date {
        let head = &self.source.instrument;
        self.entry.from.unwrap_or_else(|| head.binds_from())
    }

    fn days(&self) -> Days {
        let ends = self.entry.through.into_iter();
        (
            Some(self.begins()),
            ends.chain(self.source.instrument.expires).min(),
        )
    }

    /// Whether the other, laid on before this one, has as good a claim to hold.
    fn ties(&self, earlier: &Change<'_>) -> bool {
        let view = |a: Option<BaseView>, b: Option<BaseView>| a.is_none() || b.is_none() || a == b;
        self.entry.id == earlier.entry.id
            && self.entry.body.kind() == earlier.entry.body.kind()
            && self.begins() <= earlier.begins()
            && overlap(self.days(), earlier.days())
            && view(self.entry.view, earlier.entry.view)
    }

    /// What orders the two, which is no law.
    fn order(&self, earlier: &Change<'_>) -> &'static str {
        if self.source.file == earlier.source.file {
            "the later entry of the file is taken"
        } else {
            "both instruments are of one day: the later file name is taken"
        }
    }
}

pub(super) fn find(library: &Library) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rank in ranks(library) {
        let changes: Vec<Change<'_>> = rank
            .iter()
            .flat_map(|source| source.entries.iter().map(|entry| Change { source, entry }))
            .collect();
        for (at, later) in changes.iter().enumerate() {
            let tied = changes[..at].iter().filter(|earlier| later.ties(earlier));
            found.extend(tied.filter_map(|earlier| conflict(later, earlier)));
        }
    }
    found
}

/// The instruments of each day, in legal order, and each proposal for itself.
fn ranks(library: &Library) -> Vec<Vec<&Source>> {
    let mut ranks: Vec<Vec<&Source>> = Vec::new();
    for source in &library.instruments {
        match ranks.last_mut() {
            Some(rank) if rank[0].instrument.effective == source.instrument.effective => {
                rank.push(source);
            }
            _ => ranks.push(vec![source]),
        }
    }
    ranks.extend(library.proposals.iter().map(|p| vec![p]));
    ranks
}

fn conflict(later: &Change<'_>, earlier: &Change<'_>) -> Option<Diagnostic> {
    if let (Body::Group(a), Body::Group(b)) = (&later.entry.body, &earlier.entry.body)
        && later.entry.operation == Operation::Add
        && earlier.entry.operation == Operation::Add
    {
        return members(later, a, earlier, b);
    }
    let same =
        later.entry.operation == Operation::Repeal && earlier.entry.operation == Operation::Repeal;
    // Two that add are refused when they are laid on.
    let adds = later.entry.operation == Operation::Add;
    if same || adds {
        return None;
    }
    let message = format!(
        "two entries say on the same days what becomes of the {} `{}`: {}",
        later.entry.body.kind(),
        later.entry.id,
        later.order(earlier)
    );
    let span = later.entry.span.clone();
    let warning = Diagnostic::warning(&later.source.file, span, message);
    let other = earlier.entry.span.clone();
    let warning = warning.with_other(&earlier.source.file, other, "the other entry");
    Some(warning.with_help("keep one, or give them days that follow one another"))
}

/// A country that one change takes into a group and the other takes out.
fn members(later: &Change<'_>, a: &Group, earlier: &Change<'_>, b: &Group) -> Option<Diagnostic> {
    let reading = |g: &Group| g.only_if.as_ref().map(|(r, o)| (r.name.clone(), o.clone()));
    // Under options of a reading, each has its own members.
    if reading(a) != reading(b) {
        return None;
    }
    let same = |out: &[Named], taken: &[Named]| {
        let both = |o: &Named| taken.iter().find(|t| t.name == o.name).cloned();
        out.iter().find_map(|o| Some((o.clone(), both(o)?)))
    };
    let (here, there) = match same(&b.remove, &a.add) {
        Some((out, taken)) => (taken, out),
        None => same(&a.remove, &b.add)?,
    };
    let message = format!(
        "`{}` is taken into the group `{}` and taken out on the same days: {}",
        here.name,
        later.entry.id,
        later.order(earlier)
    );
    let warning = Diagnostic::warning(&later.source.file, here.span, message);
    let warning = warning.with_other(&earlier.source.file, there.span, "the other change");
    Some(warning.with_help("keep one, or give them days that follow one another"))
}
