use std::{
    any::{Any, TypeId, type_name},
    cell::RefCell,
    collections::HashMap,
    sync::Arc,
};

/// What a parameter of a check may be, and what [`MonitorBuilder::data`](crate::MonitorBuilder::data) takes:
/// `web::Data<T>` or `Arc<T>`. What was given as one may be taken as the other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be injected into a health check",
    label = "neither `web::Data<_>` nor `Arc<_>`",
    note = "write `web::Data<{Self}>` or `Arc<{Self}>`, and give the value to `Monitor::builder().data(..)` wrapped the same way"
)]
pub trait Inject: Send + Sync + 'static {
    /// What is shared.
    type Target: ?Sized + Send + Sync + 'static;

    /// Wraps what is shared.
    fn from_arc(shared: Arc<Self::Target>) -> Self;

    /// Unwraps to what is shared.
    fn into_arc(self) -> Arc<Self::Target>;
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Arc<T> {
    type Target = T;

    fn from_arc(shared: Arc<T>) -> Self {
        shared
    }

    fn into_arc(self) -> Arc<T> {
        self
    }
}

/// What checks can be given, by type.
#[derive(Default)]
pub(crate) struct Data(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Data {
    /// Adds a value; false where one of its type is there already, which stays.
    pub(crate) fn insert<D: Inject>(&mut self, value: D) -> bool {
        match self.0.entry(TypeId::of::<D::Target>()) {
            std::collections::hash_map::Entry::Occupied(_) => false,
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(Box::new(value.into_arc()));
                true
            }
        }
    }
}

/// A parameter, given to each run anew. Without a bound, so that a type which is none is told of once.
pub struct Given<A>(Arc<dyn Fn() -> A + Send + Sync>);

impl<A> Given<A> {
    /// One more of it.
    pub fn give(&self) -> A {
        (self.0)()
    }
}

impl<A> std::fmt::Debug for Given<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Given").finish_non_exhaustive()
    }
}

/// Where a check's parameters are taken from while the plan is made. Remembers all that is missing.
pub struct Context<'a> {
    data: &'a Data,
    taken: RefCell<Vec<Taken>>,
}

pub(crate) struct Taken {
    pub(crate) type_name: &'static str,
    pub(crate) found: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(data: &'a Data) -> Self {
        Self { data, taken: RefCell::default() }
    }

    /// The value of this type for each run, or `None`, which is remembered and told with all other faults at start-up.
    pub fn get<A: Inject>(&self) -> Option<Given<A>> {
        let any = self.data.0.get(&TypeId::of::<A::Target>());
        let shared = any.and_then(|any| any.downcast_ref::<Arc<A::Target>>()).cloned();
        self.taken.borrow_mut().push(Taken { type_name: type_name::<A::Target>(), found: shared.is_some() });
        shared.map(|shared| Given(Arc::new(move || A::from_arc(Arc::clone(&shared)))))
    }

    pub(crate) fn into_taken(self) -> Vec<Taken> {
        self.taken.into_inner()
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}
