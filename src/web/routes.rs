//! Every address of the service, with who may reach it: one table, from which the app and its tests are built.

use std::collections::BTreeMap;

use actix_web::http::Method;
use actix_web::web;

use super::{
    admin, api, assets, authoring, certificates, class, courses, diagrams, examiner, exams, exercises, gradebook,
    health, home, inspector, lessons, operations, people, quizzes, settings, sign_in, submissions, teach, tokens,
    verify,
};

/// Most bytes of a form with an author's texts; a Chinese letter takes nine.
const LARGEST_FORM: usize = 16 << 20;

/// Who may reach a route; the handler's own extractor enforces it, and a test holds the two together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Any person with an account.
    SignedIn,
    /// Instructors and administrators.
    Instructor,
    /// Administrators.
    Admin,
    /// Programs with a personal token.
    Token,
}

/// One address and method.
pub struct Route {
    /// Method it answers.
    pub method: Method,
    /// Pattern of its path.
    pub path: &'static str,
    /// Who may reach it.
    pub access: Access,
    service: fn() -> actix_web::Route,
}

impl Route {
    /// A route for GET.
    pub fn get(path: &'static str, access: Access, service: fn() -> actix_web::Route) -> Self {
        Self { method: Method::GET, path, access, service }
    }

    /// A route for POST.
    pub fn post(path: &'static str, access: Access, service: fn() -> actix_web::Route) -> Self {
        Self { method: Method::POST, path, access, service }
    }
}

/// Every route of the service.
pub fn all() -> Vec<Route> {
    [
        admin::routes(),
        api::routes(),
        assets::routes(),
        authoring::routes(),
        certificates::routes(),
        class::routes(),
        courses::routes(),
        diagrams::routes(),
        examiner::routes(),
        exams::routes(),
        exercises::routes(),
        gradebook::routes(),
        health::routes(),
        home::routes(),
        inspector::routes(),
        lessons::routes(),
        operations::routes(),
        people::routes(),
        quizzes::routes(),
        settings::routes(),
        sign_in::routes(),
        submissions::routes(),
        teach::routes(),
        tokens::routes(),
        verify::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Registers every route: one resource a path, so that a wrong method answers 405.
pub(super) fn register(app: &mut web::ServiceConfig) {
    let mut by_path: BTreeMap<&str, Vec<Route>> = BTreeMap::new();
    // Literal paths come before patterns that would also match them, as `{` sorts after every letter.
    for route in all() {
        by_path.entry(route.path).or_default().push(route);
    }
    for (path, routes) in by_path {
        let resource = routes.iter().fold(web::resource(path), |resource, route| resource.route((route.service)()));
        if path.starts_with("/teach/") {
            app.service(resource.app_data(super::form_config().limit(LARGEST_FORM)));
        } else {
            app.service(resource);
        }
    }
}
