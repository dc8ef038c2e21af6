//! By combinations of training captions, or by the kernel of S: whichever is small.

use super::build::{Built, Fate, Room, by_combinations, fates_by_combinations};
use super::kernel::{build_by_kernel, fates_by_kernel};
use super::problem::Problem;
use crate::exact::Limits;
use crate::report::{Code, Diagnostic};

/// Finds the fates and the joint answer. `watch` may stop it; see [`Limits`].
///
/// Edits are shown to be combinations of training captions by these, as long as they are few and short, and else by the kernel
/// of S ([`crate::certificate::Claim::Kernel`]).
///
/// Errors: those of [`Elimination`](crate::exact::Elimination).
///
/// ```
/// use scotoma::caption::{FeatureMap, Format, Tokenizer};
/// use scotoma::certificate::{CaptionProblem, Input, InputRole, Size, TrueOptimal};
/// use scotoma::encoder::{Fate, Problem, build, verify_claims};
/// use scotoma::exact::Limits;
///
/// let pairs = br#"{"caption": "a cup on a book", "negative": "a book on a cup"}"#.to_vec();
/// let spec = CaptionProblem {
///     inputs: vec![Input {
///         name: "pairs.jsonl".to_owned(),
///         sha256: scotoma::files::sha256_hex(&pairs),
///         role: InputRole::Pairs,
///         format: Some(Format::Jsonl),
///     }],
///     columns: Default::default(),
///     selected: None,
///     tokenizer: Tokenizer::Words,
///     features: FeatureMap::BagOfWords,
///     encoder: TrueOptimal::Projection { seed: 1, width: 2, bound: 9 },
///     size: Size { training: 0, edits: 0, features: 0 },
/// };
/// let problem = Problem::read(&spec, &[pairs])?;
/// let built = build(&problem, &Limits::default())?;
/// // A bag of words is the same bag after an exchange.
/// assert_eq!(built.fates, [Fate::Collapsed]);
/// verify_claims(&problem, &built.claims)?;
/// # Ok::<(), scotoma::report::Diagnostic>(())
/// ```
pub fn build(problem: &Problem, limits: &Limits) -> Result<Built, Diagnostic> {
    let few = problem.s().rows() <= FEW_CAPTIONS;
    let left = if few { FIRST_WITNESSES } else { MANY_WITNESSES };
    let mut room = Room { left, ..Room::default() };
    match by_combinations(problem, limits, &mut room) {
        Err(_) if room.is_spent => {}
        found => return found,
    }
    if few || problem.s().cols() <= SMALL_KERNEL {
        match build_by_kernel(problem, limits) {
            Ok(Some(built)) => return Ok(built),
            Err(why) if why.code != Code::ExactLimit => return Err(why),
            Ok(None) | Err(_) => {}
        }
    }
    by_combinations(problem, limits, &mut Room::default())
}

/// With up to that many training captions a kernel is tried whatever the features.
const FEW_CAPTIONS: usize = 20_000;
/// The most coefficients that combinations may have together, where a kernel would do.
const FIRST_WITNESSES: usize = 250_000;
/// The same for more captions.
const MANY_WITNESSES: usize = 2_000_000;

/// For more captions a kernel is tried up to that many features: beyond, it has been seen to fill ten gigabytes.
const SMALL_KERNEL: usize = 50_000;

/// The fate of each edit alone, in order: without witnesses. Errors as for [`build`].
pub fn fates_of(problem: &Problem, limits: &Limits) -> Result<Vec<Fate>, Diagnostic> {
    // Where there are more features than captions, most readouts are silent for want of a caption.
    if problem.s().rows() * 2 >= problem.s().cols() && problem.s().cols() <= SMALL_KERNEL {
        match fates_by_kernel(problem, limits) {
            Ok(Some(fates)) => return Ok(fates),
            Err(why) if why.code != Code::ExactLimit => return Err(why),
            Ok(None) | Err(_) => {}
        }
    }
    fates_by_combinations(problem, limits)
}
