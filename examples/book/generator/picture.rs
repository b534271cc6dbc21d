//! Drawing: text and lines at places that were chosen by hand, in colours for light and for dark.

use std::fmt::Write as _;

pub type Point = (f64, f64);

/// A picture that is being drawn. It brings its own background, so that it reads on any page.
pub struct Picture {
    width: f64,
    height: f64,
    body: String,
    /// What was written where: for the test that nothing stands on anything else.
    labels: Vec<(String, Area)>,
    boxes: Vec<(String, Area)>,
    lines: Vec<(String, Area)>,
}

/// Left, top, right, bottom.
type Area = (f64, f64, f64, f64);

const STYLE: &str = "
  text { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif; fill: #1f2430 }
  .mono { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace }
  .strong { font-weight: 600 } .middle { text-anchor: middle } .end { text-anchor: end }
  .quiet { fill: #5b6270 } .card { fill: #ffffff; stroke: #d5d9e0 }
  .line { fill: none; stroke: #6a7282; stroke-width: 1.6 } .heavy { stroke: #1d4ed8; stroke-width: 4 }
  .late { stroke-dasharray: 6 4 } .thin { stroke: #c3c8d2; stroke-width: 1 }
  .head { fill: #6a7282 } .headheavy { fill: #1d4ed8 } .headyes { fill: #15803d } .headno { fill: #b42318 }
  .yes { stroke: #15803d; stroke-width: 2.2 } .no { stroke: #b42318; stroke-width: 2.2 }
  .box { stroke-width: 1.6 } .open { fill: #e4edff; stroke: #1d4ed8 } .good { fill: #dcf5e3; stroke: #15803d }
  .bad { fill: #fde6e4; stroke: #b42318 } .void { fill: #fdf0d5; stroke: #a15c07 } .plain { fill: #eef0f4; stroke: #6a7282 }
  .unsure { fill: #f4e8ff; stroke: #7c3aed; stroke-dasharray: 6 3 } .refunded { fill: #d9573f } .refundpending { fill: #f0a797 }
  .captured { fill: #3fa864 } .pending { fill: #f2b544 } .released { fill: #b7bdc9 } .held { fill: #8fb4f7 }
  .inbar { fill: #10131a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8eaf0 } .quiet { fill: #a6adbb } .card { fill: #161a22; stroke: #343b49 }
    .line { stroke: #98a1b3 } .heavy { stroke: #7aa7ff } .thin { stroke: #3d4555 }
    .head { fill: #98a1b3 } .headheavy { fill: #7aa7ff } .headyes { fill: #4cc38a } .headno { fill: #f08a80 }
    .yes { stroke: #4cc38a } .no { stroke: #f08a80 }
    .open { fill: #1b2c52; stroke: #7aa7ff } .good { fill: #143823; stroke: #4cc38a } .bad { fill: #46211f; stroke: #f08a80 }
    .void { fill: #43310f; stroke: #e0a94a } .plain { fill: #262c38; stroke: #98a1b3 }
    .unsure { fill: #33204f; stroke: #b794f6 }
    .inbar { fill: #10131a }
  }
";

impl Picture {
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new(), labels: Vec::new(), boxes: Vec::new(), lines: Vec::new() }
    }

    /// A text at a baseline. Classes: `middle`, `end`, `strong`, `quiet`, `mono`, `inbar`.
    pub fn text(&mut self, (x, y): Point, size: f64, class: &str, text: &str) {
        let wide = if class.contains("mono") { 0.61 } else { 0.56 };
        let width = wide * size * text.chars().count() as f64;
        let left = match class {
            class if class.contains("middle") => x - width / 2.0,
            class if class.contains("end") => x - width,
            _ => x,
        };
        self.labels.push((text.to_string(), (left, y - 0.8 * size, left + width, y + 0.25 * size)));
        let text = escaped(text);
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" class=\"{class}\">{text}</text>");
    }

    /// A rounded box around a centre. Boxes and arrows carry their name, for pages that light them.
    pub fn rounded(&mut self, name: &str, (x, y): Point, (width, height): Point, class: &str) {
        let (left, top) = (x - width / 2.0, y - height / 2.0);
        self.boxes.push((name.to_string(), (left, top, left + width, top + height)));
        let name = escaped(name);
        let _ = writeln!(
            self.body,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"9\" class=\"box {class}\" data-name=\"{name}\"/>"
        );
    }

    /// A filled rectangle: left, top, width, height.
    pub fn bar(&mut self, (x, y): Point, (width, height): Point, class: &str) {
        let _ =
            writeln!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" class=\"{class}\"/>");
    }

    /// An arrow along these points, with rounded corners. Classes: `heavy`, `late`, `yes`, `no`.
    pub fn arrow(&mut self, name: &str, points: &[Point], class: &str) {
        let head = match class {
            "heavy" => "url(#headheavy)",
            "yes" => "url(#headyes)",
            "no" => "url(#headno)",
            _ => "url(#head)",
        };
        let (path, called) = (rounded_path(points), escaped(name));
        let _ = writeln!(
            self.body,
            "<path d=\"{path}\" class=\"line {class}\" marker-end=\"{head}\" data-name=\"{called}\"/>"
        );
        self.keep(name, points);
    }

    /// A line without a head.
    pub fn line(&mut self, points: &[Point], class: &str) {
        let path = rounded_path(points);
        let _ = writeln!(self.body, "<path d=\"{path}\" class=\"line {class}\"/>");
    }

    fn keep(&mut self, name: &str, points: &[Point]) {
        for pair in points.windows(2) {
            let ((a, b), (c, d)) = (pair[0], pair[1]);
            self.lines.push((name.to_string(), (a.min(c), b.min(d), a.max(c), b.max(d))));
        }
    }

    pub fn dot(&mut self, (x, y): Point, class: &str) {
        let _ = writeln!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"6\" class=\"{class}\"/>");
    }

    pub fn cross(&mut self, (x, y): Point) {
        for (sign, name) in [(1.0, "one"), (-1.0, "other")] {
            let _ = name;
            self.line(&[(x - 7.0, y - 7.0 * sign), (x + 7.0, y + 7.0 * sign)], "");
        }
    }

    /// What stands on what: labels on labels, on boxes that they are not in, and on lines.
    pub fn collisions(&self) -> Vec<String> {
        let meets = |(a, b, c, d): Area, (e, f, g, h): Area| a < g && e < c && b < h && f < d;
        let inside = |(a, b, c, d): Area, (e, f, g, h): Area| a >= e && b >= f && c <= g && d <= h;
        let mut found = Vec::new();
        for (index, (text, area)) in self.labels.iter().enumerate() {
            let others = self.labels[index + 1..].iter().filter(|(_, other)| meets(*area, *other));
            let boxes = self.boxes.iter().filter(|(_, other)| meets(*area, *other) && !inside(*area, *other));
            let lines = self.lines.iter().filter(|(_, other)| meets(*area, *other));
            found.extend(others.chain(boxes).chain(lines).map(|(other, _)| format!("{text:?} stands on {other:?}")));
            if !inside(*area, (0.0, 0.0, self.width, self.height)) {
                found.push(format!("{text:?} leaves the picture"));
            }
        }
        for (name, area) in &self.lines {
            let through = self.boxes.iter().filter(|(_, other)| meets(*area, shrunk(*other)));
            found.extend(through.map(|(other, _)| format!("the line {name:?} runs through {other:?}")));
        }
        found
    }

    /// The picture as a file; the title is what a screen reader says.
    pub fn finish(self, title: &str) -> (String, Vec<String>) {
        let collisions = self.collisions();
        let (width, height) = (self.width, self.height);
        let marker = |id: &str, size: f64| {
            format!(
                "<marker id=\"{id}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerUnits=\"userSpaceOnUse\" \
                 markerWidth=\"{size}\" markerHeight=\"{size}\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" class=\"{id}\"/></marker>"
            )
        };
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n\
             <!-- Written by the example named book. -->\n<title>{title}</title>\n<style>{STYLE}</style>\n<defs>{}</defs>\n\
             <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"14\" class=\"card\"/>\n{}</svg>\n",
            [("head", 10.0), ("headheavy", 15.0), ("headyes", 12.0), ("headno", 12.0)]
                .into_iter()
                .filter(|(id, _)| self.body.contains(&format!("url(#{id})")))
                .map(|(id, size)| marker(id, size))
                .collect::<String>(),
            width - 1.0,
            height - 1.0,
            self.body,
        );
        (text, collisions)
    }
}

/// A text for XML, between tags or quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn shrunk((a, b, c, d): Area) -> Area {
    (a + 2.0, b + 2.0, c - 2.0, d - 2.0)
}

/// A path whose corners are rounded.
fn rounded_path(points: &[Point]) -> String {
    const RADIUS: f64 = 12.0;
    let toward = |(x, y): Point, (to_x, to_y): Point| {
        let (dx, dy) = (to_x - x, to_y - y);
        let length = dx.hypot(dy).max(1.0);
        let part = RADIUS.min(length / 2.0) / length;
        (x + dx * part, y + dy * part)
    };
    let mut path = format!("M{} {}", points[0].0, points[0].1);
    for window in points.windows(3) {
        let (before, after) = (toward(window[1], window[0]), toward(window[1], window[2]));
        let (x, y) = window[1];
        let _ = write!(path, "L{} {}Q{x} {y} {} {}", before.0, before.1, after.0, after.1);
    }
    let (x, y) = points[points.len() - 1];
    let _ = write!(path, "L{x} {y}");
    path
}
