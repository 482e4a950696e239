//! Stories told by actors, on a database of their own, with a clock they can advance.

mod app;
mod frame;
mod people;
mod people_admin;
mod people_limits;
mod people_settings;
mod people_tokens;
