//! The folder that a build leaves: the certificate, the raw inputs beside it, and the encoders for other programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive};
use serde::Serialize;

use super::optimal::projection_entry;
use super::problem::Problem;
use super::{Checked, check_file};
use crate::caption::{FeatureMap, Tokenizer};
use crate::certificate::{CaptionProblem, Certificate, Claim, Exact, TrueOptimal};
use crate::export::{Tensor, npy, safetensors};
use crate::files;
use crate::report::{Code, Diagnostic};

/// The encoders g and h as doubles, and how far they are from exact.
///
/// Both are multiplied by `scale`, the common denominator of h, where all of it fits 53 bits: then every double is exact, and
/// embeddings of a caption and its edit are equal bit for bit. A common factor changes no cosine and no ranking.
#[derive(Clone, Debug, Serialize)]
pub struct FloatEncoders {
    /// What g and h were multiplied by.
    pub scale: f64,
    /// Largest rounding error of an entry, in the units of the scaled encoders; 0 means exact.
    pub rounding: f64,
    /// g, features x width; absent where only its values on texts are known.
    #[serde(skip)]
    pub g: Option<Tensor>,
    /// h, features x width.
    #[serde(skip)]
    pub h: Tensor,
}

/// Doubles hold integers up to this magnitude exactly.
const EXACT_LIMIT: i64 = 1 << 53;

/// The encoders of a problem whose `blind` claim has the rows `h`.
pub fn float_encoders(
    problem: &Problem,
    spec: &CaptionProblem,
    h: &[(u32, Vec<Exact>)],
) -> Result<FloatEncoders, Diagnostic> {
    let (features, width) = (problem.s().cols(), problem.targets().width());
    let common = h.iter().flat_map(|(_, row)| row).map(|v| v.0.denom());
    let common = common.filter(|denominator| !denominator.is_one()).fold(BigInt::one(), |lcm, v| lcm.lcm(v));
    let g = match spec.encoder {
        TrueOptimal::Projection { seed, width, bound } => {
            let entry =
                move |feature| (0..width).map(move |dimension| projection_entry(seed, bound, feature, dimension));
            Some((0..features as u32).flat_map(entry).collect::<Vec<i64>>())
        }
        TrueOptimal::Embeddings { .. } => None,
    };
    let scaled = |v: &Exact| match v.0.is_integer() {
        true => v.0.numer() * &common,
        false => v.0.numer() * (&common / v.0.denom()),
    };
    let largest_h = h.iter().flat_map(|(_, row)| row).map(|v| scaled(v).abs()).max().unwrap_or_default();
    let largest_g = g.iter().flatten().map(|v| v.unsigned_abs()).max().unwrap_or(0);
    let limit = BigInt::from(EXACT_LIMIT);
    let fits = largest_h <= limit && BigInt::from(largest_g) * &common <= limit;
    let scale = if fits { common.clone() } else { BigInt::one() };
    let mut rounding = 0f64;
    let mut dense = vec![0f64; features * width];
    for (feature, row) in h {
        for (dimension, value) in row.iter().enumerate() {
            let at = *feature as usize * width + dimension;
            if fits && let Some(exact) = scaled(value).to_i64() {
                dense[at] = exact as f64;
                continue;
            }
            let exact = &value.0 * &scale;
            let rounded = exact.to_f64().filter(|v| v.is_finite()).ok_or_else(out_of_range)?;
            let error = BigRational::from_float(rounded)
                .map_or(f64::INFINITY, |r| (r - exact).abs().to_f64().unwrap_or(f64::INFINITY));
            rounding = rounding.max(error);
            dense[at] = rounded;
        }
    }
    let scale = scale.to_f64().ok_or_else(out_of_range)?;
    let g =
        g.map(|g| Tensor::matrix(features, width, g.into_iter().map(|v| v as f64 * scale).collect())).transpose()?;
    Ok(FloatEncoders { scale, rounding, g, h: Tensor::matrix(features, width, dense)? })
}

fn out_of_range() -> Diagnostic {
    Diagnostic::new(Code::TensorRange, "an entry of the encoder is too large for a double")
        .help("the certificate holds the exact values")
}

/// What `encoder.json` holds: everything that a program needs to embed a text with h (and g) exactly.
#[derive(Serialize)]
struct EncoderFile<'a> {
    tokenizer: Tokenizer,
    feature_map: FeatureMap,
    /// Feature names in the order of the rows of g and h.
    features: Vec<String>,
    #[serde(flatten)]
    float: &'a FloatEncoders,
    true_optimal: &'a TrueOptimal,
    /// The rows of h that are not zero, exact and unscaled.
    h: &'a [(u32, Vec<Exact>)],
}

/// What commands write into a folder with a certificate, beside the inputs.
const WRITTEN: [&str; 11] = [
    "certificate.json",
    "encoder.json",
    "h.npy",
    "g.npy",
    "encoders.safetensors",
    "edits.tsv",
    "mined.json",
    "mined.jsonl",
    "mined.tsv",
    "mined.tar",
    "blind-spot.svg",
];

/// Removes what an earlier run wrote into a folder, of whichever command: it would be taken for the work of the next. The inputs
/// that go are those that the certificate there names; files of a user's own stay.
///
/// Errors: those of [`files::remove`].
pub fn clear_folder(out: &Path) -> Result<(), Diagnostic> {
    // What cannot be read names nothing; what is no file, a pipe among others, is refused below and never waited for.
    let certificate = files::read_bytes(&out.join("certificate.json"), files::DEFAULT_LIMIT).unwrap_or_default();
    let certificate: serde_json::Value = serde_json::from_slice(&certificate).unwrap_or_default();
    let inputs = certificate["problem"]["captions"]["inputs"].as_array().into_iter().flatten();
    for name in inputs.filter_map(|input| input["name"].as_str()) {
        // A certificate of others may name anything.
        if Path::new(name).file_name().is_some_and(|file| file == name) {
            files::remove(&out.join("inputs").join(name))?;
        }
    }
    WRITTEN.iter().try_for_each(|name| files::remove(&out.join(name)))
}

/// Writes the folder `out`, after what an earlier run left there is removed: `inputs/`, `certificate.json`, for a blind encoder `encoder.json`, `h.npy`, `g.npy`
/// and `encoders.safetensors`, and whatever `more` names with its bytes. The certificate comes last, so that
/// a folder with a certificate is complete; it is then checked as any reader would, from the bytes that were written.
/// Runs that write to one folder at the same time take turns.
///
/// Returns the paths in the order of writing and what the check found.
pub fn write_folder(
    out: &Path,
    certificate: Certificate,
    spec: &CaptionProblem,
    inputs: &[Vec<u8>],
    problem: &Problem,
    more: &[(&str, Vec<u8>)],
) -> Result<(Vec<PathBuf>, Checked), Diagnostic> {
    let _turn = files::take_turn(out)?;
    clear_folder(out)?;
    let mut written = Vec::new();
    let mut write = |name: &Path, bytes: &[u8]| {
        let path = out.join(name);
        files::write_atomically(&path, bytes)?;
        written.push(path);
        Ok::<(), Diagnostic>(())
    };
    for (input, bytes) in spec.inputs.iter().zip(inputs) {
        write(&Path::new("inputs").join(&input.name), bytes)?;
    }
    if let Some(h) = certificate.claims.iter().find_map(Claim::encoder) {
        let float = float_encoders(problem, spec, h)?;
        let index = &problem.features().index;
        let vocabulary = &problem.tokens().vocabulary;
        let file = EncoderFile {
            tokenizer: spec.tokenizer,
            feature_map: spec.features,
            features: (0..problem.s().cols() as u32).map(|feature| index.name(feature, vocabulary)).collect(),
            float: &float,
            true_optimal: &spec.encoder,
            h,
        };
        let json = serde_json::to_vec(&file)
            .map_err(|e| Diagnostic::new(Code::FileWrite, format!("encoder.json cannot be written: {e}")))?;
        write(Path::new("encoder.json"), &json)?;
        write(Path::new("h.npy"), &npy::to_bytes(&float.h))?;
        let mut tensors = BTreeMap::from([("h".to_owned(), &float.h)]);
        if let Some(g) = &float.g {
            write(Path::new("g.npy"), &npy::to_bytes(g))?;
            tensors.insert("g".to_owned(), g);
        }
        write(Path::new("encoders.safetensors"), &safetensors::to_bytes(&tensors)?)?;
    }
    for (name, bytes) in more {
        write(Path::new(name), bytes)?;
    }
    write(Path::new("certificate.json"), &certificate.to_bytes()?)?;
    // The check reads its own.
    drop(certificate);
    Ok((written, check_file(&out.join("certificate.json"), None)?))
}
