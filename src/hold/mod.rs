//! One authorization: what is recorded of it, what follows from that.
//!
//! | file | job |
//! |---|---|
//! | `request` | one request and what has become of it |
//! | `requests` | all requests of one kind |
//! | `facts` | everything recorded of a hold |
//! | `amounts` | the amounts that follow |
//! | `state` | the state that follows |

pub(crate) mod amounts;
pub(crate) mod facts;
pub(crate) mod request;
pub(crate) mod requests;
pub(crate) mod state;

pub use amounts::Amounts;
pub(crate) use amounts::{Derived, counted};
pub use facts::{Closed, End, Hold, Total, TotalSays, Totals};
pub use request::{Operation, Origin, Outcome, Request, RequestStatus};
pub(crate) use requests::Room;
pub use requests::{MAX_REQUESTS, Requests};
pub use state::StateKind;
