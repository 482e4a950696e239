//! The settings that matter, as they are in force: read-only, without any secret, with a warning where one is dangerous.

use askama::Template;

use crate::config::{Config, SignUp};
use crate::messages::Tr;
use crate::results::retention::{KEPT, YOUNGEST};
use crate::submissions::STORAGE_LIMIT;
use crate::web::page::{self, Page};
use crate::web::visit::{Admin, Require};
use crate::web::{Answer, AppState};

/// One setting: `key` names the messages `config-KEY` and `config-KEY-text`.
#[derive(Debug)]
struct Setting {
    key: &'static str,
    value: String,
    /// The environment variable that sets it; empty where it is fixed.
    variable: &'static str,
    /// Key of the sentence that says what is dangerous about it.
    warning: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct SettingsPage {
    page: Page,
    /// Key of the group's title, and its settings.
    groups: Vec<(&'static str, Vec<Setting>)>,
    warnings: usize,
}

/// Every setting that matters.
pub(super) async fn show(state: AppState, who: Require<Admin>) -> Answer {
    let groups = groups(who.tr, &state.config);
    let warnings = groups.iter().flat_map(|(_, settings)| settings).filter(|setting| setting.warning.is_some()).count();
    page::show(&SettingsPage { page: Page::new(&state, &who, who.tr.s("config-admin-title")), groups, warnings })
}

/// How many settings are dangerous.
pub(super) fn warnings(t: Tr, config: &Config) -> usize {
    groups(t, config).iter().flat_map(|(_, settings)| settings).filter(|setting| setting.warning.is_some()).count()
}

fn groups(t: Tr, config: &Config) -> Vec<(&'static str, Vec<Setting>)> {
    vec![
        ("config-group-address", address(t, config)),
        ("config-group-people", people(t, config)),
        ("config-group-work", work(t, config)),
        ("config-group-places", places(t, config)),
        ("config-group-limits", limits(t)),
    ]
}

fn setting(key: &'static str, variable: &'static str, value: impl Into<String>) -> Setting {
    Setting { key, value: value.into(), variable, warning: None }
}

impl Setting {
    fn warn_if(self, is_dangerous: bool, warning: &'static str) -> Self {
        if is_dangerous { Self { warning: Some(warning), ..self } } else { self }
    }
}

fn address(t: Tr, config: &Config) -> Vec<Setting> {
    let (is_public, none) = (!config.is_localhost(), t.s("config-none"));
    let proxies: Vec<String> = config.trusted_proxies.iter().map(ToString::to_string).collect();
    let no_proxy = proxies.is_empty();
    let proxies = if no_proxy { none } else { proxies.join(", ") };
    let operator = config.operator_listen;
    vec![
        setting("base-url", "ASSAY_BASE_URL", without_password(&config.base_url))
            .warn_if(is_public && !config.is_https(), "config-warn-http"),
        setting("name", "ASSAY_NAME", config.name.clone()),
        setting("listen", "ASSAY_LISTEN", config.listen.to_string())
            .warn_if(!config.listen.ip().is_loopback() && config.is_https(), "config-warn-listen"),
        setting("proxies", "ASSAY_TRUSTED_PROXIES", proxies)
            .warn_if(config.is_https() && no_proxy, "config-warn-proxies"),
        setting("operator-listen", "ASSAY_OPERATOR_LISTEN", operator.to_string())
            .warn_if(!operator.ip().is_loopback(), "config-warn-operator"),
    ]
}

fn people(t: Tr, config: &Config) -> Vec<Setting> {
    let is_public = !config.is_localhost();
    let sign_up = match config.sign_up {
        SignUp::Open => "config-sign-up-open",
        SignUp::Invitation => "config-sign-up-invitation",
        SignUp::Closed => "config-sign-up-closed",
    };
    let mail = match config.smtp_url.as_deref().map(mail_server) {
        Some(server) => t.s1("config-mail-server", "server", server),
        None if config.shows_mail() => t.s("config-mail-shown"),
        None => t.s("config-mail-spool"),
    };
    vec![
        setting("sign-up", "ASSAY_SIGN_UP", t.with(sign_up, &[]))
            .warn_if(is_public && config.sign_up == SignUp::Open, "config-warn-open"),
        setting("mail", "ASSAY_SMTP_URL", mail).warn_if(is_public && config.smtp_url.is_none(), "config-warn-mail"),
        setting("mail-from", "ASSAY_MAIL_FROM", config.mail_from.clone())
            .warn_if(is_public && config.mail_from.contains("@localhost"), "config-warn-mail-from"),
    ]
}

fn work(t: Tr, config: &Config) -> Vec<Setting> {
    let number = |number: Option<usize>, default: &str| match number {
        Some(number) => number.to_string(),
        None => t.with(default, &[]),
    };
    let path = |path: &Option<std::path::PathBuf>| match path {
        Some(path) => path.display().to_string(),
        None => t.s("config-default"),
    };
    vec![
        setting("slots", "ASSAY_SLOTS", number(config.slots, "config-slots-default")),
        setting("script-slots", "ASSAY_SCRIPT_SLOTS", number(config.script_slots, "config-script-slots-default")),
        setting("grader", "ASSAY_GRADER", path(&config.grader)),
        setting("onnxruntime", "ASSAY_ONNXRUNTIME", path(&config.onnxruntime)),
    ]
}

fn places(t: Tr, config: &Config) -> Vec<Setting> {
    let (database, is_embedded) = match &config.database_url {
        Some(_) => ("config-database-own", false),
        None => ("config-database-embedded", true),
    };
    let content = config.content_folder().display().to_string();
    let origin = if config.content.is_some() { "config-content-set" } else { "config-content-found" };
    vec![
        setting("data", "ASSAY_DATA", config.data_folder().display().to_string()),
        setting("content", "ASSAY_CONTENT", format!("{content} ({})", t.with(origin, &[]))),
        setting("database", "DATABASE_URL", t.with(database, &[]))
            .warn_if(is_embedded && !config.is_localhost(), "config-warn-embedded"),
    ]
}

fn limits(t: Tr) -> Vec<Setting> {
    vec![
        setting("storage-limit", "", t.size(STORAGE_LIMIT)),
        setting("uploads", "", t.s("config-uploads-value")),
        setting(
            "retention",
            "",
            t.s2("config-retention-value", "days", KEPT.num_days(), "hours", YOUNGEST.num_hours()),
        ),
        setting("sign-in-limit", "", t.s("config-sign-in-limit-value")),
    ]
}

/// A mail server without the user and password that its address may carry.
fn mail_server(url: &str) -> String {
    url::Url::parse(url).map_or_else(
        |_| "?".to_owned(),
        |url| {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
        },
    )
}

fn without_password(url: &url::Url) -> String {
    let mut url = url.clone();
    // Refused only where an address can carry neither.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.to_string()
}

#[cfg(test)]
mod tests {
    use confique::Config as _;

    use super::*;
    use crate::messages::{Lang, exists};

    fn config(change: impl FnOnce(&mut Config)) -> Config {
        let mut config = Config::builder().load().unwrap();
        change(&mut config);
        config
    }

    fn warned(config: &Config) -> Vec<&'static str> {
        groups(Tr::new(Lang::En), config).iter().flat_map(|(_, all)| all).filter_map(|one| one.warning).collect()
    }

    #[test]
    fn every_setting_has_words_in_both_languages() {
        let public = config(|config| config.base_url = "http://assay.example".parse().unwrap());
        for (title, settings) in groups(Tr::new(Lang::En), &public) {
            let mut keys = vec![title.to_owned()];
            for setting in settings {
                keys.extend([format!("config-{}", setting.key), format!("config-{}-text", setting.key)]);
                keys.extend(setting.warning.map(str::to_owned));
            }
            for key in keys {
                assert!(Lang::ALL.into_iter().all(|lang| exists(lang, &key)), "{key}");
            }
        }
    }

    #[test]
    fn a_trial_on_ones_own_machine_is_no_danger() {
        assert!(warned(&config(|_| ())).is_empty());
    }

    #[test]
    fn what_is_dangerous_in_public_is_said() {
        let public = config(|config| {
            config.base_url = "http://assay.example".parse().unwrap();
            config.operator_listen = "0.0.0.0:9090".parse().unwrap();
        });
        assert_eq!(
            warned(&public),
            [
                "config-warn-http",
                "config-warn-operator",
                "config-warn-open",
                "config-warn-mail",
                "config-warn-mail-from",
                "config-warn-embedded",
            ]
        );
        let behind_proxy = config(|config| config.base_url = "https://assay.example".parse().unwrap());
        assert!(warned(&behind_proxy).contains(&"config-warn-proxies"));
    }

    #[test]
    fn no_secret_is_shown() {
        let secret = config(|config| {
            config.base_url = "https://ada:sesame@assay.example".parse().unwrap();
            config.smtp_url = Some("smtps://ada:sesame@mail.example:465".to_owned());
            config.database_url = Some("postgres://ada:sesame@db.example/assay".to_owned());
        });
        let shown = format!("{:?}", groups(Tr::new(Lang::En), &secret));
        assert!(!shown.contains("sesame") && !shown.contains("ada"), "{shown}");
        assert!(shown.contains("smtps://mail.example:465"), "{shown}");
    }
}
