//! `scotoma verify`: checks a certificate from the raw text, by multiplication.

use std::path::{Path, PathBuf};

use super::Context;
use crate::certificate::{Certificate, Claim, Input, Problem as CertificateProblem};
use crate::encoder::{self, Problem, Verified};
use crate::files;
use crate::report::{Code, Diagnostic, Verdict};

/// Check a certificate: recompute S and D from the raw text it names, and multiply
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The certificate
    #[arg(value_name = "CERT")]
    certificate: PathBuf,
    /// Folder of the raw inputs [default: `inputs` beside the certificate]
    #[arg(long, value_name = "DIR")]
    inputs: Option<PathBuf>,
}

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
    pub size: crate::certificate::Size,
    /// The claims.
    pub claims: Vec<Verified>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let bytes = files::read_bytes(&args.certificate, files::DEFAULT_LIMIT)?;
    let certificate = Certificate::from_bytes(&args.certificate.display().to_string(), bytes)?;
    let beside = args.certificate.parent().unwrap_or(Path::new("")).join("inputs");
    let folder = args.inputs.as_deref().unwrap_or(&beside);
    if certificate.problem == CertificateProblem::Matrices {
        return super::refute::verify(&args.certificate, &certificate, folder, context);
    }
    let checked = check(&certificate, folder)?.1;
    if context.json() {
        context.print_json(&serde_json::json!({ "verdict": Verdict::Holds, "verified": checked }))?;
    } else {
        context.print(&format!("{}: holds", args.certificate.display()))?;
        print_verified(context, &checked)?;
    }
    Ok(Verdict::Holds)
}

/// Checks the certificate at `path`; its inputs lie in `folder`, or else in `inputs` beside it.
pub fn check_file(path: &Path, folder: Option<&Path>) -> Result<Checked, Diagnostic> {
    Ok(read_and_check(path, folder)?.2)
}

/// The same, with the certificate and the problem that its claims are about.
pub fn read_and_check(path: &Path, folder: Option<&Path>) -> Result<(Certificate, Problem, Checked), Diagnostic> {
    let bytes = files::read_bytes(path, files::DEFAULT_LIMIT)?;
    let certificate = Certificate::from_bytes(&path.display().to_string(), bytes)?;
    let beside = path.parent().unwrap_or(Path::new("")).join("inputs");
    let (problem, checked) = check(&certificate, folder.unwrap_or(&beside))?;
    Ok((certificate, problem, checked))
}

fn check(certificate: &Certificate, folder: &Path) -> Result<(Problem, Checked), Diagnostic> {
    // Every claim is an instance of one theorem, which the certificate has to name.
    let about = certificate.claims.iter().filter_map(Claim::theorem);
    if let Some(other) = about.into_iter().find(|theorem| *theorem != certificate.statement.theorem) {
        let message = format!("a claim about {other} in a certificate of {}", certificate.statement.theorem);
        return Err(Diagnostic::new(Code::CertificateStatement, message));
    }
    let known = encoder::statement_of(&certificate.statement.theorem)?;
    if certificate.statement != known {
        let message =
            format!("the certificate is about {}, {}", certificate.statement.theorem, certificate.statement.sha256);
        return Err(Diagnostic::new(Code::CertificateStatement, message)
            .note(format!("this program has {}, {}", known.theorem, known.sha256)));
    }
    let CertificateProblem::Captions(spec) = &certificate.problem else {
        return Err(Diagnostic::new(Code::CertificateStatement, "the certificate is not about captions"));
    };
    let inputs = spec.inputs.iter().map(|input| read_input(folder, input)).collect::<Result<Vec<_>, _>>()?;
    let problem = Problem::read(spec, &inputs)?;
    if problem.size() != spec.size {
        return Err(Diagnostic::new(Code::CertificateSize, "the sizes recomputed from the raw text differ")
            .note(format!("stated:     {:?}", spec.size))
            .note(format!("recomputed: {:?}", problem.size())));
    }
    let checked = Checked {
        theorem: known.theorem,
        sha256: known.sha256,
        inputs: spec.inputs.iter().map(|input| input.name.clone()).collect(),
        size: spec.size,
        claims: encoder::verify_claims(&problem, &certificate.claims)?,
    };
    Ok((problem, checked))
}

/// The bytes of an input, looked up by its plain name in the folder and nowhere else.
fn read_input(folder: &Path, input: &Input) -> Result<Vec<u8>, Diagnostic> {
    let name = &input.name;
    let plain = !name.is_empty()
        && name != "."
        && name != ".."
        && !name.contains(['/', '\\'])
        && !name.contains(char::is_control);
    if !plain {
        return Err(Diagnostic::new(Code::CertificateInputName, format!("{name:?} is not a plain file name")));
    }
    let bytes = files::read_bytes(&folder.join(name), files::DEFAULT_LIMIT)?;
    let found = files::sha256_hex(&bytes);
    if found != input.sha256 {
        return Err(Diagnostic::new(
            Code::CertificateInputHash,
            format!("{name} is not the file that the certificate was made from"),
        )
        .note(format!("stated: {}", input.sha256))
        .note(format!("found:  {found}")));
    }
    Ok(bytes)
}

/// Says what was checked, a line a claim.
pub fn print_verified(context: &Context, checked: &Checked) -> Result<(), Diagnostic> {
    let hash = checked.sha256.get(..12).unwrap_or(&checked.sha256);
    context.print(&format!("\nVerified against {} ({hash}), from {}", checked.theorem, checked.inputs.join(", ")))?;
    for claim in &checked.claims {
        let line = match claim {
            Verified::Fates { collapsed, identified, free } => {
                format!("fates: {collapsed} collapsed, {identified} identified, {free} free, each by its own witness")
            }
            Verified::Blind { blind, seen_by_optimal, dropped } => {
                let seen = match seen_by_optimal {
                    Some(seen) => format!(", {seen} of which the true-optimal encoder sees"),
                    None => String::new(),
                };
                let obstructed = if *dropped == 0 {
                    String::new()
                } else {
                    format!("; {dropped} dropped, each with its obstruction")
                };
                format!(
                    "encoder: h S = g S on {} training captions, h D = 0 on {blind} edits{seen}{obstructed}",
                    checked.size.training
                )
            }
            Verified::Obstructed { training, edits } => {
                format!("obstruction: a relation between {training} training captions and {edits} edits")
            }
            Verified::Margins { margin, edits } => format!(
                "margins: a scorer equal to the encoder on training puts all {edits} negatives below their captions by {} or more",
                margin.0
            ),
            Verified::Farkas { margin, edits, training } => format!(
                "contradiction: {edits} edits and {training} training captions leave no scorer the margin {}",
                margin.0
            ),
            Verified::Selective { blind, seen } => format!(
                "encoder: h S = g S on {} training captions, h D = 0 on {blind} edits, {seen} others told apart",
                checked.size.training
            ),
            Verified::Nearest { change, blind, alone } => {
                let norm = num_traits::ToPrimitive::to_f64(&change.0).unwrap_or(f64::INFINITY).sqrt();
                format!(
                    "nearest: the least change blind to {blind} edits at once has norm {norm:.4}; so for {alone} single edits"
                )
            }
            Verified::Settles { mined, settled, cost, budget } => {
                let bought = match budget {
                    Some((chosen, settled)) => format!("; the budget buys {chosen}, which settle {settled} edits"),
                    None => String::new(),
                };
                format!(
                    "settled: {mined} mined edits, all needed, at cost {}, determine the other {settled}{bought}",
                    cost.0
                )
            }
        };
        context.print(&format!("  {line}"))?;
    }
    Ok(())
}
