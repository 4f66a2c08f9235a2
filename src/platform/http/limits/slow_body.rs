//! A deadline for request bodies, which actix has not: a JSON body must be there in time, a file
//! must keep coming.

use std::{
    cell::Cell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpMessage,
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    http::header,
    web::Bytes,
};
use futures_core::Stream;
use tokio::time::{Instant, Sleep};

use super::Class;

struct Watched {
    body: Payload,
    alarm: Pin<Box<Sleep>>,
    /// Pause between two pieces of a file; `None` where the deadline is for the whole body.
    pause: Option<Duration>,
    late: Rc<Cell<bool>>,
}

/// Puts the body under a deadline; the answer tells whether it passed.
pub(super) fn watch(
    request: &mut ServiceRequest,
    deadline: Duration,
    class: Class,
) -> Rc<Cell<bool>> {
    let late = Rc::new(Cell::new(false));
    let headers = request.headers();
    let has_body = headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0");
    if has_body {
        let body = request.take_payload();
        let alarm = Box::pin(tokio::time::sleep(deadline));
        let pause = (class == Class::Upload).then_some(deadline);
        let watched = Watched { body, alarm, pause, late: Rc::clone(&late) };
        request.set_payload(Payload::Stream { payload: Box::pin(watched) });
    }
    late
}

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = Pin::new(&mut self.body).poll_next(context);
        if let (Poll::Ready(Some(Ok(_))), Some(pause)) = (&piece, self.pause) {
            self.alarm.as_mut().reset(Instant::now() + pause);
        }
        if piece.is_pending() && self.alarm.as_mut().poll(context).is_ready() {
            self.late.set(true);
            let fault = io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly");
            return Poll::Ready(Some(Err(PayloadError::Io(fault))));
        }
        piece
    }
}
