use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, ConnectionState, Error, ErrorKind,
    options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions},
    types::FieldTable,
};

const QUEUE: &str = "orders.placed";

/// The connection to RabbitMQ, made anew where it was lost.
pub(crate) struct Broker {
    uri: String,
    now: Mutex<Now>,
}

/// How the last attempt to connect ended, and the channel of that connection.
struct Now {
    connection: Result<Arc<Connection>, Error>,
    channel: Option<Channel>,
}

/// Where orders are announced.
pub(crate) struct Queue(Channel);

impl Broker {
    /// Connects when first used.
    pub(crate) fn new(uri: String) -> Self {
        let connection = Err(ErrorKind::InvalidConnectionState(ConnectionState::Initial).into());
        Self { uri, now: Mutex::new(Now { connection, channel: None }) }
    }

    /// The connection as it is now, or the error that it could not be made with: what the check looks at.
    pub(crate) fn connection(&self) -> Result<Arc<Connection>, Error> {
        self.now().connection.clone()
    }

    /// The queue, on the connection there is, or on a new one.
    pub(crate) async fn queue(&self) -> Result<Queue, Error> {
        if let Some(channel) = self.now().channel.clone().filter(|channel| channel.status().connected()) {
            return Ok(Queue(channel));
        }
        let connection = Connection::connect(&self.uri, ConnectionProperties::default()).await.map(Arc::new);
        *self.now() = Now { connection: connection.clone(), channel: None };
        let channel = open(&*connection?).await?;
        self.now().channel = Some(channel.clone());
        Ok(Queue(channel))
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Returns when the broker has all of them.
    pub(crate) async fn announce(&self, orders: &[i64]) -> Result<(), Error> {
        let mut confirms = Vec::with_capacity(orders.len());
        for order in orders {
            let message = order.to_string();
            let published = self.0.basic_publish(
                "".into(),
                QUEUE.into(),
                BasicPublishOptions::default(),
                message.as_bytes(),
                BasicProperties::default().with_delivery_mode(2),
            );
            confirms.push(published.await?);
        }
        for confirm in confirms {
            confirm.await?;
        }
        Ok(())
    }
}

async fn open(connection: &Connection) -> Result<Channel, Error> {
    let channel = connection.create_channel().await?;
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(QUEUE.into(), durable, FieldTable::default()).await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(channel)
}
