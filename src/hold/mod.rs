//! One authorization: what is recorded of it, what follows from that.
//!
//! | file | job |
//! |---|---|
//! | `request` | one request and what has become of it |
//! | `requests` | all requests of one kind |
//! | `facts` | everything recorded of a hold |
//! | `amounts` | the amounts that follow |
//! | `state` | the state that follows |

mod amounts;
mod facts;
mod request;
mod requests;
mod state;

pub use amounts::Amounts;
pub(crate) use amounts::{Derived, counted};
pub use facts::{Closed, End, Hold, Total, TotalSays, Totals};
pub use request::{Operation, Origin, Outcome, Request, RequestStatus};
pub use requests::{MAX_REQUESTS, Requests};
pub(crate) use requests::{Room, Sums};
pub use state::StateKind;
