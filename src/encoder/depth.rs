//! Blindness at a depth (theorem `depth_blindness`): an encoder that sees every beginning of a chain of edits and not its end.

use num_bigint::BigInt;

use super::build::encoder_rows;
use super::problem::Problem;
use crate::certificate::Claim;
use crate::exact::{Elimination, Limits, RightHandSide, Solution, SparseMatrix};
use crate::report::{Code, Diagnostic};

/// The encoder for a problem whose edits are the beginnings of one chain: edit i is the caption after i + 1 steps. It equals
/// the true-optimal encoder on every training caption, moves the embedding by i + 1 units of its first dimension at
/// edit i, and is blind to the last edit. Returns a [`Claim::Selective`].
///
/// Errors: [`Code::NotSeparable`] where there is none; those of [`Elimination`].
pub fn blind_at_the_end(problem: &Problem, limits: &Limits) -> Result<Claim, Diagnostic> {
    let (s, d, targets) = (problem.s(), problem.d(), problem.targets());
    let width = targets.width();
    let last = d.rows().saturating_sub(1);
    let mut values = vec![BigInt::ZERO; d.rows() * width];
    for edit in 0..last {
        // In the units of the targets.
        values[edit * width] = BigInt::from(edit + 1) << targets.shift;
    }
    let b = RightHandSide::vstack(&[&targets.training, &RightHandSide::from_big(d.rows(), width, values)?])?;
    let elimination = Elimination::new(&SparseMatrix::vstack(&[s, d])?, &[], limits)?;
    match elimination.solve(&b)? {
        Solution::Solved { x, .. } => Ok(Claim::Selective {
            blind: vec![last as u32],
            seen: (0..last as u32).collect(),
            h: encoder_rows(&x, targets.shift),
        }),
        Solution::Inconsistent { .. } => Err(Diagnostic::new(
            Code::NotSeparable,
            "no encoder over these features is aligned, sees every beginning of the chain and is blind to its end",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::caption::{FeatureMap, Format, Tokenizer};
    use crate::certificate::{CaptionProblem, Input, InputRole, Size, TrueOptimal};
    use crate::encoder::{Verified, verify_claims};

    fn problem(features: FeatureMap) -> Problem {
        let pairs = [("a b c d", "b a c d"), ("a b c d", "b a d c"), ("a b c d", "d a b c")]
            .map(|(caption, negative)| format!("{}\n", serde_json::json!({ "caption": caption, "negative": negative })))
            .concat()
            .into_bytes();
        let input = |name: &str, bytes: &[u8], role, format: Format| Input {
            name: name.to_owned(),
            sha256: crate::files::sha256_hex(bytes),
            role,
            format: Some(format),
        };
        let train = b"a a c d\nb b b d\n".to_vec();
        let spec = CaptionProblem {
            inputs: vec![
                input("chain.jsonl", &pairs, InputRole::Pairs, Format::Jsonl),
                input("train.txt", &train, InputRole::Train, Format::Text),
            ],
            columns: BTreeMap::new(),
            selected: None,
            tokenizer: Tokenizer::Words,
            features,
            encoder: TrueOptimal::Projection { seed: 1, width: 2, bound: 9 },
            size: Size { training: 0, edits: 0, features: 0 },
        };
        Problem::read(&spec, &[pairs, train]).unwrap()
    }

    #[test]
    fn the_beginnings_are_told_apart_and_the_end_is_not_seen() {
        let problem = problem(FeatureMap::Positions);
        let claim = blind_at_the_end(&problem, &Limits::default()).unwrap();
        let verified = verify_claims(&problem, std::slice::from_ref(&claim)).unwrap();
        assert_eq!(verified, [Verified::Selective { blind: 1, seen: 2 }]);
        let Claim::Selective { blind, seen, h } = claim else { panic!("another claim") };
        let code = |blind: &[u32], seen: &[u32], h: &[(u32, Vec<crate::certificate::Exact>)]| {
            let claim = Claim::Selective { blind: blind.to_vec(), seen: seen.to_vec(), h: h.to_vec() };
            verify_claims(&problem, &[claim]).unwrap_err().code
        };
        assert_eq!(code(&[1], &seen, &h), Code::NotBlind);
        assert_eq!(code(&blind, &[0, 1, 2], &h), Code::NotSeen);
        assert_eq!(code(&blind, &[1, 0], &h), Code::CertificateIndex);
        assert_eq!(code(&[3], &seen, &h), Code::CertificateIndex);
        let mut other = h.clone();
        other[0].1[0].0 += num_rational::BigRational::from_integer(1.into());
        assert_eq!(code(&blind, &seen, &other), Code::NotAligned);
        other = h.clone();
        other[0].1.pop();
        assert_eq!(code(&blind, &seen, &other), Code::CertificateShape);
        // The same change for both beginnings: blind to one, and the other not told apart from it.
        let zero: Vec<_> = h.iter().map(|(feature, row)| (*feature, row.clone())).collect();
        assert_eq!(code(&[0, 2], &[1], &zero), Code::NotBlind);
    }

    #[test]
    fn steps_that_the_features_do_not_separate_are_refused() {
        let error = blind_at_the_end(&problem(FeatureMap::BagOfWords), &Limits::default()).unwrap_err();
        assert_eq!(error.code, Code::NotSeparable);
    }
}
