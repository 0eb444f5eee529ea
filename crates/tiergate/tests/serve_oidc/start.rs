//! What the service is told of the provider, and what it does without.

use tiergate_server::Oidc;

use crate::common::{plain, run};
use crate::desk::Desk;
use crate::provider::{CLIENT, Defect, Provider};
use crate::{both_with, cookie};

#[test]
fn passwords_are_taken_though_no_provider_answers() {
    // Nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let given = ["--oidc-issuer", &issuer, "--oidc-client-id", CLIENT];
    let desk = Desk::start_with(&given, &[]);
    let answer = desk.get_as("", "/login/oidc?next=/law");
    assert_eq!(answer.status, 503);
    let text = answer.text();
    assert!(text.contains("127.0.0.1 cannot be reached"), "{text}");
    assert_eq!(cookie(&answer, "tiergate_oidc"), None);
    let form = "login=admin&password=correct+horse+battery&next=/law";
    assert_eq!(desk.post_as("", "/login", form).header("location"), "/law");
    // One that says it is another is none either.
    let provider = Provider::start();
    provider.plant(Some(Defect::Discovery));
    let given = [
        "--oidc-issuer",
        &provider.issuer,
        "--oidc-client-id",
        CLIENT,
    ];
    let desk = Desk::start_with(&given, &[]);
    assert_eq!(desk.get_as("", "/login/oidc").status, 503);
    // It is left alone for a while.
    assert_eq!(desk.get_as("", "/login/oidc").status, 503);
    assert_eq!(provider.asked("/.well-known/openid-configuration"), 1);
    // And a desk without a provider has no such door.
    let desk = Desk::start();
    assert!(!desk.get_as("", "/login").text().contains("Log in with"));
    assert_eq!(desk.get_as("", "/login/oidc").status, 404);
    assert_eq!(
        desk.get_as("", "/login/oidc/callback?code=a&state=b")
            .status,
        404
    );
}

#[test]
fn over_tls_the_cookies_are_kept_from_plain_connections() {
    let (_, desk) = both_with(&["--public-url", "https://desk.example.org/"]);
    let begun = desk.get_as("", "/login/oidc");
    let set = begun.header("set-cookie");
    assert!(set.starts_with("__Secure-tiergate_oidc="), "{set}");
    assert!(
        set.contains("; Secure") && set.contains("SameSite=Lax"),
        "{set}"
    );
    let back = "redirect_uri=https%3A%2F%2Fdesk.example.org%2Flogin%2Foidc%2Fcallback";
    assert!(
        begun.header("location").contains(back),
        "{}",
        begun.header("location")
    );
}

#[test]
fn a_provider_given_wrongly_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "\n").unwrap();
    let secret = secret.to_str().unwrap();
    let issuer = ["--oidc-issuer", "https://login.example.org"];
    let id = ["--oidc-client-id", "desk"];
    for (given, says) in [
        (vec![issuer[0], issuer[1]], "--oidc-client-id"),
        (vec![id[0], id[1]], "--oidc-issuer"),
        (vec!["--oidc-name", "x"], "--oidc-issuer"),
        (
            vec!["--oidc-issuer", "login.example.org", id[0], id[1]],
            "such as https://login.example.org",
        ),
        (
            vec!["--oidc-issuer", "http://login.example.org", id[0], id[1]],
            "must begin with https://",
        ),
        (
            vec![issuer[0], issuer[1], id[0], ""],
            "the client id of OpenID Connect is empty",
        ),
        (
            vec![
                issuer[0],
                issuer[1],
                id[0],
                id[1],
                "--oidc-client-secret-file",
                secret,
            ],
            "the client secret of OpenID Connect is empty",
        ),
        (
            vec![
                issuer[0],
                issuer[1],
                id[0],
                id[1],
                "--oidc-client-secret-file",
                "/nowhere",
            ],
            "cannot read /nowhere",
        ),
        (
            vec![issuer[0], issuer[1], id[0], id[1], "--listen", "0.0.0.0:0"],
            "OpenID Connect needs --public-url",
        ),
        (
            vec![
                issuer[0],
                issuer[1],
                id[0],
                id[1],
                "--public-url",
                "http://desk.example.org",
            ],
            "OpenID Connect needs a public URL of https://",
        ),
    ] {
        let database = folder.path().join("desk.db");
        let mut command = plain();
        command
            .arg("serve")
            .args(&given)
            .arg("--database")
            .arg(&database);
        let (_, said, code) = run(&mut command);
        assert_eq!(code, 1, "{given:?}: {said}");
        assert!(said.contains(says), "{given:?}: {said}");
        assert!(!database.exists(), "nothing is made: {given:?}");
    }
}

#[test]
fn a_provider_is_known_by_what_the_desk_is_told() {
    let oidc = Oidc::new(
        "https://login.example.org",
        "desk",
        None,
        Some(" ".to_owned()),
    )
    .unwrap();
    assert_eq!(
        (oidc.name(), oidc.issuer()),
        ("login.example.org", "https://login.example.org")
    );
}
