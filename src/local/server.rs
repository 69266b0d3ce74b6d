//! One port, three prefixes: listen, answer, stop.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

use super::{World, faults::Faults, keys::Keys, recall, recursiv, runagents, store::Store, talker::Talker};

/// All routes of the three services.
fn routes(world: World) -> Router {
    Router::new()
        .nest("/recursiv", recursiv::routes())
        .nest("/recall", recall::routes())
        .nest("/runagents", runagents::routes())
        .with_state(world)
}

/// Stands in until `ra local serve` is written: serves an empty state on `port` for ever.
pub fn serve_for_development(port: u16) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let data = tempfile::tempdir().unwrap();
        let world = World {
            store: Arc::new(Store::memory().unwrap()),
            faults: Arc::new(Faults::default()),
            talker: Arc::new(Talker::default()),
            keys: Arc::new(Keys {
                recursiv: "sk_live_test".into(),
                recall: "rk_test".into(),
                runagents: "ra_ws_test".into(),
            }),
            address,
            data: data.path().into(),
            allow_exec: true,
            pace: Duration::from_millis(30),
        };
        recursiv::seed(&world).unwrap();
        recall::seed(&world).unwrap();
        runagents::seed(&world).unwrap();
        axum::serve(listener, routes(world)).await.unwrap();
    });
}
