//! One's own data: download all of it, or delete the account.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::store;
use crate::accounts::{Account, Attempt, Checked, Deletion, check_password, delete, person};
use crate::cohorts;
use crate::exams::{accommodations, facts};
use crate::gradebook;
use crate::results::{reviews, training};
use crate::web::exams;
use crate::web::page::{self, FieldErrors, Page};
use crate::web::routes::{Access, Route};
use crate::web::sign_in::{limited, signed_out};
use crate::web::visit::{SignedIn, Visit};
use crate::web::{Answer, AppState, State, WebError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/data", Access::SignedIn, || web::get().to(data)),
        Route::get("/settings/data/download", Access::SignedIn, || web::get().to(download)),
        Route::get("/settings/delete", Access::SignedIn, || web::get().to(delete_form)),
        Route::post("/settings/delete", Access::SignedIn, || web::post().to(delete_account)),
    ]
}

#[derive(Template)]
#[template(path = "people/data.html")]
struct DataPage {
    page: Page,
}

async fn data(state: AppState, who: SignedIn) -> Answer {
    page::show(&DataPage { page: Page::new(&state, &who, who.tr.s("settings-data-title")) })
}

async fn download(state: AppState, who: SignedIn) -> Answer {
    let now = state.clock.now();
    let mut everything = store::export(&state.pool, &who.person, now).await?;
    if let Some(all) = everything.as_object_mut() {
        all.insert("exam_attempts".to_owned(), exams::export(&state, who.tr, who.person.id).await?);
    }
    let name = format!("attachment; filename=\"assay-data-{}.json\"", now.format("%Y-%m-%d"));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, name))
        .content_type("application/json")
        .body(serde_json::to_vec_pretty(&everything).map_err(WebError::internal)?))
}

#[derive(Debug, Deserialize)]
struct DeleteForm {
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "people/delete.html")]
struct DeletePage {
    page: Page,
    email: String,
    holdings: store::Holdings,
    errors: FieldErrors,
}

async fn delete_form(state: AppState, who: SignedIn) -> Answer {
    let account = person(&state.pool, who.person.id).await?.ok_or(WebError::NotFound)?;
    if account.password_hash.is_none() {
        return Ok(page::see_other("/sign-in/set-up"));
    }
    let page = delete_page(&state, &who, &account, FieldErrors::default()).await?;
    page::show(&page)
}

async fn delete_account(state: AppState, who: SignedIn, form: web::Form<DeleteForm>) -> Answer {
    let now = state.clock.now();
    let account = person(&state.pool, who.person.id).await?.ok_or(WebError::NotFound)?;
    let attempt = Attempt { email: &account.email, password: &form.password, browser: &who.browser };
    let mut errors = FieldErrors::default();
    match check_password(&state.pool, Some(&account), attempt, now).await? {
        Checked::Right => {
            let mut tx = state.pool.begin().await?;
            let files = store::own_files(&mut tx, account.id).await?;
            training::forget(&mut tx, account.id).await?;
            reviews::forget(&mut tx, account.id).await?;
            facts::forget_addresses(&mut tx, account.id).await?;
            accommodations::forget(&mut tx, account.id).await?;
            cohorts::forget(&mut tx, account.id).await?;
            gradebook::forget(&mut tx, account.id).await?;
            match delete(&mut tx, &account, now).await? {
                Deletion::Done => {
                    tx.commit().await?;
                    for file in files {
                        state.blobs.delete(&file).await?;
                    }
                    return Ok(signed_out(&state, "/?notice=account-deleted"));
                }
                Deletion::LastAdmin => errors.add("password", who.tr.s("last-admin")),
            }
        }
        Checked::Wrong => errors.add("password", who.tr.s("password-wrong")),
        Checked::Limited(until) => {
            errors.add("password", who.tr.s1("sign-in-limited", "until", who.tr.time(&until)));
            return limited(&delete_page(&state, &who, &account, errors).await?, until, now);
        }
    }
    let page = delete_page(&state, &who, &account, errors).await?;
    page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn delete_page(
    state: &State,
    visit: &Visit,
    account: &Account,
    errors: FieldErrors,
) -> Result<DeletePage, WebError> {
    let holdings = store::holdings(&state.pool, account.id).await?;
    let page = Page::new(state, visit, visit.tr.s("delete-title")).with_faults(&errors);
    Ok(DeletePage { page, email: account.email.clone(), holdings, errors })
}
