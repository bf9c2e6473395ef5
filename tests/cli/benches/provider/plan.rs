use std::error::Error;
use std::io::Write;
use std::time::{Duration, Instant};

use cli::{Cli, Workspace};
use sandbox::{Options, Sandbox};

use crate::contender::Contender;
use crate::statistics::median;
use crate::table::Table;

const ROUNDS: usize = 21;

/// The official provider takes seconds a plan, and varies less than it takes.
const PEER_ROUNDS: usize = 5;

const TERRAFORM_DATA: &str = "resource \"terraform_data\" \"one\" {\n  input = \"one\"\n}\n";

/// What has to be known to read the figures.
pub(crate) const NOTE: &str = "\
A plan starts a provider three times. For each start Terraform makes a key pair and a certificate, and hashes the file of
an installed provider. With TLS switched off, a plan under an override takes 1.4 × the time of terraform_data.";

/// Plans in turns: whatever else the machine does meets all of them alike.
pub(crate) fn compare(
    table: &mut Table<impl Write>,
    cli: &Cli,
    ours: &Contender,
    peer: Option<&Contender>,
) -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start(Options::default())?;
    let nothing = Workspace::new(cli, &ours.program, &[])?;
    nothing.write("main.tf", TERRAFORM_DATA)?;
    let mut courses = vec![Course::new("terraform_data".to_owned(), nothing, ROUNDS)];
    for (contender, rounds) in [(Some(ours), ROUNDS), (peer, PEER_ROUNDS)] {
        let Some(contender) = contender else { continue };
        let installed = contender.installed(cli, &sandbox, 1)?;
        let overriding = Contender::overriding(cli, &contender.program, &sandbox, 1)?;
        let name = |way: &str| format!("{}, {way}", contender.name);
        courses.push(Course::new(name("installed"), installed, rounds));
        courses.push(Course::new(name("development override"), overriding, rounds));
    }
    for course in &courses {
        course.workspace.apply()?;
    }
    for round in 0..ROUNDS {
        for course in courses.iter_mut().filter(|course| round < course.rounds) {
            course.run()?;
        }
    }
    print(table, &courses)?;
    Ok(())
}

/// A workspace whose objects exist, and how long plans that found nothing to do have taken in it.
struct Course {
    name: String,
    workspace: Workspace,
    rounds: usize,
    times: Vec<Duration>,
}

impl Course {
    fn new(name: String, workspace: Workspace, rounds: usize) -> Self {
        Self {
            name,
            workspace,
            rounds,
            times: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), Box<dyn Error>> {
        let begun = Instant::now();
        let output = self.workspace.run(&["plan", "-detailed-exitcode"])?;
        let took = begun.elapsed();
        if output.code() != Some(0) {
            return Err(format!("not a plan without changes: {output}").into());
        }
        self.times.push(took);
        Ok(())
    }
}

fn print(table: &mut Table<impl Write>, courses: &[Course]) -> std::io::Result<()> {
    table.section("terraform plan of one object, refreshed, without changes: medians of plans taken in turns")?;
    let base = courses.first().map(|course| median(&course.times)).unwrap_or_default();
    for course in courses {
        let time = median(&course.times);
        let label = format!("{}, {} plans", course.name, course.rounds);
        table.row(&label, format!("{:.3} s", time.as_secs_f64()), None)?;
    }
    for course in courses.iter().skip(1) {
        let ratio = median(&course.times).as_secs_f64() / base.as_secs_f64();
        table.row(
            &format!("ratio to terraform_data, {}", course.name),
            format!("{ratio:.2} ×"),
            None,
        )?;
    }
    Ok(())
}
