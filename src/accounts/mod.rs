//! People, their roles, passwords, sessions and tokens.
