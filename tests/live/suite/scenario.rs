//! The life of a key: made, changed in place, imported and destroyed by the real CLI.

use cli::Workspace;
use serde_json::json;

use super::session::Session;
use super::vendor::{Vendor, Version};

/// Runs through it, and panics where something is not as it should be.
pub(super) fn run<V: Vendor>(session: &Session, vendor: &V) {
    let address = format!("{}.live", V::RESOURCE);
    let workspace = session.workspace(V::USE);

    configure(&workspace, session, vendor, Version::First);
    workspace.apply().unwrap();
    let id = id(&workspace, &address);
    workspace.plan_nothing().unwrap();

    configure(&workspace, session, vendor, Version::Second);
    let plan = workspace.plan_json().unwrap();
    let actions = &plan["resource_changes"][0]["change"]["actions"];
    assert_eq!(*actions, json!(["update"]), "the change is not made in place");
    workspace.apply().unwrap();
    workspace.plan_nothing().unwrap();

    let elsewhere = session.workspace(V::USE);
    configure(&elsewhere, session, vendor, Version::Second);
    elsewhere.import(&address, &id).unwrap();
    elsewhere.plan_nothing().unwrap();

    workspace.destroy().unwrap();
    let is_there = session.wait_for(vendor.has(&id)).unwrap();
    assert!(!is_there, "{id} is still there after destroy");
}

fn configure<V: Vendor>(workspace: &Workspace, session: &Session, vendor: &V, version: Version) {
    let cli::Use { source, name } = V::USE;
    let arguments = vendor.arguments(&session.name, version);
    let configuration = format!(
        r#"terraform {{
  required_providers {{
    {name} = {{ source = "{source}" }}
  }}
}}

resource "{}" "live" {{
{arguments}}}
"#,
        V::RESOURCE
    );
    workspace.write("main.tf", &configuration).unwrap();
}

fn id(workspace: &Workspace, address: &str) -> String {
    let attributes = workspace.attributes(address).unwrap();
    attributes["id"].as_str().expect("an id").to_owned()
}
