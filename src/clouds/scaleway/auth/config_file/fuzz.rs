use super::*;
use crate::fuzz::{Made, fuzz};

const FILES: &[&str] = &[
    "access_key: SCW0EXAMPLE0EXAMPLE0\nsecret_key: 11111111-2222-4333-8444-555555555555\nsend_telemetry: false\n",
    "active_profile: a\nprofiles:\n  a:\n    api_url: \"https://a.example\"\n    default_region: 'fr-par'\n  b: {insecure: true, x: 1.5}\n",
    "# comment\n---\n&root\naccess_key: |\n  block\n  text\nprofiles: &p\n  c: *root\n...\n",
    "{\"secret_key\": null, \"profiles\": {\"d\": {\"access_key\": !!str 12}}}",
];
const TOKENS: &[&[u8]] = &[
    b"profiles:",
    b"access_key:",
    b": ",
    b"- ",
    b"&a ",
    b"*a",
    b"!!int ",
    b"<<: *a",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"'",
    b"|\n",
    b">-\n",
    b"? ",
    b"---\n",
    b"...\n",
    b"%YAML 1.2\n",
    b"\\x41",
    b"\\ud800",
    b"\t",
    b"\n  ",
    b"#",
    b"~",
    b"1e999",
    b"0x7f",
    b"\xef\xbb\xbf",
    b"\xff",
];

#[test]
fn scaleway_config_file() {
    let seeds: Vec<_> = FILES.iter().map(|file| file.as_bytes().to_vec()).collect();
    fuzz!(seeds, TOKENS, |input: &[u8]| {
        match ConfigFile::parse(input, "config.yaml".into()) {
            Ok(_) => Made::Something,
            Err(error) => {
                let _ = error.to_string();
                Made::Nothing
            }
        }
    });
}
