//! The one format of every certificate: what is claimed, about which raw inputs, with which witness.
//!
//! A certificate never carries the matrices that it speaks of. It names raw inputs by their SHA-256
//! and says how features are read off them, so that a checker recomputes S and D from the text; the
//! witnesses are exact and sparse, and checking them is multiplication. This room holds the data and
//! its canonical bytes; building and checking live further down.
//!
//! The format is described for readers who write their own checker in `proofs/CERTIFICATES.md`.

mod fields;
mod kernel;
mod number;
mod problem;
mod strict;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use kernel::{Kernel, SettledBy};
pub use number::{Exact, MAX_DIGITS, Rows, Sparse};
pub use problem::{CaptionProblem, Input, InputRole, Problem, Size, TrueOptimal};

use self::fields::{present, unrepeated};
use self::strict::Strict;
use crate::files;
use crate::report::{Code, Diagnostic, Place};

/// The first version: every claim but [`Claim::Kernel`], and obstructions that name their training captions.
pub const VERSION: u32 = 1;
/// The second: the kernel of S as a claim, obstructions that rest on it, and mined edits shown independent by a basis.
pub const KERNEL_VERSION: u32 = 2;

/// A certificate: a statement, the problem it is instantiated at, and claims with witnesses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Format version: [`VERSION`], or [`KERNEL_VERSION`] where a claim needs it.
    pub scotoma_certificate: u32,
    /// The theorem whose instance this is.
    pub statement: StatementRef,
    /// What the claims are about.
    pub problem: Problem,
    /// The claims; at least one.
    pub claims: Vec<Claim>,
}

/// A theorem, by its name and the content hash of its statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementRef {
    /// Name of the theorem.
    pub theorem: String,
    /// SHA-256 of the statement's canonical bytes, lower-case hexadecimal.
    pub sha256: String,
}

/// A claim with its witness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Claim {
    /// The fate of every edit: each edit is in exactly one of the three lists.
    Fates {
        /// Edits whose features do not change: no encoder over these features sees them.
        collapsed: Vec<u32>,
        /// Edits that are combinations of training captions: every optimal encoder agrees on them.
        identified: Vec<Identified>,
        /// Edits that some readout, silent on all training captions, sees: a pseudo-optimal encoder is blind to each.
        free: Vec<Free>,
        /// The readouts k (over features, S k = 0) that `free` refers to.
        readouts: Vec<Sparse>,
    },
    /// All that no training caption sees, and with it the fate of every edit, the rank of S and the deficit.
    Kernel(Kernel),
    /// One encoder h equal to the true-optimal one on all training captions and blind to all edits but the dropped.
    Blind {
        /// Edits left out, each with the obstruction that keeps it from being blinded along with the rest.
        dropped: Vec<Obstruction>,
        /// h, a row a feature: increasing features with their rows, `width` entries each; all other rows are zero.
        h: Vec<(u32, Vec<Exact>)>,
    },
    /// No encoder over these features equals the true-optimal one on all training captions and is blind to the edits.
    Obstructed {
        /// The relation that forbids it.
        by: Obstruction,
    },
    /// One encoder h equal to the true-optimal one on all training captions, blind to some edits and telling others apart.
    Selective {
        /// Edits to which h is blind, increasing.
        blind: Vec<u32>,
        /// Edits that h sees, increasing: the changes of the embedding are all different, and none is zero.
        seen: Vec<u32>,
        /// h, as in a blind claim.
        h: Vec<(u32, Vec<Exact>)>,
    },
    /// The training captions and the mined edits determine every edit, and no smaller (or cheaper) set of edits does.
    Settles {
        /// The mined edits, a basis of all edits modulo the training captions.
        mined: Vec<Mined>,
        /// Every other edit as a combination, by increasing edit.
        settled: Vec<Settled>,
        /// What shows the mined edits to be independent, where they have pivots and no readouts.
        #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
        basis: Option<Basis>,
        /// What each edit costs, none below 0: the mined edits are then a cheapest set; absent: each costs 1.
        #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
        costs: Option<Vec<Exact>>,
        /// What a limit on the cost leaves.
        #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
        budget: Option<Budget>,
    },
    /// A scorer agrees with the true-optimal encoder (its first dimension) on all training captions and puts every negative
    /// at least the margin below its caption.
    Margins {
        /// Above 0.
        margin: Exact,
        /// w, over features.
        scorer: Sparse,
    },
    /// No scorer does: z D = c S, z >= 0 and c (training scores) + margin (sum of z) > 0.
    Farkas {
        /// Above 0.
        margin: Exact,
        /// Over edits, no entry below 0.
        z: Sparse,
        /// Over training captions.
        c: Sparse,
    },
    /// Matrices that satisfy the statement's assumptions, all or all but one, and not its conclusion.
    Refutes(Counterexample),
    /// The least change N of the true-optimal encoder that keeps all training captions in place and makes it blind: P = S' p + D' q
    /// proves that no other change is less, in the Frobenius norm (where N = P) or, if `n` is there, in the largest entry.
    Nearest {
        /// Edits that it need not be blind to.
        dropped: Vec<u32>,
        /// Weights of training captions: increasing captions, `width` entries each.
        p: Vec<(u32, Vec<Exact>)>,
        /// Weights of edits.
        q: Vec<(u32, Vec<Exact>)>,
        /// N by its nonzero rows, `width` entries each: the change of least maximal entry; absent: N = P.
        #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
        n: Option<Vec<(u32, Vec<Exact>)>>,
        /// The squared Frobenius norm of N; with `n` the largest magnitude of an entry of N.
        change: Exact,
        /// Single edits by increasing edit, each with the least change that blinds it alone.
        alone: Vec<Alone>,
    },
}

/// The least change that blinds one edit d, alone: -y (d g) / (d y) for a readout y that is silent on training. Among those it
/// is least because d y is k y for k = d - c S, and k y is as large as y allows: y = k in the Frobenius norm, and
/// (sum of |k|) times the largest entry of y otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alone {
    /// The edit.
    pub edit: u32,
    /// Coefficients over training captions.
    pub c: Sparse,
    /// Over features; absent: y = k.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    pub y: Option<Sparse>,
    /// The squared norm of the change; with `y` its largest entry.
    pub change: Exact,
}

impl Claim {
    /// The theorem that a new certificate of the claim names; `None`: it is about whichever statement is named.
    pub fn theorem(&self) -> Option<&'static str> {
        self.theorems().first().copied()
    }

    /// The theorems that a certificate of the claim may name: the one that says what the witness proves, then the one that
    /// certificates named before that one was stated, or name where the claim stands behind a [`Claim::Kernel`]. Empty: see
    /// [`Claim::theorem`].
    pub fn theorems(&self) -> &'static [&'static str] {
        match self {
            Claim::Fates { .. } => &["composition_nonidentifiability"],
            Claim::Blind { .. } | Claim::Obstructed { .. } => {
                &["composition_nonidentifiability", "silent_readouts_decide"]
            }
            Claim::Kernel(_) => &["silent_readouts_decide"],
            Claim::Selective { .. } => &["depth_blindness"],
            Claim::Settles { .. } => &["deficit_is_least", "mining_suffices"],
            Claim::Margins { .. } | Claim::Farkas { .. } => &["margins_contradict", "composition_nonidentifiability"],
            Claim::Nearest { .. } => &["least_blinding_change", "composition_nonidentifiability"],
            Claim::Refutes(_) => &[],
        }
    }

    /// The encoder that the claim carries, by its nonzero rows.
    pub fn encoder(&self) -> Option<&[(u32, Vec<Exact>)]> {
        match self {
            Claim::Blind { h, .. } | Claim::Selective { h, .. } => Some(h),
            Claim::Fates { .. }
            | Claim::Kernel(_)
            | Claim::Obstructed { .. }
            | Claim::Settles { .. }
            | Claim::Margins { .. }
            | Claim::Nearest { .. }
            | Claim::Farkas { .. }
            | Claim::Refutes(_) => None,
        }
    }
}

/// A counterexample: what every space, family and map of the statement is, and how the conclusion fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counterexample {
    /// The position of the assumption that is dropped (see [`crate::model::hypotheses`]); absent: none, the statement is false.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    pub without: Option<u32>,
    /// The dimension of each space.
    #[serde(deserialize_with = "unrepeated")]
    pub spaces: BTreeMap<String, u32>,
    /// The members of each family.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default, deserialize_with = "unrepeated")]
    pub families: BTreeMap<String, Vec<Rows>>,
    /// The matrix of each map.
    #[serde(deserialize_with = "unrepeated")]
    pub maps: BTreeMap<String, Rows>,
    /// For each map declared a word, the positions of its letters in the family, in writing order.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default, deserialize_with = "unrepeated")]
    pub words: BTreeMap<String, Vec<u32>>,
    /// The position of a conclusion that fails; absent where maps are claimed to exist and none satisfy all conclusions.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    pub fails: Option<u32>,
    /// Where no maps are as claimed: matrices for some of the conclusions that are equations, by position. The sum of the
    /// entries of `left - right` times those of the matrix, over all of them, is the same number, not 0, whatever the maps
    /// are; whichever way round an equation is written, see [`crate::model`].
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub obstruction: Vec<(u32, Rows)>,
}

/// A mined edit, with what shows it to be independent of training and of the mined edits before it: a readout k, S k = 0, d k = 0
/// for every mined edit d before it, and d k is not 0 for itself; or its pivot, behind the rows of a [`Basis`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mined {
    /// The edit.
    pub edit: u32,
    /// Over features.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    pub readout: Option<Sparse>,
    /// A feature.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    pub pivot: Option<u32>,
}

/// A basis of the training captions. With the mined edits behind them its rows are independent modulo a number, and every other
/// caption is a combination of them: so the mined edits are independent of each other and of training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// From 2 and below 2^31: what pivots are invertible by.
    pub modulus: u32,
    /// Training captions, each with the feature that is its pivot, in the order of elimination.
    pub rows: Vec<(u32, u32)>,
    /// Every other training caption as a combination of these, by increasing caption.
    pub others: Vec<Dependent>,
}

/// A training caption as a combination of basis captions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependent {
    /// The caption.
    pub caption: u32,
    /// Coefficients over training captions, all of them in the basis.
    pub c: Sparse,
}

/// d = c S + b D: an edit as a combination of training captions and mined edits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// The edit.
    pub edit: u32,
    /// Coefficients over training captions.
    pub c: Sparse,
    /// Coefficients over edits, all of them mined and none dearer than the edit.
    pub b: Sparse,
}

/// The most dimensions that a limited cost can buy, and the edits that this settles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The most that the chosen edits may cost together.
    pub limit: Exact,
    /// The chosen among the mined edits, increasing: as many as any independent set within the limit has.
    pub chosen: Vec<u32>,
    /// How many edits the training captions and the chosen edits determine.
    pub settled: u32,
}

/// d = c S: an edit as a combination of training captions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identified {
    /// The edit.
    pub edit: u32,
    /// Coefficients over training captions.
    pub c: Sparse,
}

/// An edit that a readout sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Free {
    /// The edit.
    pub edit: u32,
    /// The readout, by its position in `readouts`.
    pub readout: u32,
}

/// s S = d D although the true-optimal encoder gives s a meaning: nothing aligned is blind to all edits of d.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obstruction {
    /// The edit that is dropped for it; absent where the training captions alone are at odds (d empty).
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    pub edit: Option<u32>,
    /// Coefficients over training captions; absent where a [`Claim::Kernel`] shows that there are some.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    pub s: Option<Sparse>,
    /// Coefficients over edits.
    pub d: Sparse,
}

impl Certificate {
    /// Reads a certificate. `name` is the file's name, for the diagnostics.
    ///
    /// Errors: [`Code::CertificateSyntax`] with the place, [`Code::CertificateVersion`], [`Code::NotUtf8`].
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Certificate, Diagnostic> {
        let text = files::utf8(name, bytes)?;
        let refused = |at: usize, message: &str| {
            Diagnostic::new(Code::CertificateSyntax, format!("not a certificate: {message}"))
                .at(Place::of(name, &text, at, at))
                .help("certificates are written by `scotoma build`; this one was cut short or edited")
        };
        files::json::check(&text).map_err(|broken| refused(broken.at, &broken.message))?;
        // The version first: a later version may have other fields.
        #[derive(Deserialize)]
        struct Version {
            scotoma_certificate: u32,
        }
        let Version { scotoma_certificate: version } = read(&text).map_err(|(at, message)| refused(at, &message))?;
        if ![VERSION, KERNEL_VERSION].contains(&version) {
            return Err(Diagnostic::new(
                Code::CertificateVersion,
                format!("{name} is of version {version}; this program reads versions {VERSION} and {KERNEL_VERSION}"),
            ));
        }
        let certificate: Certificate = read(&text).map_err(|(at, message)| refused(at, &message))?;
        certificate.check_form().map_err(|message| refused(0, message))?;
        if version != Certificate::version_of(&certificate.claims) {
            return Err(refused(0, "its version is not the first that has its claims"));
        }
        Ok(certificate)
    }

    /// The least version that has these claims.
    pub fn version_of(claims: &[Claim]) -> u32 {
        let newer = claims.iter().any(|claim| match claim {
            Claim::Kernel(_) => true,
            Claim::Blind { dropped, .. } => dropped.iter().any(|obstruction| obstruction.s.is_none()),
            Claim::Obstructed { by } => by.s.is_none(),
            Claim::Settles { basis, .. } => basis.is_some(),
            Claim::Fates { .. }
            | Claim::Selective { .. }
            | Claim::Margins { .. }
            | Claim::Farkas { .. }
            | Claim::Refutes(_)
            | Claim::Nearest { .. } => false,
        });
        if newer { KERNEL_VERSION } else { VERSION }
    }

    /// An obstruction names an edit exactly where it says why one is dropped; mined edits have what goes with the claim.
    fn check_form(&self) -> Result<(), &'static str> {
        for claim in &self.claims {
            match claim {
                Claim::Blind { dropped, .. } if dropped.iter().any(|obstruction| obstruction.edit.is_none()) => {
                    return Err("an obstruction of a dropped edit does not name the edit");
                }
                Claim::Obstructed { by } if by.edit.is_some() => {
                    return Err("an obstruction to the whole problem names no dropped edit");
                }
                Claim::Settles { mined, basis, .. }
                    if mined
                        .iter()
                        .any(|m| m.readout.is_some() == basis.is_some() || m.pivot.is_some() != basis.is_some()) =>
                {
                    return Err("mined edits have pivots where there is a basis, and else readouts");
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Reads JSON whose objects are objects; an error has the offset of its place.
fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, (usize, String)> {
    let mut json = serde_json::Deserializer::from_str(text);
    T::deserialize(Strict(&mut json)).map_err(|e| {
        let start = text.split_inclusive('\n').take(e.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let message = e.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(m, _)| m);
        ((start + e.column().saturating_sub(1)).min(text.len()), message.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"scotoma_certificate": 1, "statement": {"theorem": "t", "sha256": ""}, "problem": "matrices",
"claims": [{"refutes": {"spaces": {"X": 1, "Y": 2}, "maps": {}, "fails": 2}}]}"#;

    fn read(text: &str) -> Result<Certificate, Diagnostic> {
        Certificate::from_bytes("c.json", text.into())
    }

    #[test]
    fn an_error_is_shown_at_its_place_and_another_version_is_refused() {
        let certificate = read(TEXT).unwrap();
        let Claim::Refutes(claim) = &certificate.claims[0] else { panic!("another claim") };
        assert_eq!(claim.spaces, BTreeMap::from([("X".to_owned(), 1), ("Y".to_owned(), 2)]));
        assert_eq!(read(&TEXT.replace("e\": 1", "e\": 3")).unwrap_err().code, Code::CertificateVersion);
        let error = read(&TEXT.replace("\"X\": 1", "\"X\": -1")).unwrap_err();
        assert_eq!(error.code, Code::CertificateSyntax);
        let place = error.place.unwrap();
        assert_eq!((place.line, place.column, place.length), (2, 42, 1));
        assert_eq!(&place.snippet[place.column - 2..place.column], "-1");
    }

    #[test]
    fn keys_are_not_repeated_and_null_is_no_value() {
        for (from, to) in [("\"Y\"", "\"X\""), ("\"fails\"", "\"without\": null, \"fails\"")] {
            assert_eq!(read(&TEXT.replace(from, to)).unwrap_err().code, Code::CertificateSyntax, "{to}");
        }
        let with = read(&TEXT.replace("\"fails\"", "\"without\": 3, \"fails\"")).unwrap();
        let Claim::Refutes(claim) = &with.claims[0] else { panic!("another claim") };
        assert_eq!((claim.without, claim.fails), (Some(3), Some(2)));
        let list = read(&TEXT.replace("{\"X\": 1, \"Y\": 2}", "[]")).unwrap_err();
        assert!(list.message.contains("expected an object"), "{}", list.message);
    }

    /// serde by itself accepts each of these.
    #[test]
    fn objects_are_not_lists_and_names_are_not_objects() {
        let captions = r#"{"captions": {"inputs": [{"name": "p", "sha256": "", "role": "pairs", "format": "csv"}],
            "tokenizer": "words", "features": "positions", "encoder": {"kind": "projection", "seed": 1, "width": 2, "bound": 9},
            "size": {"training": 1, "edits": 1, "features": 1}}}"#;
        let text = TEXT.replace("\"matrices\"", captions);
        let text = text.replace(
            "{\"refutes\"",
            r#"{"fates": {"collapsed": [], "identified": [], "free": [], "readouts": []}}, {"refutes""#,
        );
        assert!(read(&text).is_ok(), "{:?}", read(&text));
        for (from, to) in [
            (r#"{"theorem": "t", "sha256": ""}"#, r#"["t", ""]"#),
            (r#"{"training": 1, "edits": 1, "features": 1}"#, "[1, 1, 1]"),
            (r#"{"kind": "projection", "seed": 1, "width": 2, "bound": 9}"#, r#"["projection", 1, 2, 9]"#),
            (
                r#"{"kind": "projection", "seed": 1, "width": 2, "bound": 9}"#,
                r#"["projection", {"seed": 1, "width": 2, "bound": 9}]"#,
            ),
            (
                r#"{"kind": "projection", "seed": 1, "width": 2, "bound": 9}"#,
                r#"{"kind": "embeddings", "seed": 1, "width": 2}"#,
            ),
            (
                r#"{"kind": "projection", "seed": 1, "width": 2, "bound": 9}"#,
                r#"{"kind": "projection", "width": 2, "bound": 9}"#,
            ),
            (r#"{"collapsed": [], "identified": [], "free": [], "readouts": []}"#, "[[], [], [], []]"),
            (r#""pairs""#, r#"{"pairs": null}"#),
            (r#""projection""#, r#"{"projection": null}"#),
            (r#"{"fates": "#, r#"{"fates": [], "blind": "#),
            (r#""readouts": []}}"#, r#""readouts": []}, "more": 1}"#),
            (r#"{"name": "p", "sha256": "", "role": "pairs", "format": "csv"}"#, r#"["p", "", "pairs", "csv"]"#),
            (r#""edits": 1"#, r#""edits": -0"#),
            (r#""edits": 1"#, r#""edits": 1.0"#),
            (r#""name": "p""#, r#""name": "\ud800""#),
        ] {
            let edited = text.replace(from, to);
            assert_ne!(edited, text, "{from}");
            assert_eq!(read(&edited).map_err(|e| e.code), Err(Code::CertificateSyntax), "{to}");
        }
    }

    #[test]
    fn claims_know_their_theorem_and_their_encoder() {
        let h = vec![(3, vec![Exact::from(2)])];
        let blind = Claim::Blind { dropped: Vec::new(), h: h.clone() };
        assert_eq!((blind.theorem(), blind.encoder()), (Some("composition_nonidentifiability"), Some(&h[..])));
        let selective = Claim::Selective { blind: vec![0], seen: vec![1], h: h.clone() };
        assert_eq!((selective.theorem(), selective.encoder()), (Some("depth_blindness"), Some(&h[..])));
        let settles = Claim::Settles { mined: Vec::new(), settled: Vec::new(), basis: None, costs: None, budget: None };
        assert_eq!((settles.theorem(), settles.encoder()), (Some("deficit_is_least"), None));
        assert_eq!(settles.theorems()[1], "mining_suffices");
        let certificate = read(TEXT).unwrap();
        assert_eq!((certificate.claims[0].theorem(), certificate.claims[0].encoder()), (None, None));
    }
}
