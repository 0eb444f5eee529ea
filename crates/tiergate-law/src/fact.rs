//! The facts a condition may read: the vocabulary shared by the law and the order contract.
//!
//! Each fact has the path under which the order contract knows it, a one-line meaning, and what
//! its absence counts as. A fact whose yes could restrict is unknown when absent; one whose yes
//! could only relax counts as no, and the decision lists that as an assumption.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What an absent fact counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfAbsent {
    /// Could restrict: stays unknown.
    Unknown,
    /// Could only relax, or is known to the one who asks: counts as no, zero or none, and the
    /// decision says so under `assumptions`.
    No,
}

macro_rules! facts {
    ($(#[$doc:meta])* $name:ident, $info:ident, $table:ident: $($variant:ident => $value:expr),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the table holds the meaning of each")]
        pub enum $name { $($variant),+ }

        impl $name {
            /// Every fact of this type, in table order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The place in the table.
            #[must_use]
            pub const fn index(self) -> usize { self as usize }

            /// Path, meaning and what absence counts as.
            #[must_use]
            pub fn info(self) -> &'static $info { &$table[self as usize] }
        }

        /// The table behind the facts of this type, in the same order.
        pub static $table: &[$info] = &[$($value),+];
    };
}

/// A fact whose value is a country.
#[derive(Debug)]
pub struct CountryInfo {
    /// Path in the order contract.
    pub path: &'static str,
    /// Meaning.
    pub doc: &'static str,
    /// The fact this one equals when its holder is absent (an absent end user is the consignee).
    pub same_as: Option<CountryFact>,
}

const fn country(path: &'static str, doc: &'static str) -> CountryInfo {
    CountryInfo {
        path,
        doc,
        same_as: None,
    }
}

const fn like(path: &'static str, doc: &'static str, same_as: CountryFact) -> CountryInfo {
    CountryInfo {
        path,
        doc,
        same_as: Some(same_as),
    }
}

facts! {
    /// Facts whose value is a country.
    CountryFact, CountryInfo, COUNTRIES:
    Destination => country("destination", "where the item goes"),
    From => country("from", "country the item leaves"),
    KnownDestination => like("known_destination", "where the item, or what it will be built into, is known to go in the end", CountryFact::Destination),
    ExporterHeadquarters => country("exporter.headquarters", "where the exporter is headquartered"),
    ExporterParent => like("exporter.parent", "where the exporter's ultimate parent is headquartered", CountryFact::ExporterHeadquarters),
    ConsigneeLocation => like("consignee.location", "where the ultimate consignee is located", CountryFact::Destination),
    ConsigneeHeadquarters => country("consignee.headquarters", "where the ultimate consignee is headquartered"),
    ConsigneeParent => like("consignee.parent", "where the ultimate consignee's ultimate parent is headquartered", CountryFact::ConsigneeHeadquarters),
    EndUserLocation => like("end_user.location", "where the end user is located", CountryFact::ConsigneeLocation),
    EndUserHeadquarters => like("end_user.headquarters", "where the end user is headquartered", CountryFact::ConsigneeHeadquarters),
    EndUserParent => like("end_user.parent", "where the end user's ultimate parent is headquartered", CountryFact::ConsigneeParent),
    DesignerHeadquarters => country("item.designer_headquarters", "where the company that designed the IC is based"),
}

/// A fact with a closed list of values.
#[derive(Debug)]
pub struct ChoiceInfo {
    /// Path in the order contract.
    pub path: &'static str,
    /// Meaning.
    pub doc: &'static str,
    /// The values, as the contract spells them. Empty for the paragraph of the control list,
    /// whose values are the item classes of the law at hand.
    pub values: &'static [&'static str],
    /// What absence counts as; with [`IfAbsent::No`], the last value.
    pub if_absent: IfAbsent,
}

const fn choice(
    path: &'static str,
    doc: &'static str,
    values: &'static [&'static str],
    if_absent: IfAbsent,
) -> ChoiceInfo {
    ChoiceInfo {
        path,
        doc,
        values,
        if_absent,
    }
}

facts! {
    /// Facts with a closed list of values.
    ChoiceFact, ChoiceInfo, CHOICES:
    Eccn => choice("item.eccn", "paragraph of the Commerce Control List the parties classify the item under", &[], IfAbsent::Unknown),
    Kind => choice("item.kind", "what the item is", &["ic", "computer", "hbm", "model-weights", "software", "technology"], IfAbsent::Unknown),
    Activity => choice("activity", "kind of transaction", &["export", "reexport", "transfer", "deemed-export", "deemed-reexport"], IfAbsent::Unknown),
    ValidatedEndUser => choice("statements.validated_end_user", "validated-end-user status held by the end user for this location", &["universal", "national", "data-center", "none"], IfAbsent::No),
    Designer => choice("statements.designer", "status of the company that designed the IC", &["approved", "authorized", "neither", "not-stated"], IfAbsent::No),
    ThirdPartyTested => choice("statements.third_party_tested", "tested by an independent laboratory in the United States", &["true", "false", "not-stated"], IfAbsent::No),
    SoldInUs => choice("statements.available_commercially_in_us", "sold commercially in the United States", &["true", "false", "not-stated"], IfAbsent::No),
    ExceptionTerms => choice("statements.exception_terms", "the narrow license-exception portion whose own terms the transaction meets", &["tmp-740.9-a-6", "rpl-740.10", "gov-740.11-b", "tsu-740.13-a", "tsu-740.13-c", "none"], IfAbsent::No),
    DestinationRegion => choice("destination_region", "part of the destination the law treats apart", &["crimea", "donetsk", "luhansk", "none"], IfAbsent::Unknown),
}

/// A yes-or-no fact.
#[derive(Debug)]
pub struct FlagInfo {
    /// Path in the order contract; for a member of a list, `list=member`.
    pub path: &'static str,
    /// Meaning.
    pub doc: &'static str,
    /// What absence counts as.
    pub if_absent: IfAbsent,
}

impl FlagInfo {
    /// The path of the list or flag that would have to be given, without the member.
    #[must_use]
    pub fn missing_path(&self) -> &'static str {
        self.path.split('=').next().unwrap_or(self.path)
    }
}

const fn asked(path: &'static str, doc: &'static str) -> FlagInfo {
    FlagInfo {
        path,
        doc,
        if_absent: IfAbsent::Unknown,
    }
}

const fn claimed(path: &'static str, doc: &'static str) -> FlagInfo {
    FlagInfo {
        path,
        doc,
        if_absent: IfAbsent::No,
    }
}

/// The restricted-party lists of the contract, in the order of the flags of each party.
pub const LIST_NAMES: [&str; 8] = [
    "entity-list",
    "entity-list-fn1",
    "entity-list-fn4",
    "entity-list-fn5",
    "denied-persons",
    "unverified",
    "military-end-user",
    "sdn",
];

facts! {
    /// Yes-or-no facts.
    FlagFact, FlagInfo, FLAGS:
    Datacenter => asked("item.datacenter", "designed or marketed for use in datacenters"),
    Published => claimed("item.published", "model weights that are published"),
    DerivedFromPublished => claimed("item.derived_from_published", "weights of a published model trained further"),
    BelowPublishedFrontier => claimed("item.below_published_frontier", "trained with fewer operations than a model as capable as the most advanced published one needs"),
    MadeAbroad => claimed("item.made_abroad", "produced outside the United States"),
    UsContent => asked("item.us_content_above_de_minimis", "made abroad with more than the de minimis share of controlled U.S. content"),
    DirectProduct => asked("item.direct_product", "direct product of listed U.S. technology or software, or of a plant that is: the product scope of the foreign direct product rule"),
    AdvancedNode => asked("item.advanced_node", "logic IC made at the 16/14 nm node or below, or with non-planar transistors"),
    ContainsHbm => asked("item.contains_hbm", "the package contains high-bandwidth memory"),
    MissileTechnology => asked("item.missile_technology", "of 3A001.z, an IC controlled for missile technology, in paragraph z.2; a paragraph stated in item.eccn says it too"),
    PackagedOutside => claimed("item.packaged_outside_macau_d5", "packaged by the fabricator outside Macau and D:5, or by an approved assembly and test company, with the transistor count attested"),
    CoPackaged => claimed("item.co_packaged", "memory co-packaged with an IC whose dominant function is processing"),
    ExporterFabricator => claimed("exporter.fabricator", "the exporter is a front-end fabricator or an assembly and test company"),
    ConsigneeGovernment => claimed("consignee.government", "the ultimate consignee is a government body"),
    EndUserGovernment => claimed("end_user.government", "the end user is a government body"),
    PurchaseOrder => claimed("statements.purchase_order", "a written purchase order is held"),
    PrivateSector => claimed("statements.private_sector_end_user", "the end user is a private sector end user, not controlled by a government"),
    StorageMeetsSecurity => claimed("statements.storage_meets_security", "weights are stored in a facility meeting supplement 10 to part 748, paragraphs 14, 15 and 18"),
    DesignerApplied => claimed("statements.designer_applied", "the authorized designer has applied to become approved, and the time its status lasts after that has not run out"),
    RegularEmployee => claimed("statements.permanent_regular_employee", "the release is to a permanent and regular employee of the entity"),
    NamedForRelief => claimed("statements.named_for_relief", "the consignee, and the end user if it is another, is a company the law names for relief, or its subsidiary in the destination"),
    TimeLimitedRelief => claimed("statements.named_for_time_limited_relief", "the consignee, and the end user if it is another, is a company the law names for relief until a date"),
    GovernmentAssurances => claimed("statements.government_assurances", "an agreement between governments covers this transaction"),
    SiteVerified => claimed("statements.site_verified", "the site has been visited or its location is verified as the rule asks"),
    ClusterMonitored => claimed("statements.cluster_monitored", "monitoring or anti-clustering software is installed as the rule asks"),
    MatchingInvestment => claimed("statements.matching_us_investment", "matching investment in the United States has been made"),
    ConsigneeEntityList => asked("consignee.lists=entity-list", "the ultimate consignee is on the Entity List"),
    ConsigneeEntityListFn1 => asked("consignee.lists=entity-list-fn1", "on the Entity List with footnote 1"),
    ConsigneeEntityListFn4 => asked("consignee.lists=entity-list-fn4", "on the Entity List with footnote 4"),
    ConsigneeEntityListFn5 => asked("consignee.lists=entity-list-fn5", "on the Entity List with footnote 5"),
    ConsigneeDenied => asked("consignee.lists=denied-persons", "a denied person"),
    ConsigneeUnverified => asked("consignee.lists=unverified", "on the Unverified List"),
    ConsigneeMilitary => asked("consignee.lists=military-end-user", "on the Military End User List"),
    ConsigneeSdn => asked("consignee.lists=sdn", "a specially designated national under a program of 744.8"),
    EndUserEntityList => asked("end_user.lists=entity-list", "the end user is on the Entity List"),
    EndUserEntityListFn1 => asked("end_user.lists=entity-list-fn1", "on the Entity List with footnote 1"),
    EndUserEntityListFn4 => asked("end_user.lists=entity-list-fn4", "on the Entity List with footnote 4"),
    EndUserEntityListFn5 => asked("end_user.lists=entity-list-fn5", "on the Entity List with footnote 5"),
    EndUserDenied => asked("end_user.lists=denied-persons", "a denied person"),
    EndUserUnverified => asked("end_user.lists=unverified", "on the Unverified List"),
    EndUserMilitary => asked("end_user.lists=military-end-user", "on the Military End User List"),
    EndUserSdn => asked("end_user.lists=sdn", "a specially designated national under a program of 744.8"),
    IntermediaryEntityList => asked("intermediaries.lists=entity-list", "an intermediary is on the Entity List"),
    IntermediaryEntityListFn1 => asked("intermediaries.lists=entity-list-fn1", "on the Entity List with footnote 1"),
    IntermediaryEntityListFn4 => asked("intermediaries.lists=entity-list-fn4", "on the Entity List with footnote 4"),
    IntermediaryEntityListFn5 => asked("intermediaries.lists=entity-list-fn5", "on the Entity List with footnote 5"),
    IntermediaryDenied => asked("intermediaries.lists=denied-persons", "a denied person"),
    IntermediaryUnverified => asked("intermediaries.lists=unverified", "on the Unverified List"),
    IntermediaryMilitary => asked("intermediaries.lists=military-end-user", "on the Military End User List"),
    IntermediarySdn => asked("intermediaries.lists=sdn", "a specially designated national under a program of 744.8"),
    ExporterEntityList => claimed("exporter.lists=entity-list", "the exporter is on the Entity List"),
    ExporterEntityListFn1 => claimed("exporter.lists=entity-list-fn1", "on the Entity List with footnote 1"),
    ExporterEntityListFn4 => claimed("exporter.lists=entity-list-fn4", "on the Entity List with footnote 4"),
    ExporterEntityListFn5 => claimed("exporter.lists=entity-list-fn5", "on the Entity List with footnote 5"),
    ExporterDenied => claimed("exporter.lists=denied-persons", "a denied person"),
    ExporterUnverified => claimed("exporter.lists=unverified", "on the Unverified List"),
    ExporterMilitary => claimed("exporter.lists=military-end-user", "on the Military End User List"),
    ExporterSdn => claimed("exporter.lists=sdn", "a specially designated national under a program of 744.8"),
    OwnersEntityList => asked("listed_owners=entity-list", "listed owners of a party that they own to the share the law names: one is on the Entity List"),
    OwnersEntityListFn1 => asked("listed_owners=entity-list-fn1", "one is on the Entity List with footnote 1"),
    OwnersEntityListFn4 => asked("listed_owners=entity-list-fn4", "one is on the Entity List with footnote 4"),
    OwnersEntityListFn5 => asked("listed_owners=entity-list-fn5", "one is on the Entity List with footnote 5"),
    OwnersMilitary => asked("listed_owners=military-end-user", "one is on the Military End User List"),
    OwnersSdn => asked("listed_owners=sdn", "one is a specially designated national under a program of 744.8"),
    UseCommercial => asked("end_uses=commercial", "ordinary commercial use"),
    UseDatacenter => asked("end_uses=datacenter", "use in a data center"),
    UseIaas => asked("end_uses=iaas", "infrastructure as a service for others"),
    UseDevelopment => asked("end_uses=development", "development of an item"),
    UseProduction => asked("end_uses=production", "production of an item"),
    UseStorage => asked("end_uses=storage-before-delivery", "storage before delivery to the end user"),
    UseServicing => asked("end_uses=servicing", "servicing of items already held"),
    UseMilitary => asked("end_uses=military", "military end use"),
    UseMilitaryIntelligence => asked("end_uses=military-intelligence", "military-intelligence end use"),
    UseWmd => asked("end_uses=weapons-of-mass-destruction", "nuclear, missile, chemical or biological weapons"),
    UseSupercomputer => asked("end_uses=supercomputer", "a supercomputer as 772.1 defines it"),
    UseAdvancedNode => asked("end_uses=advanced-node-fabrication", "production of advanced-node integrated circuits"),
    UseTrainControlled => asked("end_uses=train-controlled-model", "training a model whose weights 4E091 would control"),
    UseTrainRestricted => asked("end_uses=train-model-for-restricted-party", "training a model for a party of Macau or D:5"),
    FlagFirstAfter2022 => claimed("signs=first-ordered-after-october-2022", "the customer first ordered advanced ICs only after October 2022"),
    FlagLargeFirst => claimed("signs=large-first-order", "a first-time buyer orders a large volume"),
    FlagNoReason => claimed("signs=no-business-reason", "no clear business reason for such ICs"),
    FlagResidential => claimed("signs=residential-address", "the delivery or customer address is residential"),
    FlagVaguePlace => claimed("signs=vague-delivery", "the delivery or installation place is vague or unknown"),
    FlagAddressMatch => claimed("signs=address-resembles-listed", "the address matches or resembles that of a listed party"),
    FlagNoPresence => claimed("signs=no-online-presence", "little or no online presence"),
    FlagNoPower => claimed("signs=site-power-unconfirmed", "the data center cannot confirm power, cooling or space"),
    FlagForwarder => claimed("signs=unusual-forwarder", "an unusual forwarder or reseller for these goods"),
    FlagUsersUnconfirmed => claimed("signs=users-headquarters-unconfirmed", "it is not confirmed where the end user or the users of a cloud provider are headquartered"),
    FlagEvasive => claimed("signs=evasive-answers", "evasive answers about end use or reexport"),
    FlagMisfit => claimed("signs=product-does-not-fit", "the product does not fit the buyer's business or the country's technical level"),
    FlagNoBackground => claimed("signs=no-business-background", "little or no business background"),
    FlagCash => claimed("signs=cash-for-costly-goods", "willing to pay cash for a very expensive item"),
    FlagUnfamiliar => claimed("signs=unfamiliar-with-product", "unfamiliar with the product but wants it anyway"),
    FlagDeclinesService => claimed("signs=declines-installation", "routine installation, training or maintenance is declined"),
    FlagForwarderAddress => claimed("signs=forwarder-as-final-address", "a freight forwarder is given as the final address"),
    FlagRoute => claimed("signs=abnormal-route", "the shipping route is abnormal for product and destination"),
    FlagPacking => claimed("signs=inconsistent-packing", "packing does not fit the shipment or destination"),
    FlagPre2022Marketing => claimed("signs=advertised-advanced-node-capability", "the customer's marketing before 2022-10-07 advertised advanced-node IC capability"),
    FlagOnlyAdvancedNode => claimed("signs=item-only-for-advanced-node", "the items are used only or mainly for advanced-node ICs"),
    FlagSupercomputerSupplier => claimed("signs=supplies-supercomputer-companies", "the customer is known to work for companies involved in supercomputers in Macau or D:5"),
    FlagIntends74423 => claimed("signs=intends-restricted-supercomputer-or-ics", "the customer is known to intend supercomputers or ICs that 744.23 restricts"),
    FlagManyTransistors => claimed("signs=over-50-billion-transistors-with-hbm", "production of an IC with more than 50 billion transistors and HBM for a Macau or D:5-headquartered company"),
    FlagFabMismatch => claimed("signs=non-advanced-fab-orders-advanced-equipment", "a non-advanced fab orders equipment it would need only for advanced nodes"),
    FlagOwnerUncertain => claimed("signs=ultimate-owner-uncertain", "the ultimate owner or user of the items is uncertain"),
    FlagLicenseHistory => claimed("signs=license-history-doubtful", "a license once needed was probably not obtained"),
    FlagAlteredItem => claimed("signs=altered-after-export", "service is asked for an item altered after export for a more advanced use"),
    FlagLeadershipOverlap => claimed("signs=leadership-overlaps-listed", "a new customer's senior leadership overlaps with an Entity List party"),
    FlagDesignedForListed => claimed("signs=designed-for-listed-customer", "a new customer wants an item designed for a customer now on the Entity List"),
    FlagForeign3b => claimed("signs=foreign-3b-contains-ic", "a foreign-made Category 3B item contains an IC"),
    FlagConnectedBuilding => claimed("signs=building-connected-to-advanced-fab", "the end-use building is physically connected to an advanced-node fab"),
    FlagListedOwner => claimed("signs=listed-owner-share-unknown", "a listed party is known to own a share of unknown size"),
    Flag9x515 => claimed("signs=9x515-or-600-series-diversion", "signs that a 9x515 or 600 series item would go to a D:5 country or an unauthorized use"),
}

/// A number.
#[derive(Debug)]
pub struct NumberInfo {
    /// Path in the order contract.
    pub path: &'static str,
    /// Meaning.
    pub doc: &'static str,
    /// Unit, for people.
    pub unit: &'static str,
    /// What absence counts as.
    pub if_absent: IfAbsent,
}

const fn measured(path: &'static str, unit: &'static str, doc: &'static str) -> NumberInfo {
    NumberInfo {
        path,
        doc,
        unit,
        if_absent: IfAbsent::Unknown,
    }
}

const fn counted(path: &'static str, unit: &'static str, doc: &'static str) -> NumberInfo {
    NumberInfo {
        path,
        doc,
        unit,
        if_absent: IfAbsent::No,
    }
}

facts! {
    /// Facts whose value is a number.
    NumberFact, NumberInfo, NUMBERS:
    Tpp => measured("item.tpp", "TPP", "total processing performance of one IC: dense TOPS x bit length, the highest over precisions"),
    PerformanceDensity => measured("item.performance_density", "TPP/mm2", "TPP per mm2 of applicable die area; undefined when no die counts"),
    DramBandwidth => measured("item.dram_bandwidth_gb_s", "GB/s", "total DRAM bandwidth"),
    MemoryBandwidthDensity => measured("item.memory_bandwidth_density", "GB/s/mm2", "HBM bandwidth per mm2 of package or stack area"),
    Interconnect => measured("item.interconnect_gb_s", "GB/s", "aggregate two-way transfer rate to ICs other than volatile memory"),
    TrainingOps => measured("item.training_ops", "operations", "operations of pre-training and later training"),
    SyntheticSharePct => measured("item.synthetic_share_pct", "%", "share of training operations on unpublished data from a single data-generating model"),
    SyntheticOps => measured("item.synthetic_ops", "operations", "operations to generate that data and, if its weights are unpublished, to train that model"),
    PublishedOps => measured("item.published_ops", "operations", "training operations of the published model these weights derive from"),
    AdditionalOps => measured("item.additional_ops", "operations", "operations of further training of the published model"),
    TransistorsBillion => measured("item.transistors_billion", "billion", "aggregated approximated transistor count of the package"),
    Amount => measured("amount", "TPP", "quantity x ICs per unit x TPP, rounded up"),
    ShipmentAmount => measured("shipment amount", "TPP", "the amounts of all lines of the shipment together"),
    Quantity => counted("quantity", "units", "units of the item"),
    Chips => counted("chips", "chips", "quantity x ICs per unit"),
    ValueUsd => measured("value_usd", "USD", "value of the line"),
    UsedLpp => counted("used.lpp", "TPP", "TPP used this calendar year by the consignee's ultimate parent"),
    UsedCountryAllocation => counted("used.country-allocation", "TPP", "TPP licensed to the destination since 2025"),
    UsedAia => counted("used.aia", "TPP", "TPP the consignee has received under AIA"),
    VeuTotal => counted("used.veu.total", "TPP", "TPP the validated end user owns with its parents and subsidiaries"),
    VeuOutside => counted("used.veu.outside", "TPP", "of it outside supplement 5(a)"),
    VeuCountry => counted("used.veu.country", "TPP", "of it in this destination; for a national one, its installed base there"),
    VeuOutsideUs => counted("used.veu.outside_us", "TPP", "of it outside the United States"),
    UsedCompanyCountry => counted("used.company-country", "TPP", "TPP this company has installed in the destination"),
    UsedAgreement => counted("used.agreement", "TPP", "TPP shipped under the agreement with the destination"),
    UsedChinaShipped => counted("used.product.china-macau", "TPP", "TPP of this product shipped to China and Macau"),
    UsedUsShipped => counted("used.product.us", "TPP", "TPP of this product shipped to end customers in the United States"),
    ConsigneeListedPct => measured("consignee.listed_ownership_pct", "%", "share of the ultimate consignee owned by listed parties"),
    EndUserListedPct => measured("end_user.listed_ownership_pct", "%", "share of the end user owned by listed parties"),
    IntermediaryListedPct => measured("intermediaries.listed_ownership_pct", "%", "largest share of an intermediary owned by listed parties"),
}

/// A fact whose value is a name.
#[derive(Debug)]
pub struct TextInfo {
    /// Path in the order contract.
    pub path: &'static str,
    /// Meaning.
    pub doc: &'static str,
    /// What absence counts as; with [`IfAbsent::No`], a name in no register.
    pub if_absent: IfAbsent,
}

facts! {
    /// Facts whose value is a name, asked for by the registers that hold it.
    TextFact, TextInfo, TEXTS:
    Vendor => TextInfo { path: "item.vendor", doc: "company whose product the item is; of an IC, the one that designed it", if_absent: IfAbsent::Unknown },
    DesignerName => TextInfo { path: "item.designer_name", doc: "company that designed the IC: as stated, else of the catalog's chip, else the vendor of an IC", if_absent: IfAbsent::Unknown },
    Chip => TextInfo { path: "item.chip", doc: "catalog id of the chip", if_absent: IfAbsent::No },
    ConsigneeName => TextInfo { path: "consignee.name", doc: "name of the ultimate consignee", if_absent: IfAbsent::No },
    ConsigneeParentName => TextInfo { path: "consignee.parent_name", doc: "name of the ultimate consignee's ultimate parent", if_absent: IfAbsent::No },
    EndUserName => TextInfo { path: "end_user.name", doc: "name of the end user", if_absent: IfAbsent::No },
    EndUserParentName => TextInfo { path: "end_user.parent_name", doc: "name of the end user's ultimate parent", if_absent: IfAbsent::No },
}

/// Any fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A country.
    Country(CountryFact),
    /// One of a closed list.
    Choice(ChoiceFact),
    /// Yes or no.
    Flag(FlagFact),
    /// A number.
    Number(NumberFact),
    /// A name.
    Text(TextFact),
}

impl Fact {
    /// The path in the order contract, without a list member.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Fact::Country(f) => f.info().path,
            Fact::Choice(f) => f.info().path,
            Fact::Flag(f) => f.info().missing_path(),
            Fact::Number(f) => f.info().path,
            Fact::Text(f) => f.info().path,
        }
    }
}

/// Where the goods of an order go: the place of delivery, where the consignee and the end user
/// are, and where the goods are known to end. Those not given are as the delivery is.
///
/// ```
/// use tiergate_law::DESTINATIONS;
/// let paths = DESTINATIONS.map(|fact| fact.info().path);
/// assert_eq!(paths[0], "destination");
/// assert!(paths.contains(&"known_destination"));
/// ```
pub const DESTINATIONS: [CountryFact; 4] = [
    CountryFact::Destination,
    CountryFact::ConsigneeLocation,
    CountryFact::EndUserLocation,
    CountryFact::KnownDestination,
];

/// How a condition says that some destination of the order is in a set.
pub const ANY_DESTINATION: &str = "any_destination";

/// How a condition says that all destinations of the order are in a set.
pub const EVERY_DESTINATION: &str = "every_destination";

/// How a condition names the party that stands in for several.
pub const ABSENT_PARTY: &str = "end_user";

/// Finds a fact by the name a condition uses: its path, or for an item its last part alone.
///
/// ```
/// use tiergate_law::{Fact, NumberFact, fact_by_name};
/// assert_eq!(fact_by_name("tpp"), Some(Fact::Number(NumberFact::Tpp)));
/// assert_eq!(fact_by_name("item.tpp"), Some(Fact::Number(NumberFact::Tpp)));
/// assert_eq!(fact_by_name("speed"), None);
/// ```
#[must_use]
pub fn fact_by_name(name: &str) -> Option<Fact> {
    BY_NAME.get(name).copied()
}

/// Every fact by its path and the shorter names a law may use; the first of two wins.
static BY_NAME: LazyLock<FxHashMap<String, Fact>> = LazyLock::new(|| {
    let countries = COUNTRIES.iter().zip(CountryFact::ALL);
    let choices = CHOICES.iter().zip(ChoiceFact::ALL);
    let flags = FLAGS.iter().zip(FlagFact::ALL);
    let numbers = NUMBERS.iter().zip(NumberFact::ALL);
    let texts = TEXTS.iter().zip(TextFact::ALL);
    let facts = countries.map(|(i, f)| (i.path, Fact::Country(*f)));
    let facts = facts.chain(choices.map(|(i, f)| (i.path, Fact::Choice(*f))));
    let facts = facts.chain(flags.map(|(i, f)| (i.path, Fact::Flag(*f))));
    let facts = facts.chain(numbers.map(|(i, f)| (i.path, Fact::Number(*f))));
    let facts = facts.chain(texts.map(|(i, f)| (i.path, Fact::Text(*f))));
    let mut by_name = FxHashMap::default();
    for (path, fact) in facts {
        let mut name = |name: &str| {
            by_name.entry(name.to_owned()).or_insert(fact);
        };
        name(path);
        ["item.", "statements."]
            .iter()
            .filter_map(|p| path.strip_prefix(p))
            .for_each(&mut name);
        if path.contains(' ') {
            name(&path.replace(' ', "_"));
        }
    }
    by_name
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_fit_in_one_machine_mask() {
        assert!(FLAGS.len() <= 128, "{}", FLAGS.len());
    }

    #[test]
    fn every_path_is_found_and_unique() {
        let mut paths: Vec<&str> = Vec::new();
        paths.extend(COUNTRIES.iter().map(|i| i.path));
        paths.extend(CHOICES.iter().map(|i| i.path));
        paths.extend(FLAGS.iter().map(|i| i.path));
        paths.extend(NUMBERS.iter().map(|i| i.path));
        paths.extend(TEXTS.iter().map(|i| i.path));
        for path in &paths {
            assert!(fact_by_name(path).is_some(), "{path}");
        }
        let count = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), count);
    }

    #[test]
    fn the_lists_of_each_party_stand_in_contract_order() {
        for (i, list) in LIST_NAMES.iter().enumerate() {
            for first in [
                FlagFact::ConsigneeEntityList,
                FlagFact::EndUserEntityList,
                FlagFact::IntermediaryEntityList,
                FlagFact::ExporterEntityList,
            ] {
                assert!(FLAGS[first.index() + i].path.ends_with(&format!("={list}")));
            }
        }
    }
}
