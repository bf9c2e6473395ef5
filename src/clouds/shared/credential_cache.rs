//! A cache for values that take calls to obtain, such as temporary credentials. Concurrent callers share one request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::framework::{Error, Kind};
use crate::http::{self, Deadline, OnStop};
use crate::signing::Credentials;

/// Credentials and their expiry.
#[derive(Clone)]
pub struct ExpiringCredentials {
    /// The credentials.
    pub credentials: Arc<Credentials>,
    /// When they expire; `None` for never.
    pub expires: Option<DateTime<Utc>>,
}

/// A cache of one value.
pub struct CredentialCache<T: Clone> {
    /// Its name in errors.
    name: &'static str,
    state: Arc<Mutex<State<T>>>,
    stop: CancellationToken,
}

struct State<T: Clone> {
    held: Option<T>,
    /// Weak: the request is dropped when no caller waits for it.
    asking: Option<WeakShared<Asking<T>>>,
    failed: Option<(Instant, Error)>,
}

type Asking<T> = BoxFuture<'static, Result<T, Error>>;

/// The credentials that sign the calls of one task.
#[derive(Clone)]
pub struct ActiveCredentials(Arc<RwLock<Arc<Credentials>>>);

/// How long before their expiry credentials are renewed, as in the vendors' SDKs.
const AHEAD: TimeDelta = TimeDelta::seconds(300);

/// How long a failure is cached. Terraform handles ten resources at a time: otherwise each further ten would wait for the same failure.
const REST: Duration = Duration::from_secs(5);

impl ExpiringCredentials {
    /// Whether they are valid for a while, by the service's clock.
    fn lasts(&self, http: &http::Client) -> bool {
        let now = http.at_service(http.now());
        self.expires.is_none_or(|expires| now + AHEAD < expires)
    }
}

impl<T: Clone + Send + Sync + 'static> CredentialCache<T> {
    /// An empty cache. `name` is for errors; `stop` ends waits that may be stopped.
    pub fn new(name: &'static str, stop: CancellationToken) -> Self {
        let state = State {
            held: None,
            asking: None,
            failed: None,
        };
        Self {
            name,
            state: Arc::new(Mutex::new(state)),
            stop,
        }
    }

    /// The cached value if `lasts`, or the result of `obtain`. Callers that come while a request is running, or within seconds of its
    /// failure, share its result. The request runs while at least one caller waits, and needs no deadline of its own: each caller has one.
    ///
    /// # Errors
    ///
    /// Those of `obtain`; [`Kind::TimedOut`] or [`Kind::Stopped`] if the caller stops waiting before.
    pub async fn get<F>(
        &self,
        deadline: Deadline,
        lasts: impl Fn(&T) -> bool,
        obtain: impl FnOnce() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let asking = {
            let mut state = self.state();
            if let Some(held) = state.held.as_ref().filter(|held| lasts(held)) {
                return Ok(held.clone());
            }
            match &state.failed {
                Some((at, error)) if at.elapsed() < REST => return Err(error.clone()),
                _ => {}
            }
            let under_way = state.asking.as_ref().and_then(WeakShared::upgrade);
            under_way.unwrap_or_else(|| self.ask(&mut state, obtain()))
        };
        let interrupted = |kind, what| Err(Error::new(self.name, kind, what));
        tokio::select! {
            biased;
            result = asking => result,
            () = self.stop.cancelled(), if deadline.on_stop == OnStop::Cancel => {
                interrupted(Kind::Stopped, "stopped while waiting for an answer")
            }
            () = tokio::time::sleep_until(deadline.at) => {
                interrupted(Kind::TimedOut, "no answer before the operation's timeout")
            }
        }
    }

    /// Drops the value if it is `ended`. Another call may have replaced it already.
    fn forget(&self, ended: impl Fn(&T) -> bool) {
        self.state().held.take_if(|held| ended(held));
    }

    fn ask(
        &self,
        state: &mut State<T>,
        obtained: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Shared<Asking<T>> {
        let noted = Arc::clone(&self.state);
        let asking = async move {
            let result = obtained.await;
            let mut state = noted.lock().unwrap_or_else(PoisonError::into_inner);
            state.asking = None;
            match &result {
                Ok(held) => state.held = Some(held.clone()),
                Err(error) => state.failed = Some((Instant::now(), error.clone())),
            }
            drop(state);
            result
        };
        let asking = asking.boxed().shared();
        state.asking = asking.downgrade();
        asking
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CredentialCache<ExpiringCredentials> {
    /// The credentials, fresh enough for a call by `http`; asked for by `obtain` where there are none.
    ///
    /// # Errors
    ///
    /// As with [`CredentialCache::get`].
    pub async fn credentials(
        &self,
        http: &http::Client,
        deadline: Deadline,
        obtain: impl Future<Output = Result<ExpiringCredentials, Error>> + Send + 'static,
    ) -> Result<Arc<Credentials>, Error> {
        let held = self.get(deadline, |held| held.lasts(http), || obtain).await?;
        Ok(held.credentials)
    }

    /// Replaces credentials that the service reports as expired; `None` if they cannot be renewed.
    pub async fn renewed(
        &self,
        ended: &Arc<Credentials>,
        http: &http::Client,
        deadline: Deadline,
        obtain: impl Future<Output = Result<ExpiringCredentials, Error>> + Send + 'static,
    ) -> Option<Arc<Credentials>> {
        self.forget(|held| Arc::ptr_eq(&held.credentials, ended));
        let renewed = self.credentials(http, deadline, obtain).await;
        renewed
            .inspect_err(|error| tracing::warn!("expired credentials could not be renewed: {error}"))
            .ok()
    }
}

/// No deadline and no stop, for shared requests: each caller has its own.
pub(in crate::clouds) fn unhurried() -> Deadline {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    Deadline {
        at: Instant::now() + DAY,
        on_stop: OnStop::Continue,
    }
}

impl ActiveCredentials {
    /// Starts with these credentials.
    pub fn new(credentials: Arc<Credentials>) -> Self {
        Self(Arc::new(RwLock::new(credentials)))
    }

    /// The current credentials.
    pub fn current(&self) -> Arc<Credentials> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs further calls with these credentials.
    pub fn replace(&self, credentials: Arc<Credentials>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = credentials;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::*;

    /// A source that takes a minute and has an answer or none; it counts how often it was asked, and how often to the end.
    #[derive(Clone, Default)]
    struct Source {
        asked: Arc<AtomicUsize>,
        ended: Arc<AtomicUsize>,
    }

    const MINUTE: Duration = Duration::from_secs(60);

    impl Source {
        fn asked(&self) -> usize {
            self.asked.load(Ordering::Relaxed)
        }

        fn answer(&self, answer: Result<u8, Kind>) -> impl Future<Output = Result<u8, Error>> + Send + use<> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let ended = Arc::clone(&self.ended);
            async move {
                tokio::time::sleep(MINUTE).await;
                ended.fetch_add(1, Ordering::Relaxed);
                answer.map_err(|kind| Error::new("source", kind, ""))
            }
        }
    }

    fn cache() -> CredentialCache<u8> {
        CredentialCache::new("number", CancellationToken::new())
    }

    fn within(time: Duration) -> Deadline {
        Deadline::at(Instant::now() + time)
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_shared_by_all_who_wait_and_stands_for_a_while() {
        let (cache, source) = (cache(), Source::default());
        let start = Instant::now();
        let get = |answer| {
            let source = source.clone();
            cache.get(within(10 * MINUTE), |_| true, move || source.answer(answer))
        };
        let unreachable = || get(Err(Kind::Unreachable));
        let results = join_all((0..10).map(|_| unreachable())).await;
        assert!(
            results
                .iter()
                .all(|result| result.as_ref().unwrap_err().kind == Kind::Unreachable)
        );
        // The next ones, which Terraform begins when these are done.
        assert!(unreachable().await.is_err());
        assert_eq!((start.elapsed(), source.asked()), (MINUTE, 1));
        tokio::time::advance(REST).await;
        assert_eq!(get(Ok(1)).await, Ok(1));
        assert_eq!(source.asked(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_given_is_kept_while_it_lasts_and_is_not_forgotten() {
        let (cache, source) = (cache(), Source::default());
        let get = |lasts: bool, answer| {
            let source = source.clone();
            cache.get(within(10 * MINUTE), move |_| lasts, move || source.answer(Ok(answer)))
        };
        let results = join_all((0..10).map(|number| get(true, number))).await;
        assert_eq!(results, vec![Ok(0); 10]);
        assert_eq!((get(true, 1).await, source.asked()), (Ok(0), 1));
        assert_eq!((get(false, 1).await, source.asked()), (Ok(1), 2));
        cache.forget(|held| *held == 0);
        assert_eq!((get(true, 2).await, source.asked()), (Ok(1), 2));
        cache.forget(|held| *held == 1);
        assert_eq!((get(true, 2).await, source.asked()), (Ok(2), 3));
    }

    #[tokio::test(start_paused = true)]
    async fn each_waits_as_long_as_it_may_and_what_is_under_way_goes_on_for_the_others() {
        let stop = CancellationToken::new();
        let (cache, source) = (CredentialCache::new("number", stop.clone()), Source::default());
        let get = |deadline| {
            let source = source.clone();
            cache.get(deadline, |_| true, move || source.answer(Ok(1)))
        };
        let finishing = within(Duration::from_secs(1)).to_finish();
        let finishing = Deadline {
            at: Instant::now() + 10 * MINUTE,
            ..finishing
        };
        let stopping = async {
            tokio::time::sleep(Duration::from_secs(10)).await;
            stop.cancel();
        };
        let short = get(within(Duration::from_secs(5)));
        let (short, stopped, finished, ()) = tokio::join!(short, get(within(10 * MINUTE)), get(finishing), stopping);
        assert_eq!(short.unwrap_err().kind, Kind::TimedOut);
        assert_eq!(stopped.unwrap_err().kind, Kind::Stopped);
        assert_eq!((finished, source.asked()), (Ok(1), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_waits_for_any_longer_is_ended() {
        let (cache, source) = (cache(), Source::default());
        let get = || {
            let source = source.clone();
            cache.get(within(Duration::from_secs(1)), |_| true, move || source.answer(Ok(1)))
        };
        assert_eq!(get().await.unwrap_err().kind, Kind::TimedOut);
        tokio::time::sleep(2 * MINUTE).await;
        assert_eq!((source.asked(), source.ended.load(Ordering::Relaxed)), (1, 0));
        assert_eq!(get().await.unwrap_err().kind, Kind::TimedOut);
        assert_eq!(source.asked(), 2);
    }
}
