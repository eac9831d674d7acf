//! SHA-1 of a key, without a second buffer.

use std::slice::from_ref;

use sha1::block_api::compress;

const BLOCK: usize = 64;

/// What a hash begins with.
const START: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

/// The hash of a text, to which it adds what makes whole blocks of it: a one, zeros, and how many bits it has.
pub fn sha1(text: &mut Vec<u8>) -> [u8; 20] {
    let bits = text.len() as u64 * 8;
    text.push(0x80);
    text.resize((text.len() + 8).next_multiple_of(BLOCK) - 8, 0);
    text.extend_from_slice(&bits.to_be_bytes());
    let mut state = START;
    for block in text.chunks_exact(BLOCK).filter_map(|block| block.first_chunk()) {
        compress(&mut state, from_ref(block));
    }
    let mut hash = [0; 20];
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    hash
}
