//! The error bodies of providers: their codes and texts, in every shape seen.

use serde_json::value::RawValue;

use crate::provider::wire::{self, object, text};
use crate::statement::ErrorAnswer;

wire::fields! {
    /// The fields in which providers put codes and texts, in every shape seen.
    ErrorBody {
        error
        error_info
        code
        error_code
        error_type
        error_codes
        description
        message
        error_message
        error_description
        user_message
        developer_message
    }
}

impl<'a> ErrorAnswer<'a> {
    /// Reads an error body of either provider. A body that is none leaves the HTTP status to speak alone.
    #[must_use]
    pub fn read(http_status: u16, body: &'a str) -> Self {
        let mut answer = Self { http_status, ..Self::default() };
        let outer: ErrorBody<'a> = object(body, "an error").unwrap_or_default();
        for inner in [outer.error, outer.error_info].into_iter().flatten() {
            answer.take(&object(inner.get(), "an error").unwrap_or_default());
        }
        answer.take(&outer);
        answer
    }

    fn take(&mut self, body: &ErrorBody<'a>) {
        let listed: Vec<&'a RawValue> =
            body.error_codes.and_then(|list| serde_json::from_str(list.get()).ok()).unwrap_or_default();
        let codes = [body.code, body.error_code, body.error_type].into_iter().chain(listed.into_iter().map(Some));
        self.codes.extend(codes.filter_map(text));
        let messages = [
            body.error,
            body.description,
            body.message,
            body.error_message,
            body.error_description,
            body.user_message,
            body.developer_message,
        ];
        self.messages.extend(messages.into_iter().filter_map(text));
    }
}
