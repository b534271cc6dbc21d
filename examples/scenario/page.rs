//! A text that grows line by line: no line is longer than 100 columns, and it has colours only where they are wanted.

/// No line is longer, in characters.
const WIDTH: usize = 100;
/// Between two columns, and before the first.
const GAP: usize = 2;
/// Where the text that belongs to a row begins.
const BENEATH: usize = 6;

/// How a text looks on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Bold,
    Dim,
    Green,
    Yellow,
    Red,
}

/// The text so far.
pub(crate) struct Page {
    text: String,
    colour: bool,
}

impl Page {
    pub(crate) fn new(colour: bool) -> Self {
        Self { text: String::new(), colour }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    pub(crate) fn empty_line(&mut self) {
        self.text.push('\n');
    }

    /// A heading.
    pub(crate) fn heading(&mut self, text: &str) {
        for line in lines(text, WIDTH) {
            self.put(&line, Style::Bold);
            self.text.push('\n');
        }
    }

    /// Whether columns of these widths fit.
    pub(crate) fn fits(widths: impl Iterator<Item = usize>) -> bool {
        widths.map(|width| width + GAP).sum::<usize>() <= WIDTH
    }

    /// A row of cells, each with its width and style.
    pub(crate) fn row<'c>(&mut self, cells: impl Iterator<Item = (&'c str, usize, Style)>) {
        let mut space = GAP;
        for (cell, width, style) in cells {
            self.text.push_str(&" ".repeat(space));
            self.put(cell, style);
            space = GAP + width.saturating_sub(cell.chars().count());
        }
        self.text.push('\n');
    }

    /// A text beneath a row.
    pub(crate) fn beneath(&mut self, text: &str) {
        for line in lines(text, WIDTH - BENEATH) {
            self.text.push_str(&" ".repeat(BENEATH));
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// A text beneath a row after its label, which has a style; further lines stand two columns to the right.
    pub(crate) fn labelled(&mut self, label: &str, style: Style, text: &str) {
        let label = printable(label);
        for (index, line) in lines(&format!("{label}: {text}"), WIDTH - BENEATH - GAP).iter().enumerate() {
            self.text.push_str(&" ".repeat(if index == 0 { BENEATH } else { BENEATH + GAP }));
            match line.strip_prefix(&label) {
                Some(rest) if index == 0 => {
                    self.put(&label, style);
                    self.text.push_str(rest);
                }
                _ => self.text.push_str(line),
            }
            self.text.push('\n');
        }
    }

    fn put(&mut self, text: &str, style: Style) {
        let code = match style {
            Style::Plain => "",
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Green => "32",
            Style::Yellow => "33",
            Style::Red => "31",
        };
        if self.colour && !code.is_empty() {
            self.text.push_str(&format!("\x1b[{code}m{text}\x1b[0m"));
        } else {
            self.text.push_str(text);
        }
    }
}

/// The text without control characters, which a terminal would obey.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

/// The text in lines of at most so many characters, broken between words, or within a word that is longer than a line.
fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut length) = (String::new(), 0);
    for word in printable(text).split(' ').filter(|word| !word.is_empty()) {
        let characters: Vec<char> = word.chars().collect();
        if length > 0 && length + 1 + characters.len() > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        } else if length > 0 {
            line.push(' ');
            length += 1;
        }
        for character in characters {
            if length == width {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            line.push(character);
            length += 1;
        }
    }
    if length > 0 {
        lines.push(line);
    }
    lines
}
