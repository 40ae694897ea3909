//! What the check of an object tells of a store in memory. Those of clouds are in the fault matrix.

use std::sync::Arc;

use healthsdk::{Cause, Status, checks};
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};

#[tokio::test]
async fn an_object_is_there_or_not_and_a_list_may_be_empty() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    store.put(&"there".into(), "content".into()).await.expect("memory can be written");
    let there = checks::object_store::head(&store, &"there".into()).await;
    assert_eq!((there.status(), &there.data()["size"]), (Status::Ok, &7.into()));
    let wrong = checks::object_store::head(&store, &"elsewhere".into()).await;
    assert_eq!((wrong.status(), wrong.cause()), (Status::Error, Some(Cause::WrongAnswer)), "{wrong:?}");
    assert_eq!(checks::object_store::list(&store, &"empty".into()).await.status(), Status::Ok);
}
