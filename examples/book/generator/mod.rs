//! The generated part of the documentation. Nothing here states a fact: every page is read off the crate, its tests and
//! its sources.

mod amounts;
mod answers;
mod atlas;
mod cases;
mod commands;
mod evidence;
mod lifecycle;
#[path = "../../profile/lint.rs"]
pub(crate) mod lint;
mod orders;
mod picture;
mod providers;
mod rules;
mod sequence;
mod transitions;
mod verdicts;

use std::path::Path;
use std::sync::OnceLock;

pub use evidence::Evidence;

/// What every generated page begins with.
const NOTE: &str = "<!-- Written by `cargo run --example book`. Change the code or the data, then run it; tests/book.rs compares. -->\n\n";

/// Every generated file: its path from the root, and what belongs in it.
pub fn files(root: &Path) -> Vec<(String, String)> {
    let evidence = Evidence::gather(root);
    let graph = search();
    let page = |path: &str, text: String| (path.to_string(), format!("{NOTE}{text}"));
    let mut files = vec![
        page("docs/rules.md", rules::page(&evidence)),
        page("docs/tables/transitions.md", transitions::page(graph)),
        page("docs/tables/commands.md", commands::page()),
        page("docs/tables/orders.md", orders::page()),
        page("docs/tables/verdicts.md", verdicts::page()),
        ("docs/pictures/lifecycle.mmd".to_string(), lifecycle::mermaid(graph)),
        ("README.md".to_string(), readme(root, graph)),
    ];
    let profiles = atlas::profiles(root);
    files.push(page("docs/atlas.md", atlas::page(&profiles)));
    files.extend(atlas::pages(&profiles).into_iter().map(|(path, text)| page(&path, text)));
    let (lifecycle, _) = lifecycle::svg(graph);
    files.push(("docs/pictures/lifecycle.uri".to_string(), embedded("The lifecycle of a transaction", &lifecycle)));
    files.extend(pictures(graph).map(|(path, (svg, _))| (path.to_string(), svg)));
    files
}

/// What the step function does; found once per program.
pub fn search() -> &'static transitions::Graph {
    static GRAPH: OnceLock<transitions::Graph> = OnceLock::new();
    GRAPH.get_or_init(transitions::Graph::search)
}

/// Every picture, and what stands on something else in it.
pub fn pictures(graph: &transitions::Graph) -> [(&'static str, (String, Vec<String>)); 5] {
    let juspay = "Juspay's words for the states";
    let razorpay = "Razorpay's words for the states";
    [
        ("docs/pictures/lifecycle.svg", lifecycle::svg(graph)),
        ("docs/pictures/juspay.svg", lifecycle::provider(graph, juspay, &order_capture::juspay::FULL_ONLY, true)),
        ("docs/pictures/razorpay.svg", lifecycle::provider(graph, razorpay, &order_capture::razorpay::PROFILE, false)),
        ("docs/pictures/amounts.svg", amounts::svg()),
        ("docs/pictures/timeout.svg", sequence::svg()),
    ]
}

/// A picture as one line of Markdown that holds all of it: the crate's page shows it without a second file.
fn embedded(title: &str, svg: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = format!("![{title}](data:image/svg+xml;base64,");
    for chunk in svg.as_bytes().chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, index| bits << 8 | usize::from(*chunk.get(index).unwrap_or(&0)));
        for place in 0..4 {
            let known = place <= chunk.len();
            text.push(if known { char::from(LETTERS[bits >> (18 - 6 * place) & 63]) } else { '=' });
        }
    }
    text.push_str(")\n");
    text
}

/// The README with the lifecycle between its markers.
fn readme(root: &Path, graph: &transitions::Graph) -> String {
    let text = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (begin, end) = ("<!-- lifecycle: written by `cargo run --example book` -->\n", "<!-- lifecycle ends -->\n");
    let (before, rest) = text.split_once(begin).expect("README.md has the marker that begins the lifecycle");
    let (_, after) = rest.split_once(end).expect("README.md has the marker that ends the lifecycle");
    format!("{before}{begin}```mermaid\n{}```\n{end}{after}", lifecycle::mermaid(graph))
}

/// A row of a Markdown table.
pub fn row(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut line = String::from("|");
    for cell in cells {
        line.push(' ');
        line.push_str(&cell.as_ref().replace('|', "\\|"));
        line.push_str(" |");
    }
    line.push('\n');
    line
}

/// A head and the line below it.
pub fn head(cells: &[&str]) -> String {
    row(cells) + &"|---".repeat(cells.len()) + "|\n"
}

/// Text as code; nothing stays nothing.
pub fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

/// A code of a rule, linked to its entry in the rule book from a page in `docs/tables`.
pub fn rule_link(code: &str) -> String {
    format!("[{code}](../rules.md#{code})")
}

/// Two letters for a state, where fifteen columns have to fit.
pub fn short(kind: order_capture::StateKind) -> &'static str {
    use order_capture::StateKind::*;
    match kind {
        Created => "cr",
        Authorized => "au",
        Capturing => "cg",
        CaptureUnknown => "cu",
        CaptureInitiated => "ci",
        PartiallyCaptured => "pc",
        Charged => "ch",
        CaptureFailed => "cf",
        Voiding => "vg",
        VoidUnknown => "vu",
        VoidInitiated => "vi",
        VoidFailed => "vf",
        Voided => "vd",
        Expired => "ex",
        Failed => "fa",
    }
}

/// What the two letters stand for.
pub fn legend() -> String {
    let names: Vec<String> =
        order_capture::StateKind::ALL.iter().map(|&kind| format!("{} = {kind}", short(kind))).collect();
    format!("Columns are states: {}.\n\n", names.join(", "))
}
