use bytes::Bytes;
use http::uri::PathAndQuery;
use support::calls::Provided;
use tonic::client::Grpc;
use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Code, Request, Status};

use super::PROVIDER;

/// The rpcs of protocol 6.11 that this provider answers; the others belong to what no schema of it announces.
const ANSWERED: &[&str] = &[
    "GetMetadata",
    "GetProviderSchema",
    "GetResourceIdentitySchemas",
    "GetFunctions",
    "ValidateProviderConfig",
    "ConfigureProvider",
    "StopProvider",
    "ValidateResourceConfig",
    "ValidateDataResourceConfig",
    "ReadDataSource",
    "UpgradeResourceState",
    "UpgradeResourceIdentity",
    "ReadResource",
    "PlanResourceChange",
    "ApplyResourceChange",
    "ImportResourceState",
    "MoveResourceState",
    "GenerateResourceConfig",
    "ValidateListResourceConfig",
    "ListResource",
];

#[tokio::test]
async fn every_rpc_is_answered_or_cleanly_unimplemented_whatever_the_bytes() {
    let provided = Provided::start(PROVIDER, "apikeys", None).await;
    let table: serde_json::Value = serde_json::from_str(include_str!("../data/tfplugin6-wire.json")).unwrap();
    let rpcs: Vec<_> = table["tfplugin6"]["rpcs"].as_object().unwrap().keys().collect();
    assert_eq!(rpcs.len(), 36);
    for rpc in rpcs.into_iter().map(|rpc| rpc.strip_prefix("Provider/").unwrap()) {
        for (bytes, is_message) in [(&b""[..], true), (b"\xfa\x7f\x00", true), (b"\xff\xff\xff", false)] {
            let code = call(&provided, rpc, bytes).await;
            let expected = match (is_message, ANSWERED.contains(&rpc)) {
                (true, true) => Code::Ok,
                (true, false) => Code::Unimplemented,
                // Refused by the RPC layer, before any method is asked.
                (false, _) => Code::Internal,
            };
            // A stream is not read by a method that is not there.
            let unread = !is_message && code == Code::Unimplemented;
            assert!(code == expected || unread, "{rpc} {bytes:?}: {code:?}");
        }
    }
    let answer = provided
        .rpc()
        .get_metadata(Request::new(Default::default()))
        .await
        .unwrap()
        .into_inner();
    let resources = provided.provider.resources().count();
    assert_eq!(
        answer.resources.len(),
        resources,
        "the provider goes on after all of this"
    );
}

async fn call(provided: &Provided, rpc: &str, bytes: &'static [u8]) -> Code {
    let mut grpc = Grpc::new(provided.host.channel());
    grpc.ready().await.unwrap();
    let path = PathAndQuery::try_from(format!("/tfplugin6.Provider/{rpc}")).unwrap();
    match grpc.unary(Request::new(Bytes::from_static(bytes)), path, Raw).await {
        Ok(_) => Code::Ok,
        Err(status) => status.code(),
    }
}

/// Sends and receives messages as bytes.
#[derive(Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put(target, item);
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let length = bytes::Buf::remaining(source);
        Ok(Some(bytes::Buf::copy_to_bytes(source, length)))
    }
}
