//! Builders of pseudo-optimal encoders and obstructions, and the checker of their certificates.
//!
//! The order of the day: [`Problem`] reads raw inputs and a [`CaptionProblem`](crate::certificate::CaptionProblem) description into the
//! matrices S (training captions x features) and D (edits x features) and the true-optimal targets;
//! [`build`] finds the fates and the joint answer by exact elimination; [`verify_claims`] starts again from
//! the raw inputs and multiplies. Builder and checker share the reading of captions and nothing else.
//!
//! Matrices here have a row a text, so they are the transposes of the S and D of the theory, in which
//! a text is a column.

mod build;
mod choose;
mod depth;
mod kernel;
mod listing;
mod narrate;
mod output;
mod position;
mod separate;
mod streaming;

pub use scotoma_check::encoder::*;

pub use build::{Built, Fate, Joint, Ranks, encoder_rows};
pub use choose::{build, fates_of};
pub use depth::blind_at_the_end;
pub use kernel::{MODULI, build_by_kernel};
pub use listing::{EditRow, edit_rows, edit_table};
pub use narrate::narrate;
pub use output::{FloatEncoders, clear_folder, float_encoders, write_folder};
pub use position::GeneralPosition;
pub use separate::separate;
pub use streaming::build_streamed;
