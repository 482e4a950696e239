//! The untrusted executable: reads one request, grades it under lock-down, writes the outputs; nothing else.
fn main() {}
