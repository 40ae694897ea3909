use std::sync::Arc;

use actix_web::web;

use crate::inject::Inject;

impl<T: ?Sized + Send + Sync + 'static> Inject for web::Data<T> {
    type Target = T;

    fn from_arc(shared: Arc<T>) -> Self {
        Self::from(shared)
    }

    fn into_arc(self) -> Arc<T> {
        self.into_inner()
    }
}
