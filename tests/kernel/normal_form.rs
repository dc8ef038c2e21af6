//! The normal form at random: it keeps the value (over the rationals and over small fields), it does not depend on the
//! way in which a product is written, and its words are linearly independent, so no further equation holds between them.
//! `1 + 1` is the exception that the kernel's page makes: there only the value is kept.

use std::collections::BTreeSet;

use num_rational::BigRational;
use num_traits::{One, Zero};
use scotoma::kernel::Structural::{self, Fst, Inl, Inr, Snd};
use scotoma::kernel::{Budget, Letter, Polynomial, Space, Word};
use scotoma::terms::*;

/// A small generator (SplitMix64): the kernel's tests need nothing but arithmetic.
struct Random(u64);

impl Random {
    fn new() -> Random {
        let seed = std::env::var("SCOTOMA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(14);
        println!("SCOTOMA_SEED={seed}");
        Random(seed)
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

/// A field, or what the words are evaluated in.
trait Number: Clone + PartialEq {
    fn of(n: i64, d: i64) -> Self;
    fn plus(&self, other: &Self) -> Self;
    fn times(&self, other: &Self) -> Self;
    fn coefficient(c: &BigRational) -> Self;
}

impl Number for BigRational {
    fn of(n: i64, d: i64) -> Self {
        BigRational::new(n.into(), d.into())
    }
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn coefficient(c: &BigRational) -> Self {
        c.clone()
    }
}

/// The numbers modulo a prime.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Modulo<const P: i64>(i64);

impl<const P: i64> Number for Modulo<P> {
    fn of(n: i64, _: i64) -> Self {
        Modulo(n.rem_euclid(P))
    }
    fn plus(&self, other: &Self) -> Self {
        Modulo((self.0 + other.0) % P)
    }
    fn times(&self, other: &Self) -> Self {
        Modulo(self.0 * other.0 % P)
    }
    fn coefficient(c: &BigRational) -> Self {
        assert!(c.is_integer(), "no fraction arises from the words themselves");
        Self::of(i64::try_from(c.numer()).expect("small"), 1)
    }
}

fn atom(name: &str) -> Space {
    Space::Atom(name.into())
}

fn sum(a: &Space, b: &Space) -> Space {
    Space::sum(a, b).expect("small")
}

/// The space that a letter leads to, and the one it starts from.
fn ends(letter: &Letter) -> (Space, Space) {
    match letter {
        Letter::Map { dom, cod, transposed: false, .. } => (cod.clone(), dom.clone()),
        Letter::Map { dom, cod, transposed: true, .. } => (dom.clone(), cod.clone()),
        Letter::Block(Fst, a, b) => (a.clone(), sum(a, b)),
        Letter::Block(Snd, a, b) => (b.clone(), sum(a, b)),
        Letter::Block(Inl, a, b) => (sum(a, b), a.clone()),
        Letter::Block(Inr, a, b) => (sum(a, b), b.clone()),
    }
}

/// Spaces `1`, `A`, `B` and some sums, and maps between them.
struct Quiver {
    name: &'static str,
    spaces: Vec<Space>,
    sums: Vec<(Space, Space)>,
    letters: Vec<Letter>,
}

impl Quiver {
    fn new(name: &'static str, sums: &[(Space, Space)]) -> Quiver {
        let (one, a, b) = (Space::Unit, atom("A"), atom("B"));
        let mut maps = vec![
            ("x".to_owned(), one.clone(), a.clone()),
            ("y".to_owned(), one.clone(), a.clone()),
            ("m".to_owned(), a.clone(), a.clone()),
            ("n".to_owned(), a.clone(), b.clone()),
            ("s".to_owned(), one.clone(), one.clone()),
            ("z".to_owned(), one.clone(), b.clone()),
        ];
        let mut spaces = vec![one.clone(), a.clone(), b];
        let mut letters = Vec::new();
        for (index, (first, second)) in sums.iter().enumerate() {
            let both = sum(first, second);
            maps.push((format!("p{index}"), both.clone(), a.clone()));
            maps.push((format!("q{index}"), one.clone(), both.clone()));
            maps.push((format!("r{index}"), both.clone(), both.clone()));
            letters.extend([Fst, Snd, Inl, Inr].map(|block| Letter::Block(block, first.clone(), second.clone())));
            spaces.push(both);
        }
        for (name, dom, cod) in maps {
            let name: std::sync::Arc<str> = name.as_str().into();
            letters.extend([false, true].map(|transposed| Letter::Map {
                name: name.clone(),
                dom: dom.clone(),
                cod: cod.clone(),
                transposed,
            }));
        }
        Quiver { name, spaces, sums: sums.to_vec(), letters }
    }

    /// A random word from a random space, and the spaces at its ends.
    fn word(&self, length: usize, random: &mut Random) -> (Word, Space, Space) {
        let cod = random.pick(&self.spaces).clone();
        let (mut word, mut at) = (Word::new(), cod.clone());
        for _ in 0..length {
            let next: Vec<&Letter> = self.letters.iter().filter(|letter| ends(letter).0 == at).collect();
            let letter = (*random.pick(&next)).clone();
            at = ends(&letter).1;
            word.push(letter);
        }
        (word, cod, at)
    }
}

fn normal(word: &[Letter], cod: &Space, dom: &Space) -> Polynomial {
    Polynomial::word(dom.clone(), cod.clone(), word.to_vec(), &mut Budget::default()).expect("small")
}

fn backwards(word: &[Letter]) -> Word {
    word.iter().rev().map(Letter::transpose).collect()
}

/// The places of a word at which it is in this space.
fn places(word: &[Letter], cod: &Space, space: &Space) -> Vec<usize> {
    let at = |place: usize| if place == 0 { cod.clone() } else { ends(&word[place - 1]).1 };
    (0..=word.len()).filter(|&place| at(place) == *space).collect()
}

/// The same map, written otherwise: a sum of words with coefficients.
fn rewritten(quiver: &Quiver, word: &[Letter], cod: &Space, random: &mut Random) -> Vec<(i64, Word)> {
    let mut words = vec![(1, word.to_vec())];
    for _ in 0..random.below(4) {
        let index = random.below(words.len());
        let (c, word) = words[index].clone();
        let put = |at: usize, letters: [Letter; 2]| [&word[..at], &letters, &word[at..]].concat();
        match random.below(3) {
            // Loops in another order and direction.
            0 => {
                let visits = places(&word, cod, &Space::Unit);
                let mut loops: Vec<Word> = visits.windows(2).map(|ends| word[ends[0]..ends[1]].to_vec()).collect();
                for index in (1..loops.len()).rev() {
                    loops.swap(index, random.below(index + 1));
                }
                loops.iter_mut().filter(|_| random.below(2) == 0).for_each(|l| *l = backwards(l));
                if let (Some(first), Some(last)) = (visits.first(), visits.last()) {
                    words[index].1 = [&word[..*first], &loops.concat(), &word[*last..]].concat();
                }
            }
            // The identity of a sum, expanded where it fits.
            1 if !quiver.sums.is_empty() => {
                let (a, b) = random.pick(&quiver.sums);
                let places = places(&word, cod, &sum(a, b));
                if !places.is_empty() {
                    let at = *random.pick(&places);
                    let pair = |first, second| [first, second].map(|block| Letter::Block(block, a.clone(), b.clone()));
                    words[index].1 = put(at, pair(Inl, Fst));
                    words.push((c, put(at, pair(Inr, Snd))));
                }
            }
            // The identity of a summand, written as the way into the sum and out of it.
            2 if !quiver.sums.is_empty() => {
                let (a, b) = random.pick(&quiver.sums);
                let (space, out, into) = if random.below(2) == 0 { (a, Fst, Inl) } else { (b, Snd, Inr) };
                let places = places(&word, cod, space);
                if !places.is_empty() {
                    let block = |block: Structural| Letter::Block(block, a.clone(), b.clone());
                    words[index].1 = put(*random.pick(&places), [block(out), block(into)]);
                }
            }
            _ => {}
        }
    }
    words
}

type Matrix<N> = Vec<Vec<N>>;

struct Values<'q, N> {
    dimensions: [usize; 2],
    maps: Vec<(&'q Letter, Matrix<N>)>,
}

impl<'q, N: Number> Values<'q, N> {
    fn random(quiver: &'q Quiver, dimensions: [usize; 2], random: &mut Random) -> Self {
        let mut values = Values { dimensions, maps: Vec::new() };
        for letter in &quiver.letters {
            let matrix = match letter {
                Letter::Map { transposed: true, .. } => values.maps.last().map(|(_, m)| m).cloned().unwrap_or_default(),
                Letter::Map { dom, cod, .. } => {
                    let entry = |random: &mut Random| N::of(random.below(41) as i64 - 20, 1 + random.below(3) as i64);
                    let row = |random: &mut Random, n| (0..n).map(|_| entry(random)).collect();
                    (0..values.dimension(cod)).map(|_| row(random, values.dimension(dom))).collect()
                }
                Letter::Block(block, a, b) => values.block(*block, a, b),
            };
            let matrix = match letter {
                Letter::Map { transposed: true, dom, cod, .. } => (0..values.dimension(dom))
                    .map(|i| (0..values.dimension(cod)).map(|j| matrix[j][i].clone()).collect())
                    .collect(),
                _ => matrix,
            };
            values.maps.push((letter, matrix));
        }
        values
    }

    fn dimension(&self, space: &Space) -> usize {
        let leaf = |leaf: &Space| match leaf {
            Space::Atom(name) => self.dimensions[usize::from(&**name == "B")],
            _ => 1,
        };
        space.leaves().into_iter().map(leaf).sum()
    }

    fn block(&self, block: Structural, a: &Space, b: &Space) -> Matrix<N> {
        let (a, b) = (self.dimension(a), self.dimension(b));
        let part = |rows: usize, columns: usize, below: usize, beside: usize| {
            let entry = |i: usize, j: usize| N::of(i64::from(i + beside == j + below), 1);
            (0..rows).map(|i| (0..columns).map(|j| entry(i, j)).collect()).collect()
        };
        match block {
            Fst => part(a, a + b, 0, 0),
            Snd => part(b, a + b, 0, a),
            Inl => part(a + b, a, 0, 0),
            Inr => part(a + b, b, a, 0),
        }
    }

    fn word(&self, word: &[Letter], dom: &Space) -> Matrix<N> {
        let n = self.dimension(dom);
        let identity: Matrix<N> = (0..n).map(|i| (0..n).map(|j| N::of(i64::from(i == j), 1)).collect()).collect();
        word.iter().rev().fold(identity, |so_far, letter| {
            let (_, matrix) = self.maps.iter().find(|(known, _)| *known == letter).expect("a letter of the quiver");
            let entry = |row: &Vec<N>, j: usize| {
                row.iter().zip(&so_far).fold(N::of(0, 1), |sum, (x, line)| sum.plus(&x.times(&line[j])))
            };
            matrix.iter().map(|row| (0..n).map(|j| entry(row, j)).collect()).collect()
        })
    }

    fn polynomial(&self, p: &Polynomial) -> Matrix<N> {
        let zero = vec![vec![N::of(0, 1); self.dimension(p.dom())]; self.dimension(p.cod())];
        p.terms().fold(zero, |sum, (word, c)| {
            let c = N::coefficient(c);
            let value = self.word(word, p.dom());
            let row = |(a, b): (Vec<N>, Vec<N>)| a.iter().zip(&b).map(|(x, y)| x.plus(&c.times(y))).collect();
            sum.into_iter().zip(value).map(row).collect()
        })
    }
}

fn quivers() -> Vec<Quiver> {
    let (one, a, b) = (Space::Unit, atom("A"), atom("B"));
    let nested = sum(&a, &one);
    vec![
        Quiver::new("no sums", &[]),
        Quiver::new("A + 1", &[(a.clone(), one.clone())]),
        Quiver::new("1 + A", &[(one.clone(), a.clone())]),
        Quiver::new("B + A", &[(b.clone(), a.clone())]),
        Quiver::new("A + A", &[(a.clone(), a.clone())]),
        Quiver::new("(A + 1) + B", &[(a.clone(), one.clone()), (nested.clone(), b.clone())]),
        Quiver::new("(A + 1) + 1", &[(a.clone(), one.clone()), (nested, one.clone())]),
        Quiver::new("1 + 1", &[(one.clone(), one)]),
    ]
}

#[test]
fn the_normal_form_keeps_the_value() {
    let mut random = Random::new();
    fn agree<N: Number>(quiver: &Quiver, (word, cod, dom): &(Word, Space, Space), p: &Polynomial, random: &mut Random) {
        let dimensions = [random.below(4), random.below(4)];
        let values = Values::<N>::random(quiver, dimensions, random);
        assert!(values.word(word, dom) == values.polynomial(p), "{}: {word:?} : {dom} -> {cod}", quiver.name);
    }
    for quiver in quivers() {
        let (mut split, words) = (0, 120);
        for _ in 0..words {
            let length = random.below(13);
            let word = quiver.word(length, &mut random);
            let p = normal(&word.0, &word.1, &word.2);
            agree::<BigRational>(&quiver, &word, &p, &mut random);
            agree::<Modulo<2>>(&quiver, &word, &p, &mut random);
            agree::<Modulo<3>>(&quiver, &word, &p, &mut random);
            agree::<Modulo<7>>(&quiver, &word, &p, &mut random);
            split += usize::from(p.terms().len() != 1);
        }
        println!("{}: {words} words over 4 fields, {split} of them not one word in normal form", quiver.name);
    }
}

#[test]
fn the_normal_form_does_not_depend_on_how_a_product_is_written() {
    let mut random = Random::new();
    for quiver in quivers() {
        let (mut others, words) = (0, 1_000);
        for _ in 0..words {
            let length = random.below(14);
            let (word, cod, dom) = quiver.word(length, &mut random);
            let budget = &mut Budget::default();
            let p = normal(&word, &cod, &dom);
            let mut rewriting = Polynomial::zero(dom.clone(), cod.clone());
            for (c, other) in rewritten(&quiver, &word, &cod, &mut random) {
                rewriting
                    .add(&BigRational::from_integer(c.into()), &normal(&other, &cod, &dom), budget)
                    .expect("small");
            }
            let at = random.below(word.len() + 1);
            let middle = if at == 0 { cod.clone() } else { ends(&word[at - 1]).1 };
            let (left, right) = (normal(&word[..at], &cod, &middle), normal(&word[at..], &middle, &dom));
            let product = left.times(&right, budget).expect("small");
            let [l, r, transpose] = [&left, &right, &p].map(|p| p.transpose(&mut Budget::default()).expect("small"));
            let same = p == rewriting
                && p == product
                && transpose == r.times(&l, budget).expect("small")
                && transpose == normal(&backwards(&word), &dom, &cod)
                && p == transpose.transpose(budget).expect("small");
            others += usize::from(!same);
            assert!(same || quiver.name == "1 + 1", "{}: {word:?} : {dom} -> {cod}", quiver.name);
        }
        println!("{}: {words} products, {others} with a second normal form", quiver.name);
        assert_eq!(others > 0, quiver.name == "1 + 1", "{}: what the kernel's page says of it", quiver.name);
    }
}

/// The rank of a matrix over the numbers modulo a prime.
fn rank<const P: i64>(mut rows: Matrix<Modulo<P>>) -> usize {
    let inverse = |x: i64| (0..P - 2).fold(1, |power, _| power * x % P);
    let (mut rank, columns) = (0, rows.first().map_or(0, Vec::len));
    for column in 0..columns {
        let Some(pivot) = (rank..rows.len()).find(|&row| rows[row][column].0 != 0) else { continue };
        rows.swap(rank, pivot);
        let scale = inverse(rows[rank][column].0);
        let top: Vec<i64> = rows[rank].iter().map(|x| x.0 * scale % P).collect();
        for row in &mut rows[rank + 1..] {
            let factor = row[column].0;
            row.iter_mut().zip(&top).for_each(|(x, y)| x.0 = (x.0 - factor * y).rem_euclid(P));
        }
        rank += 1;
    }
    rank
}

#[test]
fn words_in_normal_form_are_linearly_independent() {
    const P: i64 = 10_007;
    let mut random = Random::new();
    let (one, a) = (Space::Unit, atom("A"));
    let [none, beside, before, plain, nested] = [0, 1, 2, 3, 6].map(|index| quivers().swap_remove(index));
    for (quiver, cod, dom, longest) in [
        (&none, &one, &one, 5),
        (&none, &a, &one, 4),
        (&none, &a, &a, 4),
        (&beside, &one, &one, 4),
        (&beside, &a, &sum(&a, &one), 3),
        (&before, &one, &one, 4),
        (&plain, &a, &sum(&atom("B"), &a), 3),
        (&nested, &one, &one, 3),
    ] {
        let mut layer = vec![(Word::new(), cod.clone())];
        let mut words = BTreeSet::new();
        for _ in 0..=longest {
            let here = layer.iter().filter(|(_, at)| at == dom);
            let here =
                here.flat_map(|(word, _)| normal(word, cod, dom).terms().map(|(w, _)| w.clone()).collect::<Vec<_>>());
            words.extend(here);
            let longer = layer.iter().flat_map(|(word, at)| {
                let next = quiver.letters.iter().filter(move |letter| ends(letter).0 == *at);
                next.map(|l| ([word, &[l.clone()][..]].concat(), ends(l).1))
            });
            layer = longer.collect();
        }
        let mut words: Vec<Word> = words.into_iter().collect();
        while words.len() > 250 {
            words.swap_remove(random.below(words.len()));
        }
        let mut rows: Matrix<Modulo<P>> = Vec::new();
        while rows.len() < words.len() + 20 {
            let values = Values::<Modulo<P>>::random(quiver, [4, 3], &mut random);
            let columns: Vec<Matrix<_>> = words.iter().map(|word| values.word(word, dom)).collect();
            for i in 0..values.dimension(cod) {
                rows.extend((0..values.dimension(dom)).map(|j| columns.iter().map(|c| c[i][j]).collect()));
            }
        }
        let found = rank(rows);
        println!("{}: {} words {dom} -> {cod}, rank {found}", quiver.name, words.len());
        assert!(words.len() > 20, "{}: too few words", quiver.name);
        assert_eq!(found, words.len(), "{}: an equation holds between words in normal form", quiver.name);
    }
}

#[test]
fn sorting_is_charged() {
    let (one, s) = (Space::Unit, |name: &str| Letter::Map {
        name: name.into(),
        dom: Space::Unit,
        cod: Space::Unit,
        transposed: false,
    });
    let work = |word: Word| {
        let mut budget = Budget::default();
        let before = budget.work;
        let p = Polynomial::word(one.clone(), one.clone(), word, &mut budget).expect("small");
        assert!(p.terms().all(|(_, c)| c.is_one() && !c.is_zero()));
        before - budget.work
    };
    let loops = work((0..1_000).map(|n| s(&format!("s{}", n * 7 % 1_000))).collect());
    let a = atom("A");
    let letter = Letter::Map { name: "f".into(), dom: a.clone(), cod: a, transposed: false };
    let path = {
        let mut budget = Budget::default();
        let before = budget.work;
        let a = atom("A");
        Polynomial::word(a.clone(), a, vec![letter; 1_000], &mut budget).expect("small");
        before - budget.work
    };
    assert!(loops >= path + 1_000 * 9, "{loops} for a thousand loops, {path} for as long a path");
}
