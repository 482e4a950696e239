//! The operator's pages: what was changed by whom, what is stored, keys, settings, and what the machines can bear.

use actix_web::web;

use super::routes::{Access, Route};

mod audit;
mod capacity;
mod changes;
mod forecast;
mod keys;
mod overview;
mod settings;
mod storage;
mod store;

pub(super) fn routes() -> Vec<Route> {
    use Access::Admin;
    vec![
        Route::get("/admin", Admin, || web::get().to(overview::show)),
        Route::get("/admin/audit", Admin, || web::get().to(audit::show)),
        Route::get("/admin/audit/export", Admin, || web::get().to(audit::export)),
        Route::get("/admin/capacity", Admin, || web::get().to(capacity::show)),
        Route::get("/admin/keys", Admin, || web::get().to(keys::show)),
        Route::get("/admin/settings", Admin, || web::get().to(settings::show)),
        Route::get("/admin/storage", Admin, || web::get().to(storage::show)),
        Route::post("/admin/storage/sweep", Admin, || web::post().to(storage::sweep)),
    ]
}
