use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use cli::{Cli, Use, Workspace};
use sandbox::{Cloud, Options, RateLimits, Sandbox};

use crate::table::{Table, Target};

const KEYS: u32 = 300;

/// A cloud with published limits: so many creates a second, and so many at once.
struct Limited {
    cloud: Cloud,
    provider: Use,
    resource: &'static str,
    name: &'static str,
    per_second: u32,
    burst: u32,
}

const CLOUDS: [Limited; 2] = [
    Limited {
        cloud: Cloud::Aws,
        provider: Use {
            source: "hashicorp/aws",
            name: "aws",
        },
        resource: "aws_api_gateway_api_key",
        name: "name",
        per_second: 5,
        burst: 5,
    },
    Limited {
        cloud: Cloud::Tencentcloud,
        provider: Use {
            source: "tencentcloudstack/tencentcloud",
            name: "tencentcloud",
        },
        resource: "tencentcloud_api_gateway_api_key",
        name: "secret_name",
        per_second: 20,
        burst: 20,
    },
];

/// Makes three hundred keys at clouds that keep their limits, and compares the time with what the limits dictate.
pub(crate) fn measure(table: &mut Table<impl Write>, cli: &Cli, program: &Path) -> Result<(), Box<dyn Error>> {
    table.section(&format!("{KEYS} keys under the clouds' limits"))?;
    for limited in &CLOUDS {
        let sandbox = Sandbox::start(Options {
            rate_limits: RateLimits::On,
            ..Options::default()
        })?;
        let workspace = Workspace::new(cli, program, &[limited.provider])?.environment(sandbox.environment());
        workspace.write("main.tf", &limited.configuration())?;
        let begun = Instant::now();
        workspace.apply()?;
        let took = begun.elapsed();

        let throttled = sandbox.journal().iter().filter(|call| is_throttle(call)).count();
        let dictated = Duration::from_secs(u64::from((KEYS - limited.burst) / limited.per_second));
        let ratio = took.as_secs_f64() / dictated.as_secs_f64();
        table.row(
            &format!(
                "{}: {:.1} s, {throttled} throttled; of what limits dictate",
                limited.cloud,
                took.as_secs_f64()
            ),
            format!("{ratio:.2} ×"),
            Some(Target::times(ratio, 1.3)),
        )?;
    }
    Ok(())
}

fn is_throttle(call: &sandbox::Entry) -> bool {
    call.status == Some(429)
        || call
            .code
            .as_deref()
            .is_some_and(|code| code.contains("RequestLimitExceeded"))
}

impl Limited {
    fn configuration(&self) -> String {
        let Self {
            provider: Use {
                source, name: provider, ..
            },
            resource,
            name,
            ..
        } = self;
        format!(
            r#"
terraform {{
  required_providers {{
    {provider} = {{
      source = "{source}"
    }}
  }}
}}

resource "{resource}" "key" {{
  count  = {KEYS}
  {name} = "key-${{count.index}}"
}}
"#
        )
    }
}
