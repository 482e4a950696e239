//! Stories told by actors, on a database of their own, with a clock they can advance.

#![cfg(test)]

mod access;
mod api;
mod app;
mod certificates;
mod certificates_exams;
mod certificates_rows;
mod certificates_signatory;
mod certificates_taught;
mod certificates_verify;
mod class;
mod class_rights;
mod course_editor;
mod course_editor_faults;
mod course_editor_forms;
mod course_editor_items;
mod courses;
mod courses_content;
mod exercise_editor;
mod exercise_rights;
mod exams;
mod exams_examiner;
mod frame;
mod gradebook;
mod imports;
mod inspector;
mod inspector_roles;
mod journey;
mod mail;
mod operators;
mod people;
mod people_admin;
mod people_limits;
mod people_settings;
mod people_tokens;
mod questions;
mod races;
mod scripts;
mod sealed;
mod submissions;
