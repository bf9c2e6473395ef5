//! Whatever fails: no live key that no state knows, and no state entry whose key or secret is gone.
//!
//! Every operation at every cloud under every fault, the first time and every time, each against clouds of its own, through a real
//! provider process. What comes of it is a page of the documentation, `docs/guides/reliability.md`: `BLESS=1 cargo test --test
//! faults` writes it anew.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

mod case;
mod clouds;
mod fault;
mod judge;
mod operation;
mod page;
mod terraform;

use std::path::Path;
use std::{env, fs};

use case::{Case, Report};
use futures_util::{StreamExt, stream};

/// The provider's program.
const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-apikeys");
/// How many cases are under way at once: they mostly wait.
const AT_ONCE: usize = 100;

#[tokio::test]
async fn whatever_fails_no_key_is_lost() {
    let mut reports: Vec<Report> = stream::iter(Case::all())
        .map(Case::run)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    reports.sort_by_key(|report| report.case.number);
    let broken: Vec<_> = reports.iter().filter(|report| !report.findings.is_empty()).collect();
    let page = page::render(&reports);
    #[allow(clippy::print_stdout, reason = "what was measured is told even when all is well")]
    {
        println!("{}", page::counts(&reports));
    }
    assert!(
        broken.is_empty(),
        "{}\n{}",
        page::counts(&reports),
        broken
            .iter()
            .map(|report| report.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    );

    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/reliability.md");
    if env::var_os("BLESS").is_some() {
        fs::create_dir_all(committed.parent().unwrap()).unwrap();
        fs::write(&committed, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&committed).is_ok_and(|text| text == page),
        "docs/guides/reliability.md is out of date: `BLESS=1 cargo test --test faults` writes it anew. Now:\n{page}"
    );
}
