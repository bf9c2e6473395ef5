//! The code generated from `proto/`.

use std::fmt;

/// Terraform's plugin protocol 6.
pub mod tfplugin6 {
    #![allow(missing_docs, unreachable_pub, clippy::all)]
    tonic::include_proto!("tfplugin6");
}

/// go-plugin's own services.
pub mod plugin {
    #![allow(missing_docs, unreachable_pub, clippy::all)]
    tonic::include_proto!("plugin");
}

/// Shows which encoding is used and its length, not the value.
impl fmt::Debug for tfplugin6::DynamicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicValue")
            .field("msgpack", &Length(&self.msgpack))
            .field("json", &Length(&self.json))
            .finish()
    }
}

/// Shows the length, not the state.
impl fmt::Debug for tfplugin6::RawState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawState")
            .field("json", &Length(&self.json))
            .finish_non_exhaustive()
    }
}

struct Length<'a>(&'a [u8]);

impl fmt::Debug for Length<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::tfplugin6::{DynamicValue, RawState};

    #[test]
    fn debug_shows_no_bytes_of_a_value_or_a_state() {
        let value = DynamicValue {
            msgpack: b"hunter2".to_vec(),
            json: Vec::new(),
        };
        assert_eq!(format!("{value:?}"), "DynamicValue { msgpack: 7 bytes, json: 0 bytes }");
        let state = RawState {
            json: b"{}".to_vec(),
            flatmap: [("secret".into(), "hunter2".into())].into(),
        };
        assert_eq!(format!("{state:?}"), "RawState { json: 2 bytes, .. }");
    }
}
