//! Images beside the captions: where a failure sits.
//!
//! A group has two captions and two images, `s(c, i)` the score of caption c with image i, dT = t0 - t1, dI = i0 - i1.
//! The text side is right (each image prefers its own caption) iff `signal > |bias|` with `signal = dI'dT / 2` and
//! `bias = mean(i0, i1)'dT`; the image side iff `signal > |bias|` with the roles exchanged. All four follow from the scores.
//! So the failure is MISALIGNED (signal < 0: the two changes point apart), or OUTWEIGHED (they agree, and a preference for
//! one caption whatever the image is stronger).

use serde::Serialize;

use super::figure::{Figure, Sampler, Slice};

/// The four scores of a group: `s(c, i)` at `[c][i]`.
pub type Scores = [[f64; 2]; 2];

/// What becomes of one side of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Side {
    /// The two changes do not point the same way: signal at most 0.
    #[serde(rename = "MISALIGNED")]
    Misaligned,
    /// They do, and a prior is as strong or stronger.
    #[serde(rename = "OUTWEIGHED")]
    Outweighed,
    /// The change is larger than the prior.
    #[serde(rename = "RIGHT")]
    Right,
}

impl Side {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Side::Misaligned => "MISALIGNED",
            Side::Outweighed => "OUTWEIGHED",
            Side::Right => "RIGHT",
        }
    }

    /// The strict inequalities of the scores decide what is right: signal and bias are rounded.
    fn of(signal: f64, right: bool) -> Side {
        match right {
            true => Side::Right,
            false if signal > 0.0 => Side::Outweighed,
            false => Side::Misaligned,
        }
    }
}

/// The scores of one group of two captions and two images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Group {
    /// dI'dT / 2.
    pub signal: f64,
    /// How much the captions differ whatever the image, how much the images whatever the caption.
    pub bias: [f64; 2],
    /// Text side, image side.
    pub sides: [Side; 2],
}

impl Group {
    /// From four finite scores.
    pub fn new(s: &Scores) -> Group {
        let signal = (s[0][0] - s[0][1] - s[1][0] + s[1][1]) / 2.0;
        let text = (s[0][0] + s[0][1] - s[1][0] - s[1][1]) / 2.0;
        let image = (s[0][0] + s[1][0] - s[0][1] - s[1][1]) / 2.0;
        let text_right = s[0][0] > s[1][0] && s[1][1] > s[0][1];
        let image_right = s[0][0] > s[0][1] && s[1][1] > s[1][0];
        Group { signal, bias: [text, image], sides: [Side::of(signal, text_right), Side::of(signal, image_right)] }
    }

    /// Whether each caption goes to its image and each image to its caption.
    pub fn right(&self) -> bool {
        self.sides == [Side::Right; 2]
    }
}

/// A slice of groups.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The groups that this line is about.
    pub slice: Slice,
    /// Text score, image score, group score: shares with Wilson's interval, the chance level as null (1/4, 1/4, 1/6).
    pub scores: [Figure; 3],
    /// MISALIGNED, OUTWEIGHED, RIGHT on the text side, and on the image side.
    pub counts: [[usize; 3]; 2],
    /// Mean cos(dT, dI); absent where only scores are known.
    pub alignment: Option<Figure>,
}

/// Text score, image score and group score of independent random scores: of 24 orders of four different scores, each side
/// is right in 6, both in 4.
pub const CHANCE: [f64; 3] = [0.25, 0.25, 1.0 / 6.0];

/// The cosines of dT and of dI, one a group where it has one.
type Cosines<'a> = (&'a [Option<f64>], &'a [Option<f64>]);

/// The summary of every slice. `cosines` are those of dT and dI.
pub fn summaries(
    groups: &[Option<Group>],
    cosines: Option<Cosines>,
    slices: &[Slice],
    sampler: &Sampler,
) -> Vec<Summary> {
    let hits = |of: &dyn Fn(&Group) -> bool| -> Vec<Option<bool>> {
        groups.iter().map(|group| group.as_ref().map(of)).collect()
    };
    let answers = [hits(&|g| g.sides[0] == Side::Right), hits(&|g| g.sides[1] == Side::Right), hits(&Group::right)];
    let summary = |slice: &Slice| {
        let mut counts = [[0; 3]; 2];
        for group in slice.rows.iter().filter_map(|row| groups[*row as usize]) {
            for side in 0..2 {
                counts[side][group.sides[side] as usize] += 1;
            }
        }
        let score = |k: usize| sampler.share(&slice.rows, &answers[k]).with_null(Some(CHANCE[k]));
        let alignment = cosines
            .map(|(real, null)| sampler.mean(&slice.rows, real).with_null(sampler.mean(&slice.rows, null).value));
        Summary { slice: slice.clone(), scores: [0, 1, 2].map(score), counts, alignment }
    };
    slices.iter().map(summary).collect()
}

/// The scores of a group from embeddings, and the cosine of dT and dI; no cosine where one of the two is zero.
pub fn scores(texts: [&[f64]; 2], images: [&[f64]; 2]) -> (Scores, Option<f64>) {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let less = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
    let (t, i) = (less(texts[0], texts[1]), less(images[0], images[1]));
    let norm = (dot(&t, &t) * dot(&i, &i)).sqrt();
    (texts.map(|text| images.map(|image| dot(text, image))), (norm > 0.0).then(|| dot(&t, &i) / norm))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::figure::By;
    use crate::audit::stats::Clusters;

    #[test]
    fn a_side_is_right_exactly_when_the_signal_beats_its_bias() {
        // All orders of four scores, and ties.
        let mut right = [0; 3];
        for code in 0..256u32 {
            let v = |k: u32| f64::from(code >> (2 * k) & 3);
            let s = [[v(0), v(1)], [v(2), v(3)]];
            let group = Group::new(&s);
            for side in 0..2 {
                assert_eq!(group.sides[side] == Side::Right, group.signal > group.bias[side].abs(), "{s:?}");
                assert_eq!(group.sides[side] == Side::Misaligned, group.signal <= 0.0, "{s:?}");
            }
            let mut order = [v(0), v(1), v(2), v(3)];
            order.sort_by(f64::total_cmp);
            if order == [0.0, 1.0, 2.0, 3.0] {
                right[0] += usize::from(group.sides[0] == Side::Right);
                right[1] += usize::from(group.sides[1] == Side::Right);
                right[2] += usize::from(group.right());
            }
        }
        assert_eq!(right.map(|n| n as f64 / 24.0), CHANCE);
    }

    #[test]
    fn scores_of_embeddings_are_inner_products() {
        let (s, cosine) = scores([&[1.0, 0.0], &[0.0, 1.0]], [&[2.0, 1.0], &[1.0, 3.0]]);
        assert_eq!(s, [[2.0, 1.0], [1.0, 3.0]]);
        // dT = (1, -1), dI = (1, -2).
        assert!((cosine.unwrap() - 3.0 / 10f64.sqrt()).abs() < 1e-15);
        assert_eq!(scores([&[1.0], &[1.0]], [&[2.0], &[3.0]]).1, None);
    }

    #[test]
    fn a_summary_counts_each_side() {
        let group = |s| Some(Group::new(&s));
        let mut groups = vec![group([[3.0, 0.0], [1.0, 2.0]]); 60];
        groups.extend(vec![group([[0.0, 1.0], [1.0, 0.0]]); 20]);
        groups.push(None);
        let slice = Slice { by: By::All, name: "all".into(), rows: (0..81).collect() };
        let sampler = Sampler::new(Clusters::new(0..81), 100, 1);
        let found = summaries(&groups, None, &[slice], &sampler);
        assert_eq!(found[0].counts, [[20, 0, 60], [20, 0, 60]]);
        assert_eq!((found[0].scores[2].n, found[0].scores[2].value), (80, Some(0.75)));
    }
}
