//! A person and the role the person works in.

pub use tiergate_cases::Role;

use tiergate_cases::Actor;

/// Someone who works at the desk, or applies to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's id: events and entries name it.
    pub id: String,
    /// The name as it is shown.
    pub name: String,
    /// What the person logs in with.
    pub login: String,
    /// The role.
    pub role: Role,
    /// The agency a reviewer speaks for.
    pub agency: Option<String>,
    /// The company an applicant applies for; applicants of one company see its cases.
    pub company: Option<String>,
    /// Whether the person may not log in any more.
    pub disabled: bool,
    /// The e-mail by which an account at a provider of OpenID Connect is linked; where there is none,
    /// the login is taken for it.
    pub email: Option<String>,
}

impl Person {
    /// The person as one who acts in cases: an applicant acts for its company.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let id = match (self.role, &self.company) {
            (Role::Applicant, Some(company)) => company.clone(),
            _ => self.id.clone(),
        };
        Actor {
            id,
            role: self.role,
            agency: self.agency.clone(),
        }
    }
}

/// A person to be added.
#[derive(Debug, Clone, Default)]
pub struct NewPerson {
    /// The name as it is shown.
    pub name: String,
    /// What the person logs in with.
    pub login: String,
    /// The role's word.
    pub role: String,
    /// The agency a reviewer speaks for.
    pub agency: Option<String>,
    /// The company an applicant applies for.
    pub company: Option<String>,
    /// The e-mail, if it is not the login.
    pub email: Option<String>,
}

/// Whether a text can be an e-mail.
///
/// # Errors
///
/// What would be right.
pub(super) fn check_email(text: &str) -> Result<(), String> {
    let parts = text.rsplit_once('@');
    let fits = parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && text.len() <= 254;
    if fits {
        return Ok(());
    }
    Err(format!(
        "`{text}` is no e-mail such as ada@example.org, of at most 254 bytes"
    ))
}

/// The role of a word; the desk itself is nobody's role.
#[must_use]
pub fn role_of(word: &str) -> Option<Role> {
    Role::ALL
        .into_iter()
        .find(|role| *role != Role::Desk && role.word() == word)
}

impl NewPerson {
    /// The role, if all that the role needs is given; reviewers speak for one of these agencies.
    ///
    /// # Errors
    ///
    /// What is wrong, and what would be right.
    pub fn checked(&self, agencies: &[String]) -> Result<Role, String> {
        let role = role_of(&self.role).ok_or_else(|| {
            let words: Vec<&str> = Role::ALL
                .into_iter()
                .filter(|role| *role != Role::Desk)
                .map(Role::word)
                .collect();
            format!("there is no role `{}`: {}", self.role, words.join(", "))
        })?;
        let empty = |text: &str| text.trim().is_empty() || text.len() > 200;
        if empty(&self.name) || empty(&self.login) || self.login.contains(char::is_whitespace) {
            return Err(
                "a name and a login of one word are needed, each of at most 200 bytes".to_owned(),
            );
        }
        if let Some(email) = &self.email {
            check_email(email.trim())?;
        }
        match (role, self.agency.as_deref(), self.company.as_deref()) {
            (Role::AgencyReviewer, Some(agency), _)
                if !agencies.iter().any(|known| known == agency) =>
            {
                Err(format!(
                    "there is no agency `{agency}`: {}",
                    agencies.join(", ")
                ))
            }
            (Role::AgencyReviewer, None, _) => Err(format!(
                "a reviewer speaks for an agency: {}",
                agencies.join(", ")
            )),
            (Role::Applicant, _, None | Some("")) => {
                Err("an applicant applies for a company: name it".to_owned())
            }
            _ => Ok(role),
        }
    }
}
