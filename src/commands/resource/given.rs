//! The described flags of an operation within a command that has code of its own.

use std::marker::PhantomData;

use anyhow::Result;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::{argument, value};
use crate::context::Context;
use crate::http::Request;
use crate::services::Service;
use crate::services::operation::Operation;

/// Names the operation whose parameters a command takes.
pub trait Described {
    /// That operation.
    const OPERATION: Operation;
}

/// What was typed for the parameters of an operation; to be flattened into the command's arguments.
#[derive(Clone, Debug)]
pub struct Given<D>(ArgMatches, PhantomData<D>);

impl<D: Described> Given<D> {
    /// Whether one was given, by the parameter's name; for flags that want or exclude each other.
    pub fn is_given(&self, name: &str) -> bool {
        matches!(self.0.value_source(name), Some(source) if source != clap::parser::ValueSource::DefaultValue)
    }

    /// What was typed for a parameter of one word.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.0.get_one::<String>(name).map(String::as_str)
    }

    /// The request that the values make.
    ///
    /// # Errors
    /// Exit 2 for values that cannot be used; what a lookup says.
    pub async fn request(&self, ctx: &Context, service: &dyn Service) -> Result<Request> {
        value::request(&D::OPERATION, &self.0, ctx, service).await
    }
}

impl<D: Described> Args for Given<D> {
    fn augment_args(command: Command) -> Command {
        command.args(D::OPERATION.parameters.iter().filter_map(argument::of))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<D: Described> FromArgMatches for Given<D> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(matches.clone(), PhantomData))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
