//! Texts, tokens, edits, feature maps and data sets.
