#![allow(clippy::unwrap_used)]

use super::*;

/// The entries of a file's root and of its profiles, as texts.
fn parsed(text: &str) -> Result<Vec<String>, String> {
    let file = ConfigFile::parse(text.as_bytes(), "/file".into()).map_err(|error| error.message)?;
    let all = |place: &str, entries: &Entries| -> Vec<String> {
        let line = |(name, value): (&&str, &Secret)| format!("{place}{name}={}", value.expose());
        entries.iter().map(line).collect()
    };
    let profiles = file.profiles.iter().flat_map(|(name, entries)| {
        let named = all(&format!("{name}."), entries);
        if named.is_empty() {
            vec![format!("{name}.")]
        } else {
            named
        }
    });
    Ok(all("", &file.root).into_iter().chain(profiles).collect())
}

#[test]
fn the_forms_that_the_vendors_reader_takes_are_taken() {
    #[rustfmt::skip]
    let rows: Vec<(&str, &[&str])> = vec![
        ("", &[]),
        ("---\n", &[]),
        ("~", &[]),
        ("access_key:\nsecret_key: ~\nactive_profile: null\n", &[]),
        ("profiles:\n", &[]),
        ("access_key: a\nprofiles: ~\n", &["access_key=a"]),
        ("profiles: {}\n", &[]),
        ("profiles:\n  p:\n  q: {access_key: b}\n", &["p.", "q.access_key=b"]),
        ("\u{feff}access_key: a\n", &["access_key=a"]),
        ("access_key: a # comment\n...\n---\naccess_key: b\n", &["access_key=a"]),
        ("{\"access_key\": \"a\", \"insecure\": true}", &["access_key=a", "insecure=true"]),
        ("insecure: yes\n", &["insecure=yes"]),
        ("secret_key: >-\n  a\n", &["secret_key=a"]),
        // Anchors and aliases, of texts and of maps.
        ("access_key: &k a\nprofiles:\n  p:\n    access_key: *k\n", &["access_key=a", "p.access_key=a"]),
        ("profiles:\n  p: &p\n    access_key: a\n  q: *p\n", &["p.access_key=a", "q.access_key=a"]),
        // Merge keys.
        ("defaults: &d\n  access_key: a\n  secret_key: s\nprofiles:\n  p:\n    <<: *d\n    access_key: b\n",
         &["p.access_key=b", "p.secret_key=s"]),
        ("defaults: &d {access_key: a}\nprofiles:\n  p:\n    access_key: b\n    <<: *d\n", &["p.access_key=b"]),
        ("a: &a {access_key: a}\nb: &b {access_key: b, secret_key: s}\nprofiles:\n  p:\n    <<: [*a, *b]\n",
         &["p.access_key=a", "p.secret_key=s"]),
        ("a: &a {access_key: a}\nb: &b {<<: *a, secret_key: s}\nprofiles:\n  p: {<<: *b}\n", &["p.access_key=a", "p.secret_key=s"]),
        ("profiles:\n  p:\n    <<: {access_key: a}\n", &["p.access_key=a"]),
        ("profiles:\n  p:\n    <<:\n    access_key: a\n", &["p.access_key=a"]),
        ("a: &a {access_key: a}\n<<: *a\n", &["access_key=a"]),
        ("more: &m\n  q: {access_key: b}\nprofiles:\n  <<: *m\n  p: {access_key: a}\n", &["p.access_key=a", "q.access_key=b"]),
        // What the provider does not use may be anything.
        ("default_region: [a]\naliases: {a: b}\nsend_telemetry: 1.5\n", &[]),
    ];
    for (text, expected) in rows {
        assert_eq!(parsed(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn a_file_that_says_it_in_no_form_is_broken() {
    let rows = [
        ("profiles: []\n", "`profiles` is not a map"),
        ("profiles: text\n", "`profiles` is not a map"),
        ("profiles:\n  p: text\n", "`profiles` has an entry that is not a map"),
        (
            "profiles:\n  p: {<<: text}\n",
            "`profiles` has an entry that is not a map",
        ),
        ("<<: [text]\n", "it is not a YAML map"),
        ("access_key: [a]\n", "`access_key` is not a string"),
        (
            "profiles:\n  p:\n    secret_key: {a: b}\n",
            "`secret_key` is not a string",
        ),
        ("profiles:\n  p:\n    <<: *gone\n", "it is not YAML (line 3, column 9)"),
        ("- a\n", "it is not a YAML map"),
    ];
    for (text, why) in rows {
        let expected = format!("the config file /file cannot be used: {why}");
        assert_eq!(parsed(text).unwrap_err(), expected, "{text}");
    }
}
