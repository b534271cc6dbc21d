//! Books of orders with many events: a load reads only what came since. The log is append-only, so what was read stays
//! true; small orders are replayed each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::book::Book;

/// From this many events on a book is kept.
const MANY: i64 = 64;
/// How many books are kept at most.
const MOST: usize = 256;

/// The books, by our name of the order and by the provider's.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<HashMap<String, Arc<Book>>>);

impl Cache {
    pub(crate) fn get(&self, key: &str) -> Option<Arc<Book>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(crate) fn put(&self, book: &Book) {
        if book.position < MANY {
            return;
        }
        let book = Arc::new(book.clone());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        let provider = format!("{}\n{}", book.terms.provider.as_str(), book.terms.provider_order);
        all.insert(provider, Arc::clone(&book));
        all.insert(book.order().id().to_string(), book);
    }
}
