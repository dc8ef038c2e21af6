//! The builder where training text is read as it comes: of S the rows are held that span it.

use super::build::Built;
use super::kernel::build_by_kernel;
use super::{Caption, Silent, Stream};
use crate::certificate::Claim;
use crate::exact::{Gather, Limits};
use crate::report::{Code, Diagnostic};

/// Captions between two looks at the clock.
const STEP: usize = 1 << 12;

/// Finds what [`build`](super::build()) finds, always with the kernel of S, and leaves the stream with the rows of S that span it.
///
/// The files are read once to find these rows, modulo a prime, and once to multiply the readouts with all rows, exactly: a
/// caption of which a readout sees something joins the rows, and it is done again. Memory follows the rank of S and the number of
/// features; of another caption 32 bytes are held.
///
/// Errors: those of [`build_by_kernel`] and of [`Stream::pass`]; [`Code::ExactLimit`] where a readout needs more than 64 bits.
pub fn build_streamed(stream: &mut Stream, limits: &Limits) -> Result<Built, Diagnostic> {
    let mut gather = Gather::new(limits);
    let own = stream.own();
    let mut all = stream.pass(|caption| {
        step("reading captions", caption, limits)?;
        match (caption.number as usize) < own {
            true => gather.hold(caption.number, caption.row),
            false => gather.offer(caption.number, caption.row)?,
        }
        Ok(())
    })?;
    let mut more: Vec<(u32, Vec<(u32, i64)>)> = gather.rows().to_vec();
    drop(gather);
    loop {
        more.retain(|(number, _)| *number as usize >= own);
        more.sort_unstable_by_key(|(number, _)| *number);
        stream.keep(more.clone(), all)?;
        let built = build_by_kernel(stream.problem(), limits)?.ok_or_else(|| {
            Diagnostic::new(Code::ExactLimit, "a readout sees more of an edit than 64 bits say")
                .help("build without --stream, which has other ways")
        })?;
        let Some(Claim::Kernel(kernel)) = built.claims.first() else {
            return Err(Diagnostic::new(Code::ExactSelfCheck, "a build by the kernel without a kernel"));
        };
        let mut silent = Silent::of(&kernel.readouts, stream.problem().s().cols())?;
        let before = more.len();
        all = stream.pass(|caption| {
            step("multiplying every caption", caption, limits)?;
            match silent.on(caption.number as usize, caption.text, caption.row) {
                Err(heard) if heard.code == Code::NotKernel => more.push((caption.number, caption.row.clone())),
                other => other?,
            }
            Ok(())
        })?;
        if more.len() == before {
            return Ok(built);
        }
    }
}

fn step(what: &'static str, caption: Caption, limits: &Limits) -> Result<(), Diagnostic> {
    match (caption.number as usize).is_multiple_of(STEP) {
        true => Ok(limits.tick(what, caption.number as usize, 0)?),
        false => Ok(()),
    }
}
