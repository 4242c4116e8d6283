//! pulsar's frames are those of tokio_util's LengthDelimitedCodec.
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Instant;
use tokio::{net::TcpStream, sync::Notify};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

type Frames = Framed<TcpStream, LengthDelimitedCodec>;

fn payload(number: usize) -> Bytes {
    (0..=250).cycle().skip(number).take(100_000 * number / 99).collect()
}

/// Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours.
async fn pipeline(frames: Frames) {
    let heard = Arc::new(Notify::new());
    let (mut sink, mut stream) = frames.split();
    let go_on = heard.clone();
    tokio::spawn(async move {
        for number in 0..100 {
            if number == 50 {
                go_on.notified().await;
            }
            sink.send(payload(number)).await.unwrap();
        }
        sink.close().await.unwrap();
    });
    let mut echoes = 0;
    while let Some(frame) = stream.next().await {
        let frame = frame.unwrap();
        if frame != "HEARTBEAT" {
            assert!(echoes < 100 && frame == payload(echoes), "wrong echo {echoes}");
            echoes += 1;
        } else if echoes == 50 {
            heard.notify_one();
        }
    }
    assert_eq!(echoes, 100);
}

/// Prints the microseconds of each of 100 round trips.
async fn ping_pong(mut frames: Frames) {
    for _ in 0..100 {
        let begun = Instant::now();
        frames.send(Bytes::from("ping")).await.unwrap();
        assert_eq!(frames.next().await.unwrap().unwrap(), "ping");
        println!("{}", begun.elapsed().as_micros());
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let address = format!("{}:{}", arguments[1], arguments[2]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    runtime.block_on(async {
        let socket = TcpStream::connect(address).await.unwrap();
        let frames = Framed::new(socket, LengthDelimitedCodec::new());
        match arguments[3].as_str() {
            "pipeline" => pipeline(frames).await,
            _ => ping_pong(frames).await,
        }
    });
}
