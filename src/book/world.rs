//! The blind spot seen: the built-in world's scenes and captions under a true-optimal and a pseudo-optimal encoder.

use maud::{Markup, PreEscaped, html};
use num_rational::BigRational;

use super::figures::Figures;
use crate::report::plural;
use crate::world::chain::{Chain, READING, Shown};
use crate::world::{ImageRest, Light, Pose, draw};

/// The page.
pub(super) fn body(chains: &[Chain], figures: &Figures) -> Markup {
    let figure = |name: &str, caption: Option<Markup>| figures.named(name, caption).unwrap_or_default();
    html! {
        article class="wide" {
            h1 { "The blind spot seen" }
            p class="lead" {
                "A small world: " (figures.scenes) " scenes of two objects, and captions that describe them. "
                "One encoder tells every scene from every other; the second equals it on all " (chains.first().map_or(0, |chain| chain.training))
                " training captions, and cannot see the edits below."
            }
            (figure("blind-spot", Some(html! {
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
                div class="panes" { @for chain in chains { (pane(chain)) } }
            }
            h2 id="fates" { "Three fates" }
            p {
                "Whether an edit can be made invisible depends on what the encoder reads. For each feature map, from the poorest to the richest, and each operator: how many of the world's edits are "
                b { "collapsed" } " (the features do not change, so every encoder is blind), " b { "identified" }
                " (training already says what they mean, so every optimal encoder agrees), or " b { "free" } " (some optimal encoder is blind to them)."
            }
            (figure("fates", None))
            h2 id="growth" { "Compositions and their rank" }
            p { "Exchanging the words of a caption of " i { "m" } " different words again and again makes " i { "m" } "! − 1 hard negatives. Their differences span far fewer dimensions." }
            (figure("growth", None))
            (figures.growth_table.clone())
            h2 id="gap" { "The modality gap in two dimensions" }
            p { "Images and captions can lie apart by a constant without any loss noticing. Where a caption is blind, its image is off by the gap and by the meaning that was erased." }
            (figure("gap", Some(html! { "Squares are images, circles captions. Upright: the gap alone. Slanting: the gap and what the edit means. The coordinates are exact." })))
        }
    }
}

fn pane(chain: &Chain) -> Markup {
    let id = |depth: usize| format!("depth-{}-{depth}", chain.name);
    html! {
        section class="pane" aria-label=(chain.name) {
            div class="tabs" {
                @for depth in 1..chain.shown.len() {
                    input type="radio" name=(format!("depth-{}", chain.name)) id=(id(depth)) checked[depth == 1];
                    label for=(id(depth)) { (plural(depth, "edit")) }
                }
                div class="panes" {
                    @for depth in 1..chain.shown.len() {
                        section class="pane" aria-label=(plural(depth, "edit")) {
                            p { b { (chain.steps[..depth].join(", then ")) } }
                            div class="pair" { (card(&chain.shown[0], "A")) (card(&chain.shown[depth], "B")) }
                            (table(chain, depth))
                        }
                    }
                }
            }
        }
    }
}

fn table(chain: &Chain, depth: usize) -> Markup {
    let (a, b) = (&chain.shown[0], &chain.shown[depth]);
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
                    tr { td {} th { "A" } th { "B" } th { "A" } th { "B" } }
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

pub(super) fn card(shown: &Shown, letter: &str) -> Markup {
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
