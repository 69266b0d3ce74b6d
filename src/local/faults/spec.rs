//! How a fault is written: `SERVICE[ METHOD PATH]:KIND[=VALUE][,p=0.1][,count=2][,skip=1]`.

use std::str::FromStr;
use std::time::Duration;

use super::{Fault, JobFault, Kind, Service};

/// What a person can write after the colon; told when something else was.
const KINDS: &str = "429[=SECONDS], 500-599[=SECONDS], status=NNN, latency=DURATION, cut=N, cut-in=N, stall=N, error=N, \
                     html, half, redirect=URL, empty, job-fails, job-stuck";

impl FromStr for Fault {
    type Err = String;

    fn from_str(spec: &str) -> Result<Self, String> {
        parse(spec.trim()).map_err(|what| format!("cannot read the fault `{spec}`: {what}"))
    }
}

fn parse(spec: &str) -> Result<Fault, String> {
    let (target, kind) = spec.split_once(':').ok_or("write SERVICE:KIND, for example recall:503")?;
    let (service, method, path) = target_of(target)?;
    // Options come last, so that a redirect's address may hold commas.
    let (mut rest, mut probability, mut count, mut skip) = (kind, 1.0, None, 0);
    while let Some((before, option)) = rest.rsplit_once(',') {
        let Some((name, value)) = option.split_once('=') else {
            return Err(format!("`{option}` is no option (p=0.1, count=2, skip=1)"));
        };
        match name.trim() {
            "p" => probability = probability_of(value)?,
            "count" => count = Some(number(name, value)?),
            "skip" => skip = number(name, value)?,
            _ if rest.starts_with("redirect=") => break,
            other => return Err(format!("`{other}` is no option (p, count, skip)")),
        }
        rest = before;
    }
    let kind = kind_of(rest.trim())?;
    if matches!(kind, Kind::Job(_)) && (method.is_some() || path.is_some()) {
        return Err("a job fault belongs to the whole service; leave out METHOD PATH".into());
    }
    Ok(Fault { service, method, path, kind, probability, count, skip })
}

type Target = (Service, Option<String>, Option<Vec<String>>);

fn target_of(target: &str) -> Result<Target, String> {
    let mut words = target.split_whitespace();
    let name = words.next().ok_or("it names no service")?;
    let service = Service::named(&name.to_ascii_lowercase())
        .ok_or_else(|| format!("`{name}` is no service (recursiv, recall, runagents)"))?;
    let (mut method, mut path) = (None, None);
    for word in words {
        if word.starts_with('/') && path.is_none() {
            path = Some(word.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect());
        } else if path.is_none() && method.is_none() && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            method = Some(word.to_ascii_uppercase());
        } else {
            return Err(format!("`{word}` is neither a method nor a path that begins with `/`"));
        }
    }
    Ok((service, method, path))
}

fn kind_of(text: &str) -> Result<Kind, String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (text, None),
    };
    let needed =
        || value.filter(|value| !value.is_empty()).ok_or(format!("`{name}` wants a value: {name}=…"));
    let events = || needed().and_then(|value| number(name, value));
    let plain = |kind| match value {
        None => Ok(kind),
        Some(_) => Err(format!("`{name}` takes no value")),
    };
    match name {
        "429" | "500" | "501" | "502" | "503" | "504" => {
            // A fraction of a second is no real server's way, but lets a test script a wait it need not sit through.
            let unfit = |value: &&str| {
                value.parse::<f64>().map_or(true, |seconds| !seconds.is_finite() || seconds < 0.0)
            };
            match value {
                Some(value) if unfit(&value) => Err(format!("`{value}` is no number of seconds")),
                value => Ok(Kind::Status(name.parse().unwrap_or(500), value.map(str::to_owned))),
            }
        }
        "status" => match needed()?.parse() {
            Ok(status @ 200..=599) => Ok(Kind::Status(status, None)),
            _ => Err("status wants a number from 200 to 599".into()),
        },
        "latency" => Ok(Kind::Latency(duration(needed()?)?)),
        "cut" => Ok(Kind::Cut(events()?)),
        "cut-in" => Ok(Kind::CutIn(events()?)),
        "stall" => Ok(Kind::Stall(events()?)),
        "error" => Ok(Kind::Error(events()?)),
        "html" => plain(Kind::Html),
        "half" => plain(Kind::Half),
        "empty" => plain(Kind::Empty),
        "redirect" => match needed()? {
            url if url.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Kind::Redirect(url.to_owned())),
            _ => Err("redirect wants an address".into()),
        },
        "job-fails" => plain(Kind::Job(JobFault::Fails)),
        "job-stuck" => plain(Kind::Job(JobFault::Stuck)),
        "" => Err(format!("it names no kind; kinds are {KINDS}")),
        other => Err(format!("`{other}` is no kind of fault; kinds are {KINDS}")),
    }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.trim().parse().map_err(|_| format!("{name} wants a whole number, not `{value}`"))
}

fn probability_of(value: &str) -> Result<f64, String> {
    match value.trim().parse() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err(format!("p wants a number from 0 to 1, not `{value}`")),
    }
}

/// `2s`, `500ms`, `1m30s`; a bare number is seconds.
fn duration(value: &str) -> Result<Duration, String> {
    let wrong = || format!("`{value}` is no duration (500ms, 2s, 1m)");
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map_err(|_| wrong());
    }
    let span: jiff::SignedDuration = value.parse().map_err(|_| wrong())?;
    span.try_into().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(spec: &str) -> Kind {
        spec.parse::<Fault>().unwrap().kind
    }

    #[test]
    fn reads_every_kind() {
        assert_eq!(kind("recall:429"), Kind::Status(429, None));
        assert_eq!(kind("recall:429=2"), Kind::Status(429, Some("2".into())));
        assert_eq!(kind("recursiv:503=5"), Kind::Status(503, Some("5".into())));
        assert_eq!(kind("recursiv:status=418"), Kind::Status(418, None));
        assert_eq!(kind("recall:latency=2s"), Kind::Latency(Duration::from_secs(2)));
        assert_eq!(kind("recall:latency=250ms"), Kind::Latency(Duration::from_millis(250)));
        assert_eq!(kind("recall:latency=0.5"), Kind::Latency(Duration::from_millis(500)));
        assert_eq!(kind("recursiv:cut=3"), Kind::Cut(3));
        assert_eq!(kind("recursiv:cut-in=0"), Kind::CutIn(0));
        assert_eq!(kind("recursiv:stall=1"), Kind::Stall(1));
        assert_eq!(kind("runagents:error=1"), Kind::Error(1));
        assert_eq!(kind("runagents:html"), Kind::Html);
        assert_eq!(kind("runagents:half"), Kind::Half);
        assert_eq!(kind("runagents:empty"), Kind::Empty);
        assert_eq!(kind("recall:job-stuck"), Kind::Job(JobFault::Stuck));
        let redirect = "recall:redirect=https://a.example/x?a=1,b=2,count=1".parse::<Fault>().unwrap();
        assert_eq!(redirect.kind, Kind::Redirect("https://a.example/x?a=1,b=2".into()));
        assert_eq!(redirect.count, Some(1));
    }

    #[test]
    fn reads_target_and_options() {
        let fault: Fault = "recall post /api/workflows/*/execute:429=2,p=0.5,count=1,skip=3".parse().unwrap();
        assert_eq!(fault.service, Service::Recall);
        assert_eq!(fault.method.as_deref(), Some("POST"));
        assert_eq!(fault.path.as_deref().map(<[String]>::len), Some(4));
        assert_eq!((fault.probability, fault.count, fault.skip), (0.5, Some(1), 3));
    }

    #[test]
    fn says_what_is_wrong() {
        for (spec, part) in [
            ("recall", "SERVICE:KIND"),
            ("sim:503", "`sim` is no service"),
            ("recall:boom", "`boom` is no kind"),
            ("recall:cut", "wants a value"),
            ("recall:cut=x", "whole number"),
            ("recall:503,often=2", "`often` is no option"),
            ("recall:503,p=2", "from 0 to 1"),
            ("recall:latency=soon", "no duration"),
            ("recall GET POST:503", "neither a method nor a path"),
            ("recall POST /x:job-fails", "whole service"),
            ("recall:html=1", "takes no value"),
        ] {
            let error = spec.parse::<Fault>().unwrap_err();
            assert!(error.contains(part) && error.contains(spec), "{error}");
        }
    }
}
