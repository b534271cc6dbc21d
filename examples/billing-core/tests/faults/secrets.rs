//! Fault 12: secrets, redirects, identifiers, and the configuration.

use std::path::Path;
use std::time::Duration;

use billing_core::book::{Progress, check_id};
use billing_core::config::Config;
use billing_core::stand_in::faults::Fault;
use order_capture::RequestStatus;

use super::support::{self, capture, databases, held, order};
use super::{both, captured, reconcile};

/// Fault 12: The binary had secrets of its own, and `Debug` printed those it was given.
#[test]
fn secrets_have_no_default_and_are_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = support::config(folder.path(), "sqlite://x", "http://127.0.0.1:1", 100);
    let config = Config::read(&file).unwrap();
    let printed = format!("{config:?} {:?} {:?}", config.access(), config.secrets());
    for secret in [support::JUSPAY_KEY, support::RAZORPAY_KEY.1, "\"secret\""] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    let read = |text: &str| {
        std::fs::write(folder.path().join("other.json"), text).unwrap();
        Config::read(&folder.path().join("other.json")).unwrap_err().to_string()
    };
    let whole = std::fs::read_to_string(&file).unwrap();
    assert!(read(&whole.replace(r#""api_key":"#, r#""key":"#)).contains("unknown field `key`"));
    assert!(read(&whole.replace(r#""timeout_ms""#, r#""timeout""#)).contains("unknown field `timeout`"));
    assert!(read(&whole.replace(r#"["secret"]"#, r#"[""]"#)).contains("secret is empty"));
    assert!(read("{}").contains("missing field"));
    assert_eq!(Config::read(Path::new("/nowhere")).unwrap_err().code(), "configuration");
    // What `config` prints is one, and another each time.
    let [one, two] = [Config::for_the_stand_in(), Config::for_the_stand_in()];
    serde_json::from_str::<Config>(&one).unwrap();
    assert_ne!(one, two);
}

/// Fault 12: A redirect was followed with the POST: the capture and its credentials went wherever it pointed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_not_followed() {
    for database in databases("redirect").await {
        let (stand_in, core, _) = both(&database.url).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, None).await;
        stand_in.books().faults.script = vec![Fault::Redirect];
        assert_eq!(capture(&core, "o-1", "100.00", None).await.unwrap(), Progress::Open(RequestStatus::Unknown));
        assert_eq!(stand_in.books().faults.elsewhere, 0);
        assert_eq!(captured(&stand_in, &payment), 0);
        reconcile(&core, 40).await;
        assert_eq!(captured(&stand_in, &payment), 10_000);
    }
}

/// Fault 12: An order's id with `..` or a space made another path of the URL: the request reached another resource.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_stays_in_its_place() {
    for id in ["..", ".", "a b", "a/b", "a?b", "a#b", "ä", ""] {
        assert!(check_id(id).is_err(), "{id:?}");
    }
    check_id("o-1_2.3:4").unwrap();
    for database in databases("ids").await {
        let (_, core, _) = both(&database.url).await;
        for id in ["..", "a b"] {
            let refused = core.order(order(id, 10_000, Some("SIMPL"))).await;
            assert_eq!(refused.unwrap_err().code(), "id-unusable");
        }
        assert!(core.store.order_ids().await.unwrap().is_empty());
    }
}

/// What fails together is not tried together, and less and less often.
#[test]
fn pauses_grow_with_jitter() {
    let settings = support::settings(Duration::from_secs(1));
    for (tries, whole) in [(0, 20), (1, 40), (3, 160), (4, 200), (40, 200)] {
        for _ in 0..50 {
            let pause = settings.pause_after(tries).as_millis();
            assert!((whole / 2..=whole).contains(&pause), "{tries} tries: {pause}");
        }
    }
}
