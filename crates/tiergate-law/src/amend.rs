//! An authority as it stands once what amends it has been laid over it.
//!
//! An amendment says only what changes, so that a proposal cannot drift from the text it amends:
//! what the base adds or mends later is in the proposal too.

use crate::diagnostic::{Diagnostic, nearest};
use crate::layers::Standing;
use crate::model::{Authority, AuthorityKind, Body, CitedCondition, Duty, Named, Source};

/// A part of an authority, and the file it stands in.
type Part<'l, T> = (&'l T, &'l Source);

/// The parts of an authority, amendments included.
pub(crate) struct Parts<'l> {
    pub kind: AuthorityKind,
    pub overcomes: Vec<Part<'l, Named>>,
    pub conditions: Vec<Part<'l, CitedCondition>>,
    pub draws: Vec<Part<'l, Named>>,
    pub duties: Vec<Part<'l, Duty>>,
    pub filing_code: Option<&'l str>,
}

impl<'l> Parts<'l> {
    fn add(&mut self, authority: &'l Authority, source: &'l Source) {
        let with = |named: &'l Named| (named, source);
        self.overcomes.extend(authority.overcomes.iter().map(with));
        self.draws.extend(authority.draws.iter().map(with));
        let conditions = authority.conditions.iter();
        self.conditions.extend(conditions.map(|c| (c, source)));
        for duty in &authority.duties {
            // A duty of the same name takes the place of the one before.
            match self.duties.iter_mut().find(|(d, _)| d.id == duty.id) {
                Some(known) => *known = (duty, source),
                None => self.duties.push((duty, source)),
            }
        }
        self.filing_code = authority.filing_code.as_deref().or(self.filing_code);
    }

    fn take_away(&mut self, part: &Named, source: &Source, faults: &mut Vec<Diagnostic>) {
        let name = part.name.as_str();
        let names = || {
            let conditions = self.conditions.iter().map(|(c, _)| c.cite.as_str());
            let draws = self.draws.iter().map(|(d, _)| d.name.as_str());
            let duties = self.duties.iter().map(|(d, _)| d.id.as_str());
            conditions.chain(draws).chain(duties)
        };
        if !names().any(|known| known == name) {
            let message = format!("the authority has no condition, quota or duty `{name}`");
            let fault = Diagnostic::error(&source.file, part.span.clone(), message);
            faults.push(match nearest(name, names()) {
                Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                None => fault,
            });
        }
        self.conditions.retain(|(c, _)| c.cite != name);
        self.draws.retain(|(d, _)| d.name != name);
        self.duties.retain(|(d, _)| d.id != name);
    }
}

/// The parts of an authority that stands; none for an entry of another kind.
pub(crate) fn parts<'l>(s: &Standing<'l>, faults: &mut Vec<Diagnostic>) -> Option<Parts<'l>> {
    let Body::Authority(base) = &s.entry.body else {
        return None;
    };
    let mut parts = Parts {
        kind: base.kind,
        overcomes: Vec::new(),
        conditions: Vec::new(),
        draws: Vec::new(),
        duties: Vec::new(),
        filing_code: None,
    };
    parts.add(base, s.source);
    for (entry, source) in &s.amended {
        if let Body::Authority(amendment) = &entry.body {
            for part in &amendment.without {
                parts.take_away(part, source, faults);
            }
            parts.add(amendment, source);
        }
    }
    Some(parts)
}
