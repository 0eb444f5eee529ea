//! The `tiergate` binary: everything is in the library.

// Entries are made of many small texts: the system's allocator is a fifth of the time of entering
// large files (`bench/run ledger batch`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    tiergate::main()
}
