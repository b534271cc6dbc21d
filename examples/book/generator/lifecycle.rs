//! The lifecycle as a picture: places chosen by hand, every arrow checked against what the step function does.

use std::fmt::Write as _;

use order_capture::StateKind::{self, *};
use order_capture::{FailedCapture, Meaning, Profile, VoidSupport};

use super::picture::{Picture, Point};
use super::transitions::Graph;

const BOX: Point = (164.0, 46.0);

/// Where each state stands, by its centre, and its colour.
const PLACES: [(StateKind, Point, &str); 13] = [
    (Created, (120.0, 230.0), "plain"),
    (Authorized, (380.0, 230.0), "open"),
    (Capturing, (650.0, 230.0), "open"),
    (CaptureInitiated, (870.0, 110.0), "open"),
    (PartiallyCaptured, (650.0, 380.0), "good"),
    (Charged, (1090.0, 230.0), "good"),
    (CaptureFailed, (870.0, 380.0), "bad"),
    (Voiding, (560.0, 530.0), "void"),
    (VoidInitiated, (850.0, 620.0), "void"),
    (VoidFailed, (560.0, 660.0), "bad"),
    (Voided, (1090.0, 530.0), "plain"),
    (Expired, (120.0, 380.0), "plain"),
    (Failed, (120.0, 90.0), "bad"),
];

/// One arrow: from, to, what happens, its points, where its label stands, its classes and the label's.
struct Arrow {
    from: StateKind,
    to: StateKind,
    words: &'static str,
    points: &'static [Point],
    label: Point,
    class: &'static str,
    anchor: &'static str,
}

macro_rules! arrows {
    ($($from:ident => $to:ident, $words:literal, [$($point:expr),+], $label:expr, $class:literal, $anchor:literal;)+) => {
        &[$(Arrow {
            from: $from, to: $to, words: $words, points: &[$($point),+], label: $label, class: $class, anchor: $anchor,
        }),+]
    };
}

const ARROWS: &[Arrow] = arrows! {
    Created => Authorized, "held", [(202.0, 230.0), (298.0, 230.0)], (250.0, 219.0), "heavy", "middle";
    Created => Failed, "refused", [(100.0, 207.0), (100.0, 113.0)], (92.0, 165.0), "", "end";
    Failed => Authorized, "late authorization", [(202.0, 90.0), (340.0, 90.0), (340.0, 207.0)], (268.0, 82.0), "late", "middle";
    Authorized => Capturing, "capture", [(462.0, 230.0), (568.0, 230.0)], (515.0, 219.0), "heavy", "middle";
    Capturing => CaptureInitiated, "accepted", [(680.0, 207.0), (680.0, 110.0), (788.0, 110.0)], (735.0, 102.0), "", "middle";
    Capturing => Charged, "done", [(732.0, 230.0), (1008.0, 230.0)], (870.0, 219.0), "heavy", "middle";
    CaptureInitiated => Charged, "done", [(952.0, 110.0), (1090.0, 110.0), (1090.0, 207.0)], (1024.0, 102.0), "", "middle";
    Capturing => Authorized, "no response: the money stays reserved", [(620.0, 207.0), (620.0, 150.0), (410.0, 150.0), (410.0, 207.0)], (515.0, 141.0), "", "middle";
    Capturing => CaptureFailed, "refused", [(710.0, 253.0), (710.0, 310.0), (850.0, 310.0), (850.0, 357.0)], (780.0, 302.0), "", "middle";
    Capturing => PartiallyCaptured, "a part done", [(620.0, 253.0), (620.0, 357.0)], (612.0, 310.0), "", "end";
    PartiallyCaptured => Capturing, "capture", [(672.0, 357.0), (672.0, 253.0)], (680.0, 341.0), "", "";
    CaptureFailed => Charged, "late success", [(952.0, 380.0), (1090.0, 380.0), (1090.0, 253.0)], (1020.0, 372.0), "late", "middle";
    Authorized => Expired, "the hold lapsed", [(340.0, 253.0), (340.0, 380.0), (202.0, 380.0)], (268.0, 372.0), "", "middle";
    Authorized => Voiding, "void", [(380.0, 253.0), (380.0, 530.0), (478.0, 530.0)], (372.0, 460.0), "", "end";
    PartiallyCaptured => Voiding, "void the rest", [(590.0, 403.0), (590.0, 507.0)], (582.0, 450.0), "", "end";
    CaptureFailed => Voiding, "void", [(850.0, 403.0), (850.0, 470.0), (618.0, 470.0), (618.0, 507.0)], (735.0, 462.0), "", "middle";
    Voiding => VoidInitiated, "accepted", [(610.0, 553.0), (610.0, 620.0), (768.0, 620.0)], (690.0, 612.0), "", "middle";
    Voiding => Voided, "done", [(642.0, 530.0), (1008.0, 530.0)], (850.0, 521.0), "", "middle";
    VoidInitiated => Voided, "done", [(932.0, 620.0), (1090.0, 620.0), (1090.0, 553.0)], (1010.0, 612.0), "", "middle";
    Voiding => VoidFailed, "refused", [(520.0, 553.0), (520.0, 637.0)], (512.0, 600.0), "", "end";
    VoidFailed => Voiding, "void", [(560.0, 637.0), (560.0, 553.0)], (568.0, 585.0), "", "";
};

/// What a failed capture does where it reopens the authorization: in the place of the arrow to capture-failed.
const REOPENS: Arrow = Arrow {
    from: Capturing,
    to: Authorized,
    words: "refused: as before",
    points: &[(640.0, 253.0), (640.0, 310.0), (410.0, 310.0), (410.0, 253.0)],
    label: (525.0, 302.0),
    class: "",
    anchor: "middle",
};

fn place(state: StateKind) -> (Point, &'static str) {
    let (_, point, class) = PLACES.into_iter().find(|(kind, ..)| *kind == state).unwrap();
    (point, class)
}

/// Draws some of the states and the arrows between them; a box has a title, and perhaps words below it.
fn draw(
    graph: &Graph,
    title: &str,
    words: impl Fn(StateKind) -> Option<(String, String)>,
    more: &[&Arrow],
    extra: impl FnOnce(&mut Picture),
) -> (String, Vec<String>) {
    let bottom = if words(Voiding).is_some() { 740.0 } else { 480.0 };
    let mut picture = Picture::new(1200.0, bottom);
    picture.text((28.0, 38.0), 17.0, "strong", title);
    picture.dot((16.0, 230.0), "head");
    picture.arrow("start", &[(16.0, 230.0), (38.0, 230.0)], "");
    for arrow in ARROWS.iter().chain(more.iter().copied()) {
        let Arrow { from, to, .. } = *arrow;
        assert!(graph.leads(from, to), "the picture says {from} → {to}, the step function does not");
        if words(from).is_some() && words(to).is_some() {
            picture.arrow(&format!("{from} → {to}"), arrow.points, arrow.class);
            picture.text(arrow.label, 13.0, &format!("quiet {}", arrow.anchor), arrow.words);
        }
    }
    for (state, (x, y), class) in PLACES {
        let Some((main, below)) = words(state) else { continue };
        picture.rounded(state.as_str(), (x, y), BOX, class);
        if below.is_empty() {
            picture.text((x, y + 5.0), 14.0, "middle strong", &main);
        } else {
            picture.text((x, y - 2.0), 12.0, "middle strong mono", &main);
            picture.text((x, y + 14.0), 11.0, "middle quiet", &below);
        }
    }
    extra(&mut picture);
    let key = bottom - 34.0;
    picture.arrow("key", &[(40.0, key), (90.0, key)], "heavy");
    picture.text((100.0, key + 4.0), 12.0, "quiet", "the usual way");
    picture.arrow("key", &[(220.0, key), (270.0, key)], "late");
    picture.text((280.0, key + 4.0), 12.0, "quiet", "the truth came late");
    picture.finish(title)
}

pub fn svg(graph: &Graph) -> (String, Vec<String>) {
    draw(
        graph,
        "The lifecycle of a transaction",
        |state| Some((state.to_string(), String::new())),
        &[],
        |picture| {
            picture.text((1104.0, 300.0), 12.0, "quiet", "a refund");
            picture.text((1104.0, 316.0), 12.0, "quiet", "changes no");
            picture.text((1104.0, 332.0), 12.0, "quiet", "state");
        },
    )
}

/// The same picture in a provider's words; states that it cannot come to are left out.
pub fn provider(graph: &Graph, title: &str, profile: &Profile, several: bool) -> (String, Vec<String>) {
    let can = profile.capabilities;
    let reopens = can.failed_capture == FailedCapture::Reopens;
    let words = |state: StateKind| {
        let left_out = match state {
            Voiding | VoidInitiated | VoidFailed | Voided => can.void == VoidSupport::None,
            PartiallyCaptured => !several,
            CaptureFailed => reopens,
            _ => false,
        };
        let word = profile.spell(Meaning::of(state, state == PartiallyCaptured || state == Charged, false));
        (!left_out).then(|| (word.to_string(), state.to_string()))
    };
    let more: &[&Arrow] = if reopens { &[&REOPENS] } else { &[] };
    draw(graph, title, words, more, |picture| {
        let (charged, refunded) = (profile.spell(Meaning::Charged), profile.spell(Meaning::Refunded));
        if charged != refunded {
            let (x, y) = (place(Charged).0.0, 380.0);
            picture.arrow("refund", &[(x, 253.0), (x, y - 23.0)], "");
            picture.text((x - 8.0, 310.0), 13.0, "quiet end", "all of it refunded");
            picture.rounded("refunded", (x, y), BOX, "plain");
            picture.text((x, y - 2.0), 12.0, "middle strong mono", refunded);
            picture.text((x, y + 14.0), 11.0, "middle quiet", "charged, R = C");
        }
    })
}

/// The same arrows as Mermaid, for the README.
pub fn mermaid(graph: &Graph) -> String {
    let name = |state: StateKind| state.as_str().replace('-', "_");
    let mut text = String::from("stateDiagram-v2\n    direction LR\n    [*] --> created\n");
    for Arrow { from, to, words, .. } in ARROWS {
        assert!(graph.leads(*from, *to), "{from} → {to}");
        let _ = writeln!(text, "    {} --> {}: {}", name(*from), name(*to), words.replace(':', ","));
    }
    text.push_str("    charged --> [*]: a refund changes no state\n");
    text
}

/// The moves that the step function makes and the picture leaves out.
pub fn not_drawn(graph: &Graph) -> Vec<(StateKind, StateKind)> {
    let drawn = |from, to| ARROWS.iter().any(|arrow| arrow.from == from && arrow.to == to);
    let pairs = StateKind::ALL.into_iter().flat_map(|from| StateKind::ALL.map(|to| (from, to)));
    pairs.filter(|&(from, to)| from != to && graph.leads(from, to) && !drawn(from, to)).collect()
}
