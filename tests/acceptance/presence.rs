//! What Terraform lets through: required arguments that are null, and attributes that are not the user's to set.

use cli::{Cli, Use};
use support::harness::{Test, cli_tests};

use super::diagnostics::{Mistake, expect_refused};
use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_null_for_a_required_argument_and_a_value_for_a_computed_one_are_told_at_their_line,
    what_turns_out_during_apply_to_be_null_makes_no_key,
    a_value_that_is_not_known_yet_for_a_computed_attribute_is_told_by_the_plan,
];

/// A kind of key, and what its configuration gets wrong.
struct Kind {
    provider: Use,
    /// Settings that a configuration needs besides.
    settings: &'static str,
    resource: &'static str,
    /// The arguments of a key, but for the required one.
    arguments: &'static str,
    required: Option<&'static str>,
    computed: &'static [&'static str],
}

const KINDS: [Kind; 5] = [
    Kind {
        provider: AWS,
        settings: "",
        resource: "aws_api_gateway_api_key",
        arguments: "",
        required: Some("name"),
        computed: &["id", "arn", "created_date", "last_updated_date"],
    },
    Kind {
        provider: TENCENTCLOUD,
        settings: tencentcloud::REQUIRED,
        resource: "tencentcloud_api_gateway_api_key",
        arguments: "",
        required: Some("secret_name"),
        computed: &["id", "create_time", "modify_time"],
    },
    Kind {
        provider: SCALEWAY,
        settings: scaleway::REQUIRED,
        resource: "scaleway_iam_api_key",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"",
        required: None,
        computed: &[
            "id",
            "access_key",
            "secret_key",
            "created_at",
            "updated_at",
            "creation_ip",
            "editable",
        ],
    },
    Kind {
        provider: SCALEWAY,
        settings: scaleway::REQUIRED,
        resource: "scaleway_iam_application",
        arguments: "",
        required: None,
        computed: &["id", "created_at", "updated_at", "editable"],
    },
    Kind {
        provider: SCALEWAY,
        settings: scaleway::REQUIRED,
        resource: "scaleway_iam_user",
        arguments: "",
        required: Some("email"),
        computed: &["id", "type", "status", "last_login_at", "mfa", "locked", "deletable"],
    },
];

/// Expressions for null and for a value: written out, which a validation knows, and from a module's variables, which a plan knows.
const SPELLINGS: [(&str, &str); 2] = [("null", "\"true\""), ("var.nothing", "var.something")];

const VARIABLES: &str = r#"
    variable "nothing" {
      type    = string
      default = null
    }
    variable "something" {
      type    = string
      default = "true"
    }
"#;

fn a_null_for_a_required_argument_and_a_value_for_a_computed_one_are_told_at_their_line(cli: &Cli) {
    for kind in KINDS {
        let stage = Stage::new(cli, &[kind.provider]);
        for (null, value) in SPELLINGS {
            let rows = kind.rows(null, value);
            let mistakes: Vec<_> = rows
                .iter()
                .map(|(attribute, arguments, says)| Mistake {
                    name: attribute,
                    arguments,
                    at: attribute,
                    says,
                })
                .collect();
            expect_refused(
                &stage,
                &format!("{}{VARIABLES}", kind.settings),
                kind.resource,
                &mistakes,
            );
        }
    }
}

fn what_turns_out_during_apply_to_be_null_makes_no_key(cli: &Cli) {
    for kind in KINDS.into_iter().filter(|kind| kind.required.is_some()) {
        let stage = Stage::new(cli, &[kind.provider]);
        let rows = kind.rows("terraform_data.later.output == \"x\" ? null : \"x\"", "\"true\"");
        let (_, arguments, said) = &rows[0];
        stage.configure(&format!(
            "{}resource \"terraform_data\" \"later\" {{\n  input = \"x\"\n}}\nresource \"{}\" \"test\" {{\n{arguments}\n}}\n",
            kind.settings, kind.resource
        ));
        let error = refusal(stage.workspace.run(&["apply", "-auto-approve"]).unwrap());
        let (_, said) = said.split_once(": ").unwrap();
        assert!(error.contains(said), "{error}");
        assert_eq!(stage.calls(), [""; 0]);
    }
}

fn a_value_that_is_not_known_yet_for_a_computed_attribute_is_told_by_the_plan(cli: &Cli) {
    for kind in KINDS {
        let stage = Stage::new(cli, &[kind.provider]);
        let rows = kind.rows("\"x\"", "terraform_data.later.output");
        let (attribute, arguments, says) = rows.last().unwrap();
        let later = "resource \"terraform_data\" \"later\" {\n  input = \"true\"\n}\n";
        let mistake = Mistake {
            name: attribute,
            arguments,
            at: attribute,
            says,
        };
        expect_refused(&stage, &format!("{}{later}", kind.settings), kind.resource, &[mistake]);
    }
}

impl Kind {
    /// For each mistake the attribute, the arguments of a key that makes it, and what is said.
    fn rows(&self, null: &str, value: &str) -> Vec<(&'static str, String, String)> {
        let given = self
            .required
            .map(|name| format!("{name} = \"x@example.com\"\n"))
            .unwrap_or_default();
        let unset = self.required.map(|name| {
            let said = format!("Invalid {name}: \"{name}\" is required, but null.");
            (name, format!("{name} = {null}\n{}", self.arguments), said)
        });
        let set = self.computed.iter().map(|name| {
            let said = format!("Invalid {name}: \"{name}\" cannot be set: the provider gives its value.");
            (*name, format!("{given}{}\n{name} = {value}", self.arguments), said)
        });
        unset.into_iter().chain(set).collect()
    }
}
