//! The compiled definitions against the table of names, numbers, types and labels: nothing missing, nothing added.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use protox::prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MethodDescriptor};
use serde::Deserialize;

/// What one package puts on the wire. Names leave out the package.
#[derive(Debug, Default, PartialEq, Deserialize)]
struct Package {
    /// `Service/Rpc` to `Request -> Response`.
    rpcs: BTreeMap<String, String>,
    /// Message to field name to number, label, type, oneof.
    messages: BTreeMap<String, BTreeMap<String, String>>,
    /// Enum to value name to number.
    enums: BTreeMap<String, BTreeMap<String, i32>>,
}

#[derive(Deserialize)]
struct Table {
    tfplugin6: Package,
    plugin: Package,
}

#[test]
fn terraforms_protocol_is_the_tables() {
    let table = table().tfplugin6;
    assert_eq!(
        (table.messages.len(), table.enums.len(), table.rpcs.len()),
        (143, 5, 36)
    );
    assert_same(&compiled("tfplugin6", &["tfplugin6.proto"]), &table);
}

#[test]
fn go_plugins_services_are_the_tables() {
    let files = ["grpc_controller.proto", "grpc_stdio.proto", "grpc_broker.proto"];
    assert_same(&compiled("plugin", &files), &table().plugin);
}

fn table() -> Table {
    serde_json::from_str(include_str!("data/tfplugin6-wire.json")).unwrap()
}

/// Item by item, because a difference between two whole packages cannot be read.
fn assert_same(compiled: &Package, table: &Package) {
    assert_same_items(&compiled.rpcs, &table.rpcs);
    assert_same_items(&compiled.messages, &table.messages);
    assert_same_items(&compiled.enums, &table.enums);
}

fn assert_same_items<T: PartialEq + std::fmt::Debug>(compiled: &BTreeMap<String, T>, table: &BTreeMap<String, T>) {
    for (name, expected) in table {
        assert_eq!(compiled.get(name), Some(expected), "{name}");
    }
    let added: Vec<_> = compiled.keys().filter(|name| !table.contains_key(*name)).collect();
    assert!(added.is_empty(), "not in the table: {added:?}");
}

fn compiled(package: &str, files: &[&str]) -> Package {
    let proto = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");
    let pool = DescriptorPool::from_file_descriptor_set(protox::compile(files, [proto]).unwrap()).unwrap();
    let mut compiled = Package::default();
    for service in pool.services() {
        for method in service.methods() {
            compiled
                .rpcs
                .insert(format!("{}/{}", service.name(), method.name()), rpc(&method, package));
        }
    }
    for message in pool
        .all_messages()
        .filter(|m| m.package_name() == package && !m.is_map_entry())
    {
        let fields = message
            .fields()
            .map(|f| (f.name().to_owned(), field(&f, package)))
            .collect();
        compiled.messages.insert(within(message.full_name(), package), fields);
    }
    for each in pool.all_enums().filter(|e| e.package_name() == package) {
        let values = each.values().map(|v| (v.name().to_owned(), v.number())).collect();
        compiled.enums.insert(within(each.full_name(), package), values);
    }
    compiled
}

fn rpc(method: &MethodDescriptor, package: &str) -> String {
    let side = |streams: bool, name: &str| format!("{}{}", if streams { "stream " } else { "" }, within(name, package));
    let request = side(method.is_client_streaming(), method.input().full_name());
    let response = side(method.is_server_streaming(), method.output().full_name());
    format!("{request} -> {response}")
}

fn field(field: &FieldDescriptor, package: &str) -> String {
    let proto = field.field_descriptor_proto();
    let mut words = vec![field.number().to_string()];
    match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            let (key, value) = (entry.map_entry_key_field().kind(), entry.map_entry_value_field().kind());
            words.push(format!("map<{key:?}, {}>", type_name(&value, package)));
        }
        kind => {
            words.extend(proto.proto3_optional().then(|| "optional".into()));
            words.extend(field.is_list().then(|| "repeated".into()));
            words.push(type_name(&kind, package));
        }
    }
    if let Some(oneof) = field.containing_oneof().filter(|oneof| !oneof.is_synthetic()) {
        words.push(format!("in {}", oneof.name()));
    }
    words.extend(
        proto
            .options
            .as_ref()
            .is_some_and(|o| o.deprecated())
            .then(|| "deprecated".into()),
    );
    words.join(" ")
}

fn type_name(kind: &Kind, package: &str) -> String {
    within(&format!("{kind:?}"), package)
}

fn within(name: &str, package: &str) -> String {
    name.strip_prefix(package)
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(name)
        .to_owned()
}
