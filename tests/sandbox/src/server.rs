use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::clock::http_date;
use crate::control;
use crate::exchange::{self, Delivery, Postponed};
use crate::gate::Gate;
use crate::reply::{Dropped, Outgoing, Received, Reply};
use crate::world::{Cloud, SharedWorld, lock};

/// The largest request of any of the clouds: Tencent Cloud takes 10 MB with TC3.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// Serves until `stopped` fires or its sender is gone; open connections end with the runtime.
pub(crate) async fn serve(gates: Vec<Gate>, stopped: oneshot::Receiver<()>) {
    for gate in gates {
        tokio::spawn(gate.keep());
    }
    let _ = stopped.await;
}

/// Answers the requests of one connection until either side closes it.
pub(crate) async fn converse(cloud: Cloud, stream: TcpStream, world: SharedWorld) {
    // Without it the second half of a small answer can wait 40 ms for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(cloud, world.clone(), request));
    // An error here is a client that went away or a connection that a fault closes.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(cloud: Cloud, world: SharedWorld, request: Request<Incoming>) -> Result<Response<Outgoing>, Dropped> {
    let Some(request) = receive(request).await else {
        return Ok(whole(&world, Reply::empty(StatusCode::PAYLOAD_TOO_LARGE)));
    };
    if request.uri().path().starts_with(control::PREFIX) {
        let reply = control::answer(&mut lock(&world), &request);
        return Ok(whole(&world, reply));
    }
    let (reply, delivery) = exchange::exchange(&mut lock(&world), cloud, &request);
    match delivery {
        Delivery::Whole => {}
        Delivery::Late(pause) => tokio::time::sleep(pause).await,
        Delivery::Half => return Ok(half(&world, reply)),
        Delivery::Nothing(pause) => {
            tokio::time::sleep(pause).await;
            return Err(Dropped);
        }
        Delivery::Postponed(postponed) => {
            tokio::spawn(run(postponed, world, request));
            return Err(Dropped);
        }
    }
    Ok(whole(&world, reply))
}

/// Executes a request when its time has come, whatever has become of its connection.
async fn run(postponed: Postponed, world: SharedWorld, request: Received) {
    tokio::time::sleep(postponed.pause).await;
    postponed.run(&mut lock(&world), &request);
}

/// The request with its whole body; none if the body is too large or breaks off.
async fn receive(request: Request<Incoming>) -> Option<Received> {
    let (parts, body) = request.into_parts();
    let body: Bytes = Limited::new(body, BODY_LIMIT).collect().await.ok()?.to_bytes();
    Some(Request::from_parts(parts, body))
}

fn whole(world: &SharedWorld, mut reply: Reply) -> Response<Outgoing> {
    let body = Outgoing::whole(std::mem::take(&mut reply.body));
    respond(world, reply, body)
}

fn half(world: &SharedWorld, mut reply: Reply) -> Response<Outgoing> {
    reply.headers.insert(header::CONTENT_LENGTH, reply.body.len().into());
    let body = Outgoing::half(&reply.body);
    respond(world, reply, body)
}

fn respond(world: &SharedWorld, reply: Reply, body: Outgoing) -> Response<Outgoing> {
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    // Clients correct their clock by this header, so it has to tell the cloud's time rather than the machine's.
    if let Ok(date) = HeaderValue::from_str(&http_date(lock(world).clock.now())) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}
