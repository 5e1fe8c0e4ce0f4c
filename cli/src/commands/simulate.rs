//! `simulate`: an Exact Online to practise and test on.

use exact_preauth_core::{ClientId, Country, RedirectUri};
use exact_preauth_simulator::{Configuration, Consent, Simulator};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{args, console::Console, failure::Failure, times};

pub async fn run(arguments: &args::Simulate, console: Console) -> Result<(), Failure> {
    let configuration = configuration(arguments)?;
    if let Err(error) = std::net::ToSocketAddrs::to_socket_addrs(&arguments.listen) {
        return Err(Failure::usage(
            format!("--listen: expected an address and a port, found \"{}\"", arguments.listen),
            "Give one such as 127.0.0.1:8136.",
        )
        .because(error));
    }
    let listener = TcpListener::bind(&arguments.listen).await.map_err(|error| {
        Failure::failed("listen", format!("expected to listen on {}, found that it cannot be taken", arguments.listen))
            .because(error)
            .hint("Stop the program that uses it, or give another --listen, such as 127.0.0.1:0.")
    })?;
    let address =
        listener.local_addr().map_err(|error| Failure::failed("listen", "expected an address").because(error))?;
    // "Every address" is none to go to.
    let reachable = if address.ip().is_unspecified() {
        std::net::SocketAddr::from(([127, 0, 0, 1], address.port()))
    } else {
        address
    };
    let simulator = Simulator::new(&configuration, times::now());
    let (app, user) = (simulator.app(), simulator.user());
    let ready = json!({
        "base_url": format!("http://{reachable}"),
        "client_id": app.client_id.as_str(),
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri.as_str(),
        "username": user.username,
        "password": user.password,
    });
    console.data(&format!("{ready}\n"))?;
    if !address.ip().is_loopback() {
        console.warn("others can reach this simulator: it is no secure server");
    }
    console.faint("Stop with Ctrl-C.");
    axum::serve(listener, simulator.router())
        .await
        .map_err(|error| Failure::failed("listen", "expected to serve, found that it cannot").because(error))
}

fn configuration(arguments: &args::Simulate) -> Result<Configuration, Failure> {
    if !(arguments.clock_speed.is_finite() && (0.0..=1e6).contains(&arguments.clock_speed)) {
        return Err(Failure::usage(
            "--clock-speed: expected a number from 0 to 1000000",
            "1 is our own speed, 60 makes a minute a second.",
        ));
    }
    Ok(Configuration {
        country: arguments.country.parse::<Country>().map_err(|error| Failure::wrong("--country", &error))?,
        redirect_uri: RedirectUri::parse(&arguments.redirect_uri)
            .map_err(|error| Failure::wrong("--redirect-uri", &error))?,
        client_id: arguments
            .client_id
            .as_deref()
            .map(ClientId::parse)
            .transpose()
            .map_err(|error| Failure::wrong("--client-id", &error))?,
        consent: match arguments.consent {
            args::Consent::Ask => Consent::Ask,
            args::Consent::Auto => Consent::Auto,
        },
        clock_speed: arguments.clock_speed,
        seed: arguments.seed,
    })
}
