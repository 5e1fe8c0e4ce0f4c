//! A certificate authority for one test, and https in front of a server that speaks plain http.

use std::{path::PathBuf, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// An https address in front of a plain one.
pub struct Front {
    /// `https://127.0.0.1:PORT`.
    pub base_url: String,
    /// The authority's certificate, as PEM: what a company would install.
    pub authority: PathBuf,
    _folder: TempDir,
}

impl Front {
    /// Puts https in front of a plain address.
    pub async fn of(plain: &str) -> Self {
        Self::named("127.0.0.1", plain).await
    }

    /// Puts https in front of a plain address, with a certificate for another name.
    pub async fn named(name: &str, plain: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, authority) = certify(name);
        let path = folder.path().join("authority.pem");
        std::fs::write(&path, authority).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let target = plain.trim_start_matches("http://").to_owned();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, target) = (acceptor.clone(), target.clone());
                tokio::spawn(async move {
                    // A client that does not trust the authority hangs up here.
                    let Ok(mut outer) = acceptor.accept(stream).await else { return };
                    let Ok(mut inner) = TcpStream::connect(target).await else { return };
                    let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
                });
            }
        });
        Self { base_url, authority: path, _folder: folder }
    }
}

fn certify(name: &str) -> (ServerConfig, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Authority for one test");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).unwrap();
    let pem = authority.pem();
    let issuer = Issuer::new(params, key);
    let own_key = KeyPair::generate().unwrap();
    let mut own = CertificateParams::new([name.to_owned()]).unwrap();
    own.distinguished_name.push(DnType::CommonName, "Server for one test");
    own.use_authority_key_identifier_extension = true;
    let own = own.signed_by(&own_key, &issuer).unwrap();
    let chain = vec![CertificateDer::from(own.der().to_vec())];
    let private = PrivateKeyDer::from_pem_slice(own_key.serialize_pem().as_bytes()).unwrap();
    (ServerConfig::builder().with_no_client_auth().with_single_cert(chain, private).unwrap(), pem)
}
