//! Rebuilds when the law or the catalog changes, which are built into the binary.

fn main() {
    for folder in ["law", "catalog"] {
        println!("cargo:rerun-if-changed=../../{folder}");
    }
}
