//! Bugs of the provider: what the user is told of a panic or an impossible value.

use std::any::Any;

use super::Diagnostic;

/// What to do about a bug.
pub const REPORT: &str = "This is a bug in the provider: please report it, with a log written under TF_LOG=DEBUG.";

/// The message of a panic, from its payload.
pub fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("the payload is not text")
}

/// A panic as the reason of a failure.
pub fn reason(panic: &(dyn Any + Send)) -> String {
    format!("the provider panicked: {}", message(panic))
}

/// The diagnostic of a bug, from sentences on what went wrong and what that means for the user.
pub fn diagnostic(detail: &str) -> Diagnostic {
    Diagnostic::error("Provider bug", format!("{detail}\n\n{REPORT}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_in_whatever_form_it_was_raised() {
        let rows: [(Box<dyn Any + Send>, &str); 3] = [
            (Box::new("fixed"), "fixed"),
            (Box::new(format!("index {}", 7)), "index 7"),
            (Box::new(7), "the payload is not text"),
        ];
        for (panic, expected) in rows {
            assert_eq!(message(panic.as_ref()), expected);
        }
    }
}
