//! What a profile's samples show: that it reads as they say, and that each of its rows is reached by one.

use crate::hold::Operation;
use crate::money::Currency;
use crate::profile::{Holds, Profile, ProfileError};
use crate::statement::Subject;

/// What the samples reached.
#[derive(Default)]
struct Reached {
    readings: Vec<usize>,
    words: Vec<(Subject, String)>,
    fates: Vec<(Operation, String)>,
    /// What a guard required and found.
    guarded: Vec<String>,
}

impl Profile {
    /// Whether every sample says what it must, and every reading, word and error is reached by one.
    ///
    /// ```
    /// use order_capture::{juspay, razorpay};
    /// assert_eq!(juspay::SIMPL.check_samples(), Ok(()));
    /// assert_eq!(razorpay::PROFILE.check_samples(), Ok(()));
    /// ```
    ///
    /// # Errors
    /// [`ProfileError`]: the first sample that says something else, or the first row that no sample reaches.
    pub fn check_samples(&self) -> Result<(), ProfileError> {
        let mut reached = Reached::default();
        for (row, sample) in self.samples.iter().enumerate() {
            let reading = self.reading_of(sample.payload.as_str());
            let said = self.statements(sample.payload.as_str(), Currency::INR);
            let told = match &said {
                Ok(said) => self.told(said, Currency::INR),
                Err(malformed) => vec![malformed.code().to_string()],
            };
            let expected: Vec<&str> = sample.says.lines().collect();
            if let Some((expected, found)) = differing(&expected, &told) {
                let problem = format!("it must say \"{expected}\" and says \"{found}\"");
                return Err(ProfileError::new(format_args!("samples[{row}]"), problem));
            }
            reached.readings.extend(reading);
            if let Some(reading) = reading.and_then(|number| self.readings.get(number)) {
                let has = |text: &&str| sample.payload.as_str().contains(&format!("\"{text}\""));
                reading.payload.visit(&mut |holds| {
                    if let Holds::Is { is, .. } = holds {
                        let texts = is.iter().map(|text| &**text);
                        reached.guarded.extend(texts.filter(has).map(str::to_string));
                    }
                });
            }
            let Ok(said) = said else { continue };
            let statements = [&said.order, &said.transaction].into_iter().chain(said.listed.iter().flatten());
            let words = statements.filter_map(|statement| statement.word.as_ref());
            reached.words.extend(words.map(|word| (word.subject, word.text.clone().into_owned())));
            for operation in Operation::ALL {
                let words = said.requests(operation).iter().filter_map(|request| request.word.as_ref());
                reached.fates.extend(words.map(|word| (operation, word.clone().into_owned())));
            }
        }
        self.all_reached(&reached)?;
        self.check_error_samples()
    }

    fn all_reached(&self, reached: &Reached) -> Result<(), ProfileError> {
        let says = |subject, text: &str| reached.words.contains(&(subject, text.to_string()));
        let does = |operation, text: &str| reached.fates.contains(&(operation, text.to_string()));
        // If an order has no words of its own, the transaction's words apply.
        let shared = |text: &str| self.order_statuses.is_empty() && says(Subject::Order, text);
        let parts = [Operation::Capture, Operation::Void];
        let reading = self.readings.iter().enumerate().find(|(number, _)| !reached.readings.contains(number));
        // Where a guard looks at a word, that is how it is read.
        let guarded = |text: &str| reached.guarded.iter().any(|found| found == text);
        let word = self
            .statuses
            .iter()
            .find(|row| !says(Subject::Transaction, &row.text) && !shared(&row.text) && !guarded(&row.text));
        let order_word = self.order_statuses.iter().find(|row| !says(Subject::Order, &row.text));
        let request_word = self.request_words.iter().find(|row| {
            let is_of = |operation: Operation| row.of.is_none_or(|of| of == operation);
            !parts.into_iter().any(|operation| is_of(operation) && does(operation, &row.text))
        });
        let refund_word = self.refund_words.iter().find(|row| !does(Operation::Refund, &row.text));
        let missed = [
            ("readings", reading.map(|(_, reading)| &reading.name)),
            ("statuses", word.map(|row| &row.text)),
            ("order_statuses", order_word.map(|row| &row.text)),
            ("request_words", request_word.map(|row| &row.text)),
            ("refund_words", refund_word.map(|row| &row.text)),
        ];
        let first = missed.into_iter().find_map(|(table, text)| Some((table, text?)));
        first.map_or(Ok(()), |(table, text)| Err(not_reached(table, text)))
    }

    fn check_error_samples(&self) -> Result<(), ProfileError> {
        let mut answers = Vec::new();
        for (row, sample) in self.error_samples.iter().enumerate() {
            let answer = self.error(sample.http_status, sample.body.as_str());
            let found = self.error_meaning(Operation::Capture, &answer);
            if found != sample.means {
                let problem = format!("it must mean {} and means {found}", sample.means);
                return Err(ProfileError::new(format_args!("error_samples[{row}]"), problem));
            }
            answers.push(answer);
        }
        match self.errors.iter().find(|row| !answers.iter().any(|answer| row.matches(answer))) {
            Some(row) => Err(not_reached("errors", if row.message.is_empty() { &row.code } else { &row.message })),
            None => Ok(()),
        }
    }
}

fn not_reached(table: &str, text: &str) -> ProfileError {
    let problem = "add a payload that does, so that it is known to be read rightly";
    ProfileError::new(table, format_args!("no sample reaches \"{text}\"; {problem}"))
}

/// The first line that is not as expected: what was expected, and what was found.
fn differing(expected: &[&str], found: &[String]) -> Option<(String, String)> {
    let lines = |at: usize| (expected.get(at).copied(), found.get(at).map(String::as_str));
    let most = expected.len().max(found.len());
    let (expected, found) = (0..most).map(lines).find(|(expected, found)| expected != found)?;
    let line = |line: Option<&str>| line.unwrap_or("nothing more").to_string();
    Some((line(expected), line(found)))
}
