//! The table.

use crate::figure::Figure;
use std::fmt;

/// One budget: what potbridge needs, what its peers need, and the limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What is measured.
    pub what: String,
    /// What potbridge needs.
    pub ours: Figure,
    /// The peers and what they need; first the one that sets the limit.
    pub peers: Vec<(String, Figure)>,
    /// `None` if the row is only for comparison.
    pub limit: Option<Limit>,
}

/// The most that potbridge may need.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// In the unit of the figure.
    pub value: f64,
    /// Its formula: `2 × C`.
    pub rule: String,
}

/// All rows, and what was not measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    rows: Vec<Row>,
    left_out: Vec<String>,
}

impl Table {
    /// Adds a row.
    pub fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Notes what is not measured, and why.
    pub fn leave_out(&mut self, what: impl fmt::Display, why: impl fmt::Display) {
        self.left_out.push(format!("{what}: {why}"));
    }
}

const HEAD: [&str; 5] = ["what", "potbridge", "peer", "limit", "verdict"];

impl Row {
    /// Its lines of cells: one, and one more for each further peer.
    fn lines(&self) -> Vec<[String; 5]> {
        let mut peers = self.peers.iter().map(|(name, figure)| format!("{name} {figure}"));
        let (limit, verdict) = match &self.limit {
            Some(Limit { value, rule }) => {
                let word = if self.ours.value <= *value { "within" } else { "over" };
                let share = 100.0 * self.ours.value / value;
                (format!("{} = {rule}", self.ours.unit.words(*value)), format!("{word} ({share:.0} %)"))
            }
            None => ("–".to_owned(), String::new()),
        };
        let first =
            [self.what.clone(), self.ours.to_string(), peers.next().unwrap_or_default(), limit, verdict];
        let further = peers.map(|peer| [String::new(), String::new(), peer, String::new(), String::new()]);
        std::iter::once(first).chain(further).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = HEAD.map(str::to_owned);
        let lines: Vec<_> = std::iter::once(head).chain(self.rows.iter().flat_map(Row::lines)).collect();
        let widths: Vec<usize> = (0..HEAD.len())
            .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
            .collect();
        for (index, line) in lines.iter().enumerate() {
            let cells: Vec<_> =
                line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            writeln!(f, "{}", cells.join("  ").trim_end())?;
            if index == 0 {
                writeln!(
                    f,
                    "{}",
                    widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  ")
                )?;
            }
        }
        for what in &self.left_out {
            writeln!(f, "left out: {what}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Unit;

    fn row(value: f64) -> Row {
        let figure = |value| Figure::exact(value, Unit::Seconds);
        Row {
            what: "start".into(),
            ours: figure(value),
            peers: vec![("C".into(), figure(2.0)), ("Node".into(), figure(30.0))],
            limit: Some(Limit { value: 4.0, rule: "2 × C".into() }),
        }
    }

    #[test]
    fn a_figure_stands_beside_its_peers_and_its_limit() {
        let mut table = Table::default();
        table.add(row(3.0));
        table.add(Row { limit: None, peers: Vec::new(), ..row(1.0) });
        table.leave_out("x", "y");
        let text = table.to_string();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[2], "start  3.00 s     C 2.00 s     4.00 s = 2 × C  within (75 %)");
        assert_eq!(lines[3], "                  Node 30.0 s");
        assert_eq!(lines[4], "start  1.00 s                  –");
        assert_eq!(lines[5], "left out: x: y");
    }

    #[test]
    fn a_figure_at_the_limit_is_within() {
        let verdict = |value| row(value).lines().swap_remove(0)[4].clone();
        assert_eq!((verdict(4.0), verdict(4.4)), ("within (100 %)".to_owned(), "over (110 %)".to_owned()));
    }
}
