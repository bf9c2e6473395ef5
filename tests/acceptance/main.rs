//! The provider under the real CLI, against the sandbox.
//!
//! The tests need Terraform or OpenTofu; without either they fail and say what to install. With `APIKEYS_SKIP_ACCEPTANCE=1` they are
//! ignored.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod aliases;
mod aws;
mod aws_identity;
mod aws_input;
mod aws_interrupt;
mod aws_omitted_fields;
mod aws_refusals;
mod aws_regions;
mod aws_state;
mod aws_tags;
mod aws_usage_plan_key;
mod aws_usage_plan_key_trouble;
#[cfg(unix)]
mod bounds;
mod credentials;
mod data_sources;
mod diagnostics;
mod endpoints;
mod generated;
mod host_gone;
mod identities;
mod inputs;
mod inputs_plan;
mod json_server;
mod left_behind;
mod live;
mod lost_answers;
mod mocks;
mod modules;
mod moves;
mod names;
mod official_state;
mod passwords;
mod presence;
mod process;
mod queries;
mod replacement;
mod saved_plans;
mod scaleway;
mod scaleway_application;
mod scaleway_changes;
mod scaleway_expiry;
mod scaleway_input;
mod scaleway_trouble;
mod scaleway_user;
mod secrecy;
mod stage;
mod tencentcloud;
mod tencentcloud_2017;
mod tencentcloud_2017_trouble;
mod tencentcloud_answers;
mod tencentcloud_attachment;
mod tencentcloud_attachment_trouble;
mod tencentcloud_identity;
mod tencentcloud_input;
mod tencentcloud_secrets;
mod tencentcloud_trouble;
mod vendor_documentation;

use std::process::ExitCode;

use support::harness;

fn main() -> ExitCode {
    harness::run([
        aliases::TESTS,
        aws::TESTS,
        aws_identity::TESTS,
        aws_input::TESTS,
        aws_interrupt::TESTS,
        aws_refusals::TESTS,
        aws_regions::TESTS,
        aws_state::TESTS,
        aws_tags::computed::TESTS,
        aws_tags::defaults::TESTS,
        aws_tags::ignored::TESTS,
        aws_tags::own::TESTS,
        aws_usage_plan_key::TESTS,
        aws_usage_plan_key_trouble::TESTS,
        aws_omitted_fields::TESTS,
        #[cfg(unix)]
        bounds::TESTS,
        credentials::TESTS,
        data_sources::aws::TESTS,
        data_sources::aws_lists::TESTS,
        data_sources::aws_tags::TESTS,
        data_sources::scaleway::TESTS,
        data_sources::tencentcloud::TESTS,
        data_sources::tencentcloud_file::TESTS,
        endpoints::TESTS,
        generated::TESTS,
        host_gone::TESTS,
        identities::TESTS,
        inputs::TESTS,
        inputs_plan::TESTS,
        left_behind::TESTS,
        live::TESTS,
        live::PLAIN_TESTS,
        lost_answers::TESTS,
        mocks::TESTS,
        modules::TESTS,
        moves::TESTS,
        names::TESTS,
        official_state::TESTS,
        passwords::TESTS,
        presence::TESTS,
        process::TESTS,
        queries::TESTS,
        replacement::TESTS,
        saved_plans::TESTS,
        saved_plans::PLAIN_TESTS,
        scaleway::TESTS,
        scaleway_application::TESTS,
        scaleway_changes::TESTS,
        scaleway_expiry::TESTS,
        scaleway_input::TESTS,
        scaleway_trouble::TESTS,
        scaleway_user::TESTS,
        secrecy::TESTS,
        secrecy::QUERY_TESTS,
        tencentcloud::TESTS,
        tencentcloud_2017::TESTS,
        tencentcloud_2017_trouble::TESTS,
        tencentcloud_answers::TESTS,
        tencentcloud_attachment::TESTS,
        tencentcloud_attachment_trouble::TESTS,
        tencentcloud_identity::TESTS,
        tencentcloud_input::TESTS,
        tencentcloud_secrets::TESTS,
        tencentcloud_trouble::TESTS,
        vendor_documentation::TESTS,
    ])
}
