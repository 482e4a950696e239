//! Limits on how often something may happen, counted in PostgreSQL so that every process counts together.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgConnection, PgExecutor};

mod store;

/// So many events of one kind within a moving window, for each key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Name of the limit.
    pub bucket: &'static str,
    /// Events that are let through within the window.
    pub most: u32,
    /// Length of the window.
    pub window: Duration,
}

/// Failed sign-ins of one account.
pub const SIGN_IN_ACCOUNT: Limit = Limit { bucket: "sign_in_account", most: 10, window: Duration::minutes(15) };
/// Failed sign-ins from one address.
pub const SIGN_IN_ADDRESS: Limit = Limit { bucket: "sign_in_address", most: 100, window: Duration::minutes(15) };
/// Mail that strangers can cause, for one recipient.
pub const MAIL: Limit = Limit { bucket: "mail", most: 5, window: Duration::hours(1) };
/// Sign-ups and requests for mail from one address; a whole class may sit behind one.
pub const MAIL_ADDRESS: Limit = Limit { bucket: "mail_address", most: 100, window: Duration::hours(1) };

/// Whether an event may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may, and is counted.
    Granted,
    /// It may not before the given moment, and is not counted.
    Refused {
        /// When the next one may happen.
        until: DateTime<Utc>,
    },
}

/// Counts one event of `key` if the limit allows it. Call it in a transaction: `key` is locked until that ends, so
/// that events at the same moment cannot slip through together.
pub async fn take(
    conn: &mut PgConnection,
    limit: &Limit,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Admission, sqlx::Error> {
    store::lock(conn, limit.bucket, key).await?;
    if let Some(until) = refused_until(&mut *conn, limit, key, now).await? {
        return Ok(Admission::Refused { until });
    }
    store::insert(conn, limit.bucket, key, now).await?;
    Ok(Admission::Granted)
}

/// When `key` may next do what `limit` limits; `None` when it may do so now. Counts nothing.
pub async fn refused_until(
    executor: impl PgExecutor<'_>,
    limit: &Limit,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    // While the window holds `most` events, the oldest of the newest `most` must leave it first.
    let deciding = store::nth_newest(executor, limit, key, now - limit.window).await?;
    Ok(deciding.map(|at| at + limit.window))
}

/// Uncounts the event of `key` that was counted at `at`, because it was none after all.
pub async fn give_back(
    conn: &mut PgConnection,
    limit: &Limit,
    key: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    store::delete_one(conn, limit.bucket, key, at).await
}

/// Forgets every event of `key`.
pub async fn forget(conn: &mut PgConnection, limit: &Limit, key: &str) -> Result<(), sqlx::Error> {
    store::delete_all(conn, limit.bucket, key).await
}

/// Removes events that no limit looks at any more; returns how many.
pub async fn sweep(executor: impl PgExecutor<'_>, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    store::delete_before(executor, now - Duration::days(1)).await
}

/// The key of a network address: itself, and for IPv6 the /64 that one household or machine has to itself.
pub fn address_key(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// The key of an e-mail address, as typed by anybody: its hash, so that the table is no list of addresses.
pub fn email_key(typed: &str) -> String {
    hex::encode(super::secret::hash(&typed.trim().to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_ipv6_network_is_one_key() {
        assert_eq!(address_key("2001:db8:1:2:3:4:5:6"), address_key("2001:db8:1:2::9"));
        assert_ne!(address_key("2001:db8:1:2::9"), address_key("2001:db8:1:3::9"));
        assert_eq!(address_key("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(address_key("unknown"), "unknown");
    }

    #[test]
    fn an_address_is_one_key_however_it_is_typed() {
        assert_eq!(email_key(" Ada@Example.org"), email_key("ada@example.org "));
    }
}
