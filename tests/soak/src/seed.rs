use std::hash::{BuildHasher, Hasher, RandomState};

use fastrand::Rng;

/// What all chances of a soak come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    pub(crate) fn random() -> Self {
        Self(RandomState::new().build_hasher().finish())
    }

    /// The chances of one actor, which no other disturbs.
    pub(crate) fn of(self, actor: &str) -> Rng {
        // FNV-1a: the same in every build, which the hashers of the standard library do not promise.
        let hash = actor.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Rng::with_seed(self.0 ^ hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_has_the_same_chances_for_the_same_seed_and_others_than_its_neighbour() {
        let draw = |seed, actor| Seed(seed).of(actor).u64(..);
        assert_eq!(draw(1, "redis"), draw(1, "redis"));
        assert_ne!(draw(1, "redis"), draw(1, "nats"));
        assert_ne!(draw(1, "redis"), draw(2, "redis"));
    }
}
