//! The lifecycle as a picture: places chosen by hand, every arrow checked against what the step function does.

use std::fmt::Write as _;

use order_capture::Profile;
use order_capture::StateKind::{self, *};
use order_capture::profiles::{CanonicalStatus, Failure, VoidMode};

use super::picture::{Picture, Point};
use super::transitions::Graph;

const BOX: Point = (164.0, 46.0);

/// Where each state stands, by its centre, and its colour.
const PLACES: [(StateKind, Point, &str); 15] = [
    (Created, (120.0, 250.0), "plain"),
    (Authorized, (380.0, 250.0), "open"),
    (Capturing, (700.0, 250.0), "open"),
    (CaptureUnknown, (640.0, 110.0), "unsure"),
    (CaptureInitiated, (930.0, 110.0), "open"),
    (PartiallyCaptured, (700.0, 420.0), "good"),
    (Charged, (1150.0, 250.0), "good"),
    (CaptureFailed, (930.0, 420.0), "bad"),
    (Voiding, (600.0, 590.0), "void"),
    (VoidUnknown, (300.0, 590.0), "unsure"),
    (VoidInitiated, (880.0, 680.0), "void"),
    (VoidFailed, (600.0, 750.0), "bad"),
    (Voided, (1150.0, 590.0), "plain"),
    (Expired, (120.0, 420.0), "plain"),
    (Failed, (120.0, 110.0), "bad"),
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
    Created => Authorized, "authorized", [(202.0, 250.0), (298.0, 250.0)], (250.0, 239.0), "heavy", "middle";
    Created => Failed, "refused", [(100.0, 227.0), (100.0, 133.0)], (92.0, 185.0), "", "end";
    Failed => Authorized, "late authorization", [(202.0, 110.0), (340.0, 110.0), (340.0, 227.0)], (270.0, 102.0), "late", "middle";
    Authorized => Capturing, "capture", [(462.0, 250.0), (618.0, 250.0)], (540.0, 239.0), "heavy", "middle";
    Capturing => Charged, "succeeded", [(782.0, 256.0), (1068.0, 256.0)], (960.0, 246.0), "heavy", "middle";
    Capturing => CaptureUnknown, "timed out", [(640.0, 227.0), (640.0, 133.0)], (632.0, 185.0), "", "end";
    CaptureUnknown => Capturing, "the same again", [(690.0, 133.0), (690.0, 227.0)], (698.0, 185.0), "", "";
    CaptureUnknown => Charged, "it had succeeded", [(640.0, 87.0), (640.0, 66.0), (1170.0, 66.0), (1170.0, 227.0)], (900.0, 60.0), "late", "middle";
    CaptureInitiated => CaptureUnknown, "poll: authorized", [(848.0, 98.0), (722.0, 98.0)], (785.0, 90.0), "", "middle";
    CaptureUnknown => CaptureInitiated, "accepted", [(722.0, 120.0), (848.0, 120.0)], (785.0, 136.0), "", "middle";
    Capturing => CaptureInitiated, "accepted", [(782.0, 238.0), (880.0, 238.0), (880.0, 133.0)], (888.0, 185.0), "", "";
    CaptureInitiated => Charged, "succeeded", [(1012.0, 110.0), (1130.0, 110.0), (1130.0, 227.0)], (1068.0, 102.0), "", "middle";
    Capturing => CaptureFailed, "failed, and closes", [(760.0, 273.0), (760.0, 330.0), (910.0, 330.0), (910.0, 397.0)], (838.0, 322.0), "", "middle";
    Capturing => Authorized, "failed, and reopens", [(635.0, 273.0), (635.0, 330.0), (420.0, 330.0), (420.0, 273.0)], (528.0, 322.0), "", "middle";
    Capturing => PartiallyCaptured, "a part succeeded", [(665.0, 273.0), (665.0, 397.0)], (657.0, 370.0), "", "end";
    PartiallyCaptured => Capturing, "capture", [(700.0, 397.0), (700.0, 273.0)], (708.0, 370.0), "", "";
    CaptureFailed => Charged, "late success", [(1012.0, 408.0), (1130.0, 408.0), (1130.0, 273.0)], (1068.0, 400.0), "late", "middle";
    CaptureFailed => Authorized, "poll: authorized", [(890.0, 443.0), (890.0, 500.0), (400.0, 500.0), (400.0, 273.0)], (510.0, 492.0), "", "middle";
    Charged => CaptureFailed, "reversed, and closes", [(1170.0, 273.0), (1170.0, 432.0), (1012.0, 432.0)], (1086.0, 450.0), "late", "middle";
    Charged => Authorized, "reversed, and reopens", [(1210.0, 227.0), (1210.0, 40.0), (420.0, 40.0), (420.0, 227.0)], (810.0, 32.0), "late", "middle";
    Authorized => Expired, "expired", [(340.0, 273.0), (340.0, 420.0), (202.0, 420.0)], (278.0, 412.0), "", "middle";
    Authorized => Voiding, "void", [(370.0, 273.0), (370.0, 545.0), (560.0, 545.0), (560.0, 567.0)], (362.0, 470.0), "", "end";
    PartiallyCaptured => Voiding, "void the rest", [(630.0, 443.0), (630.0, 567.0)], (622.0, 470.0), "", "end";
    CaptureFailed => Voiding, "void", [(930.0, 443.0), (930.0, 530.0), (665.0, 530.0), (665.0, 567.0)], (790.0, 522.0), "", "middle";
    Voiding => VoidUnknown, "timed out", [(518.0, 600.0), (382.0, 600.0)], (450.0, 616.0), "", "middle";
    VoidUnknown => Voiding, "the same again", [(382.0, 580.0), (518.0, 580.0)], (450.0, 572.0), "", "middle";
    Voiding => VoidInitiated, "accepted", [(650.0, 613.0), (650.0, 680.0), (798.0, 680.0)], (724.0, 672.0), "", "middle";
    Voiding => Voided, "succeeded", [(682.0, 590.0), (1068.0, 590.0)], (875.0, 581.0), "", "middle";
    VoidInitiated => Voided, "succeeded", [(962.0, 680.0), (1150.0, 680.0), (1150.0, 613.0)], (1056.0, 672.0), "", "middle";
    Voiding => VoidFailed, "failed, and closes", [(570.0, 613.0), (570.0, 727.0)], (562.0, 680.0), "", "end";
    VoidFailed => Voiding, "void", [(610.0, 727.0), (610.0, 613.0)], (618.0, 712.0), "", "";
    VoidFailed => Authorized, "poll: authorized", [(518.0, 750.0), (210.0, 750.0), (210.0, 320.0), (315.0, 320.0), (315.0, 273.0)], (360.0, 742.0), "", "middle";
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
    let bottom = if words(Voiding).is_some() { 840.0 } else { 520.0 };
    let mut picture = Picture::new(1280.0, bottom);
    picture.text((28.0, 40.0), 17.0, "strong", title);
    picture.dot((16.0, 250.0), "head");
    picture.arrow("start", &[(16.0, 250.0), (38.0, 250.0)], "");
    for arrow in ARROWS {
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
        |picture| {
            picture.text((1184.0, 310.0), 12.0, "quiet", "a refund");
            picture.text((1184.0, 326.0), 12.0, "quiet", "changes no");
            picture.text((1184.0, 342.0), 12.0, "quiet", "state");
        },
    )
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
            let (x, y) = (place(Charged).0.0, 420.0);
            picture.arrow("refund", &[(x, 273.0), (x, y - 23.0)], "");
            picture.text((x - 8.0, 330.0), 13.0, "quiet end", "all of it refunded");
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
