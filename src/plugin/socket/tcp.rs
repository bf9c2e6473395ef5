//! A loopback port, in the range that the host allows.

use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use tokio::net::{TcpListener, TcpStream};

use super::{Address, Error};
use crate::host::environment::Environment;

/// An open port.
#[derive(Debug)]
pub(in crate::plugin) struct Listener {
    listener: TcpListener,
    address: Address,
}

impl Listener {
    /// Opens the first free port from `PLUGIN_MIN_PORT` to `PLUGIN_MAX_PORT`, or any port without them.
    pub(in crate::plugin) fn bind(environment: &Environment) -> Result<Self, Error> {
        let ports = ports(environment)?;
        let at = format!("127.0.0.1, ports {} to {}", ports.start(), ports.end());
        let bind = || {
            let listener = first_free(ports)?;
            listener.set_nonblocking(true)?;
            let address = Address {
                network: "tcp",
                text: listener.local_addr()?.to_string(),
            };
            Ok(Self {
                listener: TcpListener::from_std(listener)?,
                address,
            })
        };
        bind().map_err(|source| Error::Bind { at, source })
    }

    /// The address for the host.
    pub(in crate::plugin) fn address(&self) -> Address {
        self.address.clone()
    }

    /// Accepts the next client.
    pub(in crate::plugin) async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = self.listener.accept().await?;
        // Delayed acknowledgements would take longer than the rest of a plan.
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

fn ports(environment: &Environment) -> Result<RangeInclusive<u16>, Error> {
    let port = |variable| match environment.get(variable) {
        None => Ok(0),
        Some(value) => value.parse().map_err(|_| Error::Port {
            variable,
            value: value.to_owned(),
        }),
    };
    Ok(port("PLUGIN_MIN_PORT")?..=port("PLUGIN_MAX_PORT")?)
}

fn first_free(ports: RangeInclusive<u16>) -> io::Result<std::net::TcpListener> {
    let mut answer = Err(io::ErrorKind::InvalidInput.into());
    for port in ports {
        answer = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        if answer.is_ok() {
            break;
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_passed_over() {
        let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let first = taken.local_addr().unwrap().port();
        let (min, max) = (first.to_string(), first.saturating_add(20).to_string());
        let environment = [("PLUGIN_MIN_PORT", min), ("PLUGIN_MAX_PORT", max)]
            .into_iter()
            .collect();
        let address = Listener::bind(&environment).unwrap().address();
        assert_eq!(address.network, "tcp");
        assert!(address.text.starts_with("127.0.0.1:"));
        assert_ne!(address.text, taken.local_addr().unwrap().to_string());
    }

    #[tokio::test]
    async fn without_a_range_any_port_will_do_and_nothing_waits_in_it() {
        let listener = Listener::bind(&Environment::default()).unwrap();
        let client = TcpStream::connect(listener.address().text);
        let (accepted, _client) = tokio::join!(listener.accept(), client);
        assert!(accepted.unwrap().nodelay().unwrap());
    }

    #[tokio::test]
    async fn ranges_without_a_port_are_errors() {
        for (min, max, message) in [
            ("ten", "20", r#"PLUGIN_MIN_PORT is "ten", which is not a port number"#),
            (
                "10",
                "99999",
                r#"PLUGIN_MAX_PORT is "99999", which is not a port number"#,
            ),
            ("20", "10", "listening at 127.0.0.1, ports 20 to 10"),
        ] {
            let environment = [("PLUGIN_MIN_PORT", min), ("PLUGIN_MAX_PORT", max)]
                .into_iter()
                .collect();
            assert_eq!(Listener::bind(&environment).unwrap_err().to_string(), message);
        }
    }
}
