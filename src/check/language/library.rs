//! The shipped theorems and proofs, in an order in which each rests only on those before it.

/// One shipped theorem.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// The theorem's name; `theorems/NAME.thm` and `proofs/NAME.proof` are its files.
    pub name: &'static str,
    /// The text of its statement.
    pub theorem: &'static str,
    /// The text of its proof.
    pub proof: &'static str,
}

/// Calls the macro `$with` with the names of all shipped theorems, in an order in which each rests only on those
/// before it. The one list of them: what is made from it, tests included, leaves none out.
#[macro_export]
macro_rules! for_each_theorem {
    ($with:ident) => {
        $with! {
            block_identifiability
            block_recovery
            population_block_identifiability
            block_identifiability_approximate
            block_identifiability_within
            optimum_ignores_rewording
            optimal_encoders_exist
            causal_unrolling
            token_block_identifiability
            block_identifiability_any_encoder
            token_generation_ignores
            token_block_identifiability_any_encoder
            off_support_blindness
            extension
            extension_converse
            composition_nonidentifiability
            composition_nonidentifiability_converse
            pseudo_optimal_differs
            obstruction
            approximate_nonidentifiability
            nearest_blind_exists
            nearest_blind_is_nearest
            least_blinding_change
            blind_or_obstructed
            identified
            identified_within
            price_of_blindness
            swap
            replace
            add
            novel_feature
            fredholm_alternative
            unidentified_is_free
            free_is_unidentified
            unidentified_takes_any_value
            silent_readouts_decide
            prompt_sensitivity
            sentence_level_rigidity
            objective_invariance
            same_objective
            pseudo_optimal_is_optimal
            logits_identify
            logits_gauge
            least_squares
            gap_invisible
            unseen_directions
            gap_transfer
            visual_twin
            no_visual_repair
            cauchy_schwarz
            margin_bound
            margin_needs_motion
            no_head_repairs_blindness
            compounding_closure
            compounding_opens_nothing
            horizon_persists
            depth_adds_a_dimension
            mining_horizon
            depth_blindness
            mining_suffices
            mining_is_sharp
            deficit_is_least
            deficit_is_reached
            margins_contradict
            implicit_bias
            weight_decay_blinds
            ridge_share
            ridge_is_distance
            ridge_sees_the_supported_share
            ridge_blinds
            support_needed_for_margin
        }
    };
}

macro_rules! shipped {
    ($($name:ident)*) => {
        /// All shipped theorems.
        pub const LIBRARY: &[Shipped] = &[$(Shipped {
            name: stringify!($name),
            theorem: include_str!(concat!("../../../theorems/", stringify!($name), ".thm")),
            proof: include_str!(concat!("../../../proofs/", stringify!($name), ".proof")),
        }),*];
    };
}

for_each_theorem!(shipped);

#[cfg(test)]
mod tests {
    use crate::language::{Source, parse_statement, print_statement};

    #[test]
    fn every_shipped_statement_prints_to_a_text_that_parses_to_it_and_prints_the_same() {
        for shipped in super::LIBRARY {
            let source = Source::new(format!("theorems/{}.thm", shipped.name), shipped.theorem);
            let first = parse_statement(&source).unwrap_or_else(|d| panic!("{d}"));
            assert_eq!(&*first.statement.name, shipped.name);
            let printed = print_statement::statement(&first.statement, &first.comments);
            let second = parse_statement(&Source::new("printed", printed.clone())).unwrap_or_else(|d| panic!("{d}"));
            assert_eq!(first.statement, second.statement);
            assert_eq!(first.comments, second.comments, "{printed}");
            assert_eq!(printed, print_statement::statement(&second.statement, &second.comments));
        }
    }
}
