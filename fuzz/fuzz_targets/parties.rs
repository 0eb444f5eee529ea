#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tiergate_fuzz::parties(data));
