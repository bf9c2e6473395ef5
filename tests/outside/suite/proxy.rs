//! A proxy between the provider and the sandbox at which things go wrong.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::faults::{Garble, Lapse, Plan, edit, text_at};
use super::kind::Operation;
use super::record::{Record, Shelf};
use super::scene::Scene;
use super::wire::{Request, Response};

/// One proxy, for one working folder. It serves on a thread of its own until it is dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    scene: Arc<Scene>,
    plan: Mutex<Plan>,
    record: Shelf,
    /// The name of the key that a person makes so long after the first create.
    stranger: Option<(String, Duration)>,
}

/// What the client gets.
enum Delivery {
    Dropped,
    Half(Vec<u8>),
    Whole(Vec<u8>),
}

impl Proxy {
    pub fn start(scene: &Arc<Scene>, plan: Plan, stranger: Option<(String, Duration)>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            scene: Arc::clone(scene),
            plan: Mutex::new(plan),
            record: Shelf::default(),
            stranger,
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("proxy".to_owned())
            .spawn(move || runtime.block_on(serve(listener, served, stopped)))?;
        Ok(Self {
            address,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// Follows another plan from now on.
    pub fn follow(&self, plan: Plan) {
        *self.shared.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    pub fn record(&self) -> Record {
        self.shared.record.open().clone()
    }

    /// Waits until that many creates have come.
    pub fn wait_for_creates(&self, number: usize, patience: Duration) -> bool {
        let missing = |record: &mut Record| record.arrivals.get(&Operation::Create).map_or(0, Vec::len) < number;
        self.shared.record.wait_while(missing, patience)
    }

    /// Waits until nothing is under way any more.
    pub fn settle(&self, patience: Duration) -> bool {
        self.shared.record.wait_while(|record| record.under_way > 0, patience)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: oneshot::Receiver<()>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        tokio::select! {
            _ = &mut stopped => return,
            arrival = listener.accept() => if let Ok((stream, _)) = arrival {
                tokio::spawn(converse(stream, Arc::clone(&shared)));
            },
        }
    }
}

/// Answers the requests of a connection.
async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let mut stream = BufReader::new(stream);
    while let Ok(Some(request)) = Request::read(&mut stream).await {
        // A task of its own: a client that goes away does not take the request back.
        let answered = tokio::spawn(answer(Arc::clone(&shared), request)).await;
        let (bytes, ends) = match answered {
            Ok(Delivery::Whole(bytes)) => (bytes, false),
            Ok(Delivery::Half(bytes)) => (bytes, true),
            Ok(Delivery::Dropped) | Err(_) => {
                let _ = stream.get_ref().set_zero_linger();
                return;
            }
        };
        if stream.write_all(&bytes).await.is_err() || ends {
            return;
        }
    }
}

async fn answer(shared: Arc<Shared>, request: Request) -> Delivery {
    let operation = shared
        .scene
        .kind
        .operation(&request.method, &request.path, request.header("x-tc-action"));
    let number = shared.arrived(operation);
    if operation == Operation::Create {
        shared.record.open().asked.clone_from(&request.body);
    }
    let delivery = shared.deliver(operation, number, request).await;
    shared.record.end();
    delivery
}

impl Shared {
    fn note(&self, line: &str) {
        let elapsed = self.scene.elapsed().as_secs_f64();
        self.record.open().journal.push(format!("{elapsed:7.3} {line}"));
    }

    /// Notes that a request has come, and gives its number among those of its operation.
    fn arrived(self: &Arc<Self>, operation: Operation) -> usize {
        let number = self.record.arrive(operation, self.scene.elapsed());
        if let (Operation::Create, 0, Some((name, after))) = (operation, number, self.stranger.clone()) {
            let shared = Arc::clone(self);
            shared.record.begin();
            tokio::spawn(async move {
                sleep(after).await;
                let id = shared.scene.insert_stranger(&name);
                shared.note(&format!("a person has made {id}"));
                shared.record.end();
            });
        }
        number
    }

    async fn deliver(self: &Arc<Self>, operation: Operation, number: usize, request: Request) -> Delivery {
        let plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let lapse = plan.lapse(operation, number);
        self.note(&format!("{operation:?} {number} {} {lapse:?}", request.path));
        let (before, after) = plan.pauses(operation, number);
        sleep(before).await;
        match lapse {
            Some(Lapse::Dropped { after }) => {
                sleep(after).await;
                return Delivery::Dropped;
            }
            Some(Lapse::Held(pause)) => sleep(pause).await,
            Some(Lapse::Late(pause)) => {
                self.run_late(operation, number, request, pause);
                return Delivery::Dropped;
            }
            Some(Lapse::Garbled(_) | Lapse::Lost) | None => {}
        }
        let carried_out = self.carry_out(operation, number, &request).await;
        sleep(after).await;
        match (carried_out, lapse) {
            (None, _) | (_, Some(Lapse::Lost)) => Delivery::Dropped,
            (Some(response), _) => self.respond(&plan, operation, number, response),
        }
    }

    /// The answer as the client gets it.
    fn respond(&self, plan: &Plan, operation: Operation, number: usize, mut response: Response) -> Delivery {
        if operation == Operation::List {
            self.hide_young(plan.lag, &mut response);
        }
        plan.date(operation, number, &mut response);
        let length = response.body.len();
        match plan.lapse(operation, number) {
            Some(Lapse::Garbled(garble)) if response.is_success() => {
                self.garble(garble, operation, &mut response);
                if garble == Garble::Truncated {
                    return Delivery::Half(response.bytes(length));
                }
            }
            _ => self.told(operation, &response),
        }
        Delivery::Whole(response.bytes(response.body.len()))
    }

    /// Has the cloud carry a request out whose connection is dropped meanwhile.
    fn run_late(self: &Arc<Self>, operation: Operation, number: usize, request: Request, pause: Duration) {
        let shared = Arc::clone(self);
        shared.record.begin();
        tokio::spawn(async move {
            sleep(pause).await;
            shared.carry_out(operation, number, &request).await;
            shared.record.end();
        });
    }

    async fn carry_out(&self, operation: Operation, number: usize, request: &Request) -> Option<Response> {
        let response = request.forward(self.scene.address()).await.ok()?;
        let id = text_at(&response.body, self.scene.kind.answers().id);
        let shown = id.as_deref().unwrap_or_default();
        let made = self.scene.kind.made(&request.body, &response.body);
        self.note(&format!(
            "{operation:?} {number} carried out: {} {shown}",
            response.status
        ));
        if let (Operation::Create, true, Some(id)) = (operation, response.is_success(), made) {
            self.scene.age(&id);
            self.record.open().made.insert(id);
        }
        Some(response)
    }

    /// Remembers what an answer to a create names.
    fn told(&self, operation: Operation, response: &Response) {
        let id = text_at(&response.body, self.scene.kind.answers().id);
        if !response.is_success() {
            return;
        }
        let mut record = self.record.open();
        if let (Operation::Create, Some(id)) = (operation, id) {
            record.told.insert(id);
        }
        record.answers.entry(operation).or_default().push(response.body.clone());
    }

    fn garble(&self, garble: Garble, operation: Operation, response: &mut Response) {
        let id = |body: &[u8]| text_at(body, self.scene.kind.answers().id);
        let own = id(&response.body);
        let Record { answers, asked, .. } = self.record.open().clone();
        let mut siblings = answers.get(&operation).cloned().unwrap_or_default();
        siblings.retain(|body| id(body) != own);
        if garble == Garble::Sibling && siblings.is_empty() {
            return self.told(operation, response);
        }
        garble.apply(self.scene.kind, response, &siblings, &asked);
        if operation == Operation::Create && response.is_success() {
            self.record.open().told.extend(id(&response.body));
        }
    }

    /// Takes the keys that are too young for it out of a list.
    fn hide_young(&self, lag: Duration, response: &mut Response) {
        let answers = self.scene.kind.answers();
        let Some(member) = answers.id.rsplit('/').next() else {
            return;
        };
        edit(response, answers.list, |list| {
            if let Some(keys) = list.as_array_mut() {
                let age = |key: &Value| {
                    self.scene
                        .age(&self.scene.kind.unique(key[member].as_str().unwrap_or_default()))
                };
                keys.retain(|key| age(key) >= lag);
            }
        });
    }
}
