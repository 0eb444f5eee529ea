//! What does not show who somebody is, and what comes twice or from elsewhere.

use crate::provider::Defect;
use crate::{acts, ada, begin, beside, both, log_in, refused, session, sessions};

#[test]
fn what_does_not_show_who_somebody_is_begins_nothing() {
    let (provider, desk) = both();
    let app = beside(desk.folder.path().join("desk.db").to_str().unwrap());
    let before = sessions(&app);
    for defect in [
        Defect::Nonce,
        Defect::NoNonce,
        Defect::Audience,
        Defect::Audiences,
        Defect::Party,
        Defect::Issuer,
        Defect::Expired,
        Defect::Changed,
        Defect::Key,
        Defect::Unsigned,
        Defect::Shared,
        Defect::NoToken,
        Defect::Back,
        Defect::Moved,
    ] {
        provider.plant(Some(defect));
        let answer = log_in(&provider, &desk, "");
        refused(&answer, 403, "does not show who you are");
        assert_eq!(sessions(&app), before, "{defect:?}");
    }
    // Where a token leads is not followed.
    assert_eq!(provider.asked("/elsewhere/token"), 0);
    // Whoever sends the browser back as another gets no code.
    assert_eq!(provider.asked("/token"), 13);

    let mut asked = ada();
    asked.in_token = false;
    provider.account(asked);
    provider.plant(Some(Defect::Userinfo));
    refused(
        &log_in(&provider, &desk, ""),
        403,
        "does not show who you are",
    );
    assert_eq!(acts(&app), Vec::<String>::new());

    provider.plant(None);
    session(&log_in(&provider, &desk, ""));
}

#[test]
fn a_login_is_finished_once_by_the_browser_that_began_it() {
    let (provider, desk) = both();
    let (mine, door) = begin(&desk, "");
    let (theirs, their_door) = begin(&desk, "");
    let back = provider.log_in(&door);
    let other = "not begun in this browser";
    // In another browser, in one without a cookie, and with a state that was made up.
    refused(&desk.get_as(&theirs, &back), 400, other);
    refused(&desk.get_as("", &back), 400, other);
    let made_up = "/login/oidc/callback?code=code-1&state=";
    refused(&desk.get_as(&mine, made_up), 400, other);
    refused(
        &desk.get_as(&mine, &format!("{made_up}{}", "0".repeat(64))),
        400,
        other,
    );
    assert_eq!(provider.asked("/token"), 0);
    // None of these kept the browser from finishing it.
    session(&desk.get_as(&mine, &back));
    refused(&desk.get_as(&mine, &back), 400, "finished already");

    // A code that was redeemed, with the login of another browser.
    let code = |path: &str| path.split(['?', '&']).nth(1).unwrap().to_owned();
    let their_back = provider.log_in(&their_door);
    let replayed = their_back.replace(&code(&their_back), &code(&back));
    refused(
        &desk.get_as(&theirs, &replayed),
        403,
        "does not show who you are",
    );
    // And one that was not: it is of another challenge.
    let (_, stolen_door) = begin(&desk, "");
    let stolen = provider.log_in(&stolen_door);
    let (theirs, their_door) = begin(&desk, "");
    let their_back = provider.log_in(&their_door);
    let injected = their_back.replace(&code(&their_back), &code(&stolen));
    refused(
        &desk.get_as(&theirs, &injected),
        403,
        "does not show who you are",
    );
}

#[test]
fn where_the_provider_does_not_let_in_the_desk_says_so() {
    let (provider, desk) = both();
    for (error, status, says) in [
        ("access_denied", 403, "the provider did not let you in"),
        ("temporarily_unavailable", 503, "cannot be reached"),
        ("invalid_scope", 403, "does not show who you are"),
    ] {
        provider.error(Some(error));
        let (cookie, door) = begin(&desk, "/law");
        let back = provider.log_in(&door);
        let answer = desk.get_as(&cookie, &back);
        refused(&answer, status, says);
        assert!(answer.body.contains("name=\"next\" value=\"/law\""));
        // It was finished by that.
        refused(&desk.get_as(&cookie, &back), 400, "finished already");
    }
    provider.error(None);
    session(&log_in(&provider, &desk, ""));
}

#[test]
fn a_login_leads_on_to_addresses_of_the_desk_alone() {
    let (provider, desk) = both();
    for (next, to) in [
        ("/cases%3Fmine%3D1", "/cases?mine=1"),
        ("https://example.org", "/"),
        ("//example.org", "/"),
        ("/%5Cexample.org", "/"),
    ] {
        assert_eq!(log_in(&provider, &desk, next).header("location"), to);
    }
}
