//! Settings of a provider block: where each can be set, and which of the places overrides the others.

use super::errors::{not_configured, unknown_argument};
use super::sourced::{Origin, Sourced};
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::schema::Attr;
use crate::secret::Secret;

/// A setting, declared once: the argument of the provider block and every other source, in order of precedence. Resolution, the origin in
/// messages, and the tests of the guides and of empty values go by the declaration.
///
/// The argument overrides the variables, these the entry of a file, and that the default, unless the declaration says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The argument. That of a nested block follows the block's name and a dot.
    pub argument: Option<&'static str>,
    /// The environment variables; earlier ones override later ones.
    pub variables: &'static [&'static str],
    /// A last variable that counts only if its value passes this check.
    pub variable_if: Option<(&'static str, fn(&str) -> bool)>,
    /// What a variable means that is set, but empty.
    pub empty_variable: EmptyVariable,
    /// Whether the variables override the argument.
    pub variables_first: bool,
    /// The entry of a profile, or of another file.
    pub entry: Option<&'static str>,
    /// The value if no source sets one.
    pub default: Option<&'static str>,
}

/// What a variable means that is set, but empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyVariable {
    /// The same as one that is not set.
    Unset,
    /// An error.
    Error,
    /// An empty value, which overrides other sources.
    Value,
}

/// A type that variables, entries and defaults can be read as.
pub trait FromText: Clone {
    /// Reads a text.
    fn from_text(text: &str) -> Self;
}

impl FromText for String {
    fn from_text(text: &str) -> Self {
        text.to_owned()
    }
}

impl FromText for Secret {
    fn from_text(text: &str) -> Self {
        Self::new(text)
    }
}

/// Whether it is `true`, in capitals or not.
impl FromText for bool {
    fn from_text(text: &str) -> Self {
        text.eq_ignore_ascii_case("true")
    }
}

/// The only element.
impl FromText for Vec<String> {
    fn from_text(text: &str) -> Self {
        vec![text.to_owned()]
    }
}

/// For settings that no file has.
pub(in crate::clouds) fn no_file(_: &'static str) -> Option<Sourced<&'static str>> {
    None
}

impl Setting {
    /// One that only this argument sets.
    pub(in crate::clouds) const fn argument(name: &'static str) -> Self {
        Self {
            argument: Some(name),
            ..Self::without_argument()
        }
    }

    /// One that no argument sets.
    pub(in crate::clouds) const fn without_argument() -> Self {
        Self {
            argument: None,
            variables: &[],
            variable_if: None,
            empty_variable: EmptyVariable::Unset,
            variables_first: false,
            entry: None,
            default: None,
        }
    }

    /// The same, also from these variables.
    pub(in crate::clouds) const fn variables(self, variables: &'static [&'static str]) -> Self {
        Self { variables, ..self }
    }

    /// The same, also from a last variable whose value passes a check.
    pub(in crate::clouds) const fn variable_if(self, variable: &'static str, check: fn(&str) -> bool) -> Self {
        Self {
            variable_if: Some((variable, check)),
            ..self
        }
    }

    /// The same, with another meaning of empty variables.
    pub(in crate::clouds) const fn empty_variable(self, empty_variable: EmptyVariable) -> Self {
        Self { empty_variable, ..self }
    }

    /// The same, with variables that override the argument.
    pub(in crate::clouds) const fn variables_first(self) -> Self {
        Self {
            variables_first: true,
            ..self
        }
    }

    /// The same, also from an entry of a file.
    pub(in crate::clouds) const fn entry(self, entry: &'static str) -> Self {
        Self {
            entry: Some(entry),
            ..self
        }
    }

    /// The same, with a default.
    pub(in crate::clouds) const fn default(self, text: &'static str) -> Self {
        Self {
            default: Some(text),
            ..self
        }
    }

    /// What messages call it.
    pub fn name(&self) -> &'static str {
        self.argument.or(self.entry).unwrap_or_default()
    }

    /// All its variables.
    pub fn all_variables(&self) -> impl Iterator<Item = &'static str> {
        let last = self.variable_if.map(|(variable, _)| variable);
        self.variables.iter().copied().chain(last)
    }

    /// The value that counts, if any. `file` gives entries.
    ///
    /// # Errors
    ///
    /// If the value depends on an unknown argument, or on a variable that is not UTF-8 or must not be empty.
    pub fn resolve<'f, T: FromText>(
        &self,
        argument: &Attr<T>,
        environment: &Environment,
        file: impl FnOnce(&'static str) -> Option<Sourced<&'f str>>,
    ) -> Result<Option<Sourced<T>>, Error> {
        match self.plan(argument, environment, file)? {
            Attr::Unknown => Err(unknown_argument(self.name())),
            Attr::Null => Ok(None),
            Attr::Known(found) => Ok(Some(found)),
        }
    }

    /// The value that counts, of a setting that has a default or must be set.
    ///
    /// # Errors
    ///
    /// As with [`Setting::resolve`], and if no source sets it.
    pub fn require<'f, T: FromText>(
        &self,
        argument: &Attr<T>,
        environment: &Environment,
        file: impl FnOnce(&'static str) -> Option<Sourced<&'f str>>,
    ) -> Result<Sourced<T>, Error> {
        self.resolve(argument, environment, file)?.ok_or_else(|| self.missing())
    }

    /// The error that no source sets it.
    pub fn missing(&self) -> Error {
        let (name, variables) = (self.name(), self.variables.join(", "));
        not_configured(
            format!("`{name}` is needed, and neither it nor {variables} is set"),
            "No other credentials were tried. Set either.",
        )
    }

    /// The value that counts; unknown if it depends on an unknown argument.
    ///
    /// # Errors
    ///
    /// If the value depends on a variable that is not UTF-8 or must not be empty.
    pub fn plan<'f, T: FromText>(
        &self,
        argument: &Attr<T>,
        environment: &Environment,
        file: impl FnOnce(&'static str) -> Option<Sourced<&'f str>>,
    ) -> Result<Attr<Sourced<T>>, Error> {
        let of_block = self.of_block(argument);
        let overridden = !self.variables_first && !of_block.is_null();
        let of_environment = if overridden {
            None
        } else {
            self.of_environment(environment)?
        };
        Ok(match (of_environment, of_block) {
            (Some(found), _) => Attr::Known(found),
            (None, Attr::Null) => self.of_file(file).or_else(|| self.of_default()).into(),
            (None, of_block) => of_block,
        })
    }

    /// The value of the argument.
    pub fn of_block<T: Clone>(&self, argument: &Attr<T>) -> Attr<Sourced<T>> {
        match argument {
            Attr::Null => Attr::Null,
            Attr::Unknown => Attr::Unknown,
            Attr::Known(value) => Attr::Known(Sourced {
                value: value.clone(),
                origin: Origin::Argument(self.name()),
            }),
        }
    }

    /// The value of the first variable that counts.
    ///
    /// # Errors
    ///
    /// If that is not UTF-8, or is empty and must not be.
    pub fn of_environment<T: FromText>(&self, environment: &Environment) -> Result<Option<Sourced<T>>, Error> {
        for variable in self.all_variables() {
            let Some(text) = environment.text_or_empty(variable)? else {
                continue;
            };
            let counts = match (text, self.empty_variable, self.variable_if) {
                ("", EmptyVariable::Unset, _) => false,
                ("", EmptyVariable::Error, _) => return Err(empty(variable)),
                ("", EmptyVariable::Value, _) => true,
                (_, _, Some((last, check))) if last == variable => check(text),
                _ => true,
            };
            if counts {
                return Ok(Some(Sourced {
                    value: T::from_text(text),
                    origin: Origin::Variable(variable),
                }));
            }
        }
        Ok(None)
    }

    /// The value of the entry that `file` gives.
    pub fn of_file<'f, T: FromText>(
        &self,
        file: impl FnOnce(&'static str) -> Option<Sourced<&'f str>>,
    ) -> Option<Sourced<T>> {
        let Sourced { value, origin } = self.entry.and_then(file)?;
        Some(Sourced {
            value: T::from_text(value),
            origin,
        })
    }

    fn of_default<T: FromText>(&self) -> Option<Sourced<T>> {
        self.default.map(|text| Sourced {
            value: T::from_text(text),
            origin: Origin::Default,
        })
    }
}

fn empty(variable: &str) -> Error {
    not_configured(
        format!("the environment variable {variable} is set, but empty"),
        "Unset it, or give it a value. Variables override the provider block, so it is not clear what is meant.",
    )
}

#[cfg(test)]
pub(in crate::clouds) mod tests;
