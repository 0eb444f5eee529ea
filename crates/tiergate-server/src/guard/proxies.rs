//! Proxies that are believed when they say for whom they ask.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName, header};

/// Where a proxy says for whom it asks, as most do.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A network: its address and how many bits of it count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// A text that names no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address or network: write 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32")]
pub struct NetworkError(String);

impl FromStr for Network {
    type Err = NetworkError;

    /// Reads a network, or a single address.
    ///
    /// ```
    /// use tiergate_server::Network;
    /// let network: Network = "10.0.0.0/8".parse()?;
    /// assert!(network.holds("10.1.2.3".parse()?) && !network.holds("11.1.2.3".parse()?));
    /// assert!("10.0.0.0/33".parse::<Network>().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn from_str(text: &str) -> Result<Network, NetworkError> {
        let wrong = || NetworkError(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().map_err(|_| wrong())?,
            None => whole,
        };
        match bits <= whole {
            true => Ok(Network { address, bits }),
            false => Err(wrong()),
        }
    }
}

impl Network {
    /// Whether an address is in it.
    #[must_use]
    pub fn holds(self, address: IpAddr) -> bool {
        let same = |a: u128, b: u128, all: u32| {
            let rest = all.saturating_sub(self.bits);
            a.checked_shr(rest) == b.checked_shr(rest)
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                same(u128::from(a.to_bits()), u128::from(b.to_bits()), 32)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits(), b.to_bits(), 128),
            _ => false,
        }
    }
}

/// The proxies that are believed; none unless they are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(pub Vec<Network>);

impl Proxies {
    fn believes(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    /// Who asks, when a peer asks: the peer, unless it is a proxy that is believed. Then it is whom the
    /// proxy names last, and so on through the proxies that are believed. Whatever stands before
    /// that was written by whoever asks, and nothing of it is believed.
    ///
    /// A proxy writes one of the two headers and may let the other through as it came. Where both
    /// are there, which of them the proxy wrote is not known, and neither is believed.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.believes(client) {
            return client;
        }
        let named: Vec<Option<IpAddr>> = match (
            headers.contains_key(X_FORWARDED_FOR),
            headers.contains_key(header::FORWARDED),
        ) {
            (true, false) => hops(headers, &X_FORWARDED_FOR).map(address).collect(),
            (false, true) => hops(headers, &header::FORWARDED)
                .map(|hop| forwarded(hop).and_then(address))
                .collect(),
            _ => Vec::new(),
        };
        for hop in named.into_iter().rev() {
            // One that is named in no way that is understood ends what is known.
            let Some(hop) = hop else { break };
            client = hop;
            if !self.believes(client) {
                break;
            }
        }
        client
    }
}

/// The parts of a header that may stand several times.
fn hops<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).into_iter();
    values.flat_map(|value| value.to_str().unwrap_or_default().split(','))
}

/// Whom a part of the header `Forwarded` (RFC 7239) names.
fn forwarded(hop: &str) -> Option<&str> {
    let pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    named
        .next()
        .map(|(_, value)| value.trim().trim_matches('"'))
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    let found = bare.unwrap_or(text).parse::<IpAddr>();
    let found = found.or_else(|_| text.parse::<SocketAddr>().map(|at| at.ip()));
    found.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    /// The peer, the headers, the client.
    type Line = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static str,
    );

    /// What believes 10.0.0.0/8 and 2001:db8::/32 takes for the client.
    const TABLE: [Line; 13] = [
        ("192.0.2.1", &[], "192.0.2.1"),
        (
            "192.0.2.1",
            &[("x-forwarded-for", "198.51.100.7")],
            "192.0.2.1",
        ),
        (
            "192.0.2.1",
            &[("forwarded", "for=198.51.100.7")],
            "192.0.2.1",
        ),
        ("10.0.0.1", &[], "10.0.0.1"),
        (
            "10.0.0.1",
            &[("x-forwarded-for", "198.51.100.7")],
            "198.51.100.7",
        ),
        // What stands before the last was written by whoever asks.
        (
            "10.0.0.1",
            &[("x-forwarded-for", "1.1.1.1, 198.51.100.7")],
            "198.51.100.7",
        ),
        (
            "10.0.0.1",
            &[
                ("x-forwarded-for", "1.1.1.1"),
                ("x-forwarded-for", "198.51.100.7, 10.9.9.9"),
            ],
            "198.51.100.7",
        ),
        (
            "10.0.0.1",
            &[("x-forwarded-for", "198.51.100.7, unknown")],
            "10.0.0.1",
        ),
        (
            "10.0.0.1",
            &[("x-forwarded-for", "198.51.100.7:4711")],
            "198.51.100.7",
        ),
        (
            "::ffff:10.0.0.1",
            &[("forwarded", "for=1.1.1.1, for=\"[2a00::7]:80\";proto=https")],
            "2a00::7",
        ),
        (
            "2001:db8::1",
            &[("forwarded", "proto=https;For=198.51.100.7;by=x")],
            "198.51.100.7",
        ),
        ("10.0.0.1", &[("forwarded", "for=_hidden")], "10.0.0.1"),
        (
            "10.0.0.1",
            &[
                ("forwarded", "for=1.1.1.1"),
                ("x-forwarded-for", "198.51.100.7"),
            ],
            "10.0.0.1",
        ),
    ];

    #[test]
    fn only_a_proxy_that_is_named_is_believed_and_only_what_it_wrote_itself() {
        let networks = ["10.0.0.0/8", "2001:db8::/32"].map(|n| n.parse().unwrap());
        let proxies = Proxies(networks.into());
        for (peer, given, client) in TABLE {
            let mut headers = HeaderMap::new();
            for (name, value) in given {
                let name = HeaderName::from_static(name);
                headers.append(name, value.parse().unwrap());
            }
            let peer = peer.parse().unwrap();
            let found = proxies.client(peer, &headers).to_string();
            assert_eq!(found, client, "{peer} {given:?}");
            // Without names nobody is believed.
            let none = Proxies::default().client(peer, &headers);
            assert_eq!(none, peer.to_canonical());
        }
    }

    #[test]
    fn a_network_holds_its_addresses_and_a_wrong_one_is_told() {
        for (network, inside, outside) in [
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
            ("::/0", "2001:db8::1", "203.0.113.9"),
            ("192.0.2.0/25", "192.0.2.127", "192.0.2.128"),
            ("192.0.2.1", "192.0.2.1", "192.0.2.0"),
        ] {
            let of: Network = network.parse().unwrap();
            assert!(of.holds(inside.parse().unwrap()), "{network} {inside}");
            assert!(!of.holds(outside.parse().unwrap()), "{network} {outside}");
        }
        for wrong in ["", "example.com", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
