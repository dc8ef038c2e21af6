//! The built-in world as finite maps: every assumption of `block_identifiability_any_encoder` decided, its conclusion
//! evaluated.
//!
//! Every space is free on a finite set, so a map between them is a table, and so are generators and encoders: nothing
//! here is linear except by extension. `f*g` is first g, then f. Two leaking variants of the world are the negative
//! controls: each breaks one assumption, and its encoders' conclusion fails.

use std::collections::BTreeMap;

use super::latent::{ImageRest, Pose, Scene, TextRest, Wording};
use super::process::{caption, image_rests, text_rests};
use super::reading::Reading;
use super::render::{Raster, render};

/// Generators, marginals and encoders of a finite two-view model. A function `A -> B` is a vector with one entry for
/// each element of `A`, naming an element of `B` by its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiniteMaps {
    /// Elements of `Inv`.
    pub scenes: Vec<Scene>,
    /// Elements of `Image`.
    pub images: Vec<Raster>,
    /// Elements of `Text`.
    pub texts: Vec<String>,
    /// `p : InvImg -> Inv` forgets the image-side rest.
    pub p: Vec<usize>,
    /// `q : InvTxt -> Inv` forgets the text-side rest.
    pub q: Vec<usize>,
    /// `mi : J -> InvImg`, the image-side marginal of the joint support.
    pub mi: Vec<usize>,
    /// `mt : J -> InvTxt`, the text-side marginal of the joint support.
    pub mt: Vec<usize>,
    /// `si : InvImg -> J` completes with the reference text-side rest of the scene where the support has it, and with
    /// some other where it does not (then the assumption about it fails).
    pub si: Vec<usize>,
    /// `ti : Inv -> InvTxt` names the reference text-side rest of each scene.
    pub ti: Vec<usize>,
    /// `st : InvTxt -> J` completes with an image-side rest, the first of the scene where the support has it.
    pub st: Vec<usize>,
    /// The generator `I : InvImg -> Image`.
    pub image_of: Vec<usize>,
    /// The generator `T : InvTxt -> Text`.
    pub text_of: Vec<usize>,
    /// The encoders `f : Image -> E` and `g : Text -> E`.
    pub encoders: Encoders,
}

/// Encoders on finite sets: one embedding for each image and each text, all of one width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoders {
    /// `f`, one column an image.
    pub f: Vec<Vec<i64>>,
    /// `g`, one column a text.
    pub g: Vec<Vec<i64>>,
}

/// One of the maps as a matrix: `columns[j]` holds the nonzero entries of column `j` as (row, value).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiniteMap {
    /// The name that the theorem gives it.
    pub name: &'static str,
    /// Its domain and codomain.
    pub spaces: (&'static str, &'static str),
    /// Dimension of the codomain.
    pub rows: usize,
    /// Columns, one an element of the domain.
    pub columns: Vec<Vec<(usize, i64)>>,
}

/// An assumption of the theorem, decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The label of the assumption in the theorem.
    pub name: &'static str,
    /// The equation, in the notation of the theorems.
    pub equation: &'static str,
    /// The first element of the domain at which the two sides differ; `None` if the assumption holds.
    pub differs_at: Option<usize>,
}

/// What a negative control breaks.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leak {
    /// *Product support*: a thing is tilted exactly when the caption uses the synonym, and the encoders read that too.
    CoupledStyle,
    /// *Alignment*: the text encoder reads the wording, the image encoder nothing but the scene.
    StyledText,
}

impl FiniteMaps {
    /// The world over `scenes`, both encoders decoding the scene exactly and writing it by `reading`.
    pub fn of(scenes: &[Scene], reading: Reading) -> FiniteMaps {
        build(scenes, |_, _| true, |scene, _| reading.embed(scene), |scene, _| reading.embed(scene))
    }

    /// The same with one assumption broken.
    pub fn leaking(scenes: &[Scene], reading: Reading, leak: Leak) -> FiniteMaps {
        let with = |scene: &Scene, style: bool| [reading.embed(scene), vec![i64::from(style)]].concat();
        let synonym = |rest: &TextRest| rest.wording == Wording::Synonym;
        let tilted = |rest: &ImageRest| rest.pose == Pose::Tilted;
        match leak {
            Leak::CoupledStyle => {
                build(scenes, |i, t| tilted(i) == synonym(t), |s, i| with(s, tilted(i)), |s, t| with(s, synonym(t)))
            }
            Leak::StyledText => build(scenes, |_, _| true, |s, _| with(s, false), |s, t| with(s, synonym(t))),
        }
    }

    /// Every assumption of the theorem, decided exactly.
    pub fn assumptions(&self) -> Vec<Assumption> {
        let identity = |n: usize| (0..n).collect::<Vec<usize>>();
        let image = |of: &[usize]| self.embeddings(&self.encoders.f, &self.image_of, of);
        let text = |of: &[usize]| self.embeddings(&self.encoders.g, &self.text_of, of);
        vec![
            assumption("shared", "p*mi = q*mt", &after(&self.p, &self.mi), &after(&self.q, &self.mt)),
            assumption("image_kept", "mi*si = 1", &after(&self.mi, &self.si), &identity(self.p.len())),
            assumption("image_reference", "mt*si = ti*p", &after(&self.mt, &self.si), &after(&self.ti, &self.p)),
            assumption("text_kept", "mt*st = 1", &after(&self.mt, &self.st), &identity(self.q.len())),
            assumption("alignment", "f*I*mi = g*T*mt", &image(&self.mi), &text(&self.mt)),
        ]
    }

    /// The conclusion: `A := g*T*ti` as one column a scene, and whether `f*I = A*p` and `g*T = A*q`.
    pub fn conclusion(&self) -> (Vec<Vec<i64>>, [Assumption; 2]) {
        let factor: Vec<Vec<i64>> = self.ti.iter().map(|&t| self.encoders.g[self.text_of[t]].clone()).collect();
        let read = |forget: &[usize]| forget.iter().map(|&scene| factor[scene].as_slice()).collect::<Vec<_>>();
        let image = self.embeddings(&self.encoders.f, &self.image_of, &(0..self.p.len()).collect::<Vec<_>>());
        let text = self.embeddings(&self.encoders.g, &self.text_of, &(0..self.q.len()).collect::<Vec<_>>());
        let images = assumption("image", "f*I = A*p", &image, &read(&self.p));
        let texts = assumption("text", "g*T = A*q", &text, &read(&self.q));
        (factor, [images, texts])
    }

    fn embeddings<'a>(&self, encoder: &'a [Vec<i64>], generator: &[usize], of: &[usize]) -> Vec<&'a [i64]> {
        of.iter().map(|&latent| encoder[generator[latent]].as_slice()).collect()
    }

    /// The eleven maps of the theorem as matrices, by the names that it gives them.
    pub fn matrices(&self) -> Vec<FiniteMap> {
        let (inv, inv_img, inv_txt, joint) = (self.scenes.len(), self.p.len(), self.q.len(), self.mi.len());
        let (images, texts) = (self.images.len(), self.texts.len());
        vec![
            table("p", ("InvImg", "Inv"), inv, &self.p),
            table("q", ("InvTxt", "Inv"), inv, &self.q),
            table("mi", ("J", "InvImg"), inv_img, &self.mi),
            table("mt", ("J", "InvTxt"), inv_txt, &self.mt),
            table("si", ("InvImg", "J"), joint, &self.si),
            table("ti", ("Inv", "InvTxt"), inv_txt, &self.ti),
            table("st", ("InvTxt", "J"), joint, &self.st),
            table("I", ("InvImg", "Image"), images, &self.image_of),
            table("T", ("InvTxt", "Text"), texts, &self.text_of),
            dense("f", "Image", &self.encoders.f),
            dense("g", "Text", &self.encoders.g),
        ]
    }
}

/// `second*first` on finite sets: first `first`, then `second`.
fn after(second: &[usize], first: &[usize]) -> Vec<usize> {
    first.iter().map(|&x| second[x]).collect()
}

fn assumption<T: PartialEq>(name: &'static str, equation: &'static str, left: &[T], right: &[T]) -> Assumption {
    let shorter = left.len().min(right.len());
    let differs_at =
        left.iter().zip(right).position(|(l, r)| l != r).or((left.len() != right.len()).then_some(shorter));
    Assumption { name, equation, differs_at }
}

fn table(name: &'static str, spaces: (&'static str, &'static str), rows: usize, map: &[usize]) -> FiniteMap {
    FiniteMap { name, spaces, rows, columns: map.iter().map(|&row| vec![(row, 1)]).collect() }
}

fn dense(name: &'static str, from: &'static str, vectors: &[Vec<i64>]) -> FiniteMap {
    let sparse = |v: &Vec<i64>| v.iter().copied().enumerate().filter(|(_, x)| *x != 0).collect();
    let rows = vectors.first().map_or(0, Vec::len);
    FiniteMap { name, spaces: (from, "E"), rows, columns: vectors.iter().map(sparse).collect() }
}

/// The elements of a finite set in order of first appearance, and the index of each.
struct Elements<T> {
    all: Vec<T>,
    index: BTreeMap<T, usize>,
}

impl<T: Ord + Clone> Elements<T> {
    fn new() -> Elements<T> {
        Elements { all: Vec::new(), index: BTreeMap::new() }
    }

    /// The index of `element`, and whether it is new.
    fn insert(&mut self, element: T) -> (usize, bool) {
        let next = self.all.len();
        let at = *self.index.entry(element.clone()).or_insert(next);
        if at == next {
            self.all.push(element);
        }
        (at, at == next)
    }
}

/// One side of the model: latents of the side, the scene of each, what it shows and how that is embedded.
struct Side<Rest, Seen> {
    latents: Elements<(usize, Rest)>,
    scene_of: Vec<usize>,
    seen: Elements<Seen>,
    shows: Vec<usize>,
    encoder: Vec<Vec<i64>>,
}

impl<Rest: Ord + Clone, Seen: Ord + Clone> Side<Rest, Seen> {
    fn new() -> Self {
        let (latents, seen) = (Elements::new(), Elements::new());
        Side { latents, scene_of: Vec::new(), seen, shows: Vec::new(), encoder: Vec::new() }
    }

    /// Adds a latent. An observation keeps the embedding of the first latent that shows it: an encoder is a function
    /// of the observation.
    fn add(
        &mut self,
        scene: usize,
        rest: &Rest,
        seen: impl FnOnce() -> Seen,
        code: impl FnOnce() -> Vec<i64>,
    ) -> usize {
        let (latent, new) = self.latents.insert((scene, rest.clone()));
        if new {
            self.scene_of.push(scene);
            let (shown, unseen) = self.seen.insert(seen());
            self.shows.push(shown);
            if unseen {
                self.encoder.push(code());
            }
        }
        latent
    }

    /// The reference latent of each scene: the first of it.
    fn references(&self, scenes: usize) -> Vec<usize> {
        let first = |scene| self.scene_of.iter().position(|&s| s == scene).unwrap_or(0);
        (0..scenes).map(first).collect()
    }
}

/// The model whose joint support is what `support` keeps of all pairs of rests that go with a scene.
fn build(
    scenes: &[Scene],
    support: impl Fn(&ImageRest, &TextRest) -> bool,
    image_code: impl Fn(&Scene, &ImageRest) -> Vec<i64>,
    text_code: impl Fn(&Scene, &TextRest) -> Vec<i64>,
) -> FiniteMaps {
    let (mut image, mut text) = (Side::new(), Side::new());
    let (mut mi, mut mt) = (Vec::new(), Vec::new());
    for (at, scene) in scenes.iter().enumerate() {
        for (image_rest, _) in image_rests(scene) {
            for (text_rest, _) in text_rests(scene).iter().filter(|(rest, _)| support(&image_rest, rest)) {
                mi.push(image.add(at, &image_rest, || render(scene, &image_rest), || image_code(scene, &image_rest)));
                mt.push(text.add(at, text_rest, || caption(scene, text_rest), || text_code(scene, text_rest)));
            }
        }
    }
    let ti = text.references(scenes.len());
    let si = completions(&mi, &mt, &image.scene_of, &ti);
    let st = completions(&mt, &mi, &text.scene_of, &image.references(scenes.len()));
    FiniteMaps {
        scenes: scenes.to_vec(),
        images: image.seen.all,
        texts: text.seen.all,
        p: image.scene_of,
        q: text.scene_of,
        mi,
        mt,
        si,
        ti,
        st,
        image_of: image.shows,
        text_of: text.shows,
        encoders: Encoders { f: image.encoder, g: text.encoder },
    }
}

/// For each latent of this side a joint latent over it: the one with the other side's reference for its scene, or any.
fn completions(this: &[usize], other: &[usize], scene_of: &[usize], reference: &[usize]) -> Vec<usize> {
    let mut best: Vec<Option<usize>> = vec![None; scene_of.len()];
    for (joint, (&mine, &theirs)) in this.iter().zip(other).enumerate() {
        if best[mine].is_none() || theirs == reference[scene_of[mine]] {
            best[mine] = Some(joint);
        }
    }
    // Every latent came with a joint latent, so none is missing.
    best.into_iter().map(|joint| joint.unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    fn failing(maps: &FiniteMaps) -> Vec<&'static str> {
        maps.assumptions().iter().filter(|a| a.differs_at.is_some()).map(|a| a.name).collect()
    }

    #[test]
    fn block_identifiability_any_encoder_holds_in_the_world_and_in_its_training_part() {
        let world = World::builtin();
        for scenes in [world.scenes().to_vec(), world.training_scenes(), world.scenes()[..1].to_vec(), Vec::new()] {
            for &reading in Reading::ALL {
                let maps = FiniteMaps::of(&scenes, reading);
                assert_eq!(failing(&maps), Vec::<&str>::new());
                let (factor, conclusion) = maps.conclusion();
                assert!(conclusion.iter().all(|c| c.differs_at.is_none()));
                assert_eq!(factor, scenes.iter().map(|s| reading.embed(s)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn the_world_has_the_sizes_that_the_laws_say() {
        let maps = FiniteMaps::of(World::builtin().scenes(), Reading::ByPlace);
        assert_eq!((maps.p.len(), maps.q.len(), maps.mi.len()), (480, 432, 1440));
        assert_eq!((maps.images.len(), maps.texts.len()), (480, 432));
        let f = maps.matrices().into_iter().find(|m| m.name == "f").unwrap();
        assert_eq!((f.rows, f.columns.len()), (8, 480));
    }

    #[test]
    fn without_product_support_style_leaks_into_aligned_encoders() {
        let maps = FiniteMaps::leaking(World::builtin().scenes(), Reading::ByPlace, Leak::CoupledStyle);
        assert_eq!(failing(&maps), ["image_reference"]);
        let (_, conclusion) = maps.conclusion();
        assert!(conclusion.iter().all(|c| c.differs_at.is_some()));
    }

    #[test]
    fn without_alignment_the_text_encoder_keeps_its_style() {
        let maps = FiniteMaps::leaking(World::builtin().scenes(), Reading::ByPlace, Leak::StyledText);
        assert_eq!(failing(&maps), ["alignment"]);
        let (_, [images, texts]) = maps.conclusion();
        assert_eq!((images.differs_at, texts.differs_at.is_some()), (None, true));
    }

    #[test]
    fn one_wrong_embedding_breaks_alignment_and_the_conclusion() {
        let mut maps = FiniteMaps::of(&World::builtin().training_scenes(), Reading::ByShape);
        let last = maps.encoders.g.len() - 1;
        maps.encoders.g[last][0] += 1;
        assert_eq!(failing(&maps), ["alignment"]);
        assert!(maps.conclusion().1[1].differs_at.is_some());
    }
}
