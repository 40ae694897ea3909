use std::time::Duration;

use actix_web::{
    HttpResponse, ResponseError, error::ErrorUnprocessableEntity, get, http::StatusCode, post, web,
};
use redis::{AsyncCommands, aio::ConnectionManager};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::time::timeout;
use tracing::warn;

use crate::{journal::Journal, publisher::Publisher, stock::Stock};

const CACHED_SECONDS: u64 = 60;
/// A handler gives up after this; the client would not wait for ever either.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
struct NewOrder {
    item: String,
    quantity: i32,
}

#[derive(Serialize)]
struct Order {
    id: i64,
    item: String,
    quantity: i32,
}

#[post("/orders")]
pub(crate) async fn place(
    order: web::Json<NewOrder>,
    pool: web::Data<PgPool>,
    publisher: web::Data<Publisher>,
    journal: web::Data<Journal>,
    stock: web::Data<Option<Stock>>,
) -> actix_web::Result<HttpResponse> {
    let NewOrder { item, quantity } = order.into_inner();
    if item.is_empty() || quantity < 1 {
        return Err(ErrorUnprocessableEntity("an order names an item and a quantity of at least 1\n"));
    }
    if let Some(stock) = &**stock
        && stock.lacks(&item).await
    {
        return Err(ErrorUnprocessableEntity("there is no such item\n"));
    }
    let insert = sqlx::query_scalar("INSERT INTO orders (item, quantity) VALUES ($1, $2) RETURNING id")
        .bind(&item)
        .bind(quantity)
        .fetch_one(pool.get_ref());
    let id = in_time(insert).await?;
    publisher.placed();
    let order = Order { id, item, quantity };
    let line = serde_json::to_string(&order)?;
    // It is placed already.
    if let Err(error) = web::block(move || journal.write(&line)).await? {
        warn!("order {id} is not in the journal: {error}");
    }
    let location = ("Location", format!("/orders/{id}"));
    Ok(HttpResponse::Created().insert_header(location).json(order))
}

#[get("/orders/{id}")]
pub(crate) async fn find(
    id: web::Path<i64>,
    pool: web::Data<PgPool>,
    cache: web::Data<ConnectionManager>,
) -> actix_web::Result<HttpResponse> {
    let (id, key, mut cache) = (*id, format!("order:{id}"), cache.get_ref().clone());
    // Without the cache the database answers.
    if let Ok(Some(json)) = cache.get::<_, Option<String>>(&key).await {
        return Ok(HttpResponse::Ok().content_type("application/json").body(json));
    }
    let select = sqlx::query_as("SELECT item, quantity FROM orders WHERE id = $1")
        .bind(id)
        .fetch_optional(pool.get_ref());
    let Some((item, quantity)) = in_time(select).await? else {
        return Ok(HttpResponse::NotFound().finish());
    };
    let order = Order { id, item, quantity };
    let _ = cache.set_ex::<_, _, ()>(&key, serde_json::to_string(&order)?, CACHED_SECONDS).await;
    Ok(HttpResponse::Ok().json(order))
}

/// The database does not answer, for whatever reason; the log says which.
#[derive(Debug, Clone, Copy)]
struct Unavailable;

impl std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("orders are not available now\n")
    }
}

impl ResponseError for Unavailable {
    fn status_code(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

async fn in_time<T>(query: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Unavailable> {
    match timeout(PATIENCE, query).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => {
            warn!("the database failed: {error}");
            Err(Unavailable)
        }
        Err(_) => {
            warn!("the database did not answer within {PATIENCE:?}");
            Err(Unavailable)
        }
    }
}
