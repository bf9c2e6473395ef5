//! Compiles `proto/` into the modules of `src/rpc/proto.rs`, without `protoc`.

// Build scripts talk to cargo through stdout.
#![allow(clippy::print_stdout)]

use std::error::Error;

const DEFINITIONS: [&str; 4] = [
    "tfplugin6.proto",
    "grpc_controller.proto",
    "grpc_stdio.proto",
    "grpc_broker.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    tonic_prost_build::configure()
        // Clients are for the tests, which act as the host; they bring their own transport.
        .build_transport(false)
        // An rpc that the provider does not have answers UNIMPLEMENTED.
        .generate_default_stubs(true)
        // These hold configurations and states, hence secrets: `src/rpc/proto.rs` gives them a `Debug` that shows neither.
        .skip_debug([".tfplugin6.DynamicValue", ".tfplugin6.RawState"])
        .emit_rerun_if_changed(false)
        .compile_fds(protox::compile(DEFINITIONS, ["proto"])?)?;
    Ok(())
}
