//! The atlas of capture: every profile side by side, a question at a time, and a page per provider.

use std::fmt::Write as _;
use std::path::Path;

use order_capture::Profile;
use order_capture::profiles::Topic;

use super::answers::{QUESTIONS, fact, short};
use super::{lint, providers};

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

/// The atlas: all profiles side by side, then question by question with the words and the source of each answer.
pub fn page(profiles: &[Profile]) -> String {
    let mut text = format!(
        "# The atlas of capture\n\nThis page shows how {} profiles answer the same ten questions. The rules use the \
         short answers; below them, a sentence explains each, with its source and how sure that is. A provider's name \
         leads to its page: its lifecycle, its words, its payloads, and what the profile cannot say. The profiles \
         were written from public documents and were not run against the providers; add your own: \
         [providers](providers.md).\n\n",
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
        let after = if topic == Topic::Void { AFTER_A_VOID } else { "" };
        let _ =
            write!(text, "\n## {question}\n\n{after}{}", super::head(&["profile", head, "in words", "source", "sure"]));
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

/// The same of every profile.
const AFTER_A_VOID: &str = "After a void or an expiry nothing can be captured, whatever the provider: a capture is refused with `not-authorized`, or \
     with `already-captured` where a part was captured before. \
     Captured money that is told later is the conflict `captured-after-void` or `captured-after-expiry`.\n\n";

/// The question that a fact answers, with the way to the other profiles' answers.
fn question(topic: Topic) -> String {
    let asked = QUESTIONS.iter().find(|(about, ..)| *about == topic).map(|(.., question)| question);
    asked.map_or_else(|| topic.as_str().to_string(), |asked| format!("[{asked}](../atlas.md#{})", anchor(asked)))
}

fn anchor(head: &str) -> String {
    let kept = head.to_lowercase().replace(' ', "-");
    kept.chars().filter(|letter| letter.is_alphanumeric() || *letter == '-').collect()
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
    text.push_str(
        "[The atlas](../atlas.md) compares it with the others. How sure a row is: *seed*, the capture page \
         itself; *official*, the provider's other pages; *sample*, an official sample only; *sdk*, official code \
         only; *third party*; *inferred*, stated by no source.\n",
    );
    for gateway in gateways {
        let _ = write!(text, "\n## {}: what it can do\n\n", gateway.name);
        text.push_str(&super::head(&["about", "short", "in words", "source", "sure"]));
        for fact in gateway.facts.iter().filter(|fact| !matches!(fact.about, Topic::Lifecycle | Topic::Caller)) {
            let [document, sure] = providers::sure(&fact.source);
            text.push_str(&super::row([
                question(fact.about),
                short(gateway, fact.about),
                fact.says.to_string(),
                document,
                sure,
            ]));
        }
    }
    let _ = write!(text, "\n{AFTER_A_VOID}");
    for fact in profile.facts.iter().filter(|fact| fact.about == Topic::Caller) {
        let [document, sure] = providers::sure(&fact.source);
        let _ = writeln!(
            text,
            "**What the caller does**, because no profile can: {} Source: {document} ({sure}).",
            fact.says
        );
    }
    text.push_str(&providers::capabilities(gateways));
    let _ = write!(text, "\n## What it cannot say\n\n");
    for gateway in gateways {
        let _ = write!(text, "What `{}` leaves open, and the risk of each point:\n\n", gateway.name);
        text.push_str(&super::head(&["left open", "risk"]));
        for point in lint::leaves_open(gateway) {
            text.push_str(&super::row([point.open, point.risk.to_string()]));
        }
        text.push('\n');
    }
    providers::rows(&mut text, name, profile);
    text
}
