//! Text to kernel objects and back: parse, elaborate, print. Untrusted.
