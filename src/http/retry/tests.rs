//! When attempts are repeated, and after how long.

use super::*;
use crate::http::Headers;

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let body = body.to_owned().into();
    Answer { request: String::new(), status, headers: Headers::of(headers), body, attempt: 0 }
}

fn verdict(answer: &Answer, repeat: Repeat, attempt: u32, dice: f64) -> Verdict {
    Retry::default().verdict(
        &Trouble::Answered(answer),
        repeat,
        attempt,
        Timestamp::from_second(1_774_001_750).unwrap(),
        dice,
    )
}

const S: fn(f64) -> Verdict = |seconds| Verdict::Again(Duration::from_secs_f64(seconds));

#[test]
fn a_bare_429_backs_off_within_a_quarter() {
    let bare = answer(429, &[], r#"{"error":"Rate limit exceeded. Please try again later."}"#);
    assert_eq!(verdict(&bare, Repeat::Once, 0, 0.0), S(0.75));
    assert_eq!(verdict(&bare, Repeat::Once, 1, 1.0), S(2.5));
    assert_eq!(verdict(&bare, Repeat::Once, 2, 0.5), S(4.0));
    assert_eq!(verdict(&bare, Repeat::Once, 3, 0.5), Verdict::Final);
}

#[test]
fn a_servers_wait_is_never_shortened() {
    for answer in [
        answer(429, &[("retry-after", "10")], ""),
        answer(429, &[("retry-after", "Fri, 20 Mar 2026 10:16:00 GMT")], ""),
        answer(429, &[], r#"{"retryAfterSeconds":10}"#),
        answer(429, &[], r#"{"retryAfter":1774001760000}"#),
        answer(429, &[], r#"{"error":{"details":{"retryAfter":"2026-03-20T10:16:00.000Z"}}}"#),
        answer(429, &[], r#"{"resetAt":"2026-03-20T10:16:00Z"}"#),
        answer(429, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1774001760")], ""),
    ] {
        assert_eq!(verdict(&answer, Repeat::Once, 0, 0.0), S(10.0), "{answer:?}");
        assert_eq!(verdict(&answer, Repeat::Once, 0, 1.0), S(12.5), "{answer:?}");
    }
    let no_key = answer(401, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "4774001760")], "");
    assert_eq!(server_wait(&no_key, Timestamp::UNIX_EPOCH), None);
    let long = answer(429, &[("retry-after", "900")], "");
    assert_eq!(verdict(&long, Repeat::Safe, 0, 0.0), Verdict::TooLong(Duration::from_secs(900)));
    assert_eq!(verdict(&answer(429, &[("retry-after", "0")], ""), Repeat::Once, 0, 0.5), S(1.0));
}

/// V11, V12 and V25 of Recall's contract: each place that names the wait counts where those before it are silent.
#[test]
fn the_places_that_name_a_wait() {
    let v12 = r#"{"error":"Rate limit exceeded","message":"API rate limit exceeded. Please retry after 2026-03-20T10:16:00.000Z","retryAfter":1774001760000}"#;
    let gate = r#"{"error":"Too many requests","message":"Server is at capacity. Please retry shortly.","code":"ADMISSION_GATE_CAPACITY","retryable":true,"retryAfterSeconds":5}"#;
    let v25 = r#"{"error":{"code":"RATE_LIMITED","message":"API rate limit exceeded","details":{"retryAfter":"2026-03-20T10:16:00.000Z"}}}"#;
    let reset =
        |text| [("x-ratelimit-limit", "30"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", text)];
    let iso = "2026-03-20T10:16:00.000Z";
    let after = |seconds| [("retry-after", seconds), reset(iso)[0], reset(iso)[1], reset(iso)[2]];
    let now = Timestamp::from_second(1_774_001_737).unwrap();
    for (headers, body, seconds) in [
        (&after("23")[..], v12, Some(23)),
        (&reset(iso), v12, Some(23)),
        (&reset(iso), "{}", Some(23)),
        (&reset("1774001760"), "{}", Some(23)),
        (&reset("1774001760000"), "{}", Some(23)),
        (&reset("2026-03-20T11:16:00+01:00"), "{}", Some(23)),
        (&reset("soon"), "{}", None),
        (&[("retry-after", "5")], gate, Some(5)),
        (&[("retry-after", "0")], gate, Some(5)),
        (&[("retry-after", "0")], "{}", None),
        (&[("retry-after", "12")], v25, Some(12)),
        (&[], v25, Some(23)),
        // What is left may be more than the limit.
        (
            &[("x-ratelimit-limit", "30"), ("x-ratelimit-remaining", "58"), ("x-ratelimit-reset", iso)],
            "{}",
            None,
        ),
    ] {
        let wait = server_wait(&answer(429, headers, body), now);
        assert_eq!(wait, seconds.map(Duration::from_secs), "{headers:?} {body}");
    }
    let limited = answer(429, &[("retry-after", "5")], gate);
    assert_eq!(
        (verdict(&limited, Repeat::Once, 0, 0.0), verdict(&limited, Repeat::Once, 0, 1.0)),
        (S(5.0), S(6.25))
    );
}

#[test]
fn what_may_have_been_done_is_not_sent_again() {
    let outage = answer(500, &[], "");
    assert_eq!(verdict(&outage, Repeat::Once, 0, 0.5), Verdict::Final);
    assert_eq!(verdict(&outage, Repeat::Safe, 0, 0.5), S(1.0));
    let refusal = answer(503, &[], r#"{"error":"busy","code":"SERVICE_OVERLOADED"}"#);
    assert_eq!(verdict(&refusal, Repeat::Once, 0, 0.5), S(1.0));
    let unsure = answer(503, &[("retry-after", "1")], r#"{"error":"?","code":"ASYNC_ENQUEUE_AMBIGUOUS"}"#);
    assert_eq!(verdict(&unsure, Repeat::Once, 0, 0.5), Verdict::Final);
    let now = Timestamp::UNIX_EPOCH;
    assert_eq!(Retry::default().verdict(&Trouble::Unsent, Repeat::Once, 0, now, 0.5), S(1.0));
    assert_eq!(Retry::default().verdict(&Trouble::Lost, Repeat::Once, 0, now, 0.5), Verdict::Final);
}
