//! The `tiergate` binary: everything is in the library.

fn main() -> std::process::ExitCode {
    tiergate::main()
}
