//! Packet captures made up for the tests and for `benches/growth.rs`.

use etherparse::PacketBuilder;

/// A TCP packet over IPv4 without a header around it.
pub(crate) fn packet(sequence: u32, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64);
    let builder = builder.tcp(50_000, 80, sequence, 1024);
    let mut bytes = Vec::new();
    builder.write(&mut bytes, payload).unwrap();
    bytes
}

/// A pcap file of raw IP packets.
pub(crate) fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for number in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        file.extend(number.to_le_bytes());
    }
    for packet in packets {
        let length = u32::try_from(packet.len()).unwrap();
        for number in [0, 0, length, length] {
            file.extend(number.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

/// A packet for each byte of a text that ends like a request, the last one first; with a step of two, every second one is missing.
pub(crate) fn byte_by_byte(text: &[u8], step: usize) -> Vec<u8> {
    let bytes = [text, b" HTTP/1.1\r\n\r\n"].concat();
    let packets: Vec<_> = (bytes.iter().enumerate().rev().step_by(step))
        .map(|(index, &byte)| packet(u32::try_from(index).unwrap(), &[byte]))
        .collect();
    pcap(&packets)
}
