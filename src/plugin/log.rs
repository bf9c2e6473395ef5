//! Logs on stderr, in go-hclog's JSON format, which the host reads.

mod queue;

use std::panic::{self, PanicHookInfo};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

use self::queue::Queue;
use crate::framework::panics;
use crate::host::environment::Environment;

/// How long exit, or a panic, waits for a host that does not read stderr.
const FLUSH_LIMIT: Duration = Duration::from_millis(500);

/// The log of this process. Dropping it flushes it.
pub(super) struct Log(Arc<Queue>);

/// Sends logs and panics of this process to stderr. `program` is the program's name.
///
/// # Errors
///
/// If the system refuses a thread.
pub(super) fn install(environment: &Environment, program: &str) -> io::Result<Log> {
    let out = Arc::new(Queue::to(io::stderr(), gap)?);
    let panics = Arc::clone(&out);
    panic::set_hook(Box::new(move |panic| {
        panics.push(panic_text(panic));
        // The panic may end the process.
        panics.flush(FLUSH_LIMIT);
    }));
    let level = level(environment, program);
    if level != LevelFilter::OFF {
        let lines = Lines {
            level,
            out: Arc::clone(&out),
        };
        // Fails if the process has a subscriber already, which then receives the events.
        let _ = tracing::subscriber::set_global_default(Registry::default().with(lines));
    }
    Ok(Log(out))
}

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush(FLUSH_LIMIT);
    }
}

/// The log level: from the provider's own variable, else from `TF_LOG_PROVIDER`, else from `TF_LOG`.
///
/// Terraform filters logs by the latter two (`internal/logging`), and does not know the first. That one can therefore only lower the level,
/// except under a debugger, where Terraform does not read stderr.
fn level(environment: &Environment, program: &str) -> LevelFilter {
    let name = program
        .trim_start_matches("terraform-provider-")
        .to_uppercase()
        .replace('-', "_");
    let own = format!("TF_LOG_PROVIDER_{name}");
    let value = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(|variable| environment.get(variable));
    match value.map(str::to_uppercase).as_deref() {
        None | Some("OFF") => LevelFilter::OFF,
        Some("ERROR") => LevelFilter::ERROR,
        Some("WARN") => LevelFilter::WARN,
        Some("INFO") => LevelFilter::INFO,
        Some("DEBUG") => LevelFilter::DEBUG,
        // TRACE; JSON, which is TRACE in another format; and, as in Terraform, any other value.
        Some(_) => LevelFilter::TRACE,
    }
}

/// A panic message. The host shows everything after a line that starts with `panic: `, whatever its log level.
fn panic_text(panic: &PanicHookInfo<'_>) -> String {
    let message = panics::message(panic.payload());
    let location = panic.location().map(|at| format!("\n\nat {at}")).unwrap_or_default();
    format!("panic: {message}{location}\n")
}

/// The line that replaces dropped lines.
fn gap(dropped: u64) -> String {
    let mut fields = Fields::default();
    let message = format!("{dropped} log lines dropped: stderr was not read fast enough");
    fields.0.insert("message".to_owned(), message.into());
    fields.line(Level::WARN, Utc::now())
}

/// Writes each event of this crate as one line.
struct Lines {
    level: LevelFilter,
    out: Arc<Queue>,
}

impl<S> Layer<S> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    /// Events of libraries are ignored, since they may contain the bytes of a request.
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let ours = metadata.target().split("::").next() == Some(env!("CARGO_CRATE_NAME"));
        ours && *metadata.level() <= self.level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            if let Some(inherited) = span.extensions().get::<Fields>() {
                fields.0.extend(inherited.0.clone());
            }
        }
        event.record(&mut fields);
        self.out.push(fields.line(*event.metadata().level(), Utc::now()));
    }
}

/// The fields of an event or a span.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    /// Formats a line. The host crashes if a field with `@` is not a string, and takes a line as plain text if its timestamp does not have
    /// six fractional digits.
    fn line(mut self, level: Level, now: chrono::DateTime<Utc>) -> String {
        let message = self
            .0
            .remove("message")
            .and_then(|message| message.as_str().map(str::to_owned));
        for (name, value) in [
            ("@level", level.as_str().to_lowercase()),
            ("@message", message.unwrap_or_default()),
            ("@module", "provider".to_owned()),
            ("@timestamp", now.to_rfc3339_opts(SecondsFormat::Micros, true)),
        ] {
            self.0.insert(name.to_owned(), value.into());
        }
        format!("{}\n", Value::Object(self.0))
    }

    fn insert(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;
    use std::sync::Mutex;

    use chrono::DateTime;
    use serde_json::json;
    use tracing::{debug, error, error_span, warn};

    use super::*;

    #[test]
    fn the_nearest_variable_gives_the_level() {
        for (variables, expected) in [
            (vec![], LevelFilter::OFF),
            (vec![("TF_LOG", "debug")], LevelFilter::DEBUG),
            (vec![("TF_LOG", "JSON")], LevelFilter::TRACE),
            (vec![("TF_LOG", "nonsense")], LevelFilter::TRACE),
            (vec![("TF_LOG", "")], LevelFilter::OFF),
            (vec![("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "OFF")], LevelFilter::OFF),
            (
                vec![("TF_LOG_PROVIDER", "ERROR"), ("TF_LOG_PROVIDER_API_KEYS", "WARN")],
                LevelFilter::WARN,
            ),
            (vec![("TF_LOG_CORE", "TRACE")], LevelFilter::OFF),
        ] {
            let environment = variables.iter().copied().collect();
            assert_eq!(
                level(&environment, "terraform-provider-api-keys"),
                expected,
                "{variables:?}"
            );
        }
    }

    #[test]
    fn a_line_has_a_time_of_six_digits_and_a_message_that_is_a_string() {
        for (time, expected) in [
            ("2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.500000Z"),
            ("2026-01-02T03:04:05.123456789+01:00", "2026-01-02T02:04:05.123456Z"),
        ] {
            let line = Fields::default().line(Level::WARN, DateTime::parse_from_rfc3339(time).unwrap().into());
            let expected = json!({"@level": "warn", "@message": "", "@module": "provider", "@timestamp": expected});
            assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), expected);
        }
    }

    #[test]
    fn an_event_is_one_line_with_the_pairs_of_its_spans() {
        let lines = written(LevelFilter::DEBUG, || {
            let _outer = error_span!("rpc", tf_rpc = "ReadResource", tf_req_id = 7).entered();
            let _inner = error_span!("call", attempt = 1).entered();
            debug!(attempt = 2, again = true, "two\nlines \"quoted\"");
        });
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(line["@message"], "two\nlines \"quoted\"");
        assert_eq!(line["@level"], "debug");
        for (name, value) in [
            ("tf_rpc", json!("ReadResource")),
            ("tf_req_id", json!(7)),
            ("attempt", json!(2)),
            ("again", json!(true)),
        ] {
            assert_eq!(line[name], value, "{name}");
        }
    }

    #[test]
    fn what_a_library_logs_and_what_nobody_asked_for_stays_out() {
        let lines = written(LevelFilter::WARN, || {
            error!(target: "hyper::proto", "bytes of a request");
            debug!("not asked for");
            warn!("asked for");
        });
        assert_eq!(
            lines.iter().map(|line| &line["@message"]).collect::<Vec<_>>(),
            ["asked for"]
        );
    }

    fn written(level: LevelFilter, log: impl FnOnce()) -> Vec<Value> {
        let out = Arc::new(Mutex::new(Vec::new()));
        let queue = Arc::new(Queue::to(Shared(out.clone()), gap).unwrap());
        let lines = Lines {
            level,
            out: queue.clone(),
        };
        tracing::subscriber::with_default(Registry::default().with(lines), log);
        queue.flush(Duration::from_secs(20));
        let text = String::from_utf8(out.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
