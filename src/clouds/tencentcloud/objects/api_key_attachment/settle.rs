//! Waiting until a usage plan's list of keys shows a change.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::create::Pair;
use crate::clouds::tencentcloud::apigateway::client::Api;
use crate::clouds::tencentcloud::apigateway::usage_plans::InPlan;
use crate::clouds::tencentcloud::client::Client;
use crate::framework::Context;

/// Whether a plan has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    Yes,
    No,
}

/// Waits until the list of a plan's keys agrees with a change that the service has confirmed: a refresh that comes too early would see no
/// key, and a key that is still listed cannot be deleted. A list that does not agree in time, or that cannot be read, is left alone: the
/// change is made all the same.
pub(super) async fn wait(context: &Context<Client>, api: &Api, pair: &Pair<'_>, listed: Listed) {
    let until = (Instant::now() + LONGEST).min(api.caller().deadline().at);
    let mut pause = FIRST_PAUSE;
    loop {
        let found = match pair.look(api).await {
            Ok(InPlan::Bound(_)) => Listed::Yes,
            Ok(InPlan::NoPlan | InPlan::Absent) => Listed::No,
            Err(error) => {
                tracing::debug!(id = pair.id(), reason = %error, "whether the list agrees with the change is unknown");
                return;
            }
        };
        let next = Instant::now() + pause;
        if found == listed || next >= until {
            return;
        }
        tokio::select! {
            () = sleep_until(next) => {}
            () = context.stopped() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// How long to wait at most. The official provider waits for 3 minutes, and fails then.
const LONGEST: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
