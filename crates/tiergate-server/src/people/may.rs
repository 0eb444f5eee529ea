//! What each role may do: one table, read by pages and API alike.
//!
//! What someone may do in a case on a day is told by the case itself
//! ([`tiergate_cases::allowed`]); this table tells what doors there are.

use super::Role;

/// Something the service does for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Decide an order, a file of orders, compare laws, read the law.
    Ask,
    /// Apply: register a case for one's company.
    Apply,
    /// Read one's own company's cases and act in them.
    OwnCases,
    /// Read all cases.
    AllCases,
    /// Act in cases as an official.
    WorkCases,
    /// Read the ledger: accounts, entries, statements.
    ReadLedger,
    /// Enter in the ledger outside of cases: reserve, ship, release, set limits.
    WriteLedger,
    /// Propose a correction of the ledger; another must confirm it.
    CorrectLedger,
    /// Read the register of parties and screen names.
    Parties,
    /// Read what points to splitting.
    Watch,
    /// Read statistics.
    Statistics,
    /// Rehearse laws in the lab, and read one's own reports of it.
    Lab,
    /// See which runs of the lab there are, whosever they are, stop and remove them.
    TidyLab,
    /// Change one's own password.
    OwnPassword,
    /// Add people, disable them, give roles, read the list of acts.
    People,
}

impl Action {
    /// All actions.
    pub const ALL: [Action; 15] = [
        Action::Ask,
        Action::Apply,
        Action::OwnCases,
        Action::AllCases,
        Action::WorkCases,
        Action::ReadLedger,
        Action::WriteLedger,
        Action::CorrectLedger,
        Action::Parties,
        Action::Watch,
        Action::Statistics,
        Action::Lab,
        Action::TidyLab,
        Action::OwnPassword,
        Action::People,
    ];
}

/// Whether a role may do something.
///
/// ```
/// use tiergate_server::people::{Action, Role, may};
/// assert!(may(Role::Applicant, Action::OwnCases));
/// assert!(!may(Role::Applicant, Action::AllCases));
/// ```
#[must_use]
pub const fn may(role: Role, action: Action) -> bool {
    use Action as A;
    use Role as R;
    match action {
        A::Ask | A::OwnPassword => !matches!(role, R::Desk),
        A::Apply | A::OwnCases => matches!(role, R::Applicant),
        A::AllCases => matches!(
            role,
            R::LicensingOfficer
                | R::Countersigner
                | R::AgencyReviewer
                | R::LedgerOfficer
                | R::Analyst
        ),
        A::WorkCases => matches!(
            role,
            R::LicensingOfficer | R::Countersigner | R::AgencyReviewer
        ),
        A::ReadLedger => matches!(
            role,
            R::LicensingOfficer
                | R::Countersigner
                | R::AgencyReviewer
                | R::LedgerOfficer
                | R::Analyst
        ),
        A::WriteLedger => matches!(role, R::LedgerOfficer),
        // Whoever confirms must be another person: the ledger's page holds that.
        A::CorrectLedger => matches!(role, R::LedgerOfficer),
        A::Parties => matches!(
            role,
            R::LicensingOfficer
                | R::Countersigner
                | R::AgencyReviewer
                | R::LedgerOfficer
                | R::Analyst
        ),
        A::Watch | A::Statistics | A::Lab => matches!(
            role,
            R::LicensingOfficer
                | R::Countersigner
                | R::AgencyReviewer
                | R::LedgerOfficer
                | R::Analyst
        ),
        A::TidyLab | A::People => matches!(role, R::Administrator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column for each role: applicant, licensing officer, countersigner, reviewer, ledger
    /// officer, analyst, administrator, the desk itself.
    const TABLE: &str = "
        Ask           + + + + + + + -
        Apply         + - - - - - - -
        OwnCases      + - - - - - - -
        AllCases      - + + + + + - -
        WorkCases     - + + + - - - -
        ReadLedger    - + + + + + - -
        WriteLedger   - - - - + - - -
        CorrectLedger - - - - + - - -
        Parties       - + + + + + - -
        Watch         - + + + + + - -
        Statistics    - + + + + + - -
        Lab           - + + + + + - -
        TidyLab       - - - - - - + -
        OwnPassword   + + + + + + + -
        People        - - - - - - + -
    ";

    #[test]
    fn each_role_may_what_the_table_says_and_nothing_else() {
        let rows: Vec<Vec<&str>> = TABLE
            .lines()
            .map(|line| line.split_whitespace().collect())
            .filter(|row: &Vec<&str>| !row.is_empty())
            .collect();
        assert_eq!(rows.len(), Action::ALL.len());
        for (row, action) in rows.iter().zip(Action::ALL) {
            assert_eq!(row[0], format!("{action:?}"));
            for (mark, role) in row[1..].iter().zip(Role::ALL) {
                assert_eq!(may(role, action), *mark == "+", "{role:?} {action:?}");
            }
        }
    }
}
