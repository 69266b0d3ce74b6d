//! However the network cuts the bytes, the stream says the same.

use proptest::prelude::*;

use super::*;

const S3: &str = concat!(
    "data: {\"blockId\":\"7b7735b9-19e5-4bd6-818b-46aae2596e9f\",\"chunk\":\"naïve café — 東京 🚀\\nline two\\t\\\"quoted\\\" data: [DONE]\"}\n\n",
    "data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{\"n\":1.10}}}\n\n",
    "data: \"[DONE]\"\n\n"
);
const TEXT: &str = "naïve café — 東京 🚀\nline two\t\"quoted\" data: [DONE]";

/// The text that came, and the end as words.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, withdrawable: bool) -> (String, String) {
    let mut text = String::new();
    let mut reader = RunReader::new(withdrawable);
    let mut emit = |event: Event<'_>| {
        if let Event::Text { text: piece, .. } = event {
            text.push_str(piece);
        }
    };
    for piece in pieces {
        reader.feed(piece, &mut emit).unwrap();
    }
    let end = match reader.finish(Ending::Closed, &mut emit) {
        Ok(end) => end.outcome.whole.text().to_owned(),
        Err(failure) => failure.to_string(),
    };
    (text, end)
}

#[test]
fn every_cut_of_s3_gives_the_same_text() {
    let expected = (TEXT.to_owned(), r#"{"success":true,"output":{"n":1.10}}"#.to_owned());
    let marked = format!("\u{feff}{}", S3.replace('\n', "\r\n"));
    for body in [S3, marked.as_str()] {
        let bytes = body.as_bytes();
        for cut in 0..=bytes.len() {
            let (a, b) = bytes.split_at(cut);
            assert_eq!(read([a, b], false), expected, "cut at byte {cut}");
        }
        assert_eq!(read(bytes.chunks(1), false), expected);
        assert_eq!(read(bytes.chunks(1), true), expected);
    }
}

/// The recorded streams, cut in two at each byte.
#[test]
fn every_cut_of_every_recording_says_the_same() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recall/recordings");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut streams = 0;
    for file in files.filter(|file| !file.to_string_lossy().contains(".chunks.")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let (_, body) = text.split_once("<<<\n").and_then(|(_, answer)| answer.split_once("\n\n")).unwrap();
        if !body.starts_with("data: ") {
            continue;
        }
        streams += 1;
        let bytes = body.as_bytes();
        for withdrawable in [false, true] {
            let whole = read([bytes], withdrawable);
            for cut in 0..bytes.len() {
                let (a, b) = bytes.split_at(cut);
                assert_eq!(read([a, b], withdrawable), whole, "{} at byte {cut}", file.display());
            }
            assert_eq!(read(bytes.chunks(1), withdrawable), whole);
        }
    }
    assert_eq!(streams, 5);
}

#[test]
fn the_first_last_word_counts() {
    let body = "data: {\"event\":\"error\",\"error\":\"no\"}\n\ndata: {\"event\":\"final\",\"data\":{\"success\":true}}\n\n";
    assert_eq!(read([body.as_bytes()], false).1, r#"{"success":false,"output":null,"error":"no"}"#);
}

#[test]
fn progress_follows_the_last_word() {
    let mut reader = RunReader::new(false);
    let mut feed = |text: &str| reader.feed(text.as_bytes(), &mut |_| {}).unwrap();
    assert_eq!(feed("data: {\"blockId\":\"b\",\"chunk\":\"x\"}\n\n"), Progress::Open);
    assert_eq!(feed("data: {\"event\":\"final\",\"data\":{\"success\":true}}\n\n"), Progress::Settled);
    assert_eq!(feed("data: \"[DONE]\"\n\n"), Progress::Ended);
}

#[test]
fn held_text_comes_when_its_turn_is_over() {
    let frame =
        |block: &str, text: &str| format!("data: {{\"blockId\":\"{block}\",\"chunk\":\"{text}\"}}\n\n");
    let mut shown = Vec::new();
    let mut reader = RunReader::new(true);
    let mut emit = |event: Event<'_>| {
        if let Event::Text { text, block } = event {
            shown.push(format!("{}:{text}", block.unwrap_or_default()));
        }
    };
    let body = frame("a", "1") + &frame("a", "2") + &frame("b", "3");
    reader.feed(body.as_bytes(), &mut emit).unwrap();
    assert!(reader.finish(Ending::Closed, &mut emit).is_err());
    assert_eq!(shown, ["a:12", "b:3"]);
}

proptest! {
    #[test]
    fn chunking_never_changes_what_is_said(
        texts in proptest::collection::vec("[a-z好\"\\\\\n🚀]{0,8}", 0..6),
        cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..20),
    ) {
        let mut body = String::new();
        for (number, text) in texts.iter().enumerate() {
            let frame = serde_json::json!({"blockId": format!("b{}", number / 2), "chunk": text});
            body.push_str(&format!("data: {frame}\n\n"));
        }
        body.push_str("data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}\n\n");
        let bytes = body.as_bytes();
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let whole = read([bytes], false);
        prop_assert_eq!(&whole.0, &texts.concat());
        let pieces: Vec<&[u8]> = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(&read(pieces.iter().copied(), false), &whole);
        prop_assert_eq!(&read(pieces, true), &whole);
    }

    #[test]
    fn random_frames_never_panic(frames in proptest::collection::vec("(\\{\"(event|type|blockId|chunk|data)\":(\"[a-z:]{0,9}\"|\\{\\}|5|null|\\[1\\])\\}|[ -~]{0,9})", 0..6)) {
        let body: String = frames.iter().map(|frame| format!("data: {frame}\n\n")).collect();
        read([body.as_bytes()], false);
        read([body.as_bytes()], true);
    }
}
