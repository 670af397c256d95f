//! Which bytes went over a TCP connection, each way? The payloads of its packets, put in order; what was captured twice
//! counts once, and what is missing is counted.

use std::{collections::HashMap, net::IpAddr};

/// An address and a port.
pub(crate) type Endpoint = (IpAddr, u16);

/// What a packet has to say about a connection.
#[derive(Clone, Copy)]
pub(crate) struct Segment<'a> {
    pub(crate) from: Endpoint,
    pub(crate) to: Endpoint,
    pub(crate) sequence: u32,
    pub(crate) is_syn: bool,
    pub(crate) payload: &'a [u8],
}

/// All connections, in the order of their first packets.
#[derive(Default)]
pub(crate) struct Connections<'a> {
    list: Vec<Connection<'a>>,
    /// The latest connection between two endpoints, the lower one first.
    latest: HashMap<(Endpoint, Endpoint), usize>,
}

/// What either endpoint sent, that of the lower one first.
#[derive(Default)]
pub(crate) struct Connection<'a> {
    pub(crate) sides: [Side<'a>; 2],
}

/// What one endpoint sent.
#[derive(Default)]
pub(crate) struct Side<'a> {
    /// The sequence number of its first byte, where the packet that opens the connection was captured.
    first: Option<u32>,
    /// Sequence numbers and payloads in the order captured.
    segments: Vec<(u32, &'a [u8])>,
}

/// Bytes without a gap.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// How many bytes before them were not captured.
    pub(crate) missing: usize,
    pub(crate) bytes: Vec<u8>,
    /// Where the payloads of packets begin.
    pub(crate) starts: Vec<usize>,
}

impl<'a> Connections<'a> {
    pub(crate) fn add(&mut self, segment: Segment<'a>) {
        let key = (segment.from.min(segment.to), segment.from.max(segment.to));
        let side = usize::from(segment.from > segment.to);
        let known = self.latest.get(&key).copied().filter(|&at| {
            let sides = self.list.get(at).map(|connection| &connection.sides);
            sides.is_some_and(|sides| sides.get(side).is_some_and(|side| side.accepts(&segment)))
        });
        let at = known.unwrap_or_else(|| {
            self.list.push(Connection::default());
            self.list.len() - 1
        });
        self.latest.insert(key, at);
        let sides = self
            .list
            .get_mut(at)
            .map(|connection| &mut connection.sides);
        if let Some(side) = sides.and_then(|sides| sides.get_mut(side)) {
            side.add(&segment);
        }
    }

    pub(crate) fn into_list(self) -> Vec<Connection<'a>> {
        self.list
    }
}

impl<'a> Side<'a> {
    /// Whether a packet is of this connection, and not of a later one between the same ports.
    fn accepts(&self, segment: &Segment<'_>) -> bool {
        let first = segment.sequence.wrapping_add(1);
        match (self.first, self.segments.first()) {
            _ if !segment.is_syn => true,
            (Some(known), _) => known == first,
            (None, Some((sequence, _))) => distance(first, *sequence) >= 0,
            (None, None) => true,
        }
    }

    fn add(&mut self, segment: &Segment<'a>) {
        let mut sequence = segment.sequence;
        if segment.is_syn {
            sequence = sequence.wrapping_add(1);
            self.first = Some(sequence);
        }
        if !segment.payload.is_empty() {
            self.segments.push((sequence, segment.payload));
        }
    }

    /// The bytes in order.
    pub(crate) fn runs(&self) -> Vec<Run> {
        let Some(origin) = self
            .first
            .or(self.segments.first().map(|(sequence, _)| *sequence))
        else {
            return Vec::new();
        };
        let mut segments: Vec<(i64, &[u8])> = self
            .segments
            .iter()
            .map(|(sequence, payload)| (distance(origin, *sequence), *payload))
            .collect();
        segments.sort_by_key(|(start, _)| *start);
        let mut end = match (self.first, segments.first()) {
            (None, Some((start, _))) => *start,
            _ => 0,
        };
        let mut runs: Vec<Run> = Vec::new();
        for (start, payload) in segments {
            let known = usize::try_from(end - start).unwrap_or(0);
            let Some(new) = payload.get(known..).filter(|new| !new.is_empty()) else {
                continue;
            };
            let missing = usize::try_from(start - end).unwrap_or(0);
            if missing > 0 || runs.is_empty() {
                runs.push(Run {
                    missing,
                    ..Run::default()
                });
            }
            if let Some(run) = runs.last_mut() {
                run.starts.push(run.bytes.len());
                run.bytes.extend_from_slice(new);
            }
            end = start.max(end) + i64::try_from(new.len()).unwrap_or(0);
        }
        runs
    }
}

/// How far a sequence number is behind another; they begin anew after 2³².
fn distance(from: u32, to: u32) -> i64 {
    i64::from(to.wrapping_sub(from).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, sample::Index};

    const CLIENT: Endpoint = (IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 50_000);
    const SERVER: Endpoint = (IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 80);

    fn sent(sequence: u32, payload: &[u8]) -> Segment<'_> {
        Segment {
            from: CLIENT,
            to: SERVER,
            sequence,
            is_syn: false,
            payload,
        }
    }

    fn opened(sequence: u32) -> Segment<'static> {
        Segment {
            is_syn: true,
            ..sent(sequence, b"")
        }
    }

    fn connections<'a>(segments: &[Segment<'a>]) -> Vec<Connection<'a>> {
        let mut connections = Connections::default();
        for segment in segments {
            connections.add(*segment);
        }
        connections.into_list()
    }

    fn runs(segments: &[Segment<'_>]) -> Vec<(usize, String)> {
        let mut all = connections(segments);
        assert_eq!(all.len(), 1);
        // The server's port is the lower one.
        all.remove(0).sides[1]
            .runs()
            .into_iter()
            .map(|run| (run.missing, String::from_utf8(run.bytes).unwrap()))
            .collect()
    }

    #[test]
    fn payloads_are_put_in_order_and_count_once() {
        let whole = [(0, "abcdef".to_owned())];
        assert_eq!(
            runs(&[opened(9), sent(10, b"abc"), sent(13, b"def")]),
            whole
        );
        assert_eq!(
            runs(&[opened(9), sent(13, b"def"), sent(10, b"abc")]),
            whole
        );
        assert_eq!(
            runs(&[sent(13, b"def"), sent(10, b"abc"), opened(9)]),
            whole
        );
        assert_eq!(
            runs(&[
                sent(10, b"abc"),
                sent(10, b"abc"),
                sent(12, b"cdef"),
                sent(11, b"b")
            ]),
            whole
        );
        assert_eq!(
            runs(&[
                opened(u32::MAX - 2),
                sent(u32::MAX - 1, b"abc"),
                sent(1, b"def")
            ]),
            whole
        );
        // A keep-alive probe repeats the byte before, whatever it holds.
        assert_eq!(
            runs(&[
                opened(9),
                sent(9, b"x"),
                sent(10, b"abcdef"),
                sent(15, b"x")
            ]),
            whole
        );
    }

    #[test]
    fn what_is_missing_is_counted() {
        assert_eq!(
            runs(&[opened(9), sent(12, b"c"), sent(15, b"f"), sent(16, b"g")]),
            [(2, "c".into()), (2, "fg".into())]
        );
        assert_eq!(
            runs(&[sent(15, b"f"), sent(12, b"c")]),
            [(0, "c".into()), (2, "f".into())]
        );
    }

    #[test]
    fn ports_that_are_used_again_make_another_connection() {
        let again = [
            opened(9),
            sent(10, b"a"),
            opened(9),
            opened(99),
            sent(100, b"b"),
        ];
        let all = connections(&again);
        let bytes: Vec<_> = all
            .iter()
            .map(|connection| connection.sides[1].runs().remove(0).bytes)
            .collect();
        assert_eq!(bytes, [b"a", b"b"]);
        let answered = [
            sent(10, b"a"),
            Segment {
                from: SERVER,
                to: CLIENT,
                ..sent(70, b"b")
            },
        ];
        let all = connections(&answered);
        assert_eq!(
            (all.len(), all[0].sides[0].runs()[0].bytes.as_slice()),
            (1, &b"b"[..])
        );
        assert_eq!(connections(&[sent(500, b"a"), opened(900)]).len(), 2);
    }

    proptest! {
        #[test]
        fn any_segments_in_any_order_are_the_same_stream(
            stream in prop::collection::vec(any::<u8>(), 1..200),
            cuts in prop::collection::vec((any::<Index>(), any::<Index>()), 0..20),
            order in any::<prop::sample::Selector>(),
            first in any::<u32>(),
        ) {
            let mut pieces: Vec<(usize, usize)> = cuts
                .iter()
                .map(|(a, b)| (a.index(stream.len()), b.index(stream.len())))
                .map(|(a, b)| (a.min(b), a.max(b)))
                .collect();
            pieces.extend((0..stream.len()).step_by(7).map(|start| (start, (start + 7).min(stream.len()))));
            let mut segments = vec![opened(first.wrapping_sub(1))];
            for (start, end) in pieces {
                segments.push(sent(first.wrapping_add(u32::try_from(start).unwrap()), &stream[start..end]));
            }
            let count = segments.len();
            let shuffled: Vec<_> = {
                let mut rest = segments;
                let mut shuffled = Vec::new();
                for _ in 0..count {
                    let (at, _) = order.select(rest.iter().enumerate());
                    shuffled.push(rest.remove(at));
                }
                shuffled
            };
            let mut all = connections(&shuffled);
            prop_assert_eq!(all.len(), 1);
            let runs = all.remove(0).sides[1].runs();
            prop_assert_eq!((runs.len(), runs[0].missing, &runs[0].bytes), (1, 0, &stream));
        }
    }
}
