//! A real SMTP server (its protocol is the `mailin` crate's) and a real HTTP gateway, on loopback.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{IpAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use actix_web::{HttpRequest, HttpResponse, HttpServer, web};
use mailin::{Action, AuthMechanism, Handler, Response, SessionBuilder, response};

/// A mail as the server received it.
#[derive(Debug, Clone, Default)]
pub struct ReceivedMail {
    pub user: String,
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

/// The user and password that the SMTP server knows.
pub const SMTP_LOGIN: (&str, &str) = ("jiugai", "a-mail-password");

/// An SMTP server.
#[derive(Clone)]
pub struct SmtpServer {
    pub port: u16,
    state: Arc<Mutex<SmtpState>>,
}

#[derive(Default)]
struct SmtpState {
    mails: Vec<ReceivedMail>,
    refuses: bool,
}

impl SmtpServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state: Arc<Mutex<SmtpState>> = Arc::default();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let inbox = Inbox { mail: ReceivedMail::default(), state: Arc::clone(&shared) };
                std::thread::spawn(move || converse(stream, inbox));
            }
        });
        Self { port, state }
    }

    /// The mails so far.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.state.lock().unwrap().mails.clone()
    }

    /// Whether recipients are refused from now on.
    pub fn refuse(&self, refuses: bool) {
        self.state.lock().unwrap().refuses = refuses;
    }
}

fn converse(mut stream: TcpStream, inbox: Inbox) -> io::Result<()> {
    let mut session = SessionBuilder::new("mail.test")
        .enable_auth(AuthMechanism::Plain)
        .insecure_enable_plaintext_auth()
        .build(stream.peer_addr()?.ip(), inbox);
    session.greeting().write_to(&mut stream)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let answer = session.process(&line);
        line.clear();
        match answer.action {
            Action::NoReply => {}
            Action::Close => return answer.write_to(&mut stream).and_then(|()| stream.flush()),
            _ => answer.write_to(&mut stream)?,
        }
    }
    Ok(())
}

struct Inbox {
    mail: ReceivedMail,
    state: Arc<Mutex<SmtpState>>,
}

impl Handler for Inbox {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        if self.mail.user.is_empty() {
            return response::AUTHENTICATION_REQUIRED;
        }
        from.clone_into(&mut self.mail.from);
        self.mail.to.clear();
        self.mail.data.clear();
        response::OK
    }
    fn rcpt(&mut self, to: &str) -> Response {
        if self.state.lock().unwrap().refuses {
            return response::NO_MAILBOX;
        }
        self.mail.to.push(to.to_owned());
        response::OK
    }
    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.mail.data.push_str(&String::from_utf8_lossy(line));
        Ok(())
    }
    fn data_end(&mut self) -> Response {
        self.state.lock().unwrap().mails.push(self.mail.clone());
        response::OK
    }
    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        if (user, password) == SMTP_LOGIN {
            user.clone_into(&mut self.mail.user);
            return response::AUTH_OK;
        }
        response::INVALID_CREDENTIALS
    }
}

/// A request as the gateway received it.
#[derive(Debug, Clone)]
pub struct ReceivedPost {
    pub id: String,
    pub timestamp: String,
    pub signature: String,
    pub body: String,
}

/// An HTTP gateway that answers the statuses it was given, then 200.
#[derive(Clone)]
pub struct Gateway {
    pub url: String,
    state: web::Data<Mutex<GatewayState>>,
}

#[derive(Default)]
struct GatewayState {
    posts: Vec<ReceivedPost>,
    answers: Vec<u16>,
}

impl Gateway {
    pub fn start(answers: &[u16]) -> Self {
        let answers = answers.iter().rev().copied().collect();
        let state = web::Data::new(Mutex::new(GatewayState { posts: Vec::new(), answers }));
        let shared = state.clone();
        let server = HttpServer::new(move || {
            actix_web::App::new().app_data(shared.clone()).default_service(web::post().to(receive))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/sms", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        Self { url, state }
    }

    pub fn posts(&self) -> Vec<ReceivedPost> {
        self.state.lock().unwrap().posts.clone()
    }
}

async fn receive(
    request: HttpRequest,
    body: String,
    state: web::Data<Mutex<GatewayState>>,
) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    let mut state = state.lock().unwrap();
    state.posts.push(ReceivedPost {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body,
    });
    let status = state.answers.pop().unwrap_or(200);
    HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap())
        .insert_header(("location", "/elsewhere"))
        .finish()
}
