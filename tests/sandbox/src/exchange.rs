use std::time::Duration;

use http::StatusCode;

use crate::faults::FaultKind;
use crate::journal::{Entry, Sent};
use crate::reply::{Received, Reply};
use crate::world::{Cloud, World};
use crate::{aws, scaleway, tencentcloud};

/// How an answer reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Only half of the body, then the connection is closed.
    Half,
    Late(Duration),
    /// The connection is closed instead.
    Nothing,
    Whole,
}

/// One request to a cloud: executed, answered and written down as the queued fault, if any, allows.
pub(crate) fn exchange(world: &mut World, cloud: Cloud, request: &Received) -> (Reply, Delivery) {
    let operation = operation(cloud, request);
    let fault = world.faults.take(cloud, &operation);
    let time = world.clock.now();
    let (reply, delivery) = match &fault {
        None => (execute(world, cloud, request), Delivery::Whole),
        Some(kind) => befall(world, cloud, request, kind),
    };
    let sent = match delivery {
        Delivery::Nothing => Sent::Nothing,
        Delivery::Half | Delivery::Late(_) | Delivery::Whole => Sent::Status(reply.status),
    };
    let entry = Entry::new(cloud, operation, request, &reply, time).befallen(fault, sent);
    world.journal.push(entry);
    world.grown.notify_all();
    (reply, delivery)
}

fn befall(world: &mut World, cloud: Cloud, request: &Received, kind: &FaultKind) -> (Reply, Delivery) {
    match kind {
        FaultKind::Delay { milliseconds } => (
            execute(world, cloud, request),
            Delivery::Late(Duration::from_millis(*milliseconds)),
        ),
        FaultKind::DropAfter => (execute(world, cloud, request), Delivery::Nothing),
        FaultKind::DropBefore => (Reply::empty(StatusCode::BAD_GATEWAY), Delivery::Nothing),
        FaultKind::Error { code } => (error(cloud, code), Delivery::Whole),
        FaultKind::Html => (Reply::html(StatusCode::BAD_GATEWAY), Delivery::Whole),
        FaultKind::HtmlAfter => (Reply::html(execute(world, cloud, request).status), Delivery::Whole),
        FaultKind::Status(status) => (server_error(cloud, *status), Delivery::Whole),
        FaultKind::Throttle { retry_after } => (throttled(cloud, *retry_after), Delivery::Whole),
        FaultKind::TruncatedBody => (execute(world, cloud, request), Delivery::Half),
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

fn throttled(cloud: Cloud, retry_after: Option<u32>) -> Reply {
    match cloud {
        Cloud::Aws => aws::throttled(retry_after),
        Cloud::Scaleway => scaleway::throttled(retry_after),
        Cloud::Tencentcloud => tencentcloud::error("RequestLimitExceeded"),
    }
}

fn error(cloud: Cloud, code: &str) -> Reply {
    match cloud {
        Cloud::Aws => aws::error(code),
        Cloud::Scaleway => scaleway::error(code),
        Cloud::Tencentcloud => tencentcloud::error(code),
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
