//! Who is let in: by whom, and as whom.

use crate::desk::mark;
use crate::provider::Account;
use crate::{acts, ada, add, administrate, beside, both, log_in, refused, session};

#[test]
fn whoever_was_added_is_linked_once_by_e_mail_and_known_by_the_account_from_then_on() {
    let (provider, desk) = both();
    let page = desk.get_as("", "/login?next=/statistics");
    assert!(page.text().contains("Log in with Ministry login"));
    assert!(
        page.body.contains("href=\"/login/oidc?next=/statistics\""),
        "{}",
        page.body
    );

    let begun = desk.get_as("", "/login/oidc?next=/statistics");
    let set = begun.header("set-cookie");
    for attribute in [
        "HttpOnly",
        "SameSite=Lax",
        "Path=/login/oidc",
        "Max-Age=600",
    ] {
        assert!(set.contains(attribute), "{set}");
    }
    let answer = log_in(&provider, &desk, "/statistics");
    let first = session(&answer);
    assert_eq!(answer.header("location"), "/statistics");
    assert!(
        desk.get_as(&first, "/statistics")
            .text()
            .contains("Ada analyst")
    );

    // The account counts, whatever its e-mail has become.
    let mut later = ada();
    later.email = Some("ada@elsewhere.example".to_owned());
    later.verified = false;
    provider.account(later);
    let second = session(&log_in(&provider, &desk, ""));
    assert_ne!(first, second);

    // And another account of the same e-mail does not.
    let other = Account::of("another", "analyst@example.org");
    provider.account(other.clone());
    refused(
        &log_in(&provider, &desk, ""),
        403,
        "linked to another account",
    );

    // Until an administrator unlinks the first: its sessions end.
    assert!(
        desk.get("/people")
            .text()
            .contains(&format!("linked at {}", provider.issuer))
    );
    assert_eq!(administrate(&desk, "p-2", "unlink", "").status, 303);
    assert_eq!(desk.get_as(&second, "/statistics").status, 303);
    session(&log_in(&provider, &desk, ""));
    provider.account(ada());
    refused(
        &log_in(&provider, &desk, ""),
        403,
        "linked to another account",
    );

    let app = beside(desk.folder.path().join("desk.db").to_str().unwrap());
    assert_eq!(
        acts(&app),
        [
            "p-2 oidc-linked 248289761001",
            "p-2 oidc-login p-2",
            "p-2 oidc-login p-2",
            "nobody oidc-refused another",
            "p-1 oidc-unlinked p-2",
            "p-2 oidc-linked another",
            "p-2 oidc-login p-2",
            "nobody oidc-refused 248289761001",
        ]
    );
}

#[test]
fn who_may_enter_is_said_by_the_desk() {
    let (provider, desk) = both();
    let try_with = |account: Account| {
        provider.account(account);
        log_in(&provider, &desk, "")
    };
    // Nobody the desk knows.
    refused(
        &try_with(Account::of("1", "eve@example.org")),
        403,
        "ask an administrator to add you",
    );
    // The Kelvin sign is no letter k, though it becomes one in lower case.
    add(&desk, "role=analyst&login=mark%40example.org");
    refused(
        &try_with(Account::of("1", "mar\u{212a}@example.org")),
        403,
        "to add you",
    );
    // An e-mail that anybody may have put in, or none.
    for (verified, email) in [(false, Some("mark@example.org")), (true, None)] {
        let account = Account {
            subject: "2".to_owned(),
            email: email.map(str::to_owned),
            verified,
            in_token: true,
        };
        refused(&try_with(account), 403, "has not verified an e-mail");
    }
    // Whoever is disabled, before and after being linked.
    assert_eq!(
        administrate(&desk, "p-3", "disabled", "disabled=true").status,
        303
    );
    let mark = Account::of("3", "mark@example.org");
    refused(&try_with(mark.clone()), 403, "you are disabled here");
    administrate(&desk, "p-3", "disabled", "disabled=false");
    let entered = session(&try_with(mark.clone()));
    administrate(&desk, "p-3", "disabled", "disabled=true");
    assert_eq!(desk.get_as(&entered, "/ask").status, 303);
    refused(&try_with(mark), 403, "you are disabled here");
}

#[test]
fn an_e_mail_is_stated_by_an_administrator_and_asked_of_the_provider_once() {
    let (provider, desk) = both();
    add(&desk, "role=analyst&login=grace&email=Grace%40Example.org");
    let mut grace = Account::of("g", "grace@example.org");
    grace.in_token = false;
    provider.account(grace.clone());
    session(&log_in(&provider, &desk, ""));
    session(&log_in(&provider, &desk, ""));
    assert_eq!(provider.asked("/userinfo"), 1);

    // Each has an e-mail of their own, and whoever has one stated has no other.
    let csrf = mark(&desk.get("/people").body);
    let form = format!("csrf={csrf}&name=Eve&role=analyst&login=grace%40example.org");
    let taken = desk.post_as(&desk.admin, "/people", &form);
    assert_eq!(taken.status, 422);
    assert!(taken.text().contains("is the e-mail of another"));
    let taken = administrate(&desk, "p-2", "email", "email=GRACE%40example.org");
    assert!(taken.status == 422 && taken.text().contains("is the e-mail of another"));
    let wrong = administrate(&desk, "p-2", "email", "email=ada");
    assert!(wrong.status == 422 && wrong.text().contains("`ada` is no e-mail"));
    assert_eq!(
        administrate(&desk, "p-2", "email", "email=ada%40example.org").status,
        303
    );
    provider.account(ada());
    refused(&log_in(&provider, &desk, ""), 403, "to add you");
    provider.account(Account::of("a", "ada@example.org"));
    session(&log_in(&provider, &desk, ""));
    // Only administrators say so.
    let analyst = session(&log_in(&provider, &desk, ""));
    let csrf = mark(&desk.get_as(&analyst, "/ask").body);
    for act in ["email", "unlink"] {
        let path = format!("/people/p-3/{act}");
        let answer = desk.post_as(&analyst, &path, &format!("csrf={csrf}&email="));
        assert_eq!(answer.status, 403);
        let answer = desk.post_as(&desk.admin, &path, "email=");
        assert_eq!(answer.status, 403, "a form carries the mark of its session");
    }
}
