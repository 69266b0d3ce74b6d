//! Signing in as in a browser: by e-mail code or password, at `/api/auth`.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Problem;
use super::gate::bearer;
use super::input::Fields;
use crate::local::World;
use crate::local::store;
use crate::local::time::{iso, now_ms};

const ACCOUNT: &str = "recursiv/account";
const SESSION: &str = "recursiv/session";
const CODE: &str = "recursiv/code";
/// How long an e-mailed code is good, and a session.
const CODE_MS: i64 = 10 * 60_000;
const SESSION_MS: i64 = 7 * 86_400_000;
/// Wrong guesses at one code.
const GUESSES: i64 = 5;

/// The routes below `/api/auth`.
pub fn routes() -> Router<World> {
    let auth = Router::new()
        .route("/email-otp/send-verification-otp", routing::post(send_code))
        .route("/sign-in/email-otp", routing::post(sign_in_by_code))
        .route("/sign-up/email", routing::post(sign_up))
        .route("/sign-in/email", routing::post(sign_in_by_password))
        .route("/sign-out", routing::post(sign_out))
        .route("/get-session", routing::get(session));
    Router::new().nest("/api/auth", auth)
}

/// The session that a request carries, as bearer token or cookie.
pub fn of(world: &World, headers: &HeaderMap) -> Result<Option<Value>, Problem> {
    let Some(token) = token(headers) else { return Ok(None) };
    let session = world.store.get(SESSION, &token)?;
    Ok(session.filter(|session| session["expires_ms"].as_i64().is_some_and(|end| end > now_ms())))
}

fn token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let from_cookie = cookies.split(';').find_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        name.ends_with("better-auth.session_token").then(|| value.to_owned())
    });
    bearer(headers).map(str::to_owned).or(from_cookie)
}

/// Errors are flat here, unlike everywhere else.
struct Refusal(StatusCode, &'static str, &'static str);

type Answer = Result<Response, Refusal>;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"message": self.2, "code": self.1}))).into_response()
    }
}

impl From<Problem> for Refusal {
    fn from(_: Problem) -> Self {
        Self(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", "A field is missing or wrong")
    }
}

impl From<store::Error> for Refusal {
    fn from(_: store::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "The state file cannot be used")
    }
}

/// Outside of browsers the origin has to be named, or the real service refuses.
fn named_origin(headers: &HeaderMap) -> Result<(), Refusal> {
    match headers.contains_key(header::ORIGIN) {
        true => Ok(()),
        false => Err(Refusal(StatusCode::FORBIDDEN, "MISSING_OR_NULL_ORIGIN", "Missing or null Origin")),
    }
}

fn email(fields: &mut Fields) -> String {
    let email = fields.text("email").trim().to_lowercase();
    let shaped = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if shaped { email } else { fields.blame("email", "Expected an e-mail address") }
}

async fn send_code(State(world): State<World>, headers: HeaderMap, mut fields: Fields) -> Answer {
    named_origin(&headers)?;
    let email = email(&mut fields);
    fields.check()?;
    let code = format!("{:06}", Uuid::new_v4().as_u128() % 1_000_000);
    world.store.put(CODE, &email, &json!({"code": code, "guesses": 0, "expires_ms": now_ms() + CODE_MS}))?;
    // No mail leaves this machine, and whoever reads this answer is the machine's user.
    let note = format!("The local services send no mail. Your code is {code}.");
    Ok(Json(json!({"success": true, "code": code, "note": note})).into_response())
}

async fn sign_in_by_code(State(world): State<World>, headers: HeaderMap, mut fields: Fields) -> Answer {
    named_origin(&headers)?;
    let (email, said) = (email(&mut fields), fields.text("otp"));
    fields.check()?;
    let code = world.store.update(CODE, &email, |code| {
        code["guesses"] = json!(code["guesses"].as_i64().unwrap_or_default() + 1);
    })?;
    let good = code.is_some_and(|code| {
        code["code"] == said.trim()
            && code["guesses"].as_i64().is_some_and(|guesses| guesses <= GUESSES)
            && code["expires_ms"].as_i64().is_some_and(|end| end > now_ms())
    });
    if !good {
        return Err(Refusal(StatusCode::BAD_REQUEST, "INVALID_OTP", "Invalid OTP"));
    }
    world.store.delete(CODE, &email)?;
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let account = account(&world, &email, &name, None)?;
    begin(&world, &account)
}

async fn sign_up(State(world): State<World>, headers: HeaderMap, mut fields: Fields) -> Answer {
    named_origin(&headers)?;
    let (email, name, password) = (email(&mut fields), fields.text("name"), fields.text("password"));
    fields.check()?;
    if !is_strong(&password) {
        let text = "Use 12 to 128 characters with lower and upper case, a digit and a symbol";
        return Err(Refusal(StatusCode::BAD_REQUEST, "WEAK_PASSWORD", text));
    }
    if world.store.get(ACCOUNT, &email)?.is_some() {
        return Err(Refusal(StatusCode::UNPROCESSABLE_ENTITY, "USER_ALREADY_EXISTS", "User already exists"));
    }
    let account = account(&world, &email, &name, Some(&password))?;
    begin(&world, &account)
}

async fn sign_in_by_password(State(world): State<World>, headers: HeaderMap, mut fields: Fields) -> Answer {
    named_origin(&headers)?;
    let (email, password) = (email(&mut fields), fields.text("password"));
    fields.check()?;
    let account = world.store.get(ACCOUNT, &email)?;
    let good = |account: &Value| {
        let salt = account["id"].as_str().unwrap_or_default();
        account["digest"].as_str().is_some_and(|digest| digest == digested(salt, &password))
    };
    match account.filter(good) {
        Some(account) => begin(&world, &account),
        None => {
            Err(Refusal(StatusCode::UNAUTHORIZED, "INVALID_EMAIL_OR_PASSWORD", "Invalid email or password"))
        }
    }
}

async fn sign_out(State(world): State<World>, headers: HeaderMap) -> Answer {
    if let Some(token) = token(&headers) {
        world.store.delete(SESSION, &token)?;
    }
    Ok(Json(json!({"success": true})).into_response())
}

async fn session(State(world): State<World>, headers: HeaderMap) -> Answer {
    let session = of(&world, &headers)?;
    let shown =
        session.map(|session| json!({"session": {"token": session["token"]}, "user": session["user"]}));
    Ok(Json(shown).into_response())
}

/// The account of an address, made when it is new.
fn account(world: &World, email: &str, name: &str, password: Option<&str>) -> store::Result<Value> {
    let id = Uuid::new_v4().to_string();
    let digest = password.map(|password| digested(&id, password));
    let account =
        json!({"id": id, "name": name, "email": email, "created_at": iso(now_ms()), "digest": digest});
    if world.store.insert(ACCOUNT, email, &account)? {
        return Ok(account);
    }
    Ok(world.store.get(ACCOUNT, email)?.unwrap_or(account))
}

fn begin(world: &World, account: &Value) -> Answer {
    let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let user = json!({
        "id": account["id"], "name": account["name"], "email": account["email"], "emailVerified": true,
        "createdAt": account["created_at"],
    });
    let session = json!({"token": token, "user": user, "expires_ms": now_ms() + SESSION_MS});
    world.store.insert(SESSION, &token, &session)?;
    let mut response = Json(json!({"token": token, "user": user})).into_response();
    let cookie = format!("better-auth.session_token={token}; Path=/; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn is_strong(password: &str) -> bool {
    let has = |test: fn(char) -> bool| password.chars().any(test);
    (12..=128).contains(&password.chars().count())
        && has(char::is_lowercase)
        && has(char::is_uppercase)
        && has(|letter| letter.is_ascii_digit())
        && has(|letter| !letter.is_alphanumeric())
}

/// A password is kept only as a salted, many times repeated digest.
fn digested(salt: &str, password: &str) -> String {
    let start = Uuid::new_v5(&Uuid::NAMESPACE_OID, salt.as_bytes());
    let last = (0..20_000).fold(start, |digest, _| Uuid::new_v5(&digest, password.as_bytes()));
    last.simple().to_string()
}
