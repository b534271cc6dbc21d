//! The documentation: generated files are what the generator writes, every rule is held and every code explained, every
//! link leads somewhere.

use crate::generator;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use order_capture::{Rule, RuleKind};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn generated_files_are_up_to_date() {
    let files = generator::files(root());
    for (path, content) in &files {
        assert!(
            &read(path) == content,
            "{path} is out of date: run `cargo run --example book` and read the difference"
        );
    }
    let listed: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    for folder in ["docs/tables", "docs/pictures", "docs/providers"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap());
            assert!(listed.contains(path.as_str()), "nothing writes {path} any more");
        }
    }
}

#[test]
fn nothing_in_a_picture_stands_on_anything_else() {
    for (path, (_, collisions)) in generator::pictures(generator::search()) {
        assert_eq!(collisions, Vec::<String>::new(), "{path}");
    }
}

#[test]
fn every_rule_is_held_by_a_test_or_a_scenario() {
    assert_eq!(generator::Evidence::gather(root()).gaps(), Vec::<String>::new());
}

/// Errors with rows have their entries by construction; the other errors by name.
#[test]
fn every_code_has_an_entry() {
    let mut codes = 0;
    for file in sources(&root().join("src"), "rs") {
        let text = read(&file);
        for (at, _) in text.match_indices("fn code(&self) -> &'static str {") {
            let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let indent = text[line..].len() - text[line..].trim_start().len();
            let body = text[at..].split(&format!("\n{:indent$}}}\n", "")).next().unwrap();
            for code in body.split('"').skip(1).step_by(2) {
                assert!(Rule::of(code).is_some(), "{}: {code} has no entry in src/rule", file.display());
                codes += 1;
            }
        }
    }
    assert!(codes >= 1, "{codes} codes were found: the test does not look where they are");
}

/// Files below a folder with this ending.
fn sources(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found
}

/// The prose of a page: without blocks of code.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
}

/// The anchors of a page, made of its headings as the common renderers make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text);
    let headings = headings.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#'));
    let slug = |heading: &str| -> String {
        let kept = heading.trim().to_lowercase();
        kept.chars()
            .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    headings.map(slug).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages = sources(&root().join("docs"), "md");
    pages.extend(["README.md", "CHANGELOG.md"].map(|page| root().join(page)));
    let (mut links, mut broken) = (0, Vec::new());
    for page in &pages {
        let prose = prose(&read(page));
        for (at, _) in prose.match_indices("](") {
            let target = prose[at + 2..].split([')', ' ']).next().unwrap().to_string();
            if target.contains("://") {
                continue;
            }
            links += 1;
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let known = file.exists() && (anchor.is_empty() || anchors(&read(&file)).contains(anchor));
            if !known {
                broken.push(format!("{}: {target}", page.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    println!("{links} links on {} pages", pages.len());
    assert!(links > 500, "{links} links were found: the test does not see them");
    assert_eq!(broken, Vec::<String>::new());
}

/// A page that the book's contents do not list is a page that nobody finds.
#[test]
fn every_page_is_in_the_contents() {
    let contents = read("docs/SUMMARY.md");
    for page in sources(&root().join("docs"), "md") {
        let path = page.strip_prefix(root().join("docs")).unwrap().to_str().unwrap().to_string();
        assert!(path == "SUMMARY.md" || contents.contains(&format!("({path})")), "docs/SUMMARY.md lists no {path}");
    }
}

/// Whoever is woken by a conflict finds it on one page, with what to look at and what resolves it.
#[test]
fn every_conflict_is_in_its_guide() {
    let page = read("docs/guide/conflicts.md");
    for rule in Rule::all().filter(|rule| rule.kinds.contains(&RuleKind::Conflict)) {
        let code = format!("`{}`", rule.code);
        let rows = page.lines().filter(|line| line.starts_with("| `") && line.contains(&code)).count();
        assert_eq!(rows, 1, "docs/guide/conflicts.md has no row of its own for {code}");
    }
}

/// A snippet that is not compiled is one that stopped being true.
#[test]
fn every_guide_is_compiled() {
    let compiled = ["src/guides.rs", "src/lib.rs"].map(read).concat();
    for page in sources(&root().join("docs"), "md").into_iter().chain([root().join("README.md")]) {
        let path = page.strip_prefix(root()).unwrap().to_str().unwrap().to_string();
        let has_code = read(&page).lines().any(|line| line.trim() == "```rust");
        assert!(!has_code || compiled.contains(&path), "nothing compiles the snippets of {path}");
    }
}

/// The one figure of the front page is the one that was measured.
#[test]
fn the_figure_of_the_front_page_was_measured() {
    let page = read("README.md");
    let speed = page.split("## Speed").nth(1).unwrap().split("\n## ").next().unwrap();
    let figures: Vec<&str> = speed.split_whitespace().filter(|word| word.parse::<f32>().is_ok()).collect();
    assert_eq!(figures.len(), 1, "{figures:?}");
    let measured = format!("**{}**", figures[0]);
    assert!(read("docs/performance.md").contains(&measured), "docs/performance.md has no {measured}");
}

/// The front page names every provider that is shipped.
#[test]
fn every_provider_is_on_the_front_page() {
    let page = read("README.md");
    let providers = page.split("## Providers").nth(1).unwrap().split("\n## ").next().unwrap().to_lowercase();
    let mut count = 0;
    for entry in std::fs::read_dir(root().join("profiles")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // A gateway's file begins with its provider's name.
        let provider =
            name.strip_suffix(".json").filter(|stem| *stem != "schema").and_then(|stem| stem.split('-').next());
        if let Some(provider) = provider {
            assert!(providers.contains(provider), "README.md does not name {provider}");
            count += 1;
        }
    }
    assert!(count >= 8, "{count} profiles were found: the test does not see them");
}
