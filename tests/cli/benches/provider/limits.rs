use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use cli::{Cli, Use, Workspace};
use sandbox::{Cloud, Options, RateLimits, Sandbox};

use crate::table::{Table, Target};

const KEYS: u32 = 300;

/// A cloud with published limits.
struct Limited {
    cloud: Cloud,
    provider: Use,
    resource: &'static str,
    name: &'static str,
    creates: Limit,
    reads: Limit,
}

/// So many calls a second, and so many at once.
struct Limit {
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
        creates: Limit {
            per_second: 5,
            burst: 5,
        },
        // AWS has no limit of its own for reads: that of all calls counts.
        reads: Limit {
            per_second: 10,
            burst: 40,
        },
    },
    Limited {
        cloud: Cloud::Tencentcloud,
        provider: Use {
            source: "tencentcloudstack/tencentcloud",
            name: "tencentcloud",
        },
        resource: "tencentcloud_api_gateway_api_key",
        name: "secret_name",
        creates: Limit {
            per_second: 20,
            burst: 20,
        },
        reads: Limit {
            per_second: 20,
            burst: 20,
        },
    },
];

/// Makes three hundred keys at clouds that keep their limits, and plans them once they are there. Compares the times with what the
/// limits dictate.
pub(crate) fn measure(table: &mut Table<impl Write>, cli: &Cli, program: &Path) -> Result<(), Box<dyn Error>> {
    table.section(&format!("{KEYS} keys under the clouds' limits"))?;
    for limited in &CLOUDS {
        let sandbox = Sandbox::start(Options {
            rate_limits: RateLimits::On,
            ..Options::default()
        })?;
        let workspace = Workspace::new(cli, program, &[limited.provider])?.environment(sandbox.environment());
        workspace.write("main.tf", &limited.configuration())?;
        let commands: [(&str, &Limit, &[&str]); 2] = [
            ("made", &limited.creates, &["apply", "-auto-approve"]),
            ("planned", &limited.reads, &["plan", "-detailed-exitcode"]),
        ];
        for (done, limit, command) in commands {
            let seen = sandbox.journal().len();
            let begun = Instant::now();
            workspace.run(command)?.success()?;
            let took = begun.elapsed().as_secs_f64();
            let throttled = sandbox.journal()[seen..]
                .iter()
                .filter(|call| is_throttle(call))
                .count();
            let ratio = took / limit.dictates().as_secs_f64();
            let what = format!(
                "{}, {done}: {took:.1} s, {throttled} throttled; of what limits dictate",
                limited.cloud
            );
            table.row(&what, format!("{ratio:.2} ×"), Some(Target::times(ratio, 1.3)))?;
        }
    }
    Ok(())
}

impl Limit {
    /// How long that many calls take at the least.
    fn dictates(&self) -> Duration {
        Duration::from_secs(u64::from((KEYS - self.burst) / self.per_second))
    }
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
