//! The stable codes of every diagnostic.

use super::verdict::Verdict;

macro_rules! codes {
    ($($(#[$section:meta])* $name:ident = $text:literal, $verdict:ident, $meaning:literal;)*) => {
        /// What went wrong, by a name that does not change between versions.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            /// Every code, in the order of this file.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The stable name, as printed and as found in JSON output.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// One sentence on what the code means.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$name => $meaning,)* }
            }

            /// The verdict that this code leads to.
            pub fn verdict(self) -> Verdict {
                match self { $(Code::$name => Verdict::$verdict,)* }
            }
        }
    };
}

codes! {
    // Files and usage.
    Usage = "usage", Unreadable, "The command was called with arguments that do not go together.";
    FileMissing = "file-missing", Unreadable, "The file does not exist.";
    FileIsDirectory = "file-is-directory", Unreadable, "The path names a directory, or something else that is not a regular file.";
    FileTooLarge = "file-too-large", Declined, "The file is larger than the limit.";
    FileRead = "file-read", Unreadable, "The file could not be read.";
    FileWrite = "file-write", Unreadable, "The file could not be written.";
    NotUtf8 = "not-utf8", Unreadable, "The text is not UTF-8.";
    // The kernel's own refusals, by the same names, and those of the language.
    BadName = "bad-name", DoesNotHold, "A name is not a letter followed by letters, digits and underscores, at most 64 of them.";
    BadNumber = "bad-number", DoesNotHold, "The denominator of a number is not positive.";
    NameTaken = "name-taken", DoesNotHold, "A name that has to be fresh is already in use.";
    NameUnknown = "name-unknown", DoesNotHold, "A space, family or map is not declared here, or not with this type.";
    TypeMismatch = "type-mismatch", DoesNotHold, "The spaces of two maps do not fit together.";
    NotScalar = "not-scalar", DoesNotHold, "An order relation between maps that are not scalars (1 -> 1).";
    FieldTooWeak = "field-too-weak", DoesNotHold, "A rational coefficient, an order or `definite` where any field is allowed.";
    EmptyClaim = "empty-claim", DoesNotHold, "A statement or rule without a conclusion.";
    FactUnknown = "fact-unknown", DoesNotHold, "A fact that does not exist, or whose block has ended.";
    NotAnEquation = "not-an-equation", DoesNotHold, "The fact used here has to be an equation.";
    NotAnInequality = "not-an-inequality", DoesNotHold, "The fact used here has to be an inequality of the kind that the rule needs.";
    NotARule = "not-a-rule", DoesNotHold, "The fact used here has to be a rule.";
    NotExistential = "not-existential", DoesNotHold, "The fact used here has to be an existential claim without premises.";
    WrongCount = "wrong-count", DoesNotHold, "The number of arguments, premises, witnesses or facts is not the declared one.";
    DoesNotFollow = "does-not-follow", DoesNotHold, "The claim minus the combination of facts is not zero.";
    PremiseMissing = "premise-missing", DoesNotHold, "The fact given for a premise does not say what the premise says.";
    GoalNotShown = "goal-not-shown", DoesNotHold, "The fact given for a conclusion does not say what the conclusion says.";
    TheoremNotProved = "theorem-not-proved", DoesNotHold, "The theorem used has not been proved before this one.";
    OtherStatement = "other-statement", DoesNotHold, "The proof is bound to another statement.";
    NotInverse = "not-inverse", DoesNotHold, "The fact does not say that a product is the identity.";
    DimensionsNotEqual = "dimensions-not-equal", DoesNotHold, "The two spaces are not declared to have equal dimension.";
    NotASquare = "not-a-square", DoesNotHold, "The fact does not say X*X' = 0.";
    NegativeMultiplier = "negative-multiplier", DoesNotHold, "An inequality may only be multiplied by a number that is not negative.";
    NotStrict = "not-strict", DoesNotHold, "A strict inequality does not follow from inequalities that are not strict.";
    NotAContradiction = "not-a-contradiction", DoesNotHold, "The supposition does not lead to what is known to be false.";
    InductionShape = "induction-shape", DoesNotHold, "Induction proves a rule over exactly one word, and nothing else.";
    NotAWord = "not-a-word", DoesNotHold, "The term is not known to be a member of, or a word over, the family.";
    LimitDepth = "limit-depth", Declined, "A term, space or rule is nested more deeply than the limit.";
    LimitSize = "limit-size", Declined, "A term, polynomial, coefficient or proof is larger than the limit.";
    LimitWork = "limit-work", Declined, "The work budget is used up.";
    SampleFails = "sample-fails", DoesNotHold, "A proved theorem fails on a sampled instance: a defect of the kernel or of the evaluator.";
    Syntax = "syntax", Unreadable, "The text does not follow the grammar of statements and proofs.";
    TypeUnknown = "type-unknown", DoesNotHold, "The type of a zero, identity or structural map cannot be found from what is around it.";
    LabelUnknown = "label-unknown", DoesNotHold, "No fact, rule or theorem has this label here.";
    CircularProof = "circular-proof", DoesNotHold, "A proof rests, directly or through others, on the theorem that it proves.";
    Duplicate = "duplicate", DoesNotHold, "A theorem is stated, or proved, more than once.";
    NoStatement = "no-statement", Unreadable, "A proof names a theorem that is stated nowhere.";
    NoProof = "no-proof", DoesNotHold, "A theorem is stated and not proved.";
    LimitSearch = "limit-search", Declined, "The search for cofactors reached its limit.";
    // Exact linear algebra.
    ExactShape = "exact-shape", Unreadable, "The shapes of two matrices, or an index and a matrix, do not go together.";
    ExactEntryTooLarge = "exact-entry-too-large", Declined, "An integer entry of a matrix is larger than a 64-bit integer.";
    ExactLimit = "exact-limit", Declined, "An exact computation reached a limit on memory or on the size of its numbers.";
    ExactCancelled = "exact-cancelled", Declined, "An exact computation was cancelled.";
    ExactCheckFailed = "exact-check-failed", DoesNotHold, "A claimed exact result fails its check by multiplication.";
    ExactSelfCheck = "exact-self-check", Declined, "A computed result failed its own check and was withheld: a defect of the solver.";
    // Captions and data sets.
    DataSyntax = "data-syntax", Unreadable, "The file is not well-formed JSON, CSV or TSV.";
    DataTruncated = "data-truncated", Unreadable, "The file ends in the middle of a record.";
    DataShape = "data-shape", Unreadable, "The file is well formed, but its records are not of a known shape.";
    MappingInvalid = "mapping-invalid", Unreadable, "The mapping of a benchmark's fields is not one, or no mapping has this name.";
    MissingColumn = "missing-column", Unreadable, "A column, or a field of a record, is missing.";
    TextMisread = "text-misread", Unreadable, "A text seems to be decoded in the wrong encoding.";
    EmptyCaption = "empty-caption", Unreadable, "A caption is empty or only white space.";
    CaptionWithoutToken = "caption-without-token", Unreadable, "The tokenizer finds no token in a caption.";
    NegativeEqualsCaption = "negative-equals-caption", Unreadable, "A negative caption is the same text as its caption.";
    NulCharacter = "nul-character", Unreadable, "The text contains a NUL character.";
    NoCaptions = "no-captions", Unreadable, "The file holds no caption pair, or no caption.";
    CaptionTooLong = "caption-too-long", Declined, "A caption has more tokens than the limit.";
    TooManyFeatures = "too-many-features", Declined, "The feature map gives more features than the limit.";
    TextWithoutRow = "text-without-row", Unreadable, "A text has no row in the matrix of features.";
    // Tensor files.
    TensorFormat = "tensor-format", Unreadable, "The file is not a tensor file of a known format and type.";
    TensorSize = "tensor-size", Unreadable, "The tensor file has fewer or more bytes than its shape says.";
    TensorShape = "tensor-shape", Unreadable, "The tensor does not have the shape that is needed.";
    TensorNotFinite = "tensor-not-finite", Unreadable, "The tensor contains a NaN or an infinity.";
    TensorRange = "tensor-range", Declined, "The numbers of the tensor span too many orders of magnitude to be exact machine integers.";
    // Rocq.
    RocqForm = "rocq-form", DoesNotHold, "A step of the proof lacks the parts that a Rocq script needs.";
    // Certificates.
    CertificateSyntax = "certificate-syntax", Unreadable, "The file is not a certificate: broken JSON, an unknown field, a number that is not canonical.";
    CertificateVersion = "certificate-version", Unreadable, "The certificate is of a version that this program does not know.";
    CertificateStatement = "certificate-statement", DoesNotHold, "The certificate names a statement that this program does not have, or another text of it.";
    CertificateInputName = "certificate-input-name", Unreadable, "An input's name in the certificate is not a plain file name.";
    CertificateInputHash = "certificate-input-hash", DoesNotHold, "An input's bytes are not those that the certificate was made from.";
    CertificateInputRole = "certificate-input-role", Unreadable, "The certificate's inputs do not play the roles that its problem needs.";
    CertificateSelection = "certificate-selection", DoesNotHold, "The certificate selects pairs that do not exist, or not in increasing order.";
    CertificateSize = "certificate-size", DoesNotHold, "The sizes recomputed from the raw text are not those that the certificate states.";
    CertificateIndex = "certificate-index", DoesNotHold, "An index in the certificate is out of range, out of order, or given twice.";
    CertificateShape = "certificate-shape", DoesNotHold, "A vector in the certificate has the wrong width.";
    CertificateEmpty = "certificate-empty", DoesNotHold, "The certificate claims nothing.";
    Arithmetic = "arithmetic", Declined, "A product could not be formed.";
    FateCoverage = "fate-coverage", DoesNotHold, "The fates do not cover every edit exactly once.";
    NotCollapsed = "not-collapsed", DoesNotHold, "An edit said to be collapsed changes the features.";
    NotIdentified = "not-identified", DoesNotHold, "An edit said to be identified is not the stated combination of training captions.";
    NotFree = "not-free", DoesNotHold, "A readout is not silent on the training captions, or does not see its edit.";
    NotKernel = "not-kernel", DoesNotHold, "The stated readouts are not one for each feature without a pivot, or not silent on the training captions.";
    NotBasis = "not-basis", DoesNotHold, "The stated training captions, or mined edits, are not independent modulo the stated number.";
    NotAligned = "not-aligned", DoesNotHold, "The encoder differs from the true-optimal one on a training caption.";
    NotBlind = "not-blind", DoesNotHold, "The encoder sees an edit to which it is said to be blind.";
    NotSeen = "not-seen", DoesNotHold, "An edit that an encoder is said to see does not change the embedding, or not in a way of its own.";
    NotSeparable = "not-separable", DoesNotHold, "The steps of a chain of edits are not independent of each other and of the training captions.";
    NotObstruction = "not-obstruction", DoesNotHold, "The stated relation between training captions and edits does not hold.";
    NoMeaning = "no-meaning", DoesNotHold, "The stated relation carries no meaning under the true-optimal encoder, so it obstructs nothing.";
    NotSettled = "not-settled", DoesNotHold, "An edit is not the stated combination of training captions and mined edits, or is not given one.";
    NotIndependent = "not-independent", DoesNotHold, "A readout does not show that its mined edit is independent of training and of the mined edits before it.";
    NotCheapest = "not-cheapest", DoesNotHold, "A mined edit is dearer than an edit that could replace it, or a budget is not kept or not used.";
    NoMargin = "no-margin", DoesNotHold, "A scorer does not keep the margin on an edit, or the margin is not above 0.";
    NotContradiction = "not-contradiction", DoesNotHold, "The stated sum of requirements does not contradict a scorer with the margin.";
    NotNearest = "not-nearest", DoesNotHold, "The stated change of the encoder is not the least that makes it blind, or not of the stated size.";
    LinearProgram = "linear-program", Declined, "A linear program did not come, within its limits, to an answer that stands exactly.";
    NotSeparating = "not-separating", DoesNotHold, "The true-optimal encoder gives an edited caption the embedding of its original.";
    // Model and refuter.
    InstanceShape = "instance-shape", DoesNotHold, "The matrices are not of the shapes that the statement declares, or not all there.";
    NotCounterexample = "not-counterexample", DoesNotHold, "The matrices are no counterexample: an assumption fails, or the conclusion holds.";
    Undecided = "undecided", Declined, "Whether an assumption or the conclusion holds on the matrices could not be decided.";
    NotNecessary = "not-necessary", DoesNotHold, "No stored counterexample shows that an assumption is needed.";
    AssumptionUnknown = "assumption-unknown", Unreadable, "The statement has no assumption of this name.";
    InstanceTooLarge = "instance-too-large", Declined, "A space has a larger dimension than dense evaluation accepts.";
}
