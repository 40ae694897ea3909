use std::{
    ascii, fs,
    path::{Path, PathBuf},
};

/// Inputs that are made of each seed.
const CHANGED: usize = 120;
const LONGEST: usize = 2048;

/// Feeds the seeds of a target to it, and changes of them that are the same whenever and wherever it runs.
pub fn replay(name: &str, target: fn(&[u8])) {
    let folder = folder(name);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut seeds: Vec<_> = files.map(|file| file.expect("it is a file").path()).collect();
    seeds.sort();
    let seeds: Vec<_> = seeds.iter().map(|seed| fs::read(seed).expect("a seed can be read")).collect();
    assert!(!seeds.is_empty(), "{} has no seeds", folder.display());
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for seed in &seeds {
        run(target, seed);
        let mut input = seed.clone();
        for round in 0..CHANGED {
            if round % 8 == 0 {
                input.clone_from(seed);
            }
            dice.change(&mut input, &seeds);
            run(target, &input);
        }
    }
}

/// Crates of different depth run the targets.
fn folder(name: &str) -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut folders = above.map(|folder| folder.join("fuzz/seeds").join(name));
    folders.find(|folder| folder.is_dir()).unwrap_or_else(|| panic!("there is no fuzz/seeds/{name}"))
}

fn run(target: fn(&[u8]), input: &[u8]) {
    let told = Told(input);
    target(told.0);
}

/// Tells the input where the target panics.
struct Told<'a>(&'a [u8]);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let shown: Vec<u8> = self.0.iter().copied().flat_map(ascii::escape_default).collect();
            eprintln!("the input is b\"{}\"", String::from_utf8_lossy(&shown));
        }
    }
}

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or(0) % limit.max(1)
    }

    fn change(&mut self, input: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let (at, byte) = (self.below(input.len() + 1), u8::try_from(self.below(256)).unwrap_or_default());
        let end = (at + self.below(16)).min(input.len());
        match self.below(6) {
            // Where the first byte chooses something.
            5 => input.first_mut().into_iter().for_each(|first| *first = byte),
            0 => input.insert(at, byte),
            1 => drop(input.drain(at..end)),
            2 => input.get_mut(at).into_iter().for_each(|old| *old = byte),
            3 => input.extend_from_within(at..end),
            _ => {
                let other = &seeds[self.below(seeds.len())];
                let from = self.below(other.len() + 1);
                let part = &other[from..(from + self.below(24)).min(other.len())];
                input.splice(at..at, part.iter().copied());
            }
        }
        input.truncate(LONGEST);
    }
}
