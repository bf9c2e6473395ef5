//! What a panic says.

use std::any::Any;

/// The message of a panic, from what it was raised with.
pub fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a value that is no text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_in_whatever_form_it_was_raised() {
        let rows: [(Box<dyn Any + Send>, &str); 3] = [
            (Box::new("fixed"), "fixed"),
            (Box::new(format!("index {}", 7)), "index 7"),
            (Box::new(7), "a value that is no text"),
        ];
        for (panic, expected) in rows {
            assert_eq!(message(panic.as_ref()), expected);
        }
    }
}
