//! What happens to every byte of a stream: the decoder, the services' event mappings, the JSON emitter.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ra_cli::http::sse::{Decoder, Framing};
use ra_cli::json::Json;
use ra_cli::live::Reader;
use ra_cli::output::{Paint, json};
use ra_cli::services::recall::stream::RunReader;
use ra_cli::services::recursiv::chat::ChatReader;
use ra_cli::services::runagents::invoke::InvokeReader;

/// A mebibyte of events that carry 200 bytes of text each.
fn stream(event: impl Fn(&str) -> String) -> Vec<u8> {
    let event = event(&"wörter ".repeat(25));
    event.repeat(1024 * 1024 / event.len()).into_bytes()
}

/// The size of a network read.
const READ: usize = 16 * 1024;

fn read<R: Reader>(mut reader: R, bytes: &[u8]) {
    for piece in bytes.chunks(READ) {
        let _ = reader.feed(piece, &mut |event| {
            black_box(event);
        });
    }
}

fn benches(criterion: &mut Criterion) {
    let recursiv = stream(|text| format!("data: {{\"type\":\"text_delta\",\"delta\":\"{text}\"}}\n\n"));
    let recall = stream(|text| format!("data: {{\"blockId\":\"7b7735b9-19e5\",\"chunk\":\"{text}\"}}\n\n"));
    let runagents = stream(|text| format!("data: {{\"type\":\"content\",\"delta\":\"{text}\"}}\n\n"));

    let mut group = criterion.benchmark_group("streams");
    group.throughput(Throughput::Bytes(recursiv.len() as u64));
    for (name, framing) in [("decoder, lines", Framing::Lines), ("decoder, joined", Framing::Joined)] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || Decoder::new(framing),
                |mut decoder| {
                    for piece in recursiv.chunks(READ) {
                        let _ = decoder.feed(piece, |data| {
                            black_box(data);
                        });
                    }
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.bench_function("recursiv's events", |bencher| {
        bencher.iter_batched(ChatReader::default, |reader| read(reader, &recursiv), BatchSize::SmallInput);
    });
    group.bench_function("recall's events", |bencher| {
        bencher.iter_batched(|| RunReader::new(false), |reader| read(reader, &recall), BatchSize::SmallInput);
    });
    group.bench_function("runagents' events", |bencher| {
        bencher.iter_batched(InvokeReader::default, |reader| read(reader, &runagents), BatchSize::SmallInput);
    });

    let items: Vec<String> = (0..2000)
        .map(|n| {
            format!(r#"{{"id":"{n}","name":"item {n}","price":1.10,"tags":["a","b"],"deep":{{"x":null}}}}"#)
        })
        .collect();
    let document = Json::parse(&format!("[{}]", items.join(","))).expect("JSON");
    group.throughput(Throughput::Bytes(document.text().len() as u64));
    group.bench_function("JSON emitter", |bencher| {
        bencher.iter(|| black_box(json::pretty(&document, Paint { on: false })));
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
