//! One order given in flags.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use tiergate_law::Date;
use tiergate_order::{Order, ResolveError, read_json};

use crate::report::{Unreadable, count, faults};

/// The id of an order that is given none.
pub const UNNAMED: &str = "order";

/// The fields of an order as flags; its date is given apart.
#[derive(Debug, Clone, Args)]
pub struct OrderArgs {
    /// Take the order from this JSON file; `-` for standard input
    #[arg(long, value_name = "FILE")]
    order: Option<PathBuf>,

    /// Id of the order
    #[arg(long)]
    id: Option<String>,

    /// Chip of the catalog, such as nvidia-h100-sxm5; `tiergate chips` lists them
    #[arg(long)]
    chip: Option<String>,

    /// Units
    #[arg(long)]
    quantity: Option<String>,

    /// Destination, a country code such as PL
    #[arg(long, value_name = "COUNTRY")]
    to: Option<String>,

    /// Country the item leaves; US when absent
    #[arg(long, value_name = "COUNTRY")]
    from: Option<String>,

    /// Kind of transaction: export, reexport, transfer, deemed-export or deemed-reexport
    #[arg(long)]
    activity: Option<String>,

    /// Name of the ultimate consignee
    #[arg(long, value_name = "NAME")]
    consignee: Option<String>,

    /// Country where the consignee is headquartered
    #[arg(long, value_name = "COUNTRY")]
    headquarters: Option<String>,

    /// Country where the consignee's ultimate parent is headquartered
    #[arg(long, value_name = "COUNTRY")]
    parent: Option<String>,

    /// Name of the consignee's ultimate parent
    #[arg(long, value_name = "NAME")]
    parent_name: Option<String>,

    /// Restricted-party lists the consignee is on: none, or names separated by commas
    #[arg(long)]
    lists: Option<String>,

    /// Name of the end user, when it is not the consignee
    #[arg(long, value_name = "NAME")]
    end_user: Option<String>,

    /// Country where the end user is headquartered
    #[arg(long, value_name = "COUNTRY")]
    end_user_headquarters: Option<String>,

    /// Country where the end user's ultimate parent is headquartered
    #[arg(long, value_name = "COUNTRY")]
    end_user_parent: Option<String>,

    /// End uses, all that are known: commercial, datacenter, iaas, ...; separated by commas
    #[arg(long, value_name = "USE")]
    end_use: Vec<String>,

    /// Paragraph the parties classify the item under, such as 4A090.a
    #[arg(long)]
    eccn: Option<String>,

    /// Total processing performance of one IC
    #[arg(long)]
    tpp: Option<String>,

    /// TPP per mm2 of applicable die area
    #[arg(long)]
    performance_density: Option<String>,

    /// Whether the item is designed or marketed for datacenters
    #[arg(long, value_name = "true|false")]
    datacenter: Option<String>,

    /// Any other field, such as --set item.ics_per_unit=8; may be repeated
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    set: Vec<String>,
}

impl OrderArgs {
    /// The country the item leaves, when a date was given for it instead.
    pub fn date_given_as_from(&self) -> Option<Date> {
        self.from.as_ref()?.parse().ok()
    }

    /// An order that cannot be decided as it stands: of a file, an input that could not be read.
    pub fn refused(&self, error: ResolveError) -> anyhow::Error {
        match &self.order {
            Some(file) => Unreadable::because(file.display(), error).into(),
            None => error.into(),
        }
    }

    /// The order these flags describe; flags win over the file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a value that does not fit its field.
    pub fn order(&self) -> Result<Order> {
        let mut order = match &self.order {
            Some(path) => read_order(path)?,
            None => Order::new(UNNAMED),
        };
        let lists = self.lists.as_ref().map(|l| l.replace(',', "|"));
        let uses = (!self.end_use.is_empty()).then(|| self.end_use.join("|").replace(',', "|"));
        let flags = [
            ("id", &self.id),
            ("item.chip", &self.chip),
            ("quantity", &self.quantity),
            ("destination", &self.to),
            ("from", &self.from),
            ("activity", &self.activity),
            ("consignee.name", &self.consignee),
            ("consignee.headquarters", &self.headquarters),
            ("consignee.parent", &self.parent),
            ("consignee.parent_name", &self.parent_name),
            ("consignee.lists", &lists),
            ("end_user.name", &self.end_user),
            ("end_user.headquarters", &self.end_user_headquarters),
            ("end_user.parent", &self.end_user_parent),
            ("end_uses", &uses),
            ("item.eccn", &self.eccn),
            ("item.tpp", &self.tpp),
            ("item.performance_density", &self.performance_density),
            ("item.datacenter", &self.datacenter),
        ];
        for (path, value) in flags {
            if let Some(value) = value {
                set(&mut order, path, value)?;
            }
        }
        for pair in &self.set {
            let (path, value) = pair
                .split_once('=')
                .with_context(|| format!("`{pair}` sets nothing: write --set FIELD=VALUE"))?;
            set(&mut order, path, value)?;
        }
        Ok(order)
    }
}

/// Sets one field of an order.
///
/// # Errors
///
/// No such field, or a value that does not fit it.
pub fn set(order: &mut Order, path: &str, value: &str) -> Result<()> {
    order
        .set(path, value)
        .with_context(|| format!("in the order, {path}"))
}

/// Refuses an order that goes nowhere.
///
/// # Errors
///
/// An order without a destination.
pub fn require_destination(order: &Order) -> Result<()> {
    if order.get("destination").is_none() {
        bail!("the order has no destination; give --to, a country code such as PL");
    }
    Ok(())
}

/// Reads one order from a JSON file.
pub fn read_order(path: &Path) -> Result<Order> {
    let name = path.display().to_string();
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|error| Unreadable::because(&name, error))?;
    let orders = read_json(&text).map_err(|error| Unreadable::because(&name, error));
    let mut orders = orders?;
    match (orders.pop(), orders.is_empty()) {
        (Some(Ok(order)), true) => Ok(order),
        (Some(Err(errors)), true) => {
            let what = faults(&errors);
            let what = format!("{name} holds no order that can be decided: {what}");
            Err(Unreadable::new(what).into())
        }
        (last, _) => {
            let found = orders.len() + usize::from(last.is_some());
            let what = format!(
                "{name} holds {}; give one",
                count(found as u64, "order", "orders")
            );
            Err(Unreadable::new(what).into())
        }
    }
}
