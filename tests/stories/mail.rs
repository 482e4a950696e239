//! Mail as a story sees it: what waits in the outbox, and its sending.

use assay::clock::Clock as _;
use assay::mail::{self, Mail, Mailer};
use assay::queue;

use crate::app::TestApp;

impl TestApp {
    /// Sends every mail that waits, into the spool folder, as a worker would; other jobs are left alone.
    pub async fn deliver_mail(&self) {
        let mailer = Mailer::new(None, self.folder.path().join("mail"), "Assay <assay@localhost>").unwrap();
        let jobs: Vec<(i64, serde_json::Value)> = sqlx::query_as(
            "SELECT j.id, j.payload::jsonb FROM graphile_worker._private_jobs j
             JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = $1 ORDER BY j.id",
        )
        .bind(queue::SEND_MAIL)
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let mut conn = self.pool.acquire().await.unwrap();
        for (id, payload) in jobs {
            let job: queue::MailJob = serde_json::from_value(payload).unwrap();
            mail::deliver(&mut conn, &mailer, job.mail, self.clock.now()).await.unwrap();
            self.drop_job(id).await;
        }
    }

    /// The newest mail to `recipient` that has not been sent yet; then every mail is sent.
    pub async fn last_mail_to(&self, recipient: &str) -> Mail {
        let mail = mail::unsent(&self.pool, recipient).await.unwrap().into_iter().next();
        self.deliver_mail().await;
        mail.unwrap_or_else(|| panic!("no mail waits for {recipient}"))
    }
}

/// The path of the first link in a mail.
pub fn link_in(mail: &Mail) -> String {
    let link = mail.body.lines().find_map(|line| line.strip_prefix("http://localhost:8080"));
    link.unwrap_or_else(|| panic!("no link in: {}", mail.body)).to_owned()
}
