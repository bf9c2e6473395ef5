use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{StatusCode, header};

use crate::caller::Caller;
use crate::faults::FaultKind;
use crate::journal::{Entry, Sent};
use crate::reply::{Received, Reply};
use crate::world::{Cloud, World};
use crate::{aws, scaleway, tencentcloud};

/// How an answer reaches the client.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// Only half of the body, then the connection is closed.
    Half,
    Late(Duration),
    /// The connection is closed instead, after a while.
    Nothing(Duration),
    /// The connection is closed instead, and the request executed after that.
    Postponed(Postponed),
    Whole,
}

/// A request that has lost its connection and is yet to be executed.
#[derive(Debug)]
pub(crate) struct Postponed {
    /// How long it is to wait.
    pub(crate) pause: Duration,
    arrival: Arrival,
    /// The world's resets when the request came.
    resets: u64,
}

impl Postponed {
    /// Executes the request and writes it down, unless a reset has come between.
    pub(crate) fn run(self, world: &mut World, request: &Received) {
        if world.resets == self.resets {
            let reply = execute(world, self.arrival.cloud, request);
            self.arrival.record(world, request, &reply, Sent::Nothing);
        }
    }
}

/// One request to a cloud: executed, answered and written down as the queued fault, if any, allows.
pub(crate) fn exchange(world: &mut World, cloud: Cloud, request: &Received) -> (Reply, Delivery) {
    let operation = operation(cloud, request);
    let arrival = Arrival {
        cloud,
        caller: Caller::of(world, cloud, request),
        fault: world.faults.take(cloud, &operation),
        operation,
        time: world.clock.now(),
    };
    let (reply, delivery) = match &arrival.fault {
        None => (execute(world, cloud, request), Delivery::Whole),
        Some(kind) => befall(world, &arrival, request, kind),
    };
    match &delivery {
        Delivery::Half | Delivery::Late(_) | Delivery::Whole => {
            arrival.record(world, request, &reply, Sent::Status(reply.status));
        }
        Delivery::Nothing(_) => arrival.record(world, request, &reply, Sent::Nothing),
        Delivery::Postponed(_) => {}
    }
    (reply, delivery)
}

/// What is known of a request before it is executed.
#[derive(Clone, Debug)]
struct Arrival {
    cloud: Cloud,
    caller: Caller,
    operation: String,
    fault: Option<FaultKind>,
    time: DateTime<Utc>,
}

impl Arrival {
    fn record(self, world: &mut World, request: &Received, reply: &Reply, sent: Sent) {
        let entry = Entry::new(self.cloud, self.caller, self.operation, request, reply, self.time);
        let entry = entry.befallen(self.fault, sent);
        world.journal.push(entry);
        world.grown.notify_all();
    }
}

fn befall(world: &mut World, arrival: &Arrival, request: &Received, kind: &FaultKind) -> (Reply, Delivery) {
    let cloud = arrival.cloud;
    let nothing = || Reply::empty(StatusCode::BAD_GATEWAY);
    match kind {
        FaultKind::CutJson => (execute(world, cloud, request).cut(), Delivery::Whole),
        FaultKind::Delay { milliseconds } => (
            execute(world, cloud, request),
            Delivery::Late(Duration::from_millis(*milliseconds)),
        ),
        FaultKind::DropAfter => (execute(world, cloud, request), Delivery::Nothing(Duration::ZERO)),
        FaultKind::DropBefore => (nothing(), Delivery::Nothing(Duration::ZERO)),
        FaultKind::DropThenRun { milliseconds } => {
            let postponed = Postponed {
                pause: Duration::from_millis(*milliseconds),
                arrival: arrival.clone(),
                resets: world.resets,
            };
            (nothing(), Delivery::Postponed(postponed))
        }
        FaultKind::Error { code } => (error(world, cloud, request, code), Delivery::Whole),
        FaultKind::Hold { milliseconds } => (nothing(), Delivery::Nothing(Duration::from_millis(*milliseconds))),
        FaultKind::Html => (Reply::html(StatusCode::BAD_GATEWAY), Delivery::Whole),
        FaultKind::HtmlAfter => (Reply::html(execute(world, cloud, request).status), Delivery::Whole),
        FaultKind::PlainText => (
            execute(world, cloud, request).with(header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            Delivery::Whole,
        ),
        FaultKind::Replace { status, body } => {
            let status = status.and_then(|status| StatusCode::from_u16(status).ok());
            let real = execute(world, cloud, request).status;
            (Reply::raw(status.unwrap_or(real), body), Delivery::Whole)
        }
        FaultKind::Status(status) => (server_error(cloud, *status), Delivery::Whole),
        FaultKind::StatusAfter(status) => {
            execute(world, cloud, request);
            (server_error(cloud, *status), Delivery::Whole)
        }
        FaultKind::Throttle { retry_after } => (throttled(world, cloud, request, *retry_after), Delivery::Whole),
        FaultKind::TruncatedBody => (execute(world, cloud, request), Delivery::Half),
        FaultKind::Unavailable { retry_after } => (
            server_error(cloud, StatusCode::SERVICE_UNAVAILABLE.as_u16()).retry_after(Some(*retry_after)),
            Delivery::Whole,
        ),
    }
}

fn operation(cloud: Cloud, request: &Received) -> String {
    match cloud {
        Cloud::Aws => aws::operation(request),
        Cloud::Scaleway => scaleway::operation(request),
        Cloud::Tencentcloud => tencentcloud::operation(request),
    }
}

fn execute(world: &mut World, cloud: Cloud, request: &Received) -> Reply {
    match cloud {
        Cloud::Aws => aws::answer(world, request),
        Cloud::Scaleway => scaleway::answer(world, request),
        Cloud::Tencentcloud => tencentcloud::answer(world, request),
    }
}

fn throttled(world: &World, cloud: Cloud, request: &Received, retry_after: Option<u32>) -> Reply {
    match cloud {
        Cloud::Aws => aws::throttled(retry_after),
        Cloud::Scaleway => scaleway::throttled(retry_after),
        Cloud::Tencentcloud => tencentcloud::error(world, request, "RequestLimitExceeded"),
    }
}

fn error(world: &World, cloud: Cloud, request: &Received, code: &str) -> Reply {
    match cloud {
        Cloud::Aws => aws::error(code),
        Cloud::Scaleway => scaleway::error(code),
        Cloud::Tencentcloud => tencentcloud::error(world, request, code),
    }
}

fn server_error(cloud: Cloud, status: u16) -> Reply {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match cloud {
        Cloud::Aws => aws::server_error(status),
        Cloud::Scaleway => scaleway::server_error(status),
        // The service itself answers 200 to everything; any other status comes from a gateway in front of it.
        Cloud::Tencentcloud => Reply::html(status),
    }
}
