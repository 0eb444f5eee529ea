//! What an address asks: an answer has an address of its own.

use crate::port::{Asked, Fault, WhichLaw};
use crate::problem::Problem;

/// What an address asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What is asked of the desk.
    pub asked: Asked,
    /// Fields without an input of their own, a line each, as they were written.
    pub more: String,
    /// Whether anything of an order was given.
    pub given: bool,
    /// Whether only the answer is wanted, for a page that is open already.
    pub part: bool,
    /// Whether values stand in the address that say nothing.
    pub empty: bool,
    /// Lines that set nothing.
    pub faults: Vec<Fault>,
}

/// Reads the part of an address after `?`.
///
/// # Errors
///
/// What is no query.
pub fn read(query: &str) -> Result<Query, Problem> {
    let pairs: Vec<(String, String)> = crate::guard::form::read(query.as_bytes())?;
    let mut read = Query {
        asked: Asked {
            law: WhichLaw {
                law: "us".to_owned(),
                view: "enforced".to_owned(),
                ..WhichLaw::default()
            },
            ..Asked::default()
        },
        ..Query::default()
    };
    for (name, value) in pairs {
        let value = value.trim();
        if value.is_empty() {
            read.empty = true;
            continue;
        }
        let law = &mut read.asked.law;
        match name.as_str() {
            "law" => value.clone_into(&mut law.law),
            "as_of" => value.clone_into(&mut law.as_of),
            "view" => value.clone_into(&mut law.view),
            "assume" => read.asked.assume.push(value.to_owned()),
            "pass" => read.asked.to_pass = true,
            "part" => read.part = true,
            "more" => {
                value.clone_into(&mut read.more);
                read.lines(value);
            }
            path => read.set(path, value),
        }
    }
    read.given |= !read.more.is_empty();
    Ok(read)
}

impl Query {
    /// Several values of one name are values of a list.
    fn set(&mut self, path: &str, value: &str) {
        self.given |= path != "date";
        match self.asked.fields.iter_mut().find(|(p, _)| p == path) {
            Some((_, before)) => {
                before.push('|');
                before.push_str(value);
            }
            None => self.asked.fields.push((path.to_owned(), value.to_owned())),
        }
    }

    fn lines(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            match line.split_once('=') {
                Some((path, value)) if !path.trim().is_empty() => {
                    self.set(path.trim(), value.trim());
                }
                _ => self.faults.push(Fault {
                    at: "/more".to_owned(),
                    what: format!("`{line}` sets nothing: write FIELD = VALUE"),
                }),
            }
        }
    }

    /// The value of a field; empty when it is not given.
    pub fn value(&self, path: &str) -> &str {
        let found = self.asked.fields.iter().find(|(p, _)| p == path);
        found.map_or("", |(_, value)| value)
    }

    /// The address of this question, with what says nothing left out.
    pub fn address(&self, pass: bool) -> String {
        let law = &self.asked.law;
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for (path, value) in &self.asked.fields {
            if !self.of_lines(path) {
                pairs.extend(value.split('|').map(|one| (path.as_str(), one)));
            }
        }
        pairs.extend(self.asked.assume.iter().map(|a| ("assume", a.as_str())));
        pairs.push(("more", &self.more));
        pairs.extend([
            ("law", &*law.law),
            ("as_of", &law.as_of),
            ("view", &law.view),
        ]);
        pairs.push(("pass", if pass { "1" } else { "" }));
        let said = pairs.iter().filter(|(_, value)| !value.is_empty());
        let said = said.map(|(name, value)| {
            format!(
                "{}={}",
                super::super::percent(name),
                super::super::percent(value)
            )
        });
        format!("/ask?{}", said.collect::<Vec<_>>().join("&"))
    }

    /// Puts fields that there are none of among the lines, where what was written can be corrected.
    pub fn unknown_to_lines(&mut self, known: impl Fn(&str) -> bool) {
        let fields = &self.asked.fields;
        let unknown = fields
            .iter()
            .filter(|(path, _)| !known(path) && !self.of_lines(path));
        let lines: Vec<String> = unknown
            .map(|(path, value)| format!("{path} = {value}"))
            .collect();
        for line in lines {
            if !self.more.is_empty() {
                self.more.push('\n');
            }
            self.more.push_str(&line);
        }
    }

    /// The fields that stand in lines.
    pub fn fields_of_lines(&self) -> Vec<String> {
        let lines = self.more.lines().filter_map(|line| line.split_once('='));
        lines.map(|(field, _)| field.trim().to_owned()).collect()
    }

    /// Whether a field is given in a line, and not in an input of its own.
    pub fn of_lines(&self, path: &str) -> bool {
        self.fields_of_lines().iter().any(|field| field == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_was_asked_and_nothing_else() {
        let query = "item.chip=nvidia-h100-sxm5&quantity=&end_uses=iaas&end_uses=datacenter\
                     &more=item.tpp+%3D+5%0Aoops&view=text&assume=screened";
        let read = read(query).unwrap();
        assert!(read.empty && read.given);
        assert_eq!(read.value("end_uses"), "iaas|datacenter");
        assert_eq!(read.value("item.tpp"), "5");
        assert_eq!(read.faults.len(), 1);
        assert_eq!(
            read.address(true),
            "/ask?item.chip=nvidia-h100-sxm5&end_uses=iaas&end_uses=datacenter&assume=screened\
             &more=item.tpp%20%3D%205%0Aoops&law=us&view=text&pass=1"
        );
    }
}
