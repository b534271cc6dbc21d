//! The atlas of capture: every profile side by side, a question at a time, and a page per provider.

use std::fmt::Write as _;
use std::path::Path;

use order_capture::profiles::{
    AmountForm, AtEnd, CaptureMode, Fact, Failure, Holds, KeyPlace, Role, Shape, Topic, VoidMode,
};
use order_capture::{Currency, Minor, Money, Profile};

use super::{lint, providers};

/// The questions of the atlas, and what each is about.
const QUESTIONS: [(Topic, &str, &str); 10] = [
    (Topic::Captures, "captures", "May I capture twice?"),
    (Topic::Parts, "parts", "May I capture a part?"),
    (Topic::Final, "final", "Can I say that a capture is the last one?"),
    (Topic::Void, "void", "What can I give back?"),
    (Topic::Expiry, "expiry", "How long does a hold last?"),
    (Topic::OverCapture, "over-capture", "May I capture more than was authorized?"),
    (Topic::Adjustment, "adjustment", "Can an authorization be changed?"),
    (Topic::Keys, "keys", "Is it safe to repeat a capture?"),
    (Topic::Failure, "failure", "What does a failed capture do?"),
    (Topic::Amounts, "amounts", "How are amounts written?"),
];

/// Every profile in `profiles/`, by name.
pub fn profiles(root: &Path) -> Vec<Profile> {
    let folder = std::fs::read_dir(root.join("profiles")).unwrap();
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.ends_with("schema.json"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        Profile::from_json(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let mut all: Vec<Profile> = paths.iter().map(read).collect();
    all.sort_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
    all
}

/// The page of a profile: gateways of one provider share it.
fn page_of(profile: &Profile) -> &str {
    profile.name.as_str().split('/').next().unwrap()
}

fn fact(profile: &Profile, topic: Topic) -> Option<&Fact> {
    profile.facts.iter().find(|fact| fact.about == topic)
}

/// The short answer, from what the rules go by.
fn short(profile: &Profile, topic: Topic) -> String {
    let can = &profile.capabilities;
    match topic {
        Topic::Captures => match (can.captures, can.most_captures) {
            (CaptureMode::Several { .. }, Some(most)) => format!("**yes**, up to {most}{}", at_once(can.captures)),
            (CaptureMode::Several { .. }, None) => format!("**yes**{}", at_once(can.captures)),
            _ => "**no**".to_string(),
        },
        Topic::Parts => match can.captures {
            CaptureMode::Exact => "no: exactly what is authorized".to_string(),
            CaptureMode::Full => "no".to_string(),
            CaptureMode::Single | CaptureMode::Several { .. } => "yes".to_string(),
        },
        Topic::Final => match can.captures {
            CaptureMode::Several { says_final: true, .. } if can.unstated_is_final => {
                "yes; unstated is final".to_string()
            }
            CaptureMode::Several { says_final: true, .. } => "yes; unstated is not".to_string(),
            CaptureMode::Several { .. } => "no: void the rest".to_string(),
            _ => "the one is".to_string(),
        },
        Topic::Void => match can.void {
            VoidMode::None => "nothing",
            VoidMode::Full => "all that is held",
            VoidMode::Partial => "all or a part",
            VoidMode::BeforeCapture => "all, before a capture",
        }
        .to_string(),
        Topic::Expiry => expiry(profile),
        Topic::OverCapture => over_capture(profile),
        Topic::Adjustment => match (can.adjustment, can.adjustment_limits) {
            (false, _) => "no".to_string(),
            (true, limits) => {
                let when = if limits.before_capture_only { ", before a capture" } else { "" };
                format!("{}{when}", if limits.raise_only { "up" } else { "up and down" })
            }
        },
        Topic::Keys => keys(profile),
        Topic::Failure => match can.failed_capture {
            Failure::Closes => "closes the hold",
            Failure::Reopens => "the hold stays open",
        }
        .to_string(),
        Topic::Amounts => amounts(profile),
        Topic::Lifecycle | Topic::Refunds | Topic::Caller => String::new(),
    }
}

fn at_once(captures: CaptureMode) -> &'static str {
    if captures.at_once() { ", several in flight" } else { ", one in flight" }
}

fn expiry(profile: &Profile) -> String {
    let told = if says(profile, Role::CaptureBefore) { "named in payloads" } else { "" };
    let Some(hold) = &profile.capabilities.hold else {
        return if told.is_empty() { "not known".to_string() } else { told.to_string() };
    };
    let then = match hold.then {
        AtEnd::Released => "released",
        AtEnd::CapturedOrReleased => "captured or released",
        AtEnd::BestEffort => "best effort",
    };
    let lasts = hold.seconds.map(|seconds| match (seconds % 86_400, seconds / 86_400) {
        (0, days) => format!("{days} days"),
        _ => format!("{} hours", seconds / 3_600),
    });
    let parts = [lasts.unwrap_or_default(), format!("then {then}"), told.to_string()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn over_capture(profile: &Profile) -> String {
    let Some(over) = &profile.capabilities.over_capture else { return "no".to_string() };
    let percent = over.percent.map(|percent| format!("{percent} %"));
    let amount = |code: &str, minor: u64| {
        let currency = Currency::from_code(code).unwrap();
        Money::new(Minor::new(minor).unwrap(), currency).to_string()
    };
    let most = over.at_most.iter().map(|row| format!("at most {}", amount(&row.code, row.minor)));
    let parts: Vec<String> = percent.into_iter().chain(most).collect();
    if parts.is_empty() { "**as told**".to_string() } else { format!("**{}**", parts.join(", ")) }
}

fn keys(profile: &Profile) -> String {
    let Some(key) = &profile.capabilities.capture.key_use else { return "not known".to_string() };
    match (key.place, key.kept) {
        (KeyPlace::None, Some(_)) => "no keys: not repeated".to_string(),
        (KeyPlace::None, None) => "no keys: one capture".to_string(),
        (_, Some(kept)) if kept % 86_400 == 0 && kept > 86_400 => format!("for {} days", kept / 86_400),
        (_, Some(kept)) => format!("for {} hours", kept / 3_600),
        (_, None) => "for a time not known".to_string(),
    }
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

/// The atlas: all profiles side by side, then question by question with the words and the source of each answer.
pub fn page(profiles: &[Profile]) -> String {
    let mut text = format!(
        "# The atlas of capture\n\nWhat {} profiles say of the same ten questions. The short answers are what the rules go by; \
         below, each has a sentence, its source, and how sure that is. A provider's name leads to its page: its lifecycle, \
         its words, its payloads, and what the profile cannot say. The profiles were written from public documents and \
         were not run against the providers; add your own: [providers](providers.md).\n\n",
        profiles.len()
    );
    let heads: Vec<&str> = std::iter::once("profile").chain(QUESTIONS.iter().map(|(_, head, _)| *head)).collect();
    text.push_str(&super::head(&heads));
    for profile in profiles {
        let name = format!("[{}](providers/{}.md)", profile.name, page_of(profile));
        let cells = QUESTIONS.iter().map(|(topic, ..)| short(profile, *topic));
        text.push_str(&super::row(std::iter::once(name).chain(cells)));
    }
    for (topic, head, question) in QUESTIONS {
        let _ = write!(text, "\n## {question}\n\n{}", super::head(&["profile", head, "in words", "source", "sure"]));
        for profile in profiles {
            let name = format!("[{}](providers/{}.md)", profile.name, page_of(profile));
            let [says, document, sure] = match fact(profile, topic) {
                Some(fact) => {
                    let [document, sure] = providers::sure(&fact.source);
                    [fact.says.to_string(), document, sure]
                }
                None => ["nobody says".to_string(), String::new(), String::new()],
            };
            text.push_str(&super::row([name, short(profile, topic), says, document, sure]));
        }
    }
    text
}

/// A page per provider: path from the root, and content.
pub fn pages(profiles: &[Profile]) -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = Vec::new();
    for profile in profiles {
        let name = page_of(profile);
        let path = format!("docs/providers/{name}.md");
        if pages.iter().any(|(known, _)| *known == path) {
            continue;
        }
        let gateways: Vec<&Profile> = profiles.iter().filter(|other| page_of(other) == name).collect();
        pages.push((path, provider(name, &gateways)));
    }
    pages
}

fn provider(name: &str, gateways: &[&Profile]) -> String {
    let profile = gateways.first().unwrap();
    let lifecycle = fact(profile, Topic::Lifecycle);
    let mut text = format!("# {name}\n\n");
    if let Some(fact) = lifecycle {
        let [document, sure] = providers::sure(&fact.source);
        let _ = write!(text, "{} Source: {document} ({sure}).\n\n", fact.says);
    }
    text.push_str("Beside the others: [the atlas](../atlas.md). How sure a row is: *seed*, the capture page itself; *official*, the \
         provider's other pages; *sample*, an official sample only; *sdk*, official code only; *third party*; *inferred*, \
         said by nobody.\n");
    for gateway in gateways {
        let _ = write!(text, "\n## {}: what it can do\n\n", gateway.name);
        text.push_str(&super::head(&["about", "short", "in words", "source", "sure"]));
        for fact in gateway.facts.iter().filter(|fact| !matches!(fact.about, Topic::Lifecycle | Topic::Caller)) {
            let [document, sure] = providers::sure(&fact.source);
            let about = fact.about.as_str().to_string();
            text.push_str(&super::row([about, short(gateway, fact.about), fact.says.to_string(), document, sure]));
        }
    }
    text.push_str(&providers::capabilities(gateways));
    let _ = write!(text, "\n## What it cannot say\n\n");
    for fact in profile.facts.iter().filter(|fact| fact.about == Topic::Caller) {
        let [document, sure] = providers::sure(&fact.source);
        let _ = writeln!(text, "The caller: {} Source: {document} ({sure}).\n", fact.says);
    }
    for gateway in gateways {
        let _ = write!(text, "What `{}` leaves open, and what may come of it:\n\n", gateway.name);
        text.push_str(&super::head(&["left open", "risk"]));
        for point in lint::leaves_open(gateway) {
            text.push_str(&super::row([point.open, point.risk.to_string()]));
        }
        text.push('\n');
    }
    providers::rows(&mut text, name, profile);
    text
}
