//! One's own password: changed by page and API, by whoever knows it, and what ends with it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use serde_json::json;
use served::{As, Served};
use tiergate_server::people::{LOCKED_FOR, Login, Person, TRIES};

const OLD: &str = "four words are enough";
const NEW: &str = "five other words are better";

/// An analyst with a password.
fn with_password(desk: &Served) -> Person {
    let person = desk.person("analyst", "ada");
    let people = &desk.app.people;
    let link = people.link(&person.id, "test", desk.now()).unwrap();
    people.set_password(&link, OLD, desk.now()).unwrap();
    person
}

fn session(desk: &Served, person: &Person) -> As {
    let (cookie, csrf) = desk.session(person);
    As::Cookie(cookie, Some(csrf))
}

fn knows(desk: &Served, password: &str) -> bool {
    let login = desk.app.people.log_in("ada", password, desk.now()).unwrap();
    matches!(login, Login::In(_))
}

fn form(current: &str, new: &str, again: &str) -> String {
    format!("current={current}&password={new}&again={again}").replace(' ', "+")
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_all_tokens_and_no_more() {
    let desk = Served::new("password-page");
    let person = with_password(&desk);
    let (own, other, token) = (
        session(&desk, &person),
        session(&desk, &person),
        desk.token(&person),
    );
    let somebody = desk.signed_in("analyst", "ben");
    let page = desk.get(&own, "/password").await;
    assert!(page.text.contains("Current password"), "{}", page.text);
    let done = desk.form(&own, "/password", &form(OLD, NEW, NEW)).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert!(done.text.contains("The password is changed."));
    assert!(knows(&desk, NEW) && !knows(&desk, OLD));
    for (who, status) in [(&own, 200), (&other, 401), (&token, 401), (&somebody, 200)] {
        assert_eq!(
            desk.get(who, "/api/v1/laws").await.status,
            status,
            "{who:?}"
        );
    }
}

#[tokio::test]
async fn nothing_changes_without_the_current_password_or_with_one_that_will_not_do() {
    let desk = Served::new("password-wrong");
    let person = with_password(&desk);
    let (own, other) = (session(&desk, &person), session(&desk, &person));
    for (form, says) in [
        (
            form("another one than that", NEW, NEW),
            "the current password is not right",
        ),
        (form(OLD, "short", "short"), "at least 15 characters"),
        (
            form(OLD, NEW, "five other words are worse"),
            "are not the same",
        ),
        (form(OLD, OLD, OLD), "is the one there is"),
    ] {
        let answer = desk.form(&own, "/password", &form).await;
        assert_eq!(answer.status, 422, "{says}");
        assert!(answer.text.contains(says), "{says}: {}", answer.text);
    }
    assert!(knows(&desk, OLD));
    assert_eq!(desk.get(&other, "/api/v1/laws").await.status, 200);
}

#[tokio::test]
async fn a_session_guesses_no_faster_than_the_login() {
    let desk = Served::new("password-guess");
    let person = with_password(&desk);
    let own = session(&desk, &person);
    let send = async |current: &str| {
        let body = json!({ "current": current, "new": NEW });
        desk.post(&own, "/api/v1/password", body).await
    };
    for _ in 0..TRIES {
        send("not the password at all").await.is(422);
    }
    let waits = send(OLD).await.is(422);
    assert!(
        waits["detail"]
            .as_str()
            .unwrap()
            .contains("too many failures")
    );
    desk.pass(LOCKED_FOR + 1);
    assert_eq!(send(OLD).await.status, 204);
    assert!(knows(&desk, NEW));
}

#[tokio::test]
async fn a_token_changes_no_password() {
    let desk = Served::new("password-token");
    let token = desk.token(&with_password(&desk));
    let body = json!({ "current": OLD, "new": NEW });
    let refused = desk.post(&token, "/api/v1/password", body).await.is(403);
    assert!(refused["detail"].as_str().unwrap().contains("no person"));
    assert!(knows(&desk, OLD));
}
