//! The parameters as the model reads them: each under a name of its own.

use crate::parameter::{ParameterError, Parameters};

macro_rules! knobs {
    ($($name:ident = $id:literal,)*) => {
        /// The value of each parameter in one draw. What each says, its unit and its range stand in
        /// `lab/parameters.toml` under the id that is told here.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Knobs {
            $(#[doc = concat!("`", $id, "`")] pub $name: f64,)*
        }

        /// The ids that the model reads, in the order of [`Knobs`].
        pub const READ: &[&str] = &[$($id),*];

        impl Knobs {
            fn of(values: &[f64], places: &[usize]) -> Knobs {
                let mut places = places.iter();
                let mut next = || places.next().and_then(|at| values.get(*at)).copied().unwrap_or(f64::NAN);
                Knobs { $($name: next(),)* }
            }
        }
    };
}

knobs! {
    supply_level = "supply.level",
    supply_growth_2025 = "supply.growth-2025",
    supply_growth_2026 = "supply.growth-2026",
    supply_growth_kept = "supply.growth-kept",
    supply_rationed = "supply.rationed",
    supply_transit = "supply.transit",
    demand_elasticity = "demand.elasticity",
    demand_abroad = "demand.abroad",
    demand_by_clusters = "demand.by-clusters",
    demand_plans_realized = "demand.plans-realized",
    demand_plans_begin = "demand.plans-begin",
    demand_plans_end = "demand.plans-end",
    demand_shock = "demand.shock",
    demand_shock_kept = "demand.shock-kept",
    demand_us_cloud = "demand.us-cloud",
    demand_chinese_owned = "demand.chinese-owned",
    demand_order_median = "demand.order-median",
    demand_order_spread = "demand.order-spread",
    demand_order_growth = "demand.order-growth",
    power_added_2023 = "power.added-2023",
    power_growth = "power.growth",
    power_per_chip_2023 = "power.per-chip-2023",
    power_per_chip_falls = "power.per-chip-falls",
    power_overflow = "power.overflow",
    china_wish = "china.wish",
    china_cut_down_taken = "china.cut-down-taken",
    china_weak_taken = "china.weak-taken",
    china_weak_below = "china.weak-below",
    china_own_block = "china.own-block",
    china_own_block_from = "china.own-block-from",
    china_output_2023 = "china.output-2023",
    china_output_2024 = "china.output-2024",
    china_output_2025 = "china.output-2025",
    china_output_2026 = "china.output-2026",
    china_output_growth = "china.output-growth",
    china_exports = "china.exports",
    china_exports_grow = "china.exports-grow",
    grey_share_of_hub = "grey.share-of-hub",
    grey_cost = "grey.cost",
    grey_detection = "grey.detection",
    grey_reference_flow = "grey.reference-flow",
    grey_loss = "grey.loss",
    grey_sharpness = "grey.sharpness",
    grey_grows_in = "grey.grows-in",
    grey_shrinks_in = "grey.shrinks-in",
    grey_set_up = "grey.set-up",
    grey_other_hubs = "grey.other-hubs",
    grey_us_direct = "grey.us-direct",
    grey_license_screens = "grey.license-screens",
    grey_status_screens = "grey.status-screens",
    enforcement_lag = "enforcement.lag",
    enforcement_spread = "enforcement.spread",
    enforcement_growth = "enforcement.growth",
    shells_cost = "shells.cost",
    shells_linked = "shells.linked",
    shells_new = "shells.new",
    shells_fill = "shells.fill",
    licensing_applications = "licensing.applications",
    licensing_capacity = "licensing.capacity",
    licensing_staff_lost = "licensing.staff-lost",
    licensing_staff_lost_from = "licensing.staff-lost-from",
    licensing_staff_regained = "licensing.staff-regained",
    licensing_fair = "licensing.fair",
    licensing_hold = "licensing.hold",
    licensing_chip_work = "licensing.chip-work",
    licensing_per_application = "licensing.per-application",
    licensing_lesser_orders = "licensing.lesser-orders",
    licensing_review = "licensing.review",
    licensing_escalated = "licensing.escalated",
    licensing_escalated_china = "licensing.escalated-china",
    licensing_escalates_on = "licensing.escalates-on",
    licensing_questions = "licensing.questions",
    licensing_gives_up = "licensing.gives-up",
    licensing_files_anyway = "licensing.files-anyway",
    approval_presumption_of_approval = "approval.presumption-of-approval",
    approval_case_by_case = "approval.case-by-case",
    approval_presumption_of_denial = "approval.presumption-of-denial",
    approval_policy_of_denial = "approval.policy-of-denial",
    approval_not_stated = "approval.not-stated",
    deals_at_once = "deals.at-once",
    deals_framework = "deals.framework",
    deals_license_lag = "deals.license-lag",
    deals_released = "deals.released",
    deals_price = "deals.price",
    deals_willing = "deals.willing",
    status_delay = "status.delay",
    status_taken = "status.taken",
    status_national = "status.national",
    status_national_named = "status.national-named",
    status_companies = "status.companies",
    status_fleet = "status.fleet",
    companies_by_sites = "companies.by-sites",
    companies_spread = "companies.spread",
    companies_spread_country = "companies.spread-country",
    allies_eroded = "allies.eroded",
    allies_regained = "allies.regained",
    allies_leaks = "allies.leaks",
    money_price_2024 = "money.price-2024",
    money_price_falls = "money.price-falls",
    money_china_duty = "money.china-duty",
    money_china_duty_from = "money.china-duty-from",
    sites_large = "sites.large",
    sites_size = "sites.size",
    told_year = "told.year",
    shells_fade = "shells.fade",
    licensing_staff_lost_over = "licensing.staff-lost-over",
}

/// Where the model's parameters stand among all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places(Vec<usize>);

impl Places {
    /// Finds each.
    ///
    /// # Errors
    ///
    /// A parameter that the model reads and the file does not have.
    pub fn find(parameters: &Parameters) -> Result<Places, ParameterError> {
        let places = READ.iter().map(|id| parameters.place(id));
        places.collect::<Result<_, _>>().map(Places)
    }

    /// The knobs of a draw: its values in the order of the file.
    ///
    /// ```
    /// let parameters = tiergate_lab::built_in::parameters().unwrap();
    /// let places = tiergate_lab::model::Places::find(&parameters).unwrap();
    /// let knobs = places.knobs(&parameters.defaults());
    /// assert_eq!(knobs.grey_cost, 0.15);
    /// ```
    #[must_use]
    pub fn knobs(&self, values: &[f64]) -> Knobs {
        Knobs::of(values, &self.0)
    }
}
