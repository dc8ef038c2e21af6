//! The hard negatives that settle a family of edits.
