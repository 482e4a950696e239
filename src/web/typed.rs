//! What somebody typed into a form that is then refused: kept while the request is answered, so that the error page
//! can give it back.

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage as _, HttpRequest};
use futures_util::stream;

use super::page;

/// Largest form that is kept, in bytes. What is larger has a page of its own that shows it again.
const MOST: usize = 128 << 10;
/// Shorter texts are typed again sooner than they are found and copied.
const SHORTEST: usize = 20;

/// The body of a form, as sent.
struct Body(Bytes);

/// Keeps the body of a posted form and hands it on to the handler.
pub(super) async fn keep(request: &mut ServiceRequest) -> Result<(), Error> {
    if !is_form(request) {
        return Ok(());
    }
    let body = request.extract::<Bytes>().await?;
    request.extensions_mut().insert(Body(body.clone()));
    request.set_payload(Payload::Stream { payload: Box::pin(stream::iter([Ok(body)])) });
    Ok(())
}

fn is_form(request: &ServiceRequest) -> bool {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    *request.method() == Method::POST
        && request.content_type() == "application/x-www-form-urlencoded"
        && length.is_some_and(|length| length <= MOST)
}

/// The texts of the form that took some work, in its order; never a password.
pub(super) fn texts(request: &HttpRequest) -> Vec<String> {
    let extensions = request.extensions();
    extensions.get::<Body>().map(|body| long_texts(&body.0)).unwrap_or_default()
}

fn long_texts(body: &[u8]) -> Vec<String> {
    let fields = url::form_urlencoded::parse(body).filter(|(name, _)| !name.contains("password"));
    let texts = fields.map(|(_, value)| page::typed(&value));
    // What forms carry for themselves, such as hashes, has no spaces; Chinese has none either, but is no ASCII.
    let is_writing = |text: &String| text.contains(char::is_whitespace) || !text.is_ascii();
    texts.filter(|text| text.len() >= SHORTEST && is_writing(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_writing_is_given_back_and_never_a_password() {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("base", &"0123456789abcdef".repeat(4))
            .append_pair("name", "Spring class")
            .append_pair("text_en", "The exam moves\r\nto Friday.")
            .append_pair("text_zh", "考试改到星期五。")
            .append_pair("new_password", "correct horse battery staple")
            .finish();
        assert_eq!(long_texts(body.as_bytes()), ["The exam moves\nto Friday.", "考试改到星期五。"]);
    }
}
