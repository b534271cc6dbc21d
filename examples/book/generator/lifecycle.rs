//! The lifecycle as a picture: places chosen by hand, every arrow checked against what the step function does.

use std::fmt::Write as _;

use order_capture::Profile;
use order_capture::StateKind::{self, *};
use order_capture::profiles::{CanonicalStatus, Failure, VoidMode};

use super::picture::{Picture, Point};
use super::transitions::Graph;

/// The pictures are as narrow as can be: on a phone they are read without zooming.
const WIDE: f64 = 672.0;
const BOX: Point = (150.0, 46.0);

/// Where each state stands, by its centre, and its colour.
const PLACES: [(StateKind, Point, &str); 15] = [
    (Created, (330.0, 100.0), "plain"),
    (Failed, (560.0, 100.0), "bad"),
    (Authorized, (330.0, 230.0), "open"),
    (Expired, (104.0, 230.0), "plain"),
    (Capturing, (330.0, 390.0), "open"),
    (CaptureUnknown, (560.0, 390.0), "unsure"),
    (PartiallyCaptured, (104.0, 520.0), "good"),
    (CaptureInitiated, (560.0, 520.0), "open"),
    (Charged, (330.0, 640.0), "good"),
    (CaptureFailed, (330.0, 790.0), "bad"),
    (VoidUnknown, (104.0, 930.0), "unsure"),
    (Voiding, (330.0, 930.0), "void"),
    (VoidInitiated, (560.0, 930.0), "void"),
    (VoidFailed, (330.0, 1070.0), "bad"),
    (Voided, (560.0, 1070.0), "plain"),
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
    Created => Authorized, "authorized", [(330.0, 123.0), (330.0, 207.0)], (320.0, 170.0), "heavy", "end";
    Created => Failed, "refused", [(405.0, 100.0), (485.0, 100.0)], (445.0, 92.0), "", "middle";
    Failed => Authorized, "late authorization", [(560.0, 123.0), (560.0, 214.0), (405.0, 214.0)], (552.0, 175.0), "late", "end";
    Authorized => Capturing, "capture", [(330.0, 253.0), (330.0, 367.0)], (340.0, 315.0), "heavy", "";
    Capturing => Charged, "succeeded", [(330.0, 413.0), (330.0, 617.0)], (340.0, 580.0), "heavy", "";
    Capturing => CaptureUnknown, "timed out", [(405.0, 382.0), (485.0, 382.0)], (445.0, 374.0), "", "middle";
    CaptureUnknown => Capturing, "repeated", [(485.0, 398.0), (405.0, 398.0)], (445.0, 415.0), "", "middle";
    CaptureUnknown => Charged, "it had|succeeded", [(635.0, 390.0), (645.0, 390.0), (645.0, 640.0), (405.0, 640.0)], (640.0, 580.0), "late", "end";
    CaptureInitiated => CaptureUnknown, "poll:|authorized", [(540.0, 497.0), (540.0, 413.0)], (548.0, 450.0), "", "";
    CaptureUnknown => CaptureInitiated, "accepted", [(510.0, 413.0), (510.0, 497.0)], (502.0, 458.0), "", "end";
    Capturing => CaptureInitiated, "accepted", [(385.0, 413.0), (385.0, 520.0), (485.0, 520.0)], (436.0, 512.0), "", "middle";
    CaptureInitiated => Charged, "succeeded", [(560.0, 543.0), (560.0, 628.0), (405.0, 628.0)], (482.0, 620.0), "", "middle";
    Capturing => CaptureFailed, "failed,|and closes", [(270.0, 413.0), (270.0, 580.0), (228.0, 580.0), (228.0, 790.0), (255.0, 790.0)], (220.0, 690.0), "", "end";
    Capturing => Authorized, "failed,|and reopens", [(290.0, 367.0), (290.0, 253.0)], (282.0, 307.0), "", "end";
    Capturing => PartiallyCaptured, "a part succeeded", [(255.0, 398.0), (104.0, 398.0), (104.0, 497.0)], (180.0, 390.0), "", "middle";
    PartiallyCaptured => Capturing, "capture", [(179.0, 520.0), (295.0, 520.0), (295.0, 413.0)], (224.0, 512.0), "", "middle";
    CaptureFailed => Charged, "late success", [(385.0, 767.0), (385.0, 663.0)], (393.0, 720.0), "late", "";
    CaptureFailed => Authorized, "poll: authorized", [(255.0, 802.0), (10.0, 802.0), (10.0, 276.0), (272.0, 276.0), (272.0, 253.0)], (180.0, 818.0), "", "middle";
    Charged => CaptureFailed, "reversed,|and closes", [(275.0, 663.0), (275.0, 767.0)], (283.0, 712.0), "late", "";
    Charged => Authorized, "reversed, and reopens", [(405.0, 652.0), (654.0, 652.0), (654.0, 246.0), (405.0, 246.0)], (530.0, 264.0), "late", "middle";
    Authorized => Expired, "expired", [(255.0, 230.0), (179.0, 230.0)], (217.0, 222.0), "", "middle";
    Authorized => Voiding, "void", [(405.0, 230.0), (663.0, 230.0), (663.0, 880.0), (360.0, 880.0), (360.0, 907.0)], (610.0, 223.0), "", "middle";
    PartiallyCaptured => Voiding, "void the rest", [(104.0, 543.0), (104.0, 880.0), (295.0, 880.0), (295.0, 907.0)], (112.0, 610.0), "", "";
    CaptureFailed => Voiding, "void", [(330.0, 813.0), (330.0, 907.0)], (338.0, 850.0), "", "";
    Voiding => VoidUnknown, "timed out", [(255.0, 922.0), (179.0, 922.0)], (217.0, 914.0), "", "middle";
    VoidUnknown => Voiding, "repeated", [(179.0, 938.0), (255.0, 938.0)], (217.0, 955.0), "", "middle";
    Voiding => VoidInitiated, "accepted", [(405.0, 930.0), (485.0, 930.0)], (445.0, 922.0), "", "middle";
    Voiding => Voided, "succeeded", [(405.0, 944.0), (446.0, 944.0), (446.0, 1070.0), (485.0, 1070.0)], (454.0, 1005.0), "", "";
    VoidInitiated => Voided, "succeeded", [(560.0, 953.0), (560.0, 1047.0)], (568.0, 1005.0), "", "";
    Voiding => VoidFailed, "failed,|and closes", [(290.0, 953.0), (290.0, 1047.0)], (282.0, 998.0), "", "end";
    VoidFailed => Voiding, "void", [(340.0, 1047.0), (340.0, 953.0)], (348.0, 1005.0), "", "";
    VoidFailed => Authorized, "poll: authorized", [(255.0, 1070.0), (10.0, 1070.0), (10.0, 276.0), (272.0, 276.0), (272.0, 253.0)], (180.0, 1062.0), "", "middle";
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
    extra: impl FnOnce(&mut Picture),
) -> (String, Vec<String>) {
    let bottom = if words(Voiding).is_some() { 1126.0 } else { 846.0 };
    let mut picture = Picture::new(WIDE, bottom + 120.0);
    picture.text((24.0, 38.0), 18.0, "strong", title);
    picture.dot((330.0, 56.0), "head");
    picture.arrow("start", &[(330.0, 56.0), (330.0, 77.0)], "");
    for arrow in ARROWS {
        let Arrow { from, to, .. } = *arrow;
        assert!(graph.leads(from, to), "the picture says {from} → {to}, the step function does not");
        if words(from).is_some() && words(to).is_some() {
            picture.arrow(&format!("{from} → {to}"), arrow.points, arrow.class);
            for (line, words) in arrow.words.split('|').enumerate() {
                let place = (arrow.label.0, arrow.label.1 + 16.0 * line as f64);
                picture.text(place, 14.0, &format!("quiet {}", arrow.anchor), words);
            }
        }
    }
    for (state, (x, y), class) in PLACES {
        let Some((main, below)) = words(state) else { continue };
        picture.rounded(state.as_str(), (x, y), BOX, class);
        if below.is_empty() {
            let size = if main.len() > 14 { 13.0 } else { 14.0 };
            picture.text((x, y + 5.0), size, "middle strong", &main);
        } else {
            picture.text((x, y - 2.0), 12.0, "middle strong mono", &main);
            picture.text((x, y + 15.0), 13.0, "middle quiet", &below);
        }
    }
    extra(&mut picture);
    legend(&mut picture, bottom);
    picture.finish(title)
}

/// What the arrows and the colours mean.
fn legend(picture: &mut Picture, top: f64) {
    picture.line(&[(24.0, top), (WIDE - 24.0, top)], "thin");
    let (left, right) = (24.0, 348.0);
    picture.arrow("legend", &[(left, top + 26.0), (left + 44.0, top + 26.0)], "heavy");
    picture.text((left + 56.0, top + 31.0), 14.0, "", "the usual way");
    picture.arrow("legend", &[(left, top + 56.0), (left + 44.0, top + 56.0)], "late");
    picture.text((left + 56.0, top + 61.0), 14.0, "", "the truth arrives late");
    picture.rounded("legend", (right + 22.0, top + 26.0), (44.0, 20.0), "unsure");
    picture.text((right + 56.0, top + 31.0), 14.0, "", "the outcome is unknown: only");
    picture.text((right + 56.0, top + 49.0), 14.0, "", "the same request may be repeated");
    picture.text(
        (left, top + 94.0),
        14.0,
        "quiet",
        "A refund changes no state. Moves that are left out: docs/tables/transitions.md.",
    );
}

pub fn svg(graph: &Graph) -> (String, Vec<String>) {
    draw(graph, "The lifecycle of a transaction", |state| Some((state.to_string(), String::new())), |_| {})
}

/// The same picture in a provider's words; states that it cannot come to are left out.
pub fn provider(graph: &Graph, title: &str, profile: &Profile, several: bool) -> (String, Vec<String>) {
    let can = &profile.capabilities;
    let reopens = can.failed_capture == Failure::Reopens;
    let words = |state: StateKind| {
        let left_out = match state {
            Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided => can.void == VoidMode::None,
            PartiallyCaptured => !several,
            CaptureFailed => reopens,
            _ => false,
        };
        let captured = state == PartiallyCaptured || state == Charged;
        let word = profile.word_for(CanonicalStatus::of(state, captured, false));
        (!left_out).then(|| (word.to_string(), state.to_string()))
    };
    draw(graph, title, words, |picture| {
        let (charged, refunded) =
            (profile.word_for(CanonicalStatus::Charged), profile.word_for(CanonicalStatus::Refunded));
        if charged != refunded {
            let ((x, from), to) = (place(Charged).0, place(CaptureFailed).0.1);
            picture.arrow("refund", &[(x, from + 23.0), (x, to - 23.0)], "");
            picture.text((x + 8.0, f64::midpoint(from, to) + 5.0), 14.0, "quiet", "all of it refunded");
            picture.rounded("refunded", (x, to), BOX, "plain");
            picture.text((x, to - 2.0), 12.0, "middle strong mono", refunded);
            picture.text((x, to + 15.0), 13.0, "middle quiet", "charged, R = C");
        }
    })
}

/// The same arrows as Mermaid, for the README.
pub fn mermaid(graph: &Graph) -> String {
    let name = |state: StateKind| state.as_str().replace('-', "_");
    let mut text = String::from("stateDiagram-v2\n    direction LR\n    [*] --> created\n");
    for Arrow { from, to, words, .. } in ARROWS {
        assert!(graph.leads(*from, *to), "{from} → {to}");
        let _ = writeln!(text, "    {} --> {}: {}", name(*from), name(*to), words.replace('|', " ").replace(':', ","));
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
