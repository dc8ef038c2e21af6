//! `scotoma build --stream`: training files that are not held.

use std::path::Path;

use super::Context;
use super::inputs::{self, EncoderArgs, InputArgs};
use super::intake;
use crate::caption::Format;
use crate::certificate::{CaptionProblem, Certificate, Input, InputRole};
use crate::encoder::{self, Built, Problem, Stream};
use crate::report::{Code, Diagnostic};
use crate::{files, import};

/// Bytes by which the format of a file is told.
const LOOK: usize = 1 << 16;

/// What was read and built, with the bytes of the pair files.
pub(super) struct Streamed {
    pub(super) spec: CaptionProblem,
    pub(super) inputs: Vec<Vec<u8>>,
    pub(super) problem: Problem,
    pub(super) certificate: Certificate,
    pub(super) built: Built,
}

/// Copies the training files to their place beside the certificate, unpacked, and builds while reading them there.
pub(super) fn build(
    args: &InputArgs,
    encoder: &EncoderArgs,
    out: &Path,
    context: &Context,
) -> Result<Streamed, Diagnostic> {
    let (pairs, train) = args.without_train();
    let (mut spec, inputs, _) = inputs::read_separated(&pairs, encoder, context)?;
    let folder = out.join("inputs");
    // What an earlier run left is about other inputs.
    files::remove(&out.join("certificate.json"))?;
    for path in intake::expand(&train)? {
        context.doing("copying training files");
        let input = copied(&path, &folder, &spec)?;
        spec.inputs.push(input);
    }
    encoder::check_form(&spec)?;
    if !Stream::fits(&spec) {
        let message = "--stream needs training files of text or JSON Lines, features of tokens and no --embeddings";
        return Err(Diagnostic::new(Code::Usage, message).help("build without --stream, which holds the files"));
    }
    let (task, limits) = context.limits("reading captions");
    let mut stream = Stream::open(&spec, &inputs, &folder)?;
    let mut built = encoder::build_streamed(&mut stream, &limits)?;
    drop(task);
    let problem = stream.into_problem();
    spec.size = problem.size();
    let certificate = encoder::certificate(&spec, std::mem::take(&mut built.claims))?;
    Ok(Streamed { spec, inputs, problem, certificate, built })
}

/// Copies a training file, without its compression.
fn copied(path: &Path, folder: &Path, spec: &CaptionProblem) -> Result<Input, Diagnostic> {
    if path == Path::new("-") {
        let message = "--stream reads training files more than once, and standard input can be read only once";
        return Err(Diagnostic::new(Code::Usage, message));
    }
    let (name, reader) = import::unpacked(&intake::base(path), files::open(path)?)?;
    let name = intake::unused(&name, &spec.inputs);
    let place = folder.join(&name);
    let sha256 = files::copy_atomically(&place, reader)?;
    let format = Format::detect(&name, &String::from_utf8_lossy(&files::first_bytes(&place, LOOK)?));
    Ok(Input { name, sha256, role: InputRole::Train, format: Some(format) })
}
