//! The desk under load, from this machine: orders decided over HTTP by more and more who ask, officers at
//! work on cases, cases registered by more than it takes at once, and its memory over a long run.
//!
//! `tiergate-serve-bench ADDRESS TOKEN`, or `ADDRESS TOKEN long PID REQUESTS`; `bench/run serve` and
//! `scripts/soak` start a desk and give them.

mod crowd;
mod http;
mod load;
mod long;
mod officers;
mod times;

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    match given.as_slice() {
        [at, token] => {
            let at = at.trim_start_matches("http://");
            load::rising(at, token);
            officers::officers(at, token);
            crowd::crowd(at, token);
        }
        [at, token, "long", pid, requests] => {
            let requests = requests.parse().expect("a number of requests");
            long::long(at.trim_start_matches("http://"), token, pid, requests);
        }
        _ => {
            eprintln!("give the desk's address and an officer's token: bench/run serve does");
            std::process::exit(1);
        }
    }
}
