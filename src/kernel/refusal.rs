//! Why something was not done: one value that travels from a rule or a query to the
//! `application/problem+json` answer (RFC 9457) and to the command line.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::kernel::Code;

/// What a use case answers.
pub type Outcome<T> = Result<T, Refusal>;

/// A fault of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON pointer of the field, or the name of a query parameter or header.
    pub pointer: String,
    /// A stable code.
    pub code: String,
    /// What is wrong, with the numbers.
    pub detail: String,
}

/// The rule behind a refusal, with what it needs and what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RuleBroken {
    /// A stable name of the rule.
    pub rule_id: String,
    /// The article of law or the field of the rule pack.
    pub clause: String,
    /// What is there.
    pub have: String,
    /// What is needed.
    pub need: String,
}

/// A refusal, or a failure on our side where its code is `internal`.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    inner: Box<Inner>,
}

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    code: Code,
    detail: Option<String>,
    params: Map<String, Value>,
    errors: Vec<FieldError>,
    rule: Option<RuleBroken>,
    cause: Option<String>,
    retry_after: Option<u32>,
}

impl Refusal {
    /// A refusal with nothing but its code.
    #[must_use]
    pub fn new(code: Code) -> Self {
        let inner = Inner {
            code,
            detail: None,
            params: Map::new(),
            errors: Vec::new(),
            rule: None,
            cause: None,
            retry_after: None,
        };
        Self { inner: Box::new(inner) }
    }

    /// A refusal of one field: `pointer` is a JSON pointer (`/area`) or a parameter's name.
    #[must_use]
    pub fn field(code: Code, pointer: &str, detail: impl ToString) -> Self {
        Self::new(code).with_field(pointer, code.as_str(), detail)
    }

    /// A broken legal rule.
    #[must_use]
    pub fn rule(code: Code, rule: RuleBroken) -> Self {
        let mut refusal = Self::new(code);
        refusal.inner.rule = Some(rule);
        refusal
    }

    /// A failure on our side; `cause` goes to the log, never to the client.
    #[must_use]
    pub fn internal(cause: impl ToString) -> Self {
        let mut refusal = Self::new(Code::Internal);
        refusal.inner.cause = Some(cause.to_string());
        refusal
    }

    /// Adds the sentence for this case.
    #[must_use]
    pub fn detail(mut self, detail: impl ToString) -> Self {
        self.inner.detail = Some(detail.to_string());
        self
    }

    /// Adds a named value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.inner.params.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a field's fault.
    #[must_use]
    pub fn with_field(mut self, pointer: &str, code: &str, detail: impl ToString) -> Self {
        self.inner.errors.push(FieldError {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail: detail.to_string(),
        });
        self
    }

    /// Asks the client to come back after `seconds`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.inner.retry_after = Some(seconds);
        self
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.inner.code
    }

    /// The sentence for this case, if any.
    #[must_use]
    pub fn detail_text(&self) -> Option<&str> {
        self.inner.detail.as_deref()
    }

    /// The named values.
    #[must_use]
    pub fn params(&self) -> &Map<String, Value> {
        &self.inner.params
    }

    /// The faults of fields.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.inner.errors
    }

    /// The broken rule, if any.
    #[must_use]
    pub fn rule_broken(&self) -> Option<&RuleBroken> {
        self.inner.rule.as_ref()
    }

    /// What the log should know.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.inner.cause.as_deref()
    }

    /// Seconds after which a retry makes sense, if any.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.inner.retry_after
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.inner.code.as_str(), self.inner.code.title_en())?;
        if let Some(detail) = &self.inner.detail {
            write!(f, "; {detail}")?;
        }
        for error in &self.inner.errors {
            write!(f, "; {}: {}", error.pointer, error.detail)?;
        }
        if let Some(cause) = &self.inner.cause {
            write!(f, "; {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
