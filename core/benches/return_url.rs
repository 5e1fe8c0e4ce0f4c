//! Return URLs parsed per second, as a ratio to the bare parse of the `url` crate, taken in turn in the same run.
#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss
)]

use std::{hint::black_box, time::Instant};

use exact_preauth_core::{
    AuthorizationRequest, ClientId, Country, Entropy, Expected, Provider, RETURN_URL_LIMIT, RedirectUri, Registration,
    ReturnUrl,
};

const ROUNDS: usize = 101;
const EACH: u32 = 2_000;

fn main() {
    let registration = Registration {
        provider: Provider::country(Country::Netherlands),
        client_id: ClientId::parse("0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b").unwrap(),
        redirect_uri: RedirectUri::parse("https://app.example.com/return").unwrap(),
    };
    let request = AuthorizationRequest::new(registration, Entropy::from_bytes([7; 64]));
    let expected = Expected::answer_to(&request);
    let payload = "Et3_x9Yw-Zq0".repeat(50);
    let text =
        format!("https://app.example.com/return?code=stampNL001.aB3-%21IAAAA{payload}&state={}", request.state());

    let time = |work: &dyn Fn()| {
        let started = Instant::now();
        for _ in 0..EACH {
            work();
        }
        started.elapsed().as_secs_f64() / f64::from(EACH)
    };
    let mut ratios = Vec::new();
    let mut ours_all = Vec::new();
    for _ in 0..ROUNDS {
        let ours = time(&|| drop(black_box(ReturnUrl::parse(black_box(&text), &expected).unwrap())));
        let bare = time(&|| drop(black_box(url::Url::parse(black_box(&text)).unwrap())));
        ratios.push(ours / bare);
        ours_all.push(ours);
    }
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    println!(
        "a return URL of {} characters against the bare parse of the url crate, median of {ROUNDS} rounds in turn:",
        text.len()
    );
    println!(
        "  {:.2} µs, {:.0} a second, ratio {:.2}",
        median(&mut ours_all) * 1e6,
        1.0 / median(&mut ours_all),
        median(&mut ratios)
    );

    let mut worst = (0.0, "");
    for unit in [
        "x", "%", "%25", "&amp;", "> ", "<", "](", "https://", "code=", "=", "&", "?", "\u{200b}", "!IAAAA", "{", "|",
        "\n", "code\n\n", "code ", "&#38;",
    ] {
        let junk = unit.repeat(RETURN_URL_LIMIT / unit.len());
        let started = Instant::now();
        assert!(ReturnUrl::parse(black_box(&junk), &expected).is_err());
        let took = started.elapsed().as_secs_f64();
        if took > worst.0 {
            worst = (took, unit);
        }
    }
    println!("64 KiB of junk, the slowest of 20 kinds ({:?}): refused in {:.2} ms", worst.1, worst.0 * 1e3);
}
