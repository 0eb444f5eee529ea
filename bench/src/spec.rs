//! The decision as plain ifs: what every contestant must reproduce. See README.md.

/// Supplement No. 5 to part 740, paragraph (a).
pub const PARTNERS: &str = "AU BE CA DK FI FR DE IE IT JP NL NZ NO KR ES SE TW GB US";
/// Macau and Country Group D:5, January 2025.
pub const MACAU_D5: &str =
    "MO AF BY CD CF CN CU ER HT IQ IR KH KP LB LY MM NI RU SD SO SS SY VE ZW";
/// Country Group D:1, January 2025.
pub const D1: &str = "AM AZ BY CN GE IQ KG KH KP KZ LA LY MD MM MN MO NI RU TJ TM UZ VE VN YE";
/// Country Group D:4, January 2025.
pub const D4: &str = "AE BH BY CN EG IL IQ IR JO KP KW LB LY MO OM PK QA RU SA SY VE YE";
/// Country Groups A:5 and A:6, January 2025.
pub const A5_A6: &str = "AR AT AU BE BG CA CH CZ DE DK EE ES FI FR GB GR HR HU IE IN IS IT JP KR \
     LT LU LV NL NO NZ PL PT RO SE SI SK TR AL CY IL MT MX SG TW ZA";
/// Every code of any group.
pub const ALL: &str = "AD AE AF AG AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS \
     BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER \
     ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HN HR HT HU ID IE IL IN IQ IR IS IT JM \
     JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM \
     MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PT PW PY QA RO \
     RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SX SY SZ TD TG TH TJ TL TM TN TO TR \
     TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS XK YE ZA ZM ZW";

pub const LPP_CAP: u64 = 26_900_000;
pub const ALLOCATION: u64 = 790_000_000;

/// Two capital letters.
pub type Code = [u8; 2];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    Export,
    Reexport,
    Transfer,
}

impl Activity {
    pub const ALL: [Activity; 3] = [Activity::Export, Activity::Reexport, Activity::Transfer];

    pub fn word(self) -> &'static str {
        ["export", "reexport", "transfer"][self as usize]
    }
}

/// One order, every fact known.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// TPP of one chip.
    pub tpp: u64,
    /// Performance density in hundredths, so that every contestant holds it exactly.
    pub density_hundredths: u64,
    pub datacenter: bool,
    pub destination: Code,
    pub headquarters: Code,
    pub parent: Code,
    pub activity: Activity,
    pub quantity: u64,
    pub used_lpp: u64,
    pub used_allocation: u64,
}

impl Order {
    pub fn amount(&self) -> u64 {
        self.tpp * self.quantity
    }
}

pub fn text(code: &Code) -> &str {
    std::str::from_utf8(code).unwrap_or("??")
}

pub fn codes(list: &str) -> Vec<Code> {
    list.split_whitespace()
        .map(|c| [c.as_bytes()[0], c.as_bytes()[1]])
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    NotControlled,
    Aia,
    Lpp,
    PresumptionOfDenial,
    PresumptionOfApproval,
    PolicyOfDenial,
}

impl Answer {
    pub const ALL: [Answer; 6] = [
        Answer::NotControlled,
        Answer::Aia,
        Answer::Lpp,
        Answer::PresumptionOfDenial,
        Answer::PresumptionOfApproval,
        Answer::PolicyOfDenial,
    ];

    pub fn word(self) -> &'static str {
        [
            "not-controlled",
            "AIA",
            "LPP",
            "presumption-of-denial",
            "presumption-of-approval",
            "policy-of-denial",
        ][self as usize]
    }

    pub fn parse(word: &str) -> Option<Answer> {
        Answer::ALL.into_iter().find(|a| a.word() == word)
    }
}

fn is_in(list: &str, code: Code) -> bool {
    list.as_bytes().chunks(3).any(|c| c[..2] == code)
}

fn partner(c: Code) -> bool {
    is_in(PARTNERS, c)
}

fn denied(c: Code) -> bool {
    is_in(MACAU_D5, c)
}

/// 740.2(a)(9)(ii): D:1, D:4 or D:5, minus A:5 and A:6.
pub fn gated(c: Code) -> bool {
    let in_d = is_in(D1, c) || is_in(D4, c) || (denied(c) && c != *b"MO");
    in_d && !is_in(A5_A6, c)
}

/// The decision.
pub fn spec(o: &Order) -> Answer {
    // 3A090.a and the datacenter note.
    if o.tpp < 4800 && (o.tpp < 1600 || o.density_hundredths < 592 || !o.datacenter) {
        return Answer::NotControlled;
    }
    // 742.6(a)(6)(iii)(A): required to any destination worldwide. 740.27: AIA.
    if partner(o.destination) && partner(o.headquarters) && partner(o.parent) {
        return Answer::Aia;
    }
    let any_denied = denied(o.destination) || denied(o.headquarters) || denied(o.parent);
    // 740.29: LPP, with the gate of 740.2(a)(9)(ii).
    if o.activity != Activity::Transfer
        && !any_denied
        && !gated(o.destination)
        && o.used_lpp + o.amount() <= LPP_CAP
    {
        return Answer::Lpp;
    }
    // 742.6(b)(10)(iii).
    if any_denied {
        return Answer::PresumptionOfDenial;
    }
    if partner(o.destination) || partner(o.headquarters) || partner(o.parent) {
        return Answer::PresumptionOfApproval;
    }
    if o.used_allocation + o.amount() <= ALLOCATION {
        return Answer::PresumptionOfApproval;
    }
    Answer::PolicyOfDenial
}

/// A small generator with a seed, the same everywhere.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// Random orders that often stand on or beside a threshold.
pub fn orders(seed: u64, count: usize) -> Vec<Order> {
    let mut r = Random::new(seed);
    let all = codes(ALL);
    let partners = codes(PARTNERS);
    let denied = codes(MACAU_D5);
    let country = |r: &mut Random| match r.below(10) {
        0..4 => r.pick(&partners),
        4..5 => r.pick(&denied),
        _ => r.pick(&all),
    };
    let tpps = [
        1599, 1600, 1936, 2368, 3152, 4480, 4799, 4800, 4992, 5285, 15_824, 29_360, 36_000,
    ];
    let densities = [0, 291, 421, 591, 592, 593, 659, 970, 1944];
    (0..count)
        .map(|_| {
            let tpp = r.pick(&tpps);
            let destination = country(&mut r);
            let headquarters = if r.below(2) == 0 {
                destination
            } else {
                country(&mut r)
            };
            let parent = if r.below(3) > 0 {
                headquarters
            } else {
                country(&mut r)
            };
            let quantity = match r.below(4) {
                0 => 1 + r.below(64),
                1 => 1 + r.below(2_000),
                _ => 1 + r.below(20_000),
            };
            let amount = tpp * quantity;
            // At the cap, one below or above it, or anywhere.
            let mut used = |cap: u64| {
                let near = (cap + 1).saturating_sub(amount + r.below(3));
                [0, near, r.below(cap)][r.below(3) as usize]
            };
            let (used_lpp, used_allocation) = (used(LPP_CAP), used(ALLOCATION));
            Order {
                tpp,
                density_hundredths: r.pick(&densities),
                datacenter: r.below(4) > 0,
                destination,
                headquarters,
                parent,
                activity: r.pick(&Activity::ALL),
                quantity,
                used_lpp,
                used_allocation,
            }
        })
        .collect()
}
