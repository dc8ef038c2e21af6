//! Block identifiability for any encoders, decided on the whole world.

use super::{Assumption, FiniteMaps, Leak, Reading, World};

/// The reading that the true-optimal encoder writes: one coordinate a place, linear in ordered pairs.
const READING: Reading = Reading::ByPlace;

/// The any-encoder block identifiability theorem, decided on the whole world.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Identifiability {
    /// The assumptions with their equations, and whether each holds.
    pub assumptions: Vec<(String, bool)>,
    /// The same of what is concluded.
    pub conclusion: Vec<(String, bool)>,
    /// Worlds that break an assumption, and what fails there.
    pub controls: Vec<(&'static str, String)>,
}

impl Identifiability {
    /// Decides every assumption and the conclusion on all images and captions.
    pub fn of(world: &World) -> Identifiability {
        let maps = FiniteMaps::of(world.scenes(), READING);
        let decided = |list: &[Assumption]| {
            list.iter().map(|a| (format!("{} ({})", a.name, a.equation), a.differs_at.is_none())).collect::<Vec<_>>()
        };
        let broken = |leak| {
            let maps = FiniteMaps::leaking(world.scenes(), READING, leak);
            let failing: Vec<&str> =
                maps.assumptions().iter().filter(|a| a.differs_at.is_some()).map(|a| a.name).collect();
            let concluded = maps.conclusion().1.iter().all(|a| a.differs_at.is_none());
            let verb = if failing.len() == 1 { "fails" } else { "fail" };
            let then = if concluded { "still holds" } else { "fails too" };
            format!("{} {verb}, and the conclusion {then}", failing.join(" and "))
        };
        Identifiability {
            assumptions: decided(&maps.assumptions()),
            conclusion: decided(&maps.conclusion().1),
            controls: vec![
                ("were images tilted exactly when captions use a synonym, and read both", broken(Leak::CoupledStyle)),
                ("were the wording read by the text encoder alone", broken(Leak::StyledText)),
            ],
        }
    }
}
