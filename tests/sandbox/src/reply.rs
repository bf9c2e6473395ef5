use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use hyper::body::{Body, Frame, SizeHint};
use serde_json::Value;

/// A request whose body has been read.
pub(crate) type Received = Request<Bytes>;

/// An answer before it is put on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The vendor's error code, for the journal.
    pub(crate) code: Option<String>,
}

impl Reply {
    /// No body and no content type.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            code: None,
        }
    }

    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::raw(status, &body.to_string())
    }

    /// A body that is said to be JSON, unless it is empty.
    pub(crate) fn raw(status: StatusCode, body: &str) -> Self {
        let reply = Self {
            body: body.to_owned().into(),
            ..Self::empty(status)
        };
        match body {
            "" => reply,
            _ => reply.with(header::CONTENT_TYPE, "application/json"),
        }
    }

    /// The page of a gateway in front of the service.
    pub(crate) fn html(status: StatusCode) -> Self {
        let page = format!("<html>\r\n<head><title>{status}</title></head>\r\n<body>{status}</body>\r\n</html>\r\n");
        Self {
            body: page.into(),
            ..Self::empty(status)
        }
        .with(header::CONTENT_TYPE, "text/html")
    }

    /// The reply with one header more; a value that no header can carry is left out.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The reply with `Retry-After`, if there is something to say.
    pub(crate) fn retry_after(self, seconds: Option<u32>) -> Self {
        match seconds {
            Some(seconds) => self.with(header::RETRY_AFTER, &seconds.to_string()),
            None => self,
        }
    }

    /// The reply with the first half of its body only.
    pub(crate) fn cut(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    pub(crate) fn coded(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }
}

/// A reply's body on its way out.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Whole(Option<Bytes>),
    /// The first half, which ends in an error.
    Half(Option<Bytes>, Flushed),
}

/// Whether the runtime has had its chance to write the half that was handed over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Flushed {
    No,
    Yes,
}

impl Outgoing {
    pub(crate) fn whole(body: Bytes) -> Self {
        Self::Whole(Some(body).filter(|body| !body.is_empty()))
    }

    pub(crate) fn half(body: &Bytes) -> Self {
        Self::Half(Some(body.slice(..body.len() / 2)), Flushed::No)
    }
}

/// The connection ends here, on purpose.
#[derive(Debug)]
pub(crate) struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection dropped as the queued fault demands")
    }
}

impl std::error::Error for Dropped {}

impl From<Infallible> for Dropped {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.get_mut() {
            Self::Whole(body) => Poll::Ready(body.take().map(|body| Ok(Frame::data(body)))),
            Self::Half(body, flushed) => match body.take() {
                Some(body) => Poll::Ready(Some(Ok(Frame::data(body)))),
                None if *flushed == Flushed::No => {
                    *flushed = Flushed::Yes;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                None => Poll::Ready(Some(Err(Dropped))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => SizeHint::with_exact(body.as_ref().map_or(0, |body| body.len() as u64)),
            Self::Half(..) => SizeHint::default(),
        }
    }
}
