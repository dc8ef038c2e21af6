//! Matrices for what a statement declares.

use num_rational::BigRational;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use scotoma::kernel::{Family, MapDecl, Name, Role, Sequent};
use scotoma::model::{Instance, Matrix};

fn number(rng: &mut ChaCha8Rng) -> BigRational {
    let denominator = if rng.random_ratio(1, 8) { 2 } else { 1 };
    let numerator = if rng.random_ratio(1, 2) { 0 } else { rng.random_range(-2..=2) };
    BigRational::new(i64::into(numerator), denominator.into())
}

fn matrix(rows: usize, cols: usize, rng: &mut ChaCha8Rng) -> Matrix {
    match rng.random_range(0..5) {
        0 | 1 => Matrix::zeros(rows, cols),
        2 => Matrix::from_integers(rows, cols, |i, j| i64::from(i == j)),
        _ => Matrix::from_rationals(rows, cols, |_, _| number(rng)),
    }
}

/// Matrices for everything that is declared, in spaces of dimension 0, 1 and 2.
pub fn drawn(sequent: &Sequent, rng: &mut ChaCha8Rng) -> Instance {
    let mut instance: Instance = Instance::default();
    for name in &sequent.spaces {
        instance.dims.insert(name.clone(), [0, 1, 1, 2][rng.random_range(0..4)]);
    }
    for (one, other) in &sequent.equal {
        instance.dims.insert(other.clone(), instance.dims[one]);
    }
    sequent.families.iter().for_each(|family| draw_family(family, &mut instance, rng));
    sequent.maps.iter().for_each(|map| draw_map(map, &mut instance, rng));
    if rng.random_ratio(1, 2) {
        invert(&mut instance, rng);
    }
    instance
}

/// The instance with a map or a family drawn anew.
pub fn changed(sequent: &Sequent, instance: &Instance, rng: &mut ChaCha8Rng) -> Instance {
    let mut instance = instance.clone();
    let at = rng.random_range(0..sequent.maps.len() + sequent.families.len());
    match sequent.maps.get(at) {
        Some(map) => draw_map(map, &mut instance, rng),
        None => {
            let family = &sequent.families[at - sequent.maps.len()];
            draw_family(family, &mut instance, rng);
            sequent.maps.iter().filter(|map| map.role != Role::Any).for_each(|map| draw_map(map, &mut instance, rng));
        }
    }
    instance
}

fn draw_family(family: &Family, instance: &mut Instance, rng: &mut ChaCha8Rng) {
    let n = instance.dimension(&family.space).expect("a declared space");
    let members = (0..[1, 2, 2, 3][rng.random_range(0..4)]).map(|_| matrix(n, n, rng)).collect();
    instance.families.insert(family.name.clone(), members);
}

fn draw_map(map: &MapDecl, instance: &mut Instance, rng: &mut ChaCha8Rng) {
    let size = |space| instance.dimension(space).expect("a declared space");
    let (rows, cols) = (size(&map.cod), size(&map.dom));
    let value = match &map.role {
        Role::Any => matrix(rows, cols, rng),
        Role::Member(family) => {
            let members = &instance.families[family];
            members[rng.random_range(0..members.len())].clone()
        }
        Role::Word(family) => {
            let members = &instance.families[family];
            let word: Vec<usize> = (0..rng.random_range(0..=2)).map(|_| rng.random_range(0..members.len())).collect();
            let product = |value: Matrix, at: &usize| value.times(&members[*at]).expect("square matrices");
            let value = word.iter().fold(Matrix::identity(rows), product);
            instance.words.insert(map.name.clone(), word);
            value
        }
    };
    instance.maps.insert(map.name.clone(), value);
}

/// Makes q the inverse of p, where there are such maps.
fn invert(instance: &mut Instance, rng: &mut ChaCha8Rng) {
    let [p, q] = ["p", "q"].map(Name::from);
    let Some(n) = instance.maps.get(&p).map(Matrix::rows) else { return };
    let (sign, shear) = (if rng.random_ratio(1, 2) { 1 } else { -1 }, rng.random_range(-2..=2));
    let sheared = |by: i64| {
        Matrix::from_integers(n, n, |i, j| if i == j { sign } else { sign * by * i64::from(i == 0 && j + 1 == n) })
    };
    instance.maps.insert(p, sheared(shear));
    instance.maps.insert(q, sheared(-shear));
}
