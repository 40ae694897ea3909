use super::{Answer, Extent};

const WHOLE: [&[u8]; 5] = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.0 503 \r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 204\r\nContent-Length: 7\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nok",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: Chunked\r\n\r\n1;a=b\r\no\r\n1\r\nk\r\n0\r\nX: y\r\n\r\n",
];

fn parse(bytes: &[u8]) -> Option<Answer> {
    Answer::parse(bytes).unwrap_or_else(|fault| panic!("{fault}: {:?}", String::from_utf8_lossy(bytes)))
}

#[test]
fn an_answer_is_whole_with_its_last_byte_and_no_sooner() {
    for bytes in WHOLE {
        for end in 0..bytes.len() {
            let whole = parse(&bytes[..end]).is_some_and(|answer| answer.extent == Extent::Whole);
            assert!(!whole, "{:?}", String::from_utf8_lossy(&bytes[..end]));
        }
        assert_eq!(parse(bytes).expect("the head is there").extent, Extent::Whole);
    }
}

#[test]
fn a_body_comes_out_of_its_chunks() {
    for bytes in [WHOLE[0], WHOLE[3], WHOLE[4]] {
        let answer = parse(bytes).expect("the head is there");
        assert_eq!((answer.status, &*answer.body), (200, &b"ok"[..]));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    for bytes in WHOLE {
        for at in 0..bytes.len() {
            for byte in [0, b'\r', b'\n', b':', b'9', b'f', 0xff] {
                let mut bytes = bytes.to_vec();
                bytes[at] = byte;
                drop(Answer::parse(&bytes));
            }
        }
    }
    drop(Answer::parse(b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\na"));
    drop(Answer::parse(b"HTTP/1.1 200\r\nContent-Length: 18446744073709551615\r\n\r\na"));
}
