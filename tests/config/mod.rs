//! `ra config`: files, profiles, where values come from, sign-in.

mod file;
mod precedence;
mod sign_in;
mod words;
