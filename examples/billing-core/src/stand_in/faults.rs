//! What goes wrong, how often, from a seed.

use std::collections::BTreeMap;
use std::time::Duration;

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The request is lost: not done, no answer.
    LostBefore,
    /// Refused by a 503 before anything was done.
    ErrorBefore,
    /// Done, and no answer.
    SilentAfter,
    /// Done, and the answer breaks off.
    CutAfter,
    /// Done, and a 504.
    ErrorAfter,
    /// Accepted, done later. Juspay only.
    PendingSucceeds,
    /// Accepted, fails later. Juspay only.
    PendingFails,
    /// Tried and failed. Juspay only.
    Fails,
    /// Refused before anything was done: 401.
    Unauthorized,
    /// Refused before anything was done, by whatever stands in front: 403 and a page.
    Forbidden,
    /// Refused before anything was done: 429.
    TooMany,
    /// Sent elsewhere: 307.
    Redirect,
    /// Done, and a page with a 200.
    Html,
    /// The gateway was silent towards Juspay and had done it: the answer says AUTHORIZED.
    GatewaySilent,
}

/// What the gateway behind the provider does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gateway {
    /// It does what is asked.
    Does,
    /// It does it, and the provider does not hear of it at once.
    DoesSilently,
    /// It accepts, and does it later or fails later.
    Accepts {
        /// Which of the two.
        succeeds: bool,
    },
    /// It tries and fails.
    Fails,
}

impl Fault {
    /// Every fault by its name.
    pub const NAMED: [(&'static str, Self); 14] = [
        ("unauthorized", Self::Unauthorized),
        ("forbidden", Self::Forbidden),
        ("too-many", Self::TooMany),
        ("redirect", Self::Redirect),
        ("html", Self::Html),
        ("lost-before", Self::LostBefore),
        ("error-before", Self::ErrorBefore),
        ("silent-after", Self::SilentAfter),
        ("cut-after", Self::CutAfter),
        ("error-after", Self::ErrorAfter),
        ("pending-succeeds", Self::PendingSucceeds),
        ("pending-fails", Self::PendingFails),
        ("fails", Self::Fails),
        ("gateway-silent", Self::GatewaySilent),
    ];

    /// What the gateway does under this fault.
    #[must_use]
    pub const fn gateway(self) -> Gateway {
        match self {
            Self::PendingSucceeds => Gateway::Accepts { succeeds: true },
            Self::PendingFails => Gateway::Accepts { succeeds: false },
            Self::Fails => Gateway::Fails,
            Self::GatewaySilent => Gateway::DoesSilently,
            _ => Gateway::Does,
        }
    }
}

/// How often each fault comes, and what came.
#[derive(Clone, Debug)]
pub struct Faults {
    random: fastrand::Rng,
    /// Requests of a thousand that each fault hits.
    per_mille: Vec<(Fault, u32)>,
    /// The longest delay of an answer, in milliseconds.
    delay: u64,
    /// How often each fault came.
    pub came: Vec<(Fault, u64)>,
    /// The next requests' faults, before chance decides.
    pub script: Vec<Fault>,
    /// What the next polls are answered with instead of the truth.
    pub polls: Vec<(u16, String)>,
    /// What is answered to every poll of the order or payment of this name.
    pub poll_of: BTreeMap<String, (u16, String)>,
    /// How long a poll's answer takes.
    pub poll_delay: Duration,
    /// How many requests followed a redirect.
    pub elsewhere: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            random: fastrand::Rng::with_seed(1),
            per_mille: vec![],
            delay: 0,
            came: vec![],
            script: vec![],
            polls: vec![],
            poll_of: BTreeMap::new(),
            poll_delay: Duration::ZERO,
            elsewhere: 0,
        }
    }
}

impl Faults {
    /// Reads `seed=7,delay=20,silent-after=10,fails=5`: requests of a thousand for each fault, the delay in
    /// milliseconds.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut faults = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, number) = part.split_once('=').ok_or(format!("{part}: write name=number"))?;
            let number: u32 = number.parse().map_err(|_| format!("{part}: {number} is no whole number"))?;
            match (name, Fault::NAMED.iter().find(|(known, _)| *known == name)) {
                ("seed", _) => faults.random = fastrand::Rng::with_seed(number.into()),
                ("delay", _) => faults.delay = number.into(),
                (_, Some((_, fault))) => faults.per_mille.push((*fault, number)),
                _ => return Err(format!("{name} is no fault; known: seed, delay, {}", names())),
            }
        }
        Ok(faults)
    }

    /// What happens to the next request.
    pub fn draw(&mut self) -> (Fault, Duration) {
        let delay = Duration::from_millis(if self.delay == 0 { 0 } else { self.random.u64(0..=self.delay) });
        let fault = if self.script.is_empty() { self.chance() } else { self.script.remove(0) };
        if fault != Fault::None {
            match self.came.iter_mut().find(|(known, _)| *known == fault) {
                Some((_, count)) => *count += 1,
                None => self.came.push((fault, 1)),
            }
        }
        (fault, delay)
    }

    /// What a poll of this name is answered with instead of the truth.
    pub fn poll(&mut self, name: &str) -> Option<(u16, String)> {
        if let Some(answer) = self.poll_of.get(name) {
            return Some(answer.clone());
        }
        (!self.polls.is_empty()).then(|| self.polls.remove(0))
    }

    fn chance(&mut self) -> Fault {
        let mut drawn = self.random.u32(0..1000);
        for (fault, per_mille) in &self.per_mille {
            if drawn < *per_mille {
                return *fault;
            }
            drawn -= per_mille;
        }
        Fault::None
    }
}

fn names() -> String {
    Fault::NAMED.map(|(name, _)| name).join(", ")
}
