//! What the two built-in providers allow. Sections 3 and 4.

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
