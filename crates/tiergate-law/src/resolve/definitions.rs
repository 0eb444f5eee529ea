//! Named definitions: each is resolved once, when a condition first names it.

use std::sync::Arc;

use super::{Faults, Scope};
use crate::cond::{Cond, Definition};
use crate::diagnostic::Diagnostic;
use crate::layers::{Standing, resolved};
use crate::model::Body;
use crate::regime::Resolved;

/// Deeper chains are refused rather than overflowing the stack.
const DEFINITIONS_DEPTH_MAX: usize = 32;

impl Scope<'_> {
    pub(super) fn definition(&mut self, name: &str, faults: Faults<'_>) -> Option<Arc<Definition>> {
        let at = self.definitions.iter().position(|d| d.entry.id == name)?;
        if let Some(done) = self.done.get(name) {
            if done.is_none() {
                let (entry, source) = (self.definitions[at].entry, self.definitions[at].source);
                let message = format!("the definition `{name}` needs itself");
                faults.push(Diagnostic::error(&source.file, entry.span.clone(), message));
            }
            return done.clone();
        }
        // Marked before it is resolved, so that a definition that needs itself ends here.
        self.done.insert(name.to_owned(), None);
        let (entry, source) = (self.definitions[at].entry, self.definitions[at].source);
        let grade = self.definitions[at].grade;
        let Body::Definition(condition) = &entry.body else {
            return None;
        };
        self.depth += 1;
        let cond = if self.depth > DEFINITIONS_DEPTH_MAX {
            let message =
                format!("definitions use one another at most {DEFINITIONS_DEPTH_MAX} deep");
            faults.push(Diagnostic::error(&source.file, entry.span.clone(), message));
            Cond::Known(false)
        } else {
            self.condition(condition, source, faults)
        };
        self.depth -= 1;
        let definition = Arc::new(Definition {
            id: entry.id.clone(),
            cite: entry.cite.clone(),
            says: entry.says.clone(),
            grade,
            instrument: source.instrument.id.clone(),
            cond,
        });
        self.done.insert(name.to_owned(), Some(definition.clone()));
        Some(definition)
    }

    /// The definitions that stand, resolved.
    pub fn resolved_definitions(&self) -> Vec<Resolved<Cond>> {
        let done = |s: &Standing<'_>| self.done.get(&s.entry.id).cloned().flatten();
        let standing = self.definitions.iter();
        standing
            .filter_map(|s| Some(resolved(s, done(s)?.cond.clone())))
            .collect()
    }

    /// Resolves the definitions no rule has named, for their faults.
    pub fn unused_definitions(&mut self, faults: Faults<'_>) {
        let names: Vec<String> = self
            .definitions
            .iter()
            .map(|d| d.entry.id.clone())
            .collect();
        for name in names {
            self.definition(&name, faults);
        }
    }
}
