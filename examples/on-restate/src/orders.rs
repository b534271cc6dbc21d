//! The virtual object of an order. The engine runs one handler of an order at a time and each to its end, so there is
//! no lock, no lease, no outbox and no race here: a handler loads, decides, stores, sends, stores.

use order_capture::{Currency, Money, Operation, Order, RecordedEvent};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::decide::Book;
use crate::journal::{CONFLICTS, Desk, EVENTS, TERMS, Times, no_order, refused};
use crate::send::{Client, Reply};
use crate::show::{Told, View};
use crate::terms::{Ask, Contradiction, Provider, Refusal, Terms};
use crate::webhooks::{NamesClient, StraysClient};

/// The service of one order's handlers.
pub struct Orders {
    /// The way to the providers.
    pub client: Client,
    /// The times.
    pub times: Times,
}

/// An order as it is entered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// What is to be paid, in major units.
    pub amount: String,
    /// The ISO code.
    #[serde(default = "inr")]
    pub currency: String,
    /// Through whom.
    #[serde(default = "juspay")]
    pub provider: Provider,
    /// Juspay's gateway; none for one that captures in full only.
    #[serde(default)]
    pub gateway: String,
    /// Whether it is to be paid by several payments by design.
    #[serde(default)]
    pub parts: bool,
    /// For how long a hold can be captured, by the contract with the provider.
    #[serde(default = "five_days")]
    pub hold_seconds: u64,
}

fn inr() -> String {
    "INR".to_owned()
}

const fn juspay() -> Provider {
    Provider::Juspay
}

const fn five_days() -> u64 {
    5 * 24 * 60 * 60
}

/// An order as another embedding has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The order, the provider and its name for it.
    pub terms: Terms,
    /// Every event, in the order in which they were recorded.
    pub events: Vec<RecordedEvent>,
}

/// Which transaction is meant; the order's only one where it is left out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Which {
    /// The provider's name of it.
    pub transaction: Option<String>,
}

/// What a person found out of a whole transaction. Keep their words.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// The order's only one where it is left out.
    pub transaction: Option<String>,
    /// All that was captured, in major units.
    pub captured: Option<String>,
    /// All that was refunded, in major units.
    pub refunded: Option<String>,
}

#[restate_sdk::object(
    name = "orders",
    client_visibility = "pub(crate)",
    // Longer than a provider may take to answer.
    inactivity_timeout = "2m",
    // Never given up, however long the service is away: the server's default would pause the order after 70 tries.
    invocation_retry_policy(
        initial_interval = "100ms",
        factor = 2.0,
        max_interval = "10s",
        max_attempts = 1_000_000_000,
    ),
)]
impl Orders {
    /// Enters an order, here and at the provider. The same again is harmless.
    #[handler]
    async fn create(&self, ctx: ObjectContext<'_>, Json(new): Json<NewOrder>) -> HandlerResult<Json<View>> {
        let terms = terms_of(ctx.key(), &new).map_err(refused)?;
        match ctx.get::<Json<Terms>>(TERMS).await? {
            Some(Json(known)) if known == (Terms { provider_order: known.provider_order.clone(), ..terms.clone() }) => {
            }
            Some(_) => return Err(refused(Refusal::Usage(format!("{} is entered with other terms", ctx.key())))),
            None => {
                let provider_order = self.create_at_provider(&ctx, &terms).await?;
                ctx.set(TERMS, Json(Terms { provider_order, ..terms }));
            }
        }
        let desk = Desk::open(&ctx, &self.client, self.times).await?;
        Ok(Json(View::of(&desk.book, &desk.conflicts)))
    }

    /// Takes over an order from another embedding of the crate, events as they are. Not over one that is here already.
    /// Poll it next: what is open, late or wrong is found then.
    #[handler]
    async fn import(&self, ctx: ObjectContext<'_>, Json(moved): Json<Moved>) -> HandlerResult<Json<View>> {
        let Moved { terms, events } = moved;
        if ctx.get::<Json<Terms>>(TERMS).await?.is_some() || terms.order.id().as_str() != ctx.key() {
            return Err(refused(Refusal::Usage(format!("{} is here already, or is another order", ctx.key()))));
        }
        let book = Book::replay(terms, events).map_err(refused)?;
        ctx.set(TERMS, Json(book.terms.clone()));
        ctx.set(EVENTS, Json(book.log.clone()));
        let mut desk = Desk::open(&ctx, &self.client, self.times).await?;
        desk.take_over()?;
        desk.set_deadlines();
        desk.close();
        Ok(Json(View::of(&desk.book, &desk.conflicts)))
    }

    /// Captures: `amount`, `key`, `final`, `transaction`; without an amount all of it.
    #[handler]
    async fn capture(&self, ctx: ObjectContext<'_>, Json(ask): Json<Ask>) -> HandlerResult<Json<Told>> {
        self.ask(ctx, Operation::Capture, ask).await
    }

    /// Voids what is held.
    #[handler]
    async fn void(&self, ctx: ObjectContext<'_>, Json(ask): Json<Ask>) -> HandlerResult<Json<Told>> {
        self.ask(ctx, Operation::Void, ask).await
    }

    /// Refunds what is captured. The key is yours, and the same one for every try.
    #[handler]
    async fn refund(&self, ctx: ObjectContext<'_>, Json(ask): Json<Ask>) -> HandlerResult<Json<Told>> {
        self.ask(ctx, Operation::Refund, ask).await
    }

    /// Asks the provider now, whatever is open.
    #[handler]
    async fn poll(&self, ctx: ObjectContext<'_>, Json(which): Json<Which>) -> HandlerResult<Json<View>> {
        let mut desk = Desk::open(&ctx, &self.client, self.times).await?;
        desk.take_over()?;
        desk.poll(which.transaction.as_deref()).await?;
        desk.close();
        Ok(Json(View::of(&desk.book, &desk.conflicts)))
    }

    /// Records what a person found out: the totals of a transaction. It ends what was kept for a person.
    #[handler]
    async fn report(&self, ctx: ObjectContext<'_>, Json(report): Json<Report>) -> HandlerResult<Json<Told>> {
        let mut desk = Desk::open(&ctx, &self.client, self.times).await?;
        let Report { transaction, captured, refunded } = &report;
        let (transaction, captured, refunded) = (transaction.as_deref(), captured.as_deref(), refunded.as_deref());
        let id = desk.book.payment(transaction).map_err(refused)?.transaction().id().to_string();
        let decided = desk.book.reported(transaction, captured, refunded, desk.now).map_err(refused)?;
        desk.store(&decided);
        desk.forget_conflicts(&id);
        desk.close();
        Ok(Json(Told::of(&decided, &desk.book, &desk.conflicts)))
    }

    /// A webhook of this order, as it came; its sender is known to be the provider.
    #[handler(ingress_private)]
    async fn webhook(&self, ctx: ObjectContext<'_>, text: String) -> HandlerResult<()> {
        if ctx.get::<Json<Terms>>(TERMS).await?.is_none() {
            drop(ctx.object_client::<StraysClient>(ctx.invocation_id()).keep(text).send());
            return Ok(());
        }
        let mut desk = Desk::open(&ctx, &self.client, self.times).await?;
        desk.take_over()?;
        match desk.book.named_in(&text) {
            Ok(Some(id)) => match desk.book.observe(&id, &text, None, desk.now).map_err(refused)? {
                Ok(decided) => desk.store(&decided),
                Err(contradiction) => desk.keep(contradiction),
            },
            // Of the order alone, before anybody paid; or nothing that can be read.
            Ok(None) => {}
            Err(_) => drop(ctx.object_client::<StraysClient>(ctx.invocation_id()).keep(text).send()),
        }
        desk.close();
        Ok(())
    }

    /// The timer of what is open: asks, and sends again what may be sent again.
    #[handler(ingress_private)]
    async fn follow_up(&self, ctx: ObjectContext<'_>, timer: u32) -> HandlerResult<()> {
        let mut desk = Desk::open(&ctx, &self.client, self.times).await?;
        if desk.is_due(timer) {
            desk.take_over()?;
            desk.resolve_all().await?;
            desk.close();
        }
        Ok(())
    }

    /// The timer of a hold's deadline: asks, and tells a person of money that is still held. That it expired is for the
    /// provider to say; no capture is sent any more whatever it says.
    #[handler(ingress_private)]
    async fn deadline(&self, ctx: ObjectContext<'_>, transaction: String) -> HandlerResult<()> {
        let mut desk = Desk::open(&ctx, &self.client, self.times).await?;
        let deadline = |desk: &Desk<'_, '_>| desk.book.find(&transaction)?.hold()?.capture_before;
        match deadline(&desk) {
            // A clock that runs behind the engine's, or another deadline meanwhile.
            Some(later) if desk.now < later => desk.deadline_after(&transaction, later),
            Some(passed) => {
                desk.take_over()?;
                desk.poll(Some(&transaction)).await?;
                let held = desk.book.find(&transaction).map(|known| known.amounts().held).unwrap_or_default();
                if !held.is_zero() {
                    let held = Money::new(held, desk.book.currency());
                    let sentence = format!(
                        "{held} is still held after the capture deadline {passed}; void it, or wait for its end"
                    );
                    let code = "authorization-expired".to_owned();
                    desk.keep(Contradiction { transaction, code, sentence, payload: String::new() });
                }
                desk.close();
            }
            None => {}
        }
        Ok(())
    }

    /// What the order has come to. It waits for nobody.
    #[handler]
    async fn status(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<View>> {
        let Some(Json(terms)) = ctx.get::<Json<Terms>>(TERMS).await? else { return Err(no_order(ctx.key())) };
        let log = ctx.get::<Json<_>>(EVENTS).await?.map(Json::into_inner).unwrap_or_default();
        let conflicts = ctx.get::<Json<Vec<Contradiction>>>(CONFLICTS).await?.map(Json::into_inner).unwrap_or_default();
        let book = Book::replay(terms, log).map_err(refused)?;
        Ok(Json(View::of(&book, &conflicts)))
    }
}

impl Orders {
    /// Gives the provider's name of the order. It moves no money: an order that was created twice is one that nobody
    /// pays.
    async fn create_at_provider(&self, ctx: &ObjectContext<'_>, terms: &Terms) -> HandlerResult<String> {
        let (client, owned, id) = (self.client.clone(), terms.clone(), ctx.key());
        let create = move || async move {
            let Terms { order, provider, gateway, .. } = &owned;
            match client.create_order(*provider, order.id().as_str(), gateway, order.amount()).await {
                Reply::Response { status: 200..300, body } => Ok(body),
                Reply::Response { status: status @ 400..500, body } => {
                    Err(TerminalError::new_with_code(502, format!("HTTP {status}: {body}")).into())
                }
                other => Err(HandlerError::from(format!("{other:?}"))),
            }
        };
        let policy = RunRetryPolicy::default().max_attempts(5);
        let created = ctx.run(create).name("create").retry_policy(policy).await?;
        let provider_order = provider_order(terms.provider, id, &created)?;
        if terms.provider == Provider::Razorpay {
            // Its webhooks know only its own name of the order.
            drop(ctx.object_client::<NamesClient>(&provider_order).bind(id.to_owned()).send());
        }
        Ok(provider_order)
    }

    async fn ask(&self, ctx: ObjectContext<'_>, operation: Operation, ask: Ask) -> HandlerResult<Json<Told>> {
        let mut desk = Desk::open(&ctx, &self.client, self.times).await?;
        desk.take_over()?;
        let decided = desk.book.ask(operation, &ask, desk.now).map_err(refused)?;
        match decided.send.as_ref().filter(|_| decided.is_repeat) {
            // The caller's own second try of a request of unknown outcome. The crate lets it through, since it is the
            // same request; it goes out only after the provider was asked, as every repeat does.
            Some(ticket) => desk.resolve(&ticket.transaction).await?,
            None => desk.store_and_send(&decided).await?,
        }
        desk.close();
        Ok(Json(Told::of(&decided, &desk.book, &desk.conflicts)))
    }
}

fn terms_of(id: &str, new: &NewOrder) -> Result<Terms, Refusal> {
    let usage = |text: String| Refusal::Usage(text);
    // It becomes a part of paths and of forms: nothing that either could read otherwise.
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if id.is_empty() || !is_plain(id) || !is_plain(&new.gateway) {
        return Err(usage("the order's id and the gateway are letters, digits, - and _".to_owned()));
    }
    let currency = Currency::from_code(&new.currency).map_err(|error| usage(error.to_string()))?;
    let order =
        Order::new(id.parse().map_err(|error| usage(format!("{error}")))?, Money::parse(&new.amount, currency)?);
    let order = if new.parts { order.in_parts() } else { order };
    let (provider, gateway, hold_seconds) = (new.provider, new.gateway.clone(), new.hold_seconds);
    let terms = Terms { order, provider, gateway, provider_order: String::new(), hold_seconds };
    terms.profile()?;
    Ok(terms)
}

/// The provider's name of the order: at Juspay ours, at Razorpay its own.
fn provider_order(provider: Provider, id: &str, created: &str) -> HandlerResult<String> {
    if provider == Provider::Juspay {
        return Ok(id.to_owned());
    }
    /// The one field of the answer that matters.
    #[derive(Deserialize)]
    struct Created {
        id: String,
    }
    let created: Created = serde_json::from_str(created).terminal()?;
    Ok(created.id)
}
