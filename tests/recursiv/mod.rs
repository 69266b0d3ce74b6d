//! `ra recursiv` against scripted servers and the local service.

mod chat;
