//! A person's own settings: profile, language and colours, name for certificates.

use std::str::FromStr as _;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono_tz::Tz;
use serde::Deserialize;

use super::page::{self, FieldErrors, Page, local_path};
use super::routes::{Access, Route};
use super::visit::{Anyone, LANG_COOKIE, SignedIn, THEME_COOKIE, Visit};
use super::{Answer, AppState, State};
use crate::accounts::{
    CertificateName, Person, PersonName, Profile, Theme, confirm_certificate_name, set_display, update_profile,
};
use crate::certificates::credential::Issuer;
use crate::certificates::earned::issue_earned;
use crate::messages::{Lang, Tr};

mod data;
mod password;
mod sessions;
mod store;

pub(super) fn routes() -> Vec<Route> {
    let own = vec![
        Route::get("/settings", Access::SignedIn, || web::get().to(profile)),
        Route::post("/settings", Access::SignedIn, || web::post().to(save_profile)),
        Route::get("/settings/certificate-name", Access::SignedIn, || web::get().to(certificate_name)),
        Route::post("/settings/certificate-name", Access::SignedIn, || web::post().to(save_certificate_name)),
        Route::post("/display", Access::Public, || web::post().to(display)),
    ];
    [own, password::routes(), sessions::routes(), data::routes()].into_iter().flatten().collect()
}

/// Zones offered while typing; every IANA name is taken.
pub(in crate::web) const ZONES: [&str; 36] = [
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Macau",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Europe/Moscow",
    "Africa/Nairobi",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Cairo",
    "Europe/Istanbul",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/London",
    "Europe/Lisbon",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Mexico_City",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Australia/Sydney",
    "UTC",
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProfileForm {
    name: String,
    lang: String,
    time_zone: String,
    theme: String,
}

impl ProfileForm {
    fn of(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            lang: person.lang.code().to_owned(),
            time_zone: person.time_zone.clone().unwrap_or_default(),
            theme: person.theme.name().to_owned(),
        }
    }

    fn parse(&self, tr: Tr) -> Result<Profile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = PersonName::parse(&self.name);
        if name.is_err() {
            errors.add("name", tr.s("name-invalid"));
        }
        let zone = Some(self.time_zone.trim()).filter(|name| !name.is_empty()).map(Tz::from_str).transpose();
        if zone.is_err() {
            errors.add("time_zone", tr.s("time-zone-invalid"));
        }
        let lang = Lang::parse(&self.lang).unwrap_or(tr.lang);
        let theme = Theme::parse(&self.theme).unwrap_or_default();
        match (name, zone) {
            (Ok(name), Ok(zone)) => Ok(Profile { name, lang, zone, theme }),
            _ => Err(errors),
        }
    }
}

#[derive(Template)]
#[template(path = "people/profile.html")]
struct ProfilePage {
    page: Page,
    form: ProfileForm,
    email: String,
    zones: [&'static str; 36],
    errors: FieldErrors,
}

async fn profile(state: AppState, who: SignedIn) -> Answer {
    page::show(&profile_page(&state, &who, ProfileForm::of(&who.person), FieldErrors::default()))
}

async fn save_profile(state: AppState, who: SignedIn, form: web::Form<ProfileForm>) -> Answer {
    match form.parse(who.tr) {
        Ok(profile) => {
            update_profile(&state.pool, who.person.id, &profile).await?;
            Ok(page::see_other("/settings?notice=saved"))
        }
        Err(errors) => {
            let page = profile_page(&state, &who, form.into_inner(), errors);
            page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn profile_page(state: &State, visit: &Visit, form: ProfileForm, errors: FieldErrors) -> ProfilePage {
    let email = visit.person.as_ref().map(|person| person.email.clone()).unwrap_or_default();
    let page = Page::new(state, visit, visit.tr.s("settings-profile-title")).with_faults(&errors);
    ProfilePage { page, form, email, zones: ZONES, errors }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CertificateNameForm {
    certificate_name: String,
    confirmed: Option<String>,
}

#[derive(Template)]
#[template(path = "people/certificate_name.html")]
struct CertificateNamePage {
    page: Page,
    form: CertificateNameForm,
    current: Option<String>,
    errors: FieldErrors,
}

async fn certificate_name(state: AppState, who: SignedIn) -> Answer {
    let name = who.person.certificate_name.clone().unwrap_or_else(|| who.person.name.clone());
    let form = CertificateNameForm { certificate_name: name, confirmed: None };
    page::show(&certificate_name_page(&state, &who, form, FieldErrors::default()))
}

async fn save_certificate_name(state: AppState, who: SignedIn, form: web::Form<CertificateNameForm>) -> Answer {
    let mut errors = FieldErrors::default();
    let name = CertificateName::parse(&form.certificate_name);
    if name.is_err() {
        errors.add("certificate_name", who.tr.s("certificate-name-invalid"));
    }
    if form.confirmed.is_none() {
        errors.add("confirmed", who.tr.s("certificate-name-unconfirmed"));
    }
    match name {
        Ok(name) if errors.is_empty() => {
            let now = state.clock.now();
            let mut tx = state.pool.begin().await?;
            confirm_certificate_name(&mut tx, who.person.id, &name, now).await?;
            issue_earned(&mut tx, &state.keys, &Issuer::from_config(&state.config), who.person.id, now).await?;
            tx.commit().await?;
            Ok(page::see_other("/settings/certificate-name?notice=certificate-name"))
        }
        _ => {
            let page = certificate_name_page(&state, &who, form.into_inner(), errors);
            page::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn certificate_name_page(
    state: &State,
    visit: &Visit,
    form: CertificateNameForm,
    errors: FieldErrors,
) -> CertificateNamePage {
    let current = visit.person.as_ref().and_then(|person| person.certificate_name.clone());
    let page = Page::new(state, visit, visit.tr.s("certificate-name-title")).with_faults(&errors);
    CertificateNamePage { page, form, current, errors }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DisplayForm {
    lang: String,
    theme: String,
    back: String,
}

/// The choice of language and colours: kept in a cookie, and with the account of whoever is signed in.
async fn display(state: AppState, who: Anyone, form: web::Form<DisplayForm>) -> Answer {
    let (lang, theme) = (Lang::parse(&form.lang), Theme::parse(&form.theme));
    if let Some(person) = &who.person {
        set_display(&state.pool, person.id, lang, theme).await?;
    }
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, local_path(&form.back)));
    let choices = [(LANG_COOKIE, lang.map(Lang::code)), (THEME_COOKIE, theme.map(Theme::name))];
    for (name, value) in choices {
        if let Some(value) = value {
            let cookie = Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax);
            let secure = state.config.is_https();
            response.cookie(cookie.secure(secure).max_age(Duration::days(365)).finish());
        }
    }
    Ok(response.finish())
}
