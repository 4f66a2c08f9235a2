//! Staff of the demo at work: requests to the application in process, so that nothing in the demo goes
//! another way than a user's.

use std::{collections::HashMap, fmt::Display, pin::Pin, rc::Rc};

use actix_web::{
    body::to_bytes,
    dev::Service,
    http::{Method, StatusCode, header},
    test::{TestRequest, init_service},
    web::Bytes,
};
use serde_json::{Value, json};

use super::PASSWORD;
use crate::{
    app::App,
    kernel::{Outcome, Refusal},
};

type Answer = Result<(StatusCode, Bytes), String>;
type Call = dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Answer>>>;

/// Sends requests for whoever signed in.
pub(super) struct Desk {
    call: Box<Call>,
    runtime: actix_web::rt::SystemRunner,
    tokens: HashMap<String, String>,
}

fn told(error: impl Display) -> String {
    error.to_string()
}

/// A text of an answer.
///
/// # Errors
/// `internal` where there is none.
pub(super) fn text(value: &Value, name: &str) -> Outcome<String> {
    let found = value.get(name).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| Refusal::internal(format!("no {name} in {value}")))
}

impl Desk {
    /// Starts the application in process.
    pub(super) fn start(app: &App) -> Self {
        let runtime = actix_web::rt::System::new();
        let service = Rc::new(runtime.block_on(init_service(app.build())));
        let call = move |request: TestRequest| {
            let service = Rc::clone(&service);
            let answer = async move {
                let response = service.call(request.to_request()).await.map_err(told)?;
                let status = response.status();
                let body = to_bytes(response.into_body()).await.map_err(|error| {
                    let error: Box<dyn std::error::Error> = error.into();
                    told(error)
                })?;
                Ok((status, body))
            };
            let answer: Pin<Box<dyn Future<Output = Answer>>> = Box::pin(answer);
            answer
        };
        Self { call: Box::new(call), runtime, tokens: HashMap::new() }
    }

    /// Signs somebody in.
    ///
    /// # Errors
    /// `internal` with the server's answer.
    pub(super) fn sign_in(&mut self, login: &str) -> Outcome<()> {
        let body = json!({ "login": login, "password": PASSWORD });
        let tokens = self.post("", "/auth/sign-in", body)?;
        self.tokens.insert(login.to_owned(), text(&tokens, "access_token")?);
        Ok(())
    }

    /// An answer to somebody, as JSON.
    ///
    /// # Errors
    /// `internal` with the server's answer.
    pub(super) fn get(&self, login: &str, path: &str) -> Outcome<Value> {
        let bytes = self.send((login, path), TestRequest::default())?;
        serde_json::from_slice(&bytes).map_err(Refusal::internal)
    }

    /// The text of an answer.
    ///
    /// # Errors
    /// `internal` with the server's answer.
    pub(super) fn read(&self, login: &str, path: &str) -> Outcome<Vec<u8>> {
        Ok(self.send((login, path), TestRequest::default())?.to_vec())
    }

    /// Somebody does this.
    ///
    /// # Errors
    /// `internal` with the server's answer.
    pub(super) fn post(&self, login: &str, path: &str, body: Value) -> Outcome<Value> {
        let request = TestRequest::default().method(Method::POST).set_json(body);
        serde_json::from_slice(&self.send((login, path), request)?).map_err(Refusal::internal)
    }

    /// Somebody uploads a text file.
    ///
    /// # Errors
    /// `internal` with the server's answer.
    pub(super) fn upload(&self, login: &str, path: &str, content: &[u8]) -> Outcome<Value> {
        let head = "--demo\r\nContent-Disposition: form-data; name=\"file\"; filename=\"plan.txt\"\r\n\
            Content-Type: text/plain\r\n\r\n";
        let body = [head.as_bytes(), content, b"\r\n--demo--\r\n"].concat();
        let kind = (header::CONTENT_TYPE, "multipart/form-data; boundary=demo");
        let request = TestRequest::default().method(Method::POST).insert_header(kind);
        let bytes = self.send((login, path), request.set_payload(body))?;
        serde_json::from_slice(&bytes).map_err(Refusal::internal)
    }

    fn send(&self, (login, path): (&str, &str), request: TestRequest) -> Outcome<Bytes> {
        let request = match self.tokens.get(login) {
            Some(token) => {
                request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
            }
            None => request,
        };
        let request = request.uri(&format!("/api/v1{path}"));
        let (status, body) =
            self.runtime.block_on((self.call)(request)).map_err(Refusal::internal)?;
        if status.is_success() {
            return Ok(body);
        }
        let told = String::from_utf8_lossy(&body);
        Err(Refusal::internal(format!("{path}: {status} {told}")))
    }
}
