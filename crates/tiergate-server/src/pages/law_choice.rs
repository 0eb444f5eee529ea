//! A law and a view of it, chosen in a form.

use crate::app::App;
use crate::problem::Problem;

/// What may be chosen: the spelling, the title, whether it is chosen.
pub type Choices = Vec<(String, String, bool)>;

/// The law that is used where none is chosen: as printed, so that limits that are not enforced are
/// seen too.
const FIRST: &str = "us:text";

/// The law that was asked for, and what may be chosen.
///
/// # Errors
///
/// A law that there is not.
pub fn chosen(app: &App, asked: &str) -> Result<(String, Choices), Problem> {
    let law = match asked.trim() {
        "" => FIRST,
        law => law,
    };
    let views = [("text", "as printed"), ("enforced", "as enforced")];
    let laws = app.config.orders.laws().into_iter();
    let choices: Choices = laws
        .flat_map(|(id, title)| {
            views.map(|(view, says)| (format!("{id}:{view}"), format!("{title}, {says}")))
        })
        .map(|(spelling, title)| {
            let here = spelling == law;
            (spelling, title, here)
        })
        .collect();
    if !choices.iter().any(|(.., here)| *here) {
        return Err(Problem::wrong(format!("there is no law `{law}` to choose")));
    }
    Ok((law.to_owned(), choices))
}
