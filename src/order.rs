//! An order: what the merchant expects to be paid.

use serde::{Deserialize, Serialize};

use crate::ids::OrderId;
use crate::money::Money;

/// What the merchant expects to be paid, from the merchant's own database.
///
/// ```
/// use order_capture::{Currency, Money, Order};
/// let order = Order::new("o-1".parse()?, Money::parse("100.00", Currency::INR)?);
/// assert_eq!(order.amount().to_string(), "100.00 INR");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    id: OrderId,
    amount: Money,
}

impl Order {
    /// An order of this amount; zero is allowed.
    #[must_use]
    pub const fn new(id: OrderId, amount: Money) -> Self {
        Self { id, amount }
    }

    /// The merchant's name for it.
    #[must_use]
    pub const fn id(&self) -> &OrderId {
        &self.id
    }

    /// What is to be paid.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }
}
