//! A page asked for by somebody who may see it.

use std::marker::PhantomData;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;

use super::{Shell, show};
use crate::app::{App, Shared};
use crate::guard::Who;
use crate::guard::door::Door;
use crate::problem::Problem;

/// Somebody at a page, let in by what they may.
#[derive(Debug)]
pub struct Visit<D> {
    app: Shared,
    /// Who.
    pub who: Who,
    shell: Shell,
    door: PhantomData<D>,
}

impl<D: Door> FromRequestParts<Shared> for Visit<D> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let who = Who::from_request_parts(parts, app).await?;
        who.must(D::ACTION)?;
        // A page below another belongs to it: `/law/rule` to `/law`.
        let path = parts.uri.path();
        let first = path.split('/').nth(1).unwrap_or_default();
        let shell = Shell::new(app, &who, &format!("/{first}"));
        Ok(Visit {
            app: app.clone(),
            who,
            shell,
            door: PhantomData,
        })
    }
}

impl<D> Visit<D> {
    /// Shows a page, made when its turn comes.
    ///
    /// # Errors
    ///
    /// What stands in its way.
    pub async fn show<P: Template + Send + 'static>(
        self,
        make: impl FnOnce(&App, Shell) -> Result<P, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let Visit { app, shell, .. } = self;
        let page = app.work(move |app| make(app, shell)).await?;
        show(&page)
    }
}
