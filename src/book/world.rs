//! The blind spot seen: the built-in world's scenes and captions under a true-optimal and a pseudo-optimal encoder.

use maud::{Markup, PreEscaped, html};
use num_rational::BigRational;

use super::figures::Figures;
use super::page::picture;
use crate::caption::FeatureMap;
use crate::certificate::Claim;
use crate::encoder::{Pair, WorldInputs, build, embed};
use crate::exact::Limits;
use crate::report::{Code, Diagnostic};
use crate::scm::{
    Article, Colour, ImageRest, Light, Mark, Object, Operator, Pose, Reading, Relation, Scene, Shape, TextRest,
    Wording, World, caption, draw,
};

/// The reading of the true-optimal encoder.
const READING: Reading = Reading::ByPlace;
/// What the encoders read: which word stands somewhere before which.
const MAP: FeatureMap = FeatureMap::OrderedPairs;

/// A scene with its caption and its embeddings.
pub(super) struct Shown {
    /// The scene.
    pub scene: Scene,
    /// What is said of it.
    pub caption: String,
    /// The embedding of the caption by the true-optimal encoder, and of any image of the scene.
    pub optimal: Vec<BigRational>,
    /// Its embedding by the pseudo-optimal encoder.
    pub blind: Vec<BigRational>,
    trained: bool,
}

/// A chain of edits of one caption.
pub(super) struct Chain {
    name: &'static str,
    /// What each step does, in words.
    steps: Vec<&'static str>,
    /// The scene before the edits, then after each.
    pub shown: Vec<Shown>,
    /// The number of training captions, on all of which the blind encoder equals the true-optimal one.
    pub training: usize,
}

/// A chain for each operator. Errors: those of building an encoder.
pub(super) fn chains(world: &World) -> Result<Vec<Chain>, Diagnostic> {
    [Operator::Swap, Operator::Replace, Operator::Add].into_iter().map(|operator| Chain::of(world, operator)).collect()
}

/// The page.
pub(super) fn body(chains: &[Chain], figures: &Figures) -> Markup {
    html! {
        article class="wide" {
            h1 { "The blind spot seen" }
            p class="lead" {
                "A small world: " (figures.scenes) " scenes of two objects, and captions that describe them. "
                "One encoder tells every scene from every other; the second equals it on all " (chains.first().map_or(0, |chain| chain.training))
                " training captions, and cannot see the edits below."
            }
            (picture(&figures.blind_spot, Some(html! {
                "Circles are captions, frames are images. On the left each caption lies on its own image; on the right the edited caption has moved onto the other image. All entries are exact."
            })))
            h2 id="edits" { "Edits, one after the other" }
            p {
                "Choose an operator, then how many edits deep. The encoders read which word stands before which; each pseudo-optimal encoder is built, exactly, for the chain that is shown."
            }
            div class="tabs" {
                @for (index, chain) in chains.iter().enumerate() {
                    input type="radio" name="operator" id=(format!("operator-{}", chain.name)) checked[index == 0];
                    label for=(format!("operator-{}", chain.name)) { (chain.name) }
                }
                div class="panes" { @for chain in chains { (chain.pane()) } }
            }
            h2 id="fates" { "Three fates" }
            p {
                "Whether an edit can be made invisible depends on what the encoder reads. For each feature map, from the poorest to the richest, and each operator: how many of the world's edits are "
                b { "collapsed" } " (the features do not change, so every encoder is blind), " b { "identified" }
                " (training already says what they mean, so every optimal encoder agrees), or " b { "free" } " (some optimal encoder is blind to them)."
            }
            (picture(&figures.fates, None))
            h2 id="growth" { "Compositions and their rank" }
            p { "Exchanging the words of a caption of " i { "m" } " different words again and again makes " i { "m" } "! − 1 hard negatives. Their differences span far fewer dimensions." }
            (picture(&figures.growth, None))
            (figures.growth_table.clone())
            h2 id="gap" { "The modality gap in two dimensions" }
            p { "Images and captions can lie apart by a constant without any loss noticing. Where a caption is blind, its image is off by the gap and by the meaning that was erased." }
            (picture(&figures.gap, Some(html! { "Squares are images, circles captions. Upright: the gap alone. Slanting: the gap and what the edit means. The coordinates are exact." })))
        }
    }
}

impl Chain {
    fn of(world: &World, operator: Operator) -> Result<Chain, Diagnostic> {
        let object = |shape, colour| Object { shape, colour };
        let start = Scene {
            first: object(Shape::Cube, Colour::Red),
            second: object(Shape::Sphere, Colour::Blue),
            relation: Relation::On,
            mark: Mark::Plain,
        };
        type Step = (&'static str, fn(&mut Scene));
        let (name, steps): (_, Vec<Step>) = match operator {
            Operator::Swap => (
                "SWAP",
                vec![
                    ("Exchange the colours", |s| std::mem::swap(&mut s.first.colour, &mut s.second.colour)),
                    ("exchange the nouns", |s| std::mem::swap(&mut s.first.shape, &mut s.second.shape)),
                ],
            ),
            Operator::Replace => (
                "REPLACE",
                vec![
                    ("The second noun becomes cone", |s| s.second.shape = Shape::Cone),
                    ("the relation becomes behind", |s| s.relation = Relation::Behind),
                    ("the first colour becomes blue", |s| s.first.colour = Colour::Blue),
                ],
            ),
            Operator::Add => (
                "ADD",
                vec![
                    ("Add dotted", |s| s.mark = Mark::Dotted),
                    ("replace the second noun by cone", |s| s.second.shape = Shape::Cone),
                ],
            ),
        };
        let mut scenes = vec![start];
        for (_, step) in &steps {
            let mut next = *scenes.last().unwrap_or(&start);
            step(&mut next);
            scenes.push(next);
        }
        let text = |scene: &Scene| caption(scene, &TextRest { wording: Wording::Usual, article: Article::A });
        let pairs: Vec<Pair> =
            scenes[1..].iter().map(|scene| Pair { caption: text(&start), negative: text(scene), operator }).collect();
        let inputs = WorldInputs::new(world, &pairs, READING)?;
        let (_, problem) = inputs.problem(MAP, None)?;
        let built = build(&problem, &Limits::default())?;
        let h = built.claims.iter().find_map(|claim| match claim {
            Claim::Blind { h, .. } => Some(h),
            _ => None,
        });
        let h =
            h.ok_or_else(|| Diagnostic::new(Code::ExactSelfCheck, "the world's chain of edits has no blind encoder"))?;
        let training = world.training_captions();
        let features = problem.features();
        let shown = scenes.iter().enumerate().map(|(index, scene)| {
            let row = if index == 0 { &features.captions[0] } else { &features.negatives[index - 1] };
            let caption = text(scene);
            let optimal = READING.embed(scene).into_iter().map(|v| BigRational::from_integer(v.into())).collect();
            let trained = training.contains(&caption);
            Shown { scene: *scene, blind: embed(h, READING.width(), row), caption, optimal, trained }
        });
        let steps = steps.iter().map(|(words, _)| *words).collect();
        Ok(Chain { name, steps, shown: shown.collect(), training: problem.size().training as usize })
    }

    fn pane(&self) -> Markup {
        let id = |depth: usize| format!("depth-{}-{depth}", self.name);
        html! {
            section class="pane" aria-label=(self.name) {
                div class="tabs" {
                    @for depth in 1..self.shown.len() {
                        input type="radio" name=(format!("depth-{}", self.name)) id=(id(depth)) checked[depth == 1];
                        label for=(id(depth)) { @if depth == 1 { "1 edit" } @else { (depth) " edits" } }
                    }
                    div class="panes" {
                        @for depth in 1..self.shown.len() {
                            section class="pane" aria-label=(format!("{} edits", depth)) {
                                p { b { (self.steps[..depth].join(", then ")) } }
                                div class="pair" { (card(&self.shown[0], "A")) (card(&self.shown[depth], "B")) }
                                (self.table(depth))
                            }
                        }
                    }
                }
            }
        }
    }

    fn table(&self, depth: usize) -> Markup {
        let (a, b) = (&self.shown[0], &self.shown[depth]);
        let row = |a: &[BigRational], b: &[BigRational], index: usize| {
            let class = if a[index] != b[index] { "differs" } else { "" };
            html! { td class=(class) { (a[index]) } td class=(class) { (b[index]) } }
        };
        let same = a.blind == b.blind;
        html! {
            div class="scroll" tabindex="0" role="group" aria-label="embeddings" {
                table class="embeddings" {
                    thead {
                        tr { th { "coordinate" } th colspan="2" { "true-optimal" } th colspan="2" { "pseudo-optimal" } }
                        tr { th {} th { "A" } th { "B" } th { "A" } th { "B" } }
                    }
                    tbody {
                        @for (index, coordinate) in READING.coordinates().iter().enumerate() {
                            tr { th scope="row" { (coordinate) } (row(&a.optimal, &b.optimal, index)) (row(&a.blind, &b.blind, index)) }
                        }
                    }
                }
            }
            p {
                @if same { "The pseudo-optimal encoder gives A and B one embedding, entry by entry." }
                @else { "This far along the chain the pseudo-optimal encoder tells A and B apart: training says too much about this edit." }
                @if b.trained { " B is itself a training caption." }
            }
        }
    }
}

fn card(shown: &Shown, letter: &str) -> Markup {
    let rest = ImageRest { pose: Pose::Upright, light: Light::Dim };
    html! {
        figure class="scene" {
            svg viewBox=(format!("0 0 {} {}", draw::WIDTH, draw::HEIGHT)) role="img" aria-label=(shown.caption) {
                (PreEscaped(draw::fragment(&shown.scene, &rest)))
            }
            figcaption { b { (letter) } " " (shown.caption) }
        }
    }
}
