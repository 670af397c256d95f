//! What did the client send? Plain HTTP in the packets of a capture file, pcap or pcapng.

use crate::{
    Captured, Hints,
    connection::requests,
    error::CaptureError,
    format::Spec,
    tcp::{Connections, Run, Segment},
};
use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use oauth1_core::request::Scheme;
use pcap_parser::{
    Block, Linktype, PcapError, nom, parse_block_be, parse_block_le, parse_pcap_frame,
    parse_pcap_frame_be, parse_pcap_frame_modified, parse_pcap_header,
};

pub(crate) const SPEC: Spec = Spec {
    name: "pcap",
    description: "a packet capture of plain HTTP (pcap or pcapng)",
    noun: "a packet capture",
    looks_like,
    may_look_like: &[],
    keeps_byte_order_mark: false,
    read,
};

/// The first bytes of a pcap file; the third one is of a variant that Linux once had.
const PCAP: [[u8; 4]; 5] = [
    [0xd4, 0xc3, 0xb2, 0xa1],
    [0xa1, 0xb2, 0xc3, 0xd4],
    [0x34, 0xcd, 0xb2, 0xa1],
    [0x4d, 0x3c, 0xb2, 0xa1],
    [0xa1, 0xb2, 0x3c, 0x4d],
];
/// The first bytes of a pcapng file, and what follows them after a length of four bytes.
const PCAPNG: &[u8] = b"\n\r\r\n";
const PCAPNG_BYTE_ORDER: [[u8; 4]; 2] = [[0x4d, 0x3c, 0x2b, 0x1a], [0x1a, 0x2b, 0x3c, 0x4d]];

const HELP_ENCRYPTED: &str = "export a HAR file where the request is made or in a proxy such as mitmproxy, or capture the request where it is not encrypted yet";

/// White space at the beginning is taken away, and that is how a pcapng file begins; its length may be white space too.
fn looks_like(text: &[u8]) -> bool {
    PCAP.iter().any(|magic| text.starts_with(magic))
        || (0..=4).any(|at| {
            let rest = text.get(at..).unwrap_or_default();
            PCAPNG_BYTE_ORDER
                .iter()
                .any(|order| rest.starts_with(order))
        })
}

fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let File {
        packets,
        breaks_off,
    } = File::read(input);
    let mut seen = Seen {
        packets: packets.len(),
        ..Seen::default()
    };
    let mut connections = Connections::default();
    for packet in &packets {
        match packet.segment() {
            Ok(Some(segment)) => connections.add(segment),
            Ok(None) => {}
            Err(unknown) => seen.unknown_link = Some(unknown.0),
        }
    }
    let hints = Hints {
        scheme: hints.scheme.or(Some(Scheme::Http)),
        ..hints.clone()
    };
    let mut all = Vec::new();
    for connection in connections.into_list() {
        seen.connections += 1;
        let [one, other] = connection.sides.map(|side| side.runs());
        seen.look_at(&one);
        seen.look_at(&other);
        all.extend(requests(&one, &other, &hints));
        all.extend(requests(&other, &one, &hints));
    }
    for (index, captured) in all.iter_mut().enumerate() {
        let what = captured.place.take().unwrap_or_default();
        captured.place = Some(format!("request {}: {what}", index + 1));
    }
    let is_there =
        all.iter().any(Captured::is_signed) || !all.is_empty() && !seen.tls && !seen.http2;
    match breaks_off {
        None if is_there => {}
        Some(at) if is_there => {
            for captured in &mut all {
                captured.notes.push(format!("The capture file goes wrong or breaks off at byte {at}; packets after it are not read."));
            }
        }
        _ => return Err(seen.explain(input, breaks_off)),
    }
    Ok(all)
}

/// What there was in a capture; where no request is found, it says why.
#[derive(Default)]
struct Seen {
    packets: usize,
    connections: usize,
    unknown_link: Option<i32>,
    tls: bool,
    http2: bool,
}

impl Seen {
    fn look_at(&mut self, runs: &[Run]) {
        let start = runs.first().map_or(&[][..], |run| &run.bytes);
        // A TLS record: what it holds (20 to 23), and a version.
        self.tls |= matches!(start, [20..=23, 3, 0..=4, ..]);
        self.http2 |= start.starts_with(b"PRI * HTTP/2.0\r\n");
    }

    fn explain(&self, input: &[u8], breaks_off: Option<usize>) -> CaptureError {
        const HELP: &str = "capture again while the request is sent, such as with tcpdump -i any -s 0 -w FILE port 80";
        let (message, help) = if self.tls {
            ("expected plain HTTP, found connections that are encrypted (TLS), whose requests cannot be read".into(), HELP_ENCRYPTED)
        } else if self.http2 {
            (
                "expected HTTP/1.x, found HTTP/2, which is not read from packets".into(),
                "export a HAR file, or have the client use HTTP/1.1",
            )
        } else if breaks_off == Some(0) {
            (
                "expected a pcap or pcapng file, found something else".into(),
                HELP,
            )
        } else if let Some(at) = breaks_off {
            let message =
                "expected the next packet, found a capture file that goes wrong or breaks off here";
            return CaptureError::at(
                input,
                at,
                message,
                "copy the file again as binary, or capture again",
            );
        } else if let Some(link) = self.unknown_link {
            (
                format!(
                    "packets of link type {link} are not read: expected Ethernet, Linux cooked, loopback or raw IP"
                ),
                HELP,
            )
        } else {
            (
                format!(
                    "expected an HTTP request, found none in {} packets of {} TCP connections",
                    self.packets, self.connections
                ),
                HELP,
            )
        };
        CaptureError::at(input, 0, message, help)
    }
}

/// A packet as captured, and what its header is.
struct Packet<'a> {
    link: Linktype,
    data: &'a [u8],
}

/// A link type that is not read.
struct UnknownLink(i32);

impl<'a> Packet<'a> {
    /// What it says about a TCP connection, if it does.
    fn segment(&self) -> Result<Option<Segment<'a>>, UnknownLink> {
        let data = self.data;
        let ether_type = |at: usize, header: usize| {
            let ether_type = u16::from_be_bytes(*data.get(at..)?.first_chunk()?);
            Some(LaxSlicedPacket::from_ether_type(
                EtherType(ether_type),
                data.get(header..)?,
            ))
        };
        let packet = match self.link {
            Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(data).ok(),
            Linktype::LINUX_SLL => ether_type(14, 16),
            Linktype::LINUX_SLL2 => ether_type(0, 20),
            // The address family, which differs between systems; the version in the IP header tells the same.
            Linktype::NULL | Linktype::LOOP => data
                .get(4..)
                .and_then(|ip| LaxSlicedPacket::from_ip(ip).ok()),
            // 12 and 14 are what raw IP is on some systems.
            Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 | Linktype(12 | 14) => {
                LaxSlicedPacket::from_ip(data).ok()
            }
            Linktype(other) => return Err(UnknownLink(other)),
        };
        Ok(packet.and_then(|packet| segment(&packet)))
    }
}

fn segment<'a>(packet: &LaxSlicedPacket<'a>) -> Option<Segment<'a>> {
    let (from, to) = match packet.net.as_ref()? {
        LaxNetSlice::Ipv4(ip) => (
            ip.header().source_addr().into(),
            ip.header().destination_addr().into(),
        ),
        LaxNetSlice::Ipv6(ip) => (
            ip.header().source_addr().into(),
            ip.header().destination_addr().into(),
        ),
        LaxNetSlice::Arp(_) => return None,
    };
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else {
        return None;
    };
    Some(Segment {
        from: (from, tcp.source_port()),
        to: (to, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        is_syn: tcp.syn(),
        payload: tcp.payload(),
    })
}

/// The packets of a file, and the offset from which on it cannot be read.
#[derive(Default)]
struct File<'a> {
    packets: Vec<Packet<'a>>,
    breaks_off: Option<usize>,
}

/// What the parser crate makes of the beginning of what is left.
type Parsed<'a, T> = nom::IResult<&'a [u8], T, PcapError<&'a [u8]>>;

impl<'a> File<'a> {
    fn read(input: &'a [u8]) -> Self {
        let mut file = Self::default();
        let mut rest = input;
        let read = if input.starts_with(PCAPNG) {
            file.read_pcapng(&mut rest)
        } else {
            file.read_pcap(&mut rest)
        };
        if read.is_none() {
            file.breaks_off = Some(input.len() - rest.len());
        }
        file
    }

    fn read_pcap(&mut self, rest: &mut &'a [u8]) -> Option<()> {
        let header = next(rest, parse_pcap_header(rest))?;
        let frame = match header {
            _ if header.is_bigendian() => parse_pcap_frame_be,
            _ if header.is_modified_format() => parse_pcap_frame_modified,
            _ => parse_pcap_frame,
        };
        // The four upper bits are about the checksum at the end of a packet.
        let link = Linktype(header.network.0 & 0x0fff_ffff);
        while !rest.is_empty() {
            let data = next(rest, frame(rest))?.data;
            self.packets.push(Packet { link, data });
        }
        Some(())
    }

    fn read_pcapng(&mut self, rest: &mut &'a [u8]) -> Option<()> {
        let mut parse_block = parse_block_le as fn(&'a [u8]) -> Parsed<'a, Block<'a>>;
        let mut links = Vec::new();
        while !rest.is_empty() {
            let (link, data, length) = match next(rest, parse_block(rest))? {
                Block::SectionHeader(section) => {
                    parse_block = if section.big_endian() {
                        parse_block_be
                    } else {
                        parse_block_le
                    };
                    links.clear();
                    continue;
                }
                Block::InterfaceDescription(interface) => {
                    links.push(interface.linktype);
                    continue;
                }
                Block::EnhancedPacket(packet) => (packet.if_id, packet.data, packet.caplen),
                Block::SimplePacket(packet) => (0, packet.data, packet.origlen),
                _ => continue,
            };
            let link = *links.get(usize::try_from(link).ok()?)?;
            let length = usize::try_from(length).ok()?.min(data.len());
            let data = data.get(..length)?;
            self.packets.push(Packet { link, data });
        }
        Some(())
    }
}

/// Moves on to what is left after something was read.
fn next<'a, T>(rest: &mut &'a [u8], parsed: Parsed<'a, T>) -> Option<T> {
    let (after, value) = parsed.ok()?;
    *rest = after;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    const REQUEST: &[u8] = b"GET /a?oauth_token=b HTTP/1.1\r\nHost: h\r\n\r\n";

    fn ip_packet(payload: &[u8]) -> Vec<u8> {
        let builder = PacketBuilder::ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64);
        let mut bytes = Vec::new();
        builder
            .tcp(50_000, 80, 1, 1024)
            .write(&mut bytes, payload)
            .unwrap();
        bytes
    }

    fn words(numbers: &[u32], big: bool) -> Vec<u8> {
        let bytes = |number: &u32| {
            if big {
                number.to_be_bytes()
            } else {
                number.to_le_bytes()
            }
        };
        numbers.iter().flat_map(bytes).collect()
    }

    fn pcap(magic: u32, big: bool, link: u32, packets: &[Vec<u8>]) -> Vec<u8> {
        let version = if big { 0x0002_0004 } else { 0x0004_0002 };
        let mut file = words(&[magic, version, 0, 0, 65_535, link], big);
        for packet in packets {
            let length = u32::try_from(packet.len()).unwrap();
            file.extend(words(&[0, 0, length, length], big));
            if magic == 0xa1b2_cd34 {
                file.extend([0; 8]);
            }
            file.extend(packet);
        }
        file
    }

    fn block(kind: u32, big: bool, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(12 + content.len()).unwrap();
        [
            words(&[kind, length], big),
            content.to_vec(),
            words(&[length], big),
        ]
        .concat()
    }

    /// A section: raw IP, a packet in the short form, and a block that nobody knows.
    fn section(big: bool, packet: &[u8]) -> Vec<u8> {
        let version = if big { 0x0001_0000 } else { 1 };
        let link = if big { 101 << 16 } else { 101 };
        let mut padded = packet.to_vec();
        padded.resize(packet.len().next_multiple_of(4), 0);
        let length = words(&[u32::try_from(packet.len()).unwrap()], big);
        [
            block(
                0x0a0d_0d0a,
                big,
                &words(&[0x1a2b_3c4d, version, u32::MAX, u32::MAX], big),
            ),
            block(1, big, &words(&[link, 0], big)),
            block(0x0bad_cafe, big, b"1234"),
            block(3, big, &[length, padded].concat()),
        ]
        .concat()
    }

    fn read_plain(input: &[u8]) -> Result<Vec<Captured>, CaptureError> {
        assert!(looks_like(input.trim_ascii_start()));
        read(input, &Hints::default())
    }

    fn path(input: &[u8]) -> Vec<u8> {
        let all = read_plain(input).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].place.as_deref(), Some("request 1: GET http://h/a"));
        let request = all[0].request.as_ref().unwrap();
        assert!(request.scheme_known && request.request.scheme == Scheme::Http);
        request.request.path.clone()
    }

    #[test]
    fn every_kind_of_file_is_read() {
        let packet = ip_packet(REQUEST);
        for (magic, big) in [
            (0xa1b2_c3d4, false),
            (0xa1b2_c3d4, true),
            (0xa1b2_3c4d, false),
            (0xa1b2_3c4d, true),
            (0xa1b2_cd34, false),
        ] {
            let file = pcap(magic, big, 101, std::slice::from_ref(&packet));
            assert_eq!(path(&file), b"/a", "{magic:x} {big}");
        }
        assert_eq!(path(&section(false, &packet)), b"/a");
        assert_eq!(path(&section(true, &packet)), b"/a");
        let nothing = ip_packet(b"");
        assert_eq!(
            path(&[section(true, &nothing), section(false, &packet)].concat()),
            b"/a"
        );
    }

    #[test]
    fn a_real_file_shows_the_answers() {
        let file =
            include_bytes!("../../../fixtures/captures/pcap/tcpdump-loopback-keep-alive.pcap");
        let answers: Vec<_> = read_plain(file)
            .unwrap()
            .into_iter()
            .map(|captured| captured.response.unwrap())
            .collect();
        let statuses: Vec<_> = answers.iter().filter_map(|answer| answer.status).collect();
        assert_eq!(statuses, [200, 200, 302, 200, 401, 200, 200, 200]);
        assert_eq!(answers[4].body, b"oauth_problem=signature_invalid");
        assert_eq!(answers[6].body, b"ok there");
    }

    #[test]
    fn every_kind_of_link_is_read() {
        let ip = ip_packet(REQUEST);
        let behind = |header: &[u8]| [header, &ip].concat();
        for (link, packet) in [
            (0, behind(&[2, 0, 0, 0])),
            (1, behind(b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0")),
            // With four bits that say how long the checksum is.
            (
                0x2000_0001,
                behind(b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0"),
            ),
            (
                1,
                behind(b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x81\0\0\x07\x08\0"),
            ),
            (12, ip.clone()),
            (101, ip.clone()),
            (108, behind(&[0, 0, 0, 2])),
            (113, behind(b"\0\0\x03\x04\0\x06\0\0\0\0\0\0\0\0\x08\0")),
            (228, ip.clone()),
            (
                276,
                behind(b"\x08\0\0\0\0\0\0\x01\x03\x04\0\x06\0\0\0\0\0\0\0\0"),
            ),
        ] {
            assert_eq!(
                path(&pcap(0xa1b2_c3d4, false, link, &[packet])),
                b"/a",
                "{link}"
            );
        }
    }

    #[test]
    fn a_file_that_breaks_off_gives_what_comes_before() {
        let packets = [ip_packet(REQUEST), ip_packet(REQUEST)];
        let file = pcap(0xa1b2_c3d4, false, 101, &packets);
        let all = read_plain(&file[..file.len() - 3]).unwrap();
        let at = 24 + 16 + packets[0].len();
        assert!(
            all[0].notes[0].contains(&format!("byte {at};")),
            "{:?}",
            all[0].notes
        );
        let error = read_plain(&file[..50]).unwrap_err();
        assert_eq!((error.line, error.byte), (1, 24));
        assert!(error.message.contains("breaks off"));
        assert_eq!(read_plain(&file[..20]).unwrap_err().byte, 0);
        let mut wrong = section(false, &packets[0]);
        let end = wrong.len() - 4;
        wrong[4] = 9;
        assert_eq!(read(&wrong, &Hints::default()).unwrap_err().byte, 0);
        assert!(read_plain(&section(true, &packets[0])[..end]).is_err());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (link, packets, told) in [
            (
                101,
                vec![ip_packet(b"\x16\x03\x01\x02\0\x01")],
                "encrypted (TLS)",
            ),
            (
                101,
                vec![ip_packet(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
                "HTTP/2",
            ),
            (105, vec![ip_packet(REQUEST)], "link type 105"),
            (
                101,
                vec![ip_packet(b"hello")],
                "none in 1 packets of 1 TCP connections",
            ),
            (
                101,
                vec![vec![0x45], vec![]],
                "none in 2 packets of 0 TCP connections",
            ),
            (101, vec![], "none in 0 packets"),
        ] {
            let error = read_plain(&pcap(0xa1b2_c3d4, false, link, &packets)).unwrap_err();
            assert!(error.message.contains(told), "{told}: {error}");
        }
    }

    #[test]
    fn a_hint_says_that_it_was_https_further_on() {
        let hints = Hints {
            scheme: Some(Scheme::Https),
            ..Hints::default()
        };
        let file = pcap(0xa1b2_c3d4, false, 101, &[ip_packet(REQUEST)]);
        let request = read(&file, &hints)
            .unwrap()
            .remove(0)
            .request
            .unwrap()
            .request;
        assert_eq!(request.scheme, Scheme::Https);
    }
}
