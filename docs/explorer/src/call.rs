//! One question, one answer: both are JSON objects.

use serde::{Deserialize, Serialize};

use crate::{about, view, write};

/// What a page can ask.
#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
enum Question {
    /// What does not depend on a scenario.
    About,
    /// A text with scenarios in it, taken apart.
    Read { text: String },
    /// A scenario up to a step, and what would happen next.
    View(view::Wish),
    /// A pasted payload or error as the part of a step.
    Pack(write::Pack),
    /// A scenario with what came out as what is expected.
    Expect { line: String },
}

/// A question that cannot be answered: the words say why.
#[derive(Serialize)]
struct Problem {
    problem: String,
}

/// Answers one question; what cannot be answered is an object with a `problem`.
#[must_use]
pub fn call(question: &str) -> String {
    let answer =
        serde_json::from_str(question).map_err(|error| error.to_string()).and_then(|question| match question {
            Question::About => text(&about::about()?),
            Question::Read { text: given } => text(&write::read(&given)),
            Question::View(wish) => text(&view::view(&wish)?),
            Question::Pack(pack) => text(&write::pack(&pack)),
            Question::Expect { line } => text(&write::expect(&line)?),
        });
    answer.unwrap_or_else(|problem| text(&Problem { problem }).unwrap_or_default())
}

fn text(answer: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(answer).map_err(|error| error.to_string())
}
