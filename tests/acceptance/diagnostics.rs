//! What the CLI says against a configuration, and the line it points at.

use serde_json::Value;

use super::stage::Stage;

/// One mistake in a resource.
pub(crate) struct Mistake<'t> {
    /// What is wrong, as the name of the resource.
    pub(crate) name: &'t str,
    /// The resource's arguments, one on each line.
    pub(crate) arguments: &'t str,
    /// How the line begins that the error points at: an argument's name, or `resource` where there is no such line.
    pub(crate) at: &'t str,
    /// The error's text.
    pub(crate) says: &'t str,
}

/// An error or warning.
struct Said {
    severity: String,
    address: String,
    line: String,
    text: String,
}

/// Plans all these mistakes at once, behind the settings `required`, and expects of each exactly one error, at its line, before anything is called.
pub(crate) fn expect_refused(stage: &Stage, required: &str, resource: &str, mistakes: &[Mistake<'_>]) {
    let blocks = mistakes.iter().map(|mistake| {
        let Mistake { name, arguments, .. } = mistake;
        format!("resource \"{resource}\" \"{name}\" {{\n{arguments}\n}}\n")
    });
    stage.configure(&format!("{required}{}", blocks.collect::<String>()));
    let said = plan(stage);
    for mistake in mistakes {
        let address = format!("{resource}.{}", mistake.name);
        let errors: Vec<_> = said
            .iter()
            .filter(|said| said.address == address && said.severity == "error")
            .collect();
        let [error] = errors[..] else {
            panic!("{} errors for {address}, not one", errors.len());
        };
        assert_eq!(error.text, mistake.says, "{address}");
        assert!(
            error.line.starts_with(mistake.at),
            "{address} is at `{}`, not at {}",
            error.line,
            mistake.at
        );
    }
    let errors = said.iter().filter(|said| said.severity == "error").count();
    assert_eq!(errors, mistakes.len());
    assert_eq!(stage.calls(), [""; 0]);
}

/// The one warning that a plan of what is configured gives: the line it points at, and its text.
pub(crate) fn warning(stage: &Stage) -> (String, String) {
    let mut warnings: Vec<_> = plan(stage)
        .into_iter()
        // That a development override is in place is always said, and has no address.
        .filter(|said| said.severity == "warning" && !said.address.is_empty())
        .map(|said| (said.line, said.text))
        .collect();
    // Terraform validates before it plans and while it plans, and shows what is said both times.
    warnings.dedup();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    warnings.remove(0)
}

fn plan(stage: &Stage) -> Vec<Said> {
    let output = stage.workspace.run(&["plan", "-json"]).unwrap();
    let messages = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
    messages
        .filter(|message: &Value| message["type"] == "diagnostic")
        .map(|message| said(&message["diagnostic"]))
        .collect()
}

fn said(diagnostic: &Value) -> Said {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    Said {
        severity: text(&diagnostic["severity"]),
        address: text(&diagnostic["address"]),
        line: text(&diagnostic["snippet"]["code"]),
        text: format!("{}: {}", text(&diagnostic["summary"]), text(&diagnostic["detail"])),
    }
}
