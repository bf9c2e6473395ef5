//! Data sources: what they read, under the official providers' names, and what they say where there is nothing to read.
//!
//! Counterparts of the official providers' acceptance tests of the same data sources.

pub(crate) mod aws;
pub(crate) mod aws_lists;
pub(crate) mod aws_tags;
pub(crate) mod scaleway;
pub(crate) mod tencentcloud;
pub(crate) mod tencentcloud_file;

use serde_json::Value;

use crate::stage::Stage;

/// Plans a configuration, and expects an error that says this, with this line of the configuration.
fn expect_refused(stage: &Stage, configuration: &str, line: &str, said: &str) {
    stage.configure(configuration);
    let told = stage.refused_plan();
    assert!(told.contains(said), "{configuration}: {told}");
    assert!(told.contains(line), "{configuration}: {told}");
}

/// The members `name` of the objects in a list.
fn column<'v>(list: &'v Value, name: &str) -> Vec<&'v str> {
    let elements = list.as_array().unwrap().iter();
    elements
        .map(|element| element[name].as_str().unwrap_or_default())
        .collect()
}
