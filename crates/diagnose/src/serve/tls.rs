//! TLS with a certificate that is made at the start, for clients that insist on https.

use crate::failure::{Failure, visible_path};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::Path,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
    server::TlsStream,
};

/// How long a client may take to agree on a connection.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// Turns connections into streams.
#[derive(Clone)]
pub(super) enum Acceptor {
    Plain,
    Tls(TlsAcceptor),
}

impl Acceptor {
    /// With a certificate for this machine, made now, that is also written to the file. Its key is kept nowhere.
    pub(super) fn with_own_certificate(file: Option<&Path>) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::usage(
                format!("no certificate can be made: {error}"),
                "leave --tls out, and give --scheme https where the client signs for https.",
            )
        };
        let names = ["localhost", "127.0.0.1", "::1"]
            .map(str::to_owned)
            .to_vec();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(names).map_err(|error| failed(&error))?;
        if let Some(path) = file {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true);
            options
                .open(path)
                .and_then(|mut file| file.write_all(cert.pem().as_bytes()))
                .map_err(|error| {
                    Failure::usage(
                        format!("--certificate-file {}: {error}", visible_path(path)),
                        "name a file that can be written.",
                    )
                })?;
        }
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .map_err(|error| failed(&error))?;
        Ok(Self::Tls(TlsAcceptor::from(Arc::new(config))))
    }

    /// `None` where the client does not agree in time.
    pub(super) async fn accept(&self, stream: TcpStream) -> Option<Stream> {
        match self {
            Self::Plain => Some(Stream::Plain(stream)),
            Self::Tls(acceptor) => match timeout(HANDSHAKE, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => Some(Stream::Tls(Box::new(stream))),
                _ => None,
            },
        }
    }
}

/// A connection of a client.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// The one of the two that it is.
macro_rules! either {
    ($stream:expr, $name:ident => $call:expr) => {
        match $stream {
            Stream::Plain($name) => $call,
            Stream::Tls($name) => $call,
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        either!(self.get_mut(), stream => Pin::new(stream).poll_read(context, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        either!(self.get_mut(), stream => Pin::new(stream).poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self.get_mut(), stream => Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self.get_mut(), stream => Pin::new(stream).poll_shutdown(context))
    }
}
