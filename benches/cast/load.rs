//! Clients that cost little: requests are made beforehand, connections are kept, answers are read
//! just far enough to know their status and their end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What the owners send.
pub struct Requests {
    pub tokens: Vec<String>,
}

/// A POST; an empty key or body is left out.
pub fn post(path: &str, (token, key): (&str, &str), body: &str) -> Vec<u8> {
    let key = match key {
        "" => String::new(),
        key => format!("Idempotency-Key: {key}\r\n"),
    };
    let kind = match body {
        "" => "",
        _ => "Content-Type: application/json\r\n",
    };
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n{key}{kind}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// What a turn gave.
pub struct Outcome {
    took: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

impl Outcome {
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    /// Milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let index = (self.latencies.len() * percent / 100).min(self.latencies.len() - 1);
        self.latencies[index].as_secs_f64() * 1000.0
    }
}

/// Sends every request once over so many connections.
pub fn run(address: &str, connections: usize, requests: Vec<Vec<u8>>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let mut streams = Vec::new();
        for _ in 0..connections {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            streams.push(stream);
        }
        let started = Instant::now();
        let tasks: Vec<_> = streams
            .into_iter()
            .map(|stream| tokio::spawn(client(stream, Arc::clone(&requests), Arc::clone(&next))))
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.append(&mut task.await.unwrap());
        }
        let took = started.elapsed();
        latencies.sort();
        Outcome { took, latencies }
    })
}

async fn client(
    mut stream: TcpStream,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
) -> Vec<Duration> {
    let mut latencies = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        let started = Instant::now();
        stream.write_all(request).await.unwrap();
        answer(&mut stream, &mut buffer).await;
        latencies.push(started.elapsed());
    }
    latencies
}

/// Reads one answer, which must be a success.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.unwrap();
        assert!(read > 0, "the server closed the connection");
        filled += read;
        let text = String::from_utf8_lossy(&buffer[..filled]);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
        });
        if body.len() >= length.expect("a length").unwrap() {
            assert!(text.starts_with("HTTP/1.1 20"), "{text}");
            return;
        }
    }
}
