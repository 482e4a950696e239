//! Every setting of an installation, read from environment variables; README.md has the same table.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use confique::Config as _;
use serde::Deserialize;
use url::Url;

/// The settings of one installation.
#[derive(Debug, Clone, confique::Config)]
pub struct Config {
    /// Folder that a running installation owns: database, blobs, keys, mail spool.
    #[config(env = "ASSAY_DATA")]
    pub data: Option<PathBuf>,

    /// Folder that holds `courses/` and `exercises/`.
    #[config(env = "ASSAY_CONTENT")]
    pub content: Option<PathBuf>,

    /// PostgreSQL to use; without it the embedded server is started in the data folder.
    #[config(env = "DATABASE_URL")]
    pub database_url: Option<String>,

    /// Address that the web server listens on.
    #[config(env = "ASSAY_LISTEN", default = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Address for operators: `/metrics`.
    #[config(env = "ASSAY_OPERATOR_LISTEN", default = "127.0.0.1:9090")]
    pub operator_listen: SocketAddr,

    /// The address people use; cookies, links, mail and certificates are made from it.
    #[config(env = "ASSAY_BASE_URL", default = "http://localhost:8080")]
    pub base_url: Url,

    /// Addresses of proxies whose `X-Forwarded-For` is believed, separated by commas.
    #[config(env = "ASSAY_TRUSTED_PROXIES", default = [], parse_env = confique::env::parse::list_by_comma)]
    pub trusted_proxies: Vec<IpAddr>,

    /// Name of this installation, shown in the header and as the issuer of certificates.
    #[config(env = "ASSAY_NAME", default = "Assay")]
    pub name: String,

    /// Who may sign up: `open`, `invitation` or `closed`.
    #[config(env = "ASSAY_SIGN_UP", default = "open")]
    pub sign_up: SignUp,

    /// Mail server, as `smtp://user:password@host:587` or `smtps://…`; without it mail goes to the spool folder.
    #[config(env = "ASSAY_SMTP_URL")]
    pub smtp_url: Option<String>,

    /// Sender of mail.
    #[config(env = "ASSAY_MAIL_FROM", default = "Assay <assay@localhost>")]
    pub mail_from: String,

    /// Submissions that this process grades at once; 0 leaves grading to `assay work`. Default: the number of cores.
    #[config(env = "ASSAY_SLOTS")]
    pub slots: Option<usize>,

    /// Training scripts that this process runs at once. Default: half of the cores.
    #[config(env = "ASSAY_SCRIPT_SLOTS")]
    pub script_slots: Option<usize>,

    /// The grader executable; default: `assay-grader` beside `assay`.
    #[config(env = "ASSAY_GRADER")]
    pub grader: Option<PathBuf>,

    /// The ONNX Runtime library; default: `libonnxruntime.so` beside the grader.
    #[config(env = "ASSAY_ONNXRUNTIME")]
    pub onnxruntime: Option<PathBuf>,

    /// The `bin` folder of a PostgreSQL 15 to 18 for the embedded server; default: the fetched one, then Debian's.
    #[config(env = "ASSAY_POSTGRES_BIN")]
    pub postgres_bin: Option<PathBuf>,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignUp {
    /// Anyone with an e-mail address.
    Open,
    /// People whom an administrator has invited.
    Invitation,
    /// Nobody; administrators make the accounts.
    Closed,
}

impl Config {
    /// Reads the settings from the environment; the error names the variable and what it should hold.
    pub fn from_environment() -> Result<Self, confique::Error> {
        Self::builder().env().load()
    }

    /// The data folder: the setting, else `/var/lib/assay` for root, else `./data`.
    pub fn data_folder(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| {
            if rustix::process::geteuid().is_root() { PathBuf::from("/var/lib/assay") } else { PathBuf::from("data") }
        })
    }

    /// The folder with `courses/` and `exercises/`: the setting, else the working directory, else the installed one.
    pub fn content_folder(&self) -> PathBuf {
        self.content.clone().unwrap_or_else(|| {
            let here = PathBuf::from(".");
            if here.join("exercises").is_dir() { here } else { PathBuf::from("/usr/share/assay") }
        })
    }

    /// Whether pages are reached by TLS, so that cookies carry `Secure` and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// Whether this is a trial on one's own machine, where pages may show mail themselves.
    pub fn is_localhost(&self) -> bool {
        matches!(self.base_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    }

    /// Whether pages may show the mail they cause to whoever sits at this machine: a trial without a mail server.
    pub fn shows_mail(&self) -> bool {
        self.smtp_url.is_none() && self.is_localhost()
    }

    /// An absolute address for `path`, which begins with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.as_str().trim_end_matches('/'))
    }
}
