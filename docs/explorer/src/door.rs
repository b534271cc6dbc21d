//! The exports of the WebAssembly module: a text goes in through one buffer, the answer comes out of another.
//!
//! The page asks for room, writes its question there, calls, and reads the answer where it is told. The buffers live as
//! long as the module, so nothing is freed and no pointer comes in.

use std::sync::{Mutex, MutexGuard, PoisonError};

static QUESTION: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ANSWER: Mutex<String> = Mutex::new(String::new());

fn take<T>(buffer: &Mutex<T>) -> MutexGuard<'_, T> {
    buffer.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes room for a question of this many bytes and says where.
#[allow(unsafe_code, reason = "an exported name could collide with another; this module has these three")]
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    let mut question = take(&QUESTION);
    question.clear();
    question.resize(bytes, 0);
    question.as_mut_ptr()
}

/// Answers the question in the buffer and says how many bytes the answer has.
#[allow(unsafe_code, reason = "an exported name could collide with another; this module has these three")]
#[unsafe(no_mangle)]
pub extern "C" fn ask() -> usize {
    let answer = crate::call(&String::from_utf8_lossy(&take(&QUESTION)));
    let length = answer.len();
    *take(&ANSWER) = answer;
    length
}

/// Where the answer is, until the next question.
#[allow(unsafe_code, reason = "an exported name could collide with another; this module has these three")]
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> *const u8 {
    take(&ANSWER).as_ptr()
}
