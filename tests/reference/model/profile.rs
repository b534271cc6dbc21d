//! What the two built-in providers allow, and what a profile may limit and tolerate. Sections 2 to 4.

use super::money::Currency;
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    Juspay,
    Razorpay,
}

#[derive(Clone, Debug)]
pub struct Profile {
    pub provider: Provider,
    /// Several captures, one after the other (SIMPL). Otherwise every capture is the only one.
    pub several_captures: bool,
    pub partial_capture: bool,
    pub partial_void: bool,
    pub can_void: bool,
    /// A failed capture closes the hold (capture-failed); otherwise it opens again.
    pub failed_capture_closes: bool,
    pub limits: Limits,
}

/// What none of the built-in profiles limits or tolerates.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// How much above the authorized amount may be captured, in percent, and at most so much.
    pub over_percent: Option<u64>,
    pub over_at_most: Option<u64>,
    /// There is a list of what is tolerated at most, by currency.
    pub over_by_currency: bool,
    /// The most captures of one authorization.
    pub most_captures: Option<usize>,
    /// For how many seconds the provider remembers a key.
    pub kept: Option<i128>,
}

impl Limits {
    fn read(capabilities: &Value, currency: &Currency) -> Limits {
        let over = &capabilities["over_capture"];
        let list = over["at_most"].as_array().cloned().unwrap_or_default();
        let row = list.iter().find(|row| row["code"].as_str().and_then(Currency::read).as_ref() == Some(currency));
        let kept = &capabilities["capture"]["key_use"]["kept"];
        Limits {
            over_percent: over["percent"].as_u64(),
            over_at_most: row.and_then(|row| row["minor"].as_u64()),
            over_by_currency: !list.is_empty(),
            most_captures: capabilities["most_captures"].as_u64().map(|most| most as usize),
            kept: kept.as_u64().map(i128::from),
        }
    }

    /// What may be captured above an authorization: a fraction of a minor unit is not tolerated, and nothing in a
    /// currency that the list leaves out.
    pub fn tolerance(&self, authorized: u64) -> u64 {
        let percent = self.over_percent.map(|percent| authorized * percent / 100);
        match (percent, self.over_at_most) {
            (_, None) if self.over_by_currency => 0,
            (Some(percent), Some(most)) => percent.min(most),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => 0,
        }
    }
}

impl Profile {
    pub fn new(provider: &str, gateway: Option<&str>) -> Result<Profile, String> {
        let plain = Profile {
            provider: Provider::Juspay,
            several_captures: false,
            partial_capture: false,
            partial_void: false,
            can_void: true,
            failed_capture_closes: true,
            limits: Limits::default(),
        };
        match (provider, gateway) {
            ("juspay", Some("CYBERSOURCE")) => Ok(Profile { partial_capture: true, ..plain }),
            ("juspay", Some("SIMPL")) => Ok(Profile {
                several_captures: true,
                partial_capture: true,
                partial_void: true,
                failed_capture_closes: false,
                ..plain
            }),
            ("juspay", _) => Ok(plain),
            ("razorpay", _) => {
                Ok(Profile { provider: Provider::Razorpay, can_void: false, failed_capture_closes: false, ..plain })
            }
            _ => Err(format!("unknown provider {provider}")),
        }
    }

    /// SIMPL's profile with limits of its own, as it stands in a scenario.
    pub fn limited(given: &Value, currency: &Currency) -> Result<Profile, String> {
        let limits = Limits::read(&given["capabilities"], currency);
        Ok(Profile { limits, ..Profile::new("juspay", Some("SIMPL"))? })
    }

    pub fn is_juspay(&self) -> bool {
        self.provider == Provider::Juspay
    }

    pub fn is_razorpay(&self) -> bool {
        self.provider == Provider::Razorpay
    }

    /// The provider's own error for a refusal, as (HTTP status, code, message): end of section 4.
    pub fn error_row(&self, code: &str) -> Option<(u16, &'static str, &'static str)> {
        match (self.provider, code) {
            (Provider::Juspay, "already-captured") => Some((400, "Invalid", "Cannot capture charged transaction")),
            (Provider::Razorpay, "amount-not-equal-to-authorized") => {
                Some((400, "BAD_REQUEST_ERROR", "Capture amount must be equal to the amount authorized"))
            }
            (Provider::Razorpay, "already-captured" | "order-already-paid") => {
                Some((400, "BAD_REQUEST_ERROR", "Your payment has been declined as the order is already paid"))
            }
            (Provider::Razorpay, "amount-precision") => {
                Some((400, "BAD_REQUEST_ERROR", "The amount must be an integer"))
            }
            _ => None,
        }
    }
}
