//! Several instances on one database.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::desk::Desk;
use crate::provider::{CLIENT, Provider, SECRET};
use crate::{acts, ada, add, begin, beside, refused, session};

/// Another instance on a database that has its administrator.
struct Second(Child, String);

impl Drop for Second {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Second {
    fn start(database: &str, arguments: &[&str]) -> Second {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tiergate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .args(arguments)
            .env("TIERGATE_OIDC_CLIENT_SECRET", SECRET)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let at = loop {
            let line = lines.next().expect("it says where it serves").unwrap();
            if let Some((_, at)) = line.split_once("serves at http://") {
                break at.to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Second(child, at)
    }
}

#[test]
fn one_instance_finishes_what_another_began() {
    let Ok(server) = std::env::var("TIERGATE_POSTGRES") else {
        assert!(
            std::env::var_os("TIERGATE_POSTGRES_REQUIRED").is_none(),
            "TIERGATE_POSTGRES is not set: run by scripts/with-postgres"
        );
        eprintln!("skipped: no PostgreSQL; run by scripts/with-postgres");
        return;
    };
    let name = format!("oidc_{}", std::process::id());
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .unwrap();
    let database = server.replacen("/postgres?", &format!("/{name}?"), 1);

    let provider = Provider::start();
    provider.account(ada());
    let given = [
        "--oidc-issuer",
        &provider.issuer,
        "--oidc-client-id",
        CLIENT,
    ];
    let given = [&given, &["--public-url", "http://localhost:8080"][..]].concat();
    let variables = [("TIERGATE_OIDC_CLIENT_SECRET", SECRET)];
    let first = Desk::start_on(Some(&database), &given, &variables);
    add(&first, "role=analyst&login=analyst%40example.org");
    let mut second = Second::start(&database, &given);
    let (cookie, door) = begin(&first, "/law");
    let back = provider.log_in(&door);
    let other = first.at_another(&second.1);
    let entered = session(&other.get_as(&cookie, &back));
    assert!(
        first
            .get_as(&entered, "/law")
            .text()
            .contains("Ada analyst")
    );
    // It is finished for the first, too.
    refused(&first.get_as(&cookie, &back), 400, "finished already");
    let app = beside(&database);
    assert_eq!(
        acts(&app),
        ["p-2 oidc-linked 248289761001", "p-2 oidc-login p-2"]
    );
    second.0.kill().unwrap();
}
