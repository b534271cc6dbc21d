//! What a profile answers to ten questions, in words. The atlas and the explorer show the same texts from here.

use order_capture::profiles::{
    AmountForm, AtEnd, CaptureMode, Fact, Failure, Holds, KeyNeed, KeyPlace, Role, Shape, Topic, VoidMode,
};
use order_capture::{Currency, Minor, Money, Profile};

/// The questions: what each is about, a short head, and the question itself.
pub const QUESTIONS: [(Topic, &str, &str); 10] = [
    (Topic::Captures, "several captures", "May I capture twice?"),
    (Topic::Parts, "parts", "May I capture a part?"),
    (Topic::Final, "final", "Can I say that a capture is the last one?"),
    (Topic::Void, "void", "What can I void?"),
    (Topic::Expiry, "expiry", "How long does a hold last?"),
    (Topic::OverCapture, "over-capture", "May I capture more than was authorized?"),
    (Topic::Adjustment, "adjustment", "Can an authorization be changed?"),
    (Topic::Keys, "keys", "Is it safe to repeat a capture?"),
    (Topic::Failure, "failure", "What does a failed capture do?"),
    (Topic::Amounts, "amounts", "How are amounts written?"),
];

/// What the profile's author wrote of it.
pub fn fact(profile: &Profile, topic: Topic) -> Option<&Fact> {
    profile.facts.iter().find(|fact| fact.about == topic)
}

/// The short answer, from what the rules go by.
pub fn short(profile: &Profile, topic: Topic) -> String {
    let can = &profile.capabilities;
    match topic {
        Topic::Captures => match (can.captures, can.most_captures) {
            (CaptureMode::Several { .. }, Some(most)) => format!("**yes**, up to {most}{}", at_once(can.captures)),
            (CaptureMode::Several { .. }, None) => format!("**yes**{}", at_once(can.captures)),
            _ => "**no**".to_string(),
        },
        Topic::Parts => match can.captures {
            CaptureMode::Exact => "no, exactly what is authorized".to_string(),
            CaptureMode::Full => "no".to_string(),
            CaptureMode::Single | CaptureMode::Several { .. } => "yes".to_string(),
        },
        Topic::Final => match can.captures {
            CaptureMode::Several { says_final: true, .. } if can.unstated_is_final => {
                "yes; without it, a capture is the last".to_string()
            }
            CaptureMode::Several { says_final: true, .. } => "yes; without it, a capture is not the last".to_string(),
            CaptureMode::Several { .. } => "no, void the rest instead".to_string(),
            _ => "there is only one".to_string(),
        },
        Topic::Void => {
            let what = match can.void {
                VoidMode::None => return "nothing".to_string(),
                VoidMode::Full => "all that is held",
                VoidMode::Partial => "all or a part",
                VoidMode::BeforeCapture => "all that is held, before the first capture",
            };
            let failed = match can.failed_void {
                Failure::Closes => "a void that fails closes the hold to captures",
                Failure::Reopens => "after a void that fails the hold stays open",
            };
            format!("{what}; {failed}")
        }
        Topic::Expiry => expiry(profile),
        Topic::OverCapture => over_capture(profile),
        Topic::Adjustment => match (can.adjustment, can.adjustment_limits) {
            (false, _) => "no".to_string(),
            (true, limits) => {
                let when = if limits.before_capture_only { ", before the first capture" } else { "" };
                format!("{}{when}", if limits.raise_only { "yes, up" } else { "yes, up and down" })
            }
        },
        Topic::Keys => keys(profile),
        Topic::Failure => match can.failed_capture {
            Failure::Closes => "it closes the hold",
            Failure::Reopens => "the hold stays open",
        }
        .to_string(),
        Topic::Amounts => amounts(profile),
        Topic::Lifecycle | Topic::Refunds | Topic::Caller => String::new(),
    }
}

fn at_once(captures: CaptureMode) -> &'static str {
    if captures.at_once() { ", several at once" } else { ", one at a time" }
}

fn expiry(profile: &Profile) -> String {
    let told = if says(profile, Role::CaptureBefore) { "the payloads say when" } else { "" };
    let Some(hold) = &profile.capabilities.hold else {
        return if told.is_empty() { "see below; you state it".to_string() } else { told.to_string() };
    };
    let then = match hold.then {
        AtEnd::Released => "then the money is released",
        AtEnd::CapturedOrReleased => "then it is captured or released, as requested",
        AtEnd::BestEffort => "then a capture may fail",
    };
    let lasts = hold.seconds.map(|seconds| match (seconds % 86_400, seconds / 86_400) {
        (0, days) => format!("{days} days"),
        _ => format!("{} hours", seconds / 3_600),
    });
    let length = lasts.map(|lasts| format!("{lasts}, {then}")).unwrap_or_else(|| then.to_string());
    if told.is_empty() { length } else { format!("{length}; {told}") }
}

fn over_capture(profile: &Profile) -> String {
    let Some(over) = &profile.capabilities.over_capture else { return "no".to_string() };
    let percent = over.percent.map(|percent| format!("{percent} %"));
    let amount = |code: &str, minor: u64| {
        let money = Currency::from_code(code).ok().zip(Minor::new(minor));
        money.map_or_else(String::new, |(currency, minor)| Money::new(minor, currency).to_string())
    };
    let most = over.at_most.iter().map(|row| format!("at most {}", amount(&row.code, row.minor)));
    let parts: Vec<String> = percent.into_iter().chain(most).collect();
    if parts.is_empty() { "**as much as the payload says**".to_string() } else { format!("**{}**", parts.join(", ")) }
}

fn keys(profile: &Profile) -> String {
    let capture = &profile.capabilities.capture;
    let Some(key) = &capture.key_use else {
        let none = matches!(capture.key, KeyNeed::Never);
        return if none { "it has no keys" } else { "not known" }.to_string();
    };
    let place = match key.place {
        KeyPlace::None if key.kept.is_some() => return "no: a repeat is not recognized".to_string(),
        KeyPlace::None => return "it has no keys, but captures only once".to_string(),
        KeyPlace::Header => "header",
        KeyPlace::Body => "body",
    };
    let kept = match key.kept {
        Some(kept) if kept % 86_400 == 0 && kept > 86_400 => format!("for {} days", kept / 86_400),
        Some(kept) => format!("for {} hours", kept / 3_600),
        None => "no source says for how long".to_string(),
    };
    format!("with the same key in the {place} ({}), {kept}", key.name)
}

fn amounts(profile: &Profile) -> String {
    let form = match profile.capabilities.amount_form {
        AmountForm::Major => "decimal",
        AmountForm::Subunits => "integers",
        AmountForm::SubunitsAsText => "integers, as text too",
    };
    let odd: Vec<&str> = profile.currencies.iter().filter(|row| row.on_wire.is_some()).map(|row| &*row.code).collect();
    if odd.is_empty() { form.to_string() } else { format!("{form}; {} differ", odd.join(" ")) }
}

fn says(profile: &Profile, role: Role) -> bool {
    fn shape(of: &Shape, role: Role) -> bool {
        of.object.iter().any(|field| holds(&field.holds, role))
    }
    fn holds(of: &Holds, role: Role) -> bool {
        match of {
            Holds::Object(inner) => shape(inner, role),
            Holds::Each { each, .. } => each.iter().any(|item| holds(item, role)),
            other => other.roles().contains(&role),
        }
    }
    profile.readings.iter().any(|reading| shape(&reading.payload, role))
}
