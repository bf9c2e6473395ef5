//! What the loop tells: enough to follow it, and no secret.

use std::cell::RefCell;
use std::fmt::Debug;

use apikeys::http::{Call, RetrySafety};
use bytes::Bytes;
use http::Request;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::server::{Reply, Server, answer};
use super::{MARKER, Vendor, client, patient};

#[tokio::test]
async fn logs_and_debug_texts_follow_the_attempts_and_hold_no_secret() {
    let secret_body = format!("{{\"secret\":\"{MARKER}\"}}");
    let secret_header = format!("x-vendor-secret: {MARKER}");
    let server = Server::start([
        Reply::Drop,
        Reply::Bytes(answer("429 Too Many Requests", &[&secret_header], &secret_body)),
        Reply::Bytes(answer(
            "200 OK",
            &["x-vendor-request-id: r-17", &secret_header],
            &secret_body,
        )),
    ])
    .await;
    let request = Request::put(server.url(&format!("/keys?q={MARKER}")))
        .header("x-vendor-secret", MARKER)
        .body(Bytes::from(secret_body))
        .unwrap();
    let call = Call {
        operation: "UpdateKey",
        request,
        retry_safety: RetrySafety::Idempotent,
        deadline: patient(),
    };
    assert!(!format!("{call:?}").contains(MARKER), "{call:?}");

    write_down_events();
    let answer = client().send(&Vendor::default(), call).await.unwrap();
    assert_eq!(format!("{answer:?}"), "Response { status: 200, .. }");

    let lines = LINES.take();
    let text = lines.join("\n");
    assert!(!text.contains(MARKER), "{text}");
    let ours: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("operation=\"UpdateKey\""))
        .collect();
    for (line, parts) in ours.iter().zip([
        ["lost", "attempt=1", "error="],
        ["waiting", "wait_ms=1", ""],
        ["answered", "attempt=2", "status=429"],
        ["waiting", "wait_ms=2", ""],
        ["answered", "status=200", "request_id=\"r-17\""],
    ]) {
        assert!(
            parts.iter().all(|part| line.contains(part)),
            "{line} lacks one of {parts:?}"
        );
    }
    assert_eq!(ours.len(), 5, "{text}");
}

thread_local! {
    /// The events of this thread, which is all of its test's, as one line each with all their fields.
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Has every event of every level written down.
///
/// In the whole process: whether anybody wants an event is decided once for all threads, when the first of them comes to it. A
/// subscriber of one test alone would miss what another test has come to first.
fn write_down_events() {
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(WriteDown)).unwrap();
    // Decides anew, for what another thread came to meanwhile.
    tracing::callsite::rebuild_interest_cache();
}

struct WriteDown;

impl<S: Subscriber> Layer<S> for WriteDown {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        LINES.with_borrow_mut(|lines| lines.push(line.0));
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!("{field}={value:?} "));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.0.push_str(&format!("{field}={value:?} "));
    }
}
