//! An order: what the merchant expects to be paid.

use serde::{Deserialize, Serialize};

use crate::ids::OrderId;
use crate::money::Money;
use crate::names::is_default;

/// What the merchant expects to be paid, from the merchant's own database.
///
/// ```
/// use order_capture::{Money, Order};
/// let order = Order::new("o-1".parse()?, Money::inr("100.00")?);
/// assert_eq!(order.amount().to_string(), "100.00 INR");
/// let split = Order::new("o-2".parse()?, Money::inr("100.00")?).in_parts();
/// assert!(split.takes_parts());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    id: OrderId,
    amount: Money,
    #[serde(default, skip_serializing_if = "is_default")]
    parts: bool,
}

impl Order {
    /// An order of this amount, to be paid by one payment; zero is allowed.
    #[must_use]
    pub const fn new(id: OrderId, amount: Money) -> Self {
        Self { id, amount, parts: false }
    }

    /// The same order, to be paid by several payments by design.
    #[must_use]
    pub fn in_parts(self) -> Self {
        Self { parts: true, ..self }
    }

    /// The merchant's name for it.
    pub const fn id(&self) -> &OrderId {
        &self.id
    }

    /// What is to be paid.
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// Whether it is to be paid by several payments by design.
    pub const fn takes_parts(&self) -> bool {
        self.parts
    }
}
