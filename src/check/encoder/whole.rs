//! A whole certificate, from its file and the raw inputs beside it: what `scotoma verify` does.

use std::path::{Path, PathBuf};

use super::problem::{Problem, check_form};
use super::statement::statement_of;
use super::stream::{Stream, changed, check_claims, check_hashes, rests_on_kernel};
use super::verified::Verified;
use super::verify::verify_claims;
use crate::certificate::{Certificate, Claim, Input, InputRole, Problem as CertificateProblem, Size};
use crate::files;
use crate::report::{Code, Diagnostic};

/// What a check found to hold.
#[derive(Debug, serde::Serialize)]
pub struct Checked {
    /// The theorem.
    pub theorem: String,
    /// The content hash of its statement.
    pub sha256: String,
    /// Names of the raw inputs, whose bytes are those of the certificate.
    pub inputs: Vec<String>,
    /// Training captions, edits, features.
    pub size: Size,
    /// How many pairs the edits are selected from; absent where they are all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected_from: Option<usize>,
    /// The claims.
    pub claims: Vec<Verified>,
}

/// Checks the certificate at `path`; its inputs lie in `folder`, or else in `inputs` beside it.
pub fn check_file(path: &Path, folder: Option<&Path>) -> Result<Checked, Diagnostic> {
    let (certificate, folder) = certificate_of(path, folder)?;
    verify(&certificate, &folder)
}

/// The same, with the certificate and the problem that its claims are about.
pub fn read_and_check(path: &Path, folder: Option<&Path>) -> Result<(Certificate, Problem, Checked), Diagnostic> {
    let (certificate, folder) = certificate_of(path, folder)?;
    let (problem, checked) = check(&certificate, &folder)?;
    Ok((certificate, problem, checked))
}

/// The certificate, and the folder of its inputs.
fn certificate_of(path: &Path, folder: Option<&Path>) -> Result<(Certificate, PathBuf), Diagnostic> {
    let bytes = files::read_bytes(path, files::DEFAULT_LIMIT)?;
    let certificate = Certificate::from_bytes(&path.display().to_string(), bytes)?;
    let beside = path.parent().unwrap_or(Path::new("")).join("inputs");
    Ok((certificate, folder.map_or(beside, Path::to_owned)))
}

/// Checks a certificate about captions; its inputs lie in `folder`.
///
/// Errors: the code of whatever does not hold or cannot be read, the first in the order of the format's page.
pub fn check(certificate: &Certificate, folder: &Path) -> Result<(Problem, Checked), Diagnostic> {
    check_by(certificate, folder, false)
}

/// The same where nothing but the answer is wanted: training files of lines are not held where the claims rest on the kernel
/// of S, and the same is checked while they are read ([`Stream`]).
pub fn verify(certificate: &Certificate, folder: &Path) -> Result<Checked, Diagnostic> {
    Ok(check_by(certificate, folder, true)?.1)
}

fn check_by(certificate: &Certificate, folder: &Path, streams: bool) -> Result<(Problem, Checked), Diagnostic> {
    if let CertificateProblem::Captions(spec) = &certificate.problem {
        check_form(spec)?;
    }
    // Every claim rests on one theorem, which the certificate has to name.
    let named = &certificate.statement.theorem;
    let mut about = certificate.claims.iter().map(Claim::theorems).filter(|theorems| !theorems.is_empty());
    if let Some(others) = about.find(|theorems| theorems.iter().all(|theorem| theorem != named)) {
        let message = format!("a claim about {} in a certificate of {named}", others.join(" or "));
        return Err(Diagnostic::new(Code::CertificateStatement, message));
    }
    let known = statement_of(&certificate.statement.theorem)?;
    if certificate.statement != known {
        let message =
            format!("the certificate is about {}, {}", certificate.statement.theorem, certificate.statement.sha256);
        return Err(Diagnostic::new(Code::CertificateStatement, message)
            .note(format!("this program has {}, {}", known.theorem, known.sha256)));
    }
    let CertificateProblem::Captions(spec) = &certificate.problem else {
        return Err(Diagnostic::new(Code::CertificateStatement, "the certificate is not about captions"));
    };
    let claims = &certificate.claims;
    let streams = streams && Stream::fits(spec) && rests_on_kernel(claims);
    let held = spec.inputs.iter().filter(|input| !streams || input.role != InputRole::Train);
    let inputs = held.map(|input| read_input(folder, input)).collect::<Result<Vec<_>, _>>()?;
    let sizes = |problem: &Problem| match problem.size() == spec.size {
        true => Ok(()),
        false => Err(Diagnostic::new(Code::CertificateSize, "the sizes recomputed from the raw text differ")
            .note(format!("stated:     {}", spec.size))
            .note(format!("recomputed: {}", problem.size()))),
    };
    let (problem, claims) = if streams {
        check_hashes(spec, folder)?;
        check_claims(spec, &inputs, folder, claims, sizes)?
    } else {
        let problem = Problem::read(spec, &inputs)?;
        sizes(&problem)?;
        let verified = verify_claims(&problem, claims)?;
        (problem, verified)
    };
    let checked = Checked {
        theorem: known.theorem,
        sha256: known.sha256,
        inputs: spec.inputs.iter().map(|input| input.name.clone()).collect(),
        size: spec.size,
        selected_from: spec.selected.as_ref().map(|_| problem.dataset().total),
        claims,
    };
    Ok((problem, checked))
}

/// The bytes of an input, looked up by its plain name in the folder and nowhere else.
fn read_input(folder: &Path, input: &Input) -> Result<Vec<u8>, Diagnostic> {
    let name = &input.name;
    let bytes = files::read_bytes(&folder.join(name), files::DEFAULT_LIMIT)?;
    changed(input, &files::sha256_hex(&bytes))?;
    Ok(bytes)
}
