//! Agreements between governments: few can be negotiated at once, not every price is paid, and what is
//! agreed is released bit by bit.

use super::knobs::Knobs;
use super::noise::TALKS;

/// Where the talks with a country stand.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Stage {
    /// No talks.
    #[default]
    Apart,
    /// Talks that end in some months.
    Talks(f64),
    /// They failed; they may begin again in some months.
    Failed(f64),
    /// An agreement, signed so many months ago.
    Signed(f64),
}

/// The talks with one country.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Talk {
    /// Where they stand.
    pub stage: Stage,
    /// How often they were begun.
    pub begun: usize,
}

impl Talk {
    /// The share of a country's orders that go under its agreement.
    #[must_use]
    pub fn released(&self, knobs: &Knobs) -> f64 {
        match self.stage {
            Stage::Signed(months) => {
                ((months - knobs.deals_license_lag) * knobs.deals_released).clamp(0.0, 1.0)
            }
            _ => 0.0,
        }
    }
}

/// A month of talks: those under way go on, and free places are taken by who wants most.
///
/// `wants` tells what each country would have under an agreement, zero where it would change nothing.
/// Says how many signed.
pub fn month(
    knobs: &Knobs,
    talks: &mut [Talk],
    chance: &[[(f32, f32); TALKS]],
    wants: &[f64],
) -> usize {
    let mut signed = 0;
    for (talk, chance) in talks.iter_mut().zip(chance) {
        match &mut talk.stage {
            Stage::Talks(left) if *left > 1.0 => *left -= 1.0,
            Stage::Talks(_) => {
                let (_, z) = chance[(talk.begun - 1) % TALKS];
                let willing = (f64::from(z) * knobs.deals_willing).exp();
                talk.stage = match willing >= knobs.deals_price {
                    true => {
                        signed += 1;
                        Stage::Signed(0.0)
                    }
                    false => Stage::Failed(knobs.deals_framework),
                };
            }
            Stage::Failed(left) if *left > 1.0 => *left -= 1.0,
            Stage::Failed(_) => talk.stage = Stage::Apart,
            Stage::Signed(months) => *months += 1.0,
            Stage::Apart => {}
        }
    }
    let busy = talks
        .iter()
        .filter(|t| matches!(t.stage, Stage::Talks(_)))
        .count();
    let free = (knobs.deals_at_once.max(0.0).round() as usize).saturating_sub(busy);
    if free > 0 {
        let mut apart: Vec<usize> = (0..talks.len())
            .filter(|at| talks[*at].stage == Stage::Apart && wants[*at] > 0.0)
            .collect();
        apart.sort_by(|a, b| wants[*b].total_cmp(&wants[*a]).then(a.cmp(b)));
        for at in apart.into_iter().take(free) {
            let (u, _) = chance[at][talks[at].begun % TALKS];
            // Exponential, with the mean that the parameter says.
            let months = -knobs.deals_framework * (1.0 - f64::from(u)).max(1e-9).ln();
            talks[at] = Talk {
                stage: Stage::Talks(months),
                begun: talks[at].begun + 1,
            };
        }
    }
    signed
}
