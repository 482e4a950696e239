//! Stories told by actors, on a database of their own, with a clock they can advance.

mod app;
mod courses;
mod courses_content;
mod frame;
