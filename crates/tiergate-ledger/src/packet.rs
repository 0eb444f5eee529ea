//! The audit packet of an order: one file with all that was decided and entered, which verifies by
//! itself.
//!
//! Entries stand in it byte for byte with the digests of the blocks that seal them, so that whoever
//! holds the packet, and a hash of a later block, needs no ledger to check it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::book::{held, written};
use crate::chain::{Block, Sealing};
use crate::entry::{Kind, Written};
use crate::error::Error;
use crate::held::Held;
use crate::store::{Digest, Reader, Stored};

/// An audit packet.
#[derive(Debug, Serialize, Deserialize)]
pub struct Packet {
    /// The version of its form.
    pub tiergate_packet: u32,
    /// The order's id.
    pub order: String,
    /// How it stands: units reserved, shipped, released and returned.
    pub stands: Stands,
    /// Until when it is kept: years after the last shipment, or after the last entry.
    pub keep_until: Option<jiff::civil::Date>,
    /// What says so.
    pub kept_under: Option<String>,
    /// The parties and the lists they are on, as the order stated when it was decided; where they
    /// were screened then, against which list, and each hit with what was decided of it.
    pub screening: Vec<Value>,
    /// Certifications, notices, reports: what was due, and when it was done.
    pub duties: Vec<Value>,
    /// The entries about it.
    pub entries: Vec<PacketEntry>,
    /// The blocks that seal them.
    pub blocks: Vec<PacketBlock>,
    /// The papers the entries name, each under its digest.
    pub papers: Vec<PacketPaper>,
}

/// How a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stands {
    /// Units reserved.
    pub reserved: u64,
    /// Units shipped.
    pub shipped: u64,
    /// Units released or lapsed.
    pub released: u64,
    /// Units returned.
    pub returned: u64,
}

/// An entry of a packet.
#[derive(Debug, Serialize, Deserialize)]
pub struct PacketEntry {
    /// Its place.
    pub seq: i64,
    /// When it was recorded, in microseconds since 1970.
    pub recorded: i64,
    /// The place of the reservation it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<i64>,
    /// As it was asked for.
    pub request: Box<RawValue>,
    /// As it was answered.
    pub answer: Box<RawValue>,
}

/// A block of a packet, with the digest of every entry it seals.
#[derive(Debug, Serialize, Deserialize)]
pub struct PacketBlock {
    /// Its number.
    pub n: i64,
    /// When it was sealed.
    pub sealed: i64,
    /// The hash of the block before.
    pub previous: String,
    /// Its hash.
    pub hash: String,
    /// The place and the digest of each entry.
    pub entries: Vec<(i64, String)>,
}

/// A paper of a packet.
#[derive(Debug, Serialize, Deserialize)]
pub struct PacketPaper {
    /// The digest of its bytes.
    pub digest: String,
    /// What it is: an order, a decision, a screening, or what was shown.
    pub kind: String,
    /// Its text; JSON papers are read from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its bytes in hexadecimal, when it is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hex: Option<String>,
}

/// The years that records are kept under a law at a day, and what says so.
pub type Keep<'k> = dyn FnMut(&str, jiff::civil::Date) -> Option<(i16, String)> + 'k;

/// Makes the packet of a reservation; none when there is none of this id. `keep` gives the years
/// that records are kept under a law at a day, and what says so.
///
/// # Errors
///
/// The store's, or entries that cannot be read.
pub fn packet(
    reader: &mut dyn Reader,
    id: &str,
    keep: &mut Keep<'_>,
) -> Result<Option<Packet>, Error> {
    let Some(made) = reader.entry(id)?.filter(|made| made.kind == Kind::Reserve) else {
        return Ok(None);
    };
    let followers = reader.followers(made.seq)?;
    let stands = match made.accepted {
        true => Stands::of(&held(&made, &followers)?),
        false => Stands {
            reserved: 0,
            shipped: 0,
            released: 0,
            returned: 0,
        },
    };
    let all: Vec<&Stored> = std::iter::once(&made).chain(&followers).collect();
    let mut requests: Vec<Written> = Vec::new();
    for entry in &all {
        requests.push(written(entry)?);
    }
    let basis = requests.first().and_then(|r| r.decision.clone());
    let mut digests: Vec<String> = Vec::new();
    digests.extend(basis.iter().flat_map(|b| b.papers().map(str::to_owned)));
    digests.extend(requests.iter().filter_map(|r| r.paper.clone()));
    let mut papers = Vec::new();
    for digest in digests {
        if let Some((kind, body)) = reader.paper(&digest)? {
            papers.push(PacketPaper::of(digest, kind, body));
        }
    }
    let read = |kind: &str| -> Option<Value> {
        let paper = papers.iter().find(|p| p.kind == kind)?;
        serde_json::from_str(paper.text.as_deref()?).ok()
    };
    let (order, decision) = (read("order"), read("decision"));
    let screened = read("screening");
    let last = requests.iter().map(|r| r.date).max();
    let kept = basis.as_ref().and_then(|b| keep(&b.law, b.as_of));
    let keep_until = kept
        .as_ref()
        .zip(last)
        .and_then(|((years, _), last)| last.checked_add(jiff::Span::new().years(*years)).ok());
    Ok(Some(Packet {
        tiergate_packet: 1,
        order: id.to_owned(),
        stands,
        keep_until,
        kept_under: kept.map(|(_, cite)| cite),
        screening: order
            .as_ref()
            .map(|order| screening(order, screened.as_ref()))
            .unwrap_or_default(),
        duties: decision
            .as_ref()
            .map(|d| duties(d, &requests))
            .unwrap_or_default(),
        blocks: sealing(reader, &all)?,
        entries: all
            .iter()
            .map(|e| PacketEntry::of(e))
            .collect::<Result<_, _>>()?,
        papers,
    }))
}

impl Stands {
    fn of(held: &Held) -> Stands {
        Stands {
            reserved: held.reserved,
            shipped: held.shipped,
            released: held.released,
            returned: held.returned,
        }
    }
}

impl PacketEntry {
    fn of(entry: &Stored) -> Result<PacketEntry, Error> {
        let raw = |text: &str| {
            RawValue::from_string(text.to_owned())
                .map_err(|e| Error::Damaged(format!("entry {}: {e}", entry.seq)))
        };
        Ok(PacketEntry {
            seq: entry.seq,
            recorded: entry.recorded,
            of: entry.of,
            request: raw(&entry.request)?,
            answer: raw(&entry.answer)?,
        })
    }
}

impl PacketPaper {
    fn of(digest: String, kind: String, body: Vec<u8>) -> PacketPaper {
        let (text, hex) = match String::from_utf8(body) {
            Ok(text) => (Some(text), None),
            Err(error) => (None, Some(crate::exchange::hex(error.as_bytes()))),
        };
        PacketPaper {
            digest,
            kind,
            text,
            hex,
        }
    }

    fn body(&self) -> Option<Vec<u8>> {
        match (&self.text, &self.hex) {
            (Some(text), None) => Some(text.as_bytes().to_vec()),
            (None, Some(hex)) => crate::exchange::from_hex(hex),
            _ => None,
        }
    }
}

/// The blocks that seal entries, each with the digests of all it seals.
fn sealing(reader: &mut dyn Reader, entries: &[&Stored]) -> Result<Vec<PacketBlock>, Error> {
    let blocks: Vec<Block> = reader.blocks()?;
    let holds = |b: &&Block| entries.iter().any(|e| b.first <= e.seq && e.seq <= b.last);
    let mut told = Vec::new();
    for block in blocks.iter().filter(holds) {
        let mut digests = Vec::new();
        // What comes after the block stops the reading of it.
        let read = reader.entries(block.first - 1, &mut |entry| {
            if entry.seq > block.last {
                return Err(Error::Other("past the block".to_owned()));
            }
            digests.push((entry.seq, crate::exchange::hex(&entry.digest)));
            Ok(())
        });
        match read {
            Ok(()) | Err(Error::Other(_)) => {}
            Err(error) => return Err(error),
        }
        told.push(PacketBlock {
            n: block.n,
            sealed: block.sealed,
            previous: block.previous.clone(),
            hash: block.hash.clone(),
            entries: digests,
        });
    }
    Ok(told)
}

/// The parties of an order with what was stated of them, and with what screening gave.
fn screening(order: &Value, screened: Option<&Value>) -> Vec<Value> {
    let fields = order.as_object().into_iter().flatten();
    let of = |path: &str, field: &str| path.strip_suffix(field).map(str::to_owned);
    let parties = fields.filter_map(|(path, value)| Some((of(path, ".name")?, value.clone())));
    parties
        .map(|(party, name)| {
            let lists = order.get(format!("{party}.lists")).cloned();
            let found = screened.and_then(|screened| {
                let parties = screened["parties"].as_array()?.iter();
                let found = parties.into_iter().find(|found| found["party"] == *party)?;
                Some((&screened["list"], found))
            });
            let unstated = match found {
                Some(_) => "unknown: the screening leaves it open",
                None => "not stated: not known to have been screened",
            };
            let mut told = serde_json::json!({
                "party": party,
                "name": name,
                "lists": lists.unwrap_or_else(|| Value::from(unstated)),
            });
            if let Some((list, found)) = found {
                told["screened_against"] = list.clone();
                told["hits"] = found["hits"].clone();
            }
            told
        })
        .collect()
}

/// The duties a decision lays down: of what carries the order, and of the outcome itself.
#[must_use]
pub fn duties_of(decision: &Value) -> Vec<Value> {
    let none = Vec::new();
    let list = |value: &Value| value.as_array().unwrap_or(&none).clone();
    let chosen = list(&decision["authorities"]);
    let chosen = chosen.iter().filter(|a| a["id"] == decision["authority"]);
    let mut all: Vec<Value> = chosen.flat_map(|a| list(&a["duties"])).collect();
    all.extend(list(&decision["duties"]));
    all
}

/// The duties of a decision, with when each was done.
fn duties(decision: &Value, requests: &[Written]) -> Vec<Value> {
    let mut all = duties_of(decision);
    for duty in &mut all {
        let id = duty["id"].as_str().unwrap_or_default().to_owned();
        let done = requests
            .iter()
            .filter(|r| r.kind == Kind::Done && r.duty.as_deref() == Some(&id))
            .map(|r| serde_json::json!({ "on": r.date, "entry": r.id, "paper": r.paper }));
        duty["done"] = done.collect();
    }
    all
}

/// What is wrong with a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketFault(pub String);

/// Checks a packet by itself: every entry against its block, every paper against its digest, and
/// how the order stands against its entries.
///
/// # Errors
///
/// A text that is no packet.
pub fn check_packet(text: &str) -> Result<(Packet, Vec<PacketFault>), Error> {
    let packet: Packet =
        serde_json::from_str(text).map_err(|e| Error::Other(format!("this is no packet: {e}")))?;
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(PacketFault(what));
    for block in &packet.blocks {
        let before = Block {
            n: block.n - 1,
            first: 0,
            last: 0,
            count: 0,
            sealed: 0,
            previous: String::new(),
            hash: block.previous.clone(),
        };
        let mut sealing = Sealing::after(Some(&before));
        for (seq, digest) in &block.entries {
            let digest = crate::exchange::from_hex(digest).and_then(|d| Digest::try_from(d).ok());
            sealing.add(*seq, &digest.unwrap_or_default());
        }
        if sealing.seal(block.sealed).hash != block.hash {
            fault(format!("block {} does not hold", block.n));
        }
    }
    let mut stored: Vec<Stored> = Vec::new();
    for entry in &packet.entries {
        let mut kept = Stored {
            seq: entry.seq,
            id: String::new(),
            kind: Kind::Reserve,
            date: jiff::civil::Date::MIN,
            of: entry.of,
            accepted: entry.answer.get().contains("\"accepted\""),
            recorded: entry.recorded,
            request: entry.request.get().to_owned(),
            answer: entry.answer.get().to_owned(),
            digest: [0; 32],
        };
        kept.digest = kept.hash();
        let digest = crate::exchange::hex(&kept.digest);
        let sealed = packet.blocks.iter().flat_map(|b| &b.entries);
        let sealed: Vec<&String> = sealed
            .filter(|(seq, _)| *seq == entry.seq)
            .map(|(_, d)| d)
            .collect();
        match sealed.as_slice() {
            [] => fault(format!(
                "entry {} is not sealed in any block of the packet",
                entry.seq
            )),
            [told] if **told == digest => {}
            _ => fault(format!("entry {} was changed", entry.seq)),
        }
        let request = written(&kept)?;
        kept.id.clone_from(&request.id);
        kept.kind = request.kind;
        kept.date = request.date;
        for digest in request.decision.iter().flat_map(crate::Basis::papers) {
            if !packet.papers.iter().any(|p| p.digest == digest) {
                fault(format!(
                    "the paper {digest} that entry {} names is not here",
                    entry.seq
                ));
            }
        }
        stored.push(kept);
    }
    for paper in &packet.papers {
        let body = paper.body().unwrap_or_default();
        if blake3::hash(&body).to_hex().as_str() != paper.digest {
            fault(format!(
                "the paper {} ({}) was changed",
                paper.digest, paper.kind
            ));
        }
    }
    derived(&packet, &stored, &mut fault);
    match stored.split_first() {
        None => fault("there is no entry".to_owned()),
        Some((made, _)) if !made.accepted => {}
        Some((made, followers)) => match held(made, followers) {
            Ok(held) if Stands::of(&held) == packet.stands => {}
            Ok(held) => fault(format!(
                "its entries say {} reserved and {} shipped, not {} and {}",
                held.reserved, held.shipped, packet.stands.reserved, packet.stands.shipped
            )),
            Err(error) => fault(error.to_string()),
        },
    }
    Ok((packet, faults))
}

/// Holds what a packet derives from its entries and papers against them.
fn derived(packet: &Packet, stored: &[Stored], fault: &mut dyn FnMut(String)) {
    if packet.tiergate_packet != 1 {
        fault(format!(
            "it is of version {}, and 1 is known",
            packet.tiergate_packet
        ));
    }
    if stored.first().is_none_or(|made| made.id != packet.order) {
        fault(format!(
            "its first entry is not the reservation of {}",
            packet.order
        ));
    }
    let read = |kind: &str| -> Option<Value> {
        let paper = packet.papers.iter().find(|p| p.kind == kind)?;
        serde_json::from_str(paper.text.as_deref()?).ok()
    };
    let requests: Vec<Written> = stored.iter().filter_map(|s| written(s).ok()).collect();
    let now = read("decision")
        .map(|d| duties(&d, &requests))
        .unwrap_or_default();
    if now != packet.duties {
        fault("its duties are not those of the decision and what was entered as done".to_owned());
    }
    let (order, screened) = (read("order"), read("screening"));
    let screening = order.map(|order| screening(&order, screened.as_ref()));
    if screening.unwrap_or_default() != packet.screening {
        fault("its screening is not that of the order and what was kept of it".to_owned());
    }
    let last = requests.iter().map(|r| r.date).max();
    if packet
        .keep_until
        .zip(last)
        .is_some_and(|(until, last)| until <= last)
    {
        fault("it is to be kept until a day before its last entry".to_owned());
    }
}
