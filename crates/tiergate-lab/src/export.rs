//! All series of a run as tables: CSV and Parquet of every draw, CSV of how draws are spread.
//!
//! A row is a law, a draw, a month, a series and its value; a month without a value has an empty one. Rows
//! are written draw by draw: how much is held does not grow with how many draws there are.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::fan::fan;
use crate::run::{Results, RunError};
use crate::setup::Setup;

/// Why a table cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The results.
    #[error(transparent)]
    Results(#[from] RunError),
    /// The CSV.
    #[error("the CSV cannot be written: {0}")]
    Csv(#[from] csv::Error),
    /// Where it goes.
    #[error("the table cannot be written: {0}")]
    Output(#[from] std::io::Error),
    /// The Parquet.
    #[error("the Parquet cannot be written: {0}")]
    Parquet(#[from] ParquetError),
}

/// What every row is named by.
struct Names {
    laws: Vec<String>,
    months: Vec<String>,
    series: Vec<String>,
}

impl Names {
    fn of(setup: &Setup, results: &Results) -> Names {
        let model = &setup.model;
        let told = model.told();
        Names {
            laws: results.plan.laws.clone(),
            months: model.world.months.iter().map(|m| m.to_string()).collect(),
            series: (0..model.series()).filter_map(|at| told.id(at)).collect(),
        }
    }
}

/// Every value of every draw: `law,draw,month,series,value`.
///
/// # Errors
///
/// Results that cannot be read, or a place that cannot be written to.
pub fn csv(setup: &Setup, results: &Results, out: impl Write) -> Result<(), ExportError> {
    let names = Names::of(setup, results);
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["law", "draw", "month", "series", "value"])?;
    for (law, law_name) in names.laws.iter().enumerate() {
        for (number, draw) in results.draws(law)?.enumerate() {
            let (draw, number) = (draw?, number.to_string());
            let by_series = draw.chunks_exact(names.months.len());
            for (series, values) in names.series.iter().zip(by_series) {
                for (month, value) in names.months.iter().zip(values) {
                    writer.write_record([law_name, &number, month, series, &told(*value)])?;
                }
            }
        }
    }
    writer.flush()?;
    Ok(())
}

fn told(value: f32) -> String {
    if value.is_finite() {
        value.to_string()
    } else {
        String::new()
    }
}

/// The parameters of every draw: a row a draw, a column a parameter.
///
/// # Errors
///
/// A place that cannot be written to.
pub fn parameters(setup: &Setup, out: impl Write) -> Result<(), ExportError> {
    let all = setup.model.parameters.all();
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(std::iter::once("draw").chain(all.iter().map(|p| p.id.as_str())))?;
    for draw in 0..setup.plan.draws {
        let values = setup.drawing.values(&setup.model, draw);
        let cells = values.iter().map(f64::to_string);
        writer.write_record(std::iter::once(draw.to_string()).chain(cells))?;
    }
    writer.flush()?;
    Ok(())
}

/// How draws are spread: `law,month,series,unit,q05,q25,q50,q75,q95`.
///
/// # Errors
///
/// Results that cannot be read, or a place that cannot be written to.
pub fn quantiles(setup: &Setup, results: &Results, out: impl Write) -> Result<(), ExportError> {
    let names = Names::of(setup, results);
    let of = setup.model.told();
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "law", "month", "series", "unit", "q05", "q25", "q50", "q75", "q95",
    ])?;
    for (law, law_name) in names.laws.iter().enumerate() {
        for (at, series) in names.series.iter().enumerate() {
            let fan = fan(&results.series(law, at, names.months.len())?);
            for (month, spread) in names.months.iter().zip(fan) {
                let cells = match spread {
                    Some(spread) => spread.map(|x| x.to_string()),
                    None => Default::default(),
                };
                let unit = of.unit(at);
                let row = [law_name.as_str(), month, series, unit];
                writer.write_record(row.into_iter().chain(cells.iter().map(String::as_str)))?;
            }
        }
    }
    writer.flush()?;
    Ok(())
}

const SCHEMA: &str = "message lab {
    required binary law (UTF8);
    required int64 draw;
    required binary month (UTF8);
    required binary series (UTF8);
    optional float value;
}";

/// How many draws go into a group of rows.
const DRAWS_IN_GROUP: usize = 8;

/// Every value of every draw, as Parquet: the columns of [`csv()`].
///
/// # Errors
///
/// Results that cannot be read, or a place that cannot be written to.
pub fn parquet(
    setup: &Setup,
    results: &Results,
    out: impl Write + Send,
) -> Result<(), ExportError> {
    let names = Names::of(setup, results);
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    let bytes = |names: &[String]| -> Vec<ByteArray> {
        names.iter().map(|name| name.as_str().into()).collect()
    };
    let (months, series) = (bytes(&names.months), bytes(&names.series));
    for (law, law_name) in names.laws.iter().enumerate() {
        let mut draws = results.draws(law)?;
        let mut number = 0_i64;
        loop {
            let group = draws
                .by_ref()
                .take(DRAWS_IN_GROUP)
                .collect::<Result<Vec<Vec<f32>>, RunError>>()?;
            if group.is_empty() {
                break;
            }
            let law = ByteArray::from(law_name.as_str());
            write_group(&mut writer, &law, number, &group, &months, &series)?;
            number += i64::try_from(group.len()).unwrap_or_default();
        }
    }
    writer.close()?;
    Ok(())
}

/// Writes some draws of a law as a group of rows, column after column.
fn write_group<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    law: &ByteArray,
    first: i64,
    draws: &[Vec<f32>],
    months: &[ByteArray],
    series: &[ByteArray],
) -> Result<(), ExportError> {
    let of_draw = months.len() * series.len();
    let mut group = writer.next_row_group()?;
    let mut at = 0;
    while let Some(mut column) = group.next_column()? {
        for (number, draw) in (first..).zip(draws) {
            match column.untyped() {
                ColumnWriter::Int64ColumnWriter(into) => {
                    into.write_batch(&vec![number; of_draw], None, None)?;
                }
                ColumnWriter::FloatColumnWriter(into) => {
                    let values = draw.iter().take(of_draw);
                    let there: Vec<i16> =
                        values.clone().map(|x| i16::from(x.is_finite())).collect();
                    let finite: Vec<f32> = values.copied().filter(|x| x.is_finite()).collect();
                    into.write_batch(&finite, Some(&there), None)?;
                }
                ColumnWriter::ByteArrayColumnWriter(into) => {
                    let names: Vec<ByteArray> = match at {
                        0 => vec![law.clone(); of_draw],
                        2 => months.iter().cycle().take(of_draw).cloned().collect(),
                        _ => series
                            .iter()
                            .flat_map(|name| std::iter::repeat_n(name.clone(), months.len()))
                            .collect(),
                    };
                    into.write_batch(&names, None, None)?;
                }
                _ => {}
            }
        }
        column.close()?;
        at += 1;
    }
    group.close()?;
    Ok(())
}
