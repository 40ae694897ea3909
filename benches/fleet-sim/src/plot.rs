use std::{error::Error, ops::Range};

use plotters::{
    coord::{
        Shift,
        ranged1d::{KeyPointHint, NoDefaultFormatting, ValueFormatter},
    },
    prelude::*,
};

use crate::figure::{Axis, Figure, Line, Look, Panel, number};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const WIDTH: u32 = 820;
const PANEL: u32 = 340;
const LEGEND_LINE: u32 = 22;
const LEGEND_COLUMN: i32 = 400;
const GRID: RGBColor = RGBColor(225, 225, 225);
const FAINT: RGBColor = RGBColor(243, 243, 243);
/// Marks of one line.
const MARKS: usize = 9;

/// The figure as SVG, on white whatever is behind it.
pub(crate) fn svg(figure: &Figure) -> Result<String> {
    let legend = legend(figure);
    let columns = if figure.panels.len() == 1 { 1 } else { 2 };
    let rows = figure.panels.len().div_ceil(columns);
    let head = 10 + LEGEND_LINE * u32::try_from(legend.len().div_ceil(2))?;
    let panel = if columns == 1 { PANEL + 40 } else { PANEL - 80 };
    let height = head + panel * u32::try_from(rows)?;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        root.fill(&WHITE)?;
        let (top, body) = root.split_vertically(head);
        draw_legend(&top, &legend)?;
        for (area, panel) in body.split_evenly((rows, columns)).iter().zip(&figure.panels) {
            draw_panel(area, panel)?;
        }
        root.present()?;
    }
    Ok(svg)
}

/// Each line once, in the order in which they come.
fn legend(figure: &Figure) -> Vec<&Line> {
    let mut lines: Vec<&Line> = Vec::new();
    for line in figure.panels.iter().flat_map(|panel| &panel.lines) {
        if !lines.iter().any(|known| known.label == line.label) {
            lines.push(line);
        }
    }
    lines
}

fn draw_legend(area: &Area<'_>, lines: &[&Line]) -> Result {
    for (at, line) in lines.iter().enumerate() {
        let (column, row) = (i32::try_from(at % 2)?, i32::try_from(at / 2)?);
        let (x, y) = (14 + column * LEGEND_COLUMN, 16 + row * LEGEND_LINE.cast_signed());
        let stroke = color(line.look).stroke_width(2);
        match line.look {
            Look::Bound => {
                for dash in 0..3 {
                    area.draw(&PathElement::new([(x + dash * 12, y), (x + dash * 12 + 7, y)], stroke))?;
                }
            }
            look => {
                area.draw(&PathElement::new([(x, y), (x + 32, y)], stroke))?;
                area.draw(&mark(look, (x + 16, y)))?;
            }
        }
        area.draw(&Text::new(line.label, (x + 40, y - 6), ("sans-serif", 13).into_font()))?;
    }
    Ok(())
}

fn draw_panel(area: &Area<'_>, panel: &Panel) -> Result {
    let (x, y) = (panel.x, panel.y);
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_right(22)
        .x_label_area_size(44)
        .y_label_area_size(72)
        .caption(&panel.title, ("sans-serif", 14))
        .build_cartesian_2d(Drawn(x), Drawn(y))?;
    let vertical = |at: f64| [(at, y.from), (at, y.to)];
    let horizontal = |at: f64| [(x.from, at), (x.to, at)];
    let faint = x.between().into_iter().map(vertical).chain(y.between().into_iter().map(horizontal));
    chart.draw_series(faint.map(|line| PathElement::new(line, FAINT)))?;
    let strong = x.ticks().into_iter().map(vertical).chain(y.ticks().into_iter().map(horizontal));
    chart.draw_series(strong.map(|line| PathElement::new(line, GRID)))?;
    chart
        .configure_mesh()
        .disable_mesh()
        .x_desc(x.label)
        .y_desc(y.label)
        .axis_desc_style(("sans-serif", 13))
        .label_style(("sans-serif", 12))
        .draw()?;
    for line in &panel.lines {
        let stroke = color(line.look).stroke_width(2);
        let points = line.points.iter().copied();
        if line.look == Look::Bound {
            chart.draw_series(DashedLineSeries::new(points, 7, 5, stroke))?;
            continue;
        }
        chart.draw_series(LineSeries::new(points, stroke))?;
        let (across, down) = area.get_pixel_range();
        for point in marked(&line.points, x) {
            let (x, y) = chart.backend_coord(&point);
            area.draw(&mark(line.look, (x - across.start, y - down.start)))?;
        }
    }
    Ok(())
}

/// An axis as plotters takes it.
struct Drawn(Axis);

impl Ranged for Drawn {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (begin, end): (i32, i32)) -> i32 {
        let place = self.0.place(*value).clamp(-0.1, 1.1);
        begin + (f64::from(end - begin) * place).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.0.ticks()
    }

    fn range(&self) -> Range<f64> {
        self.0.from..self.0.to
    }
}

impl ValueFormatter<f64> for Drawn {
    fn format_ext(&self, value: &f64) -> String {
        number(*value)
    }
}

/// All points where there are few; otherwise those nearest to places that are evenly spread.
fn marked(points: &[(f64, f64)], x: Axis) -> impl Iterator<Item = (f64, f64)> {
    let few = points.len() <= 2 * MARKS;
    let mut next = 0.0;
    points.iter().copied().filter(move |point| {
        let place = x.place(point.0);
        let due = few || place >= next;
        if due {
            next = place + 1.0 / MARKS as f64;
        }
        due
    })
}

/// Okabe and Ito's colours, which the colour-blind can tell apart.
fn color(look: Look) -> RGBColor {
    match look {
        Look::Circles => RGBColor(0, 114, 178),
        Look::Triangles => RGBColor(213, 94, 0),
        Look::Squares => RGBColor(0, 158, 115),
        Look::Diamonds => RGBColor(204, 121, 167),
        Look::Crosses => RGBColor(0, 0, 0),
        Look::Pluses => RGBColor(230, 159, 0),
        Look::Hollow => RGBColor(86, 180, 233),
        Look::Bound => RGBColor(90, 90, 90),
    }
}

fn mark<'a>(look: Look, at: (i32, i32)) -> DynElement<'a, SVGBackend<'a>, (i32, i32)> {
    let (color, (x, y)) = (color(look), at);
    let stroke = color.stroke_width(2);
    match look {
        Look::Circles => Circle::new(at, 4, color.filled()).into_dyn(),
        Look::Hollow => Circle::new(at, 5, stroke).into_dyn(),
        Look::Triangles => TriangleMarker::new(at, 5, color.filled()).into_dyn(),
        Look::Squares => Rectangle::new([(x - 4, y - 4), (x + 4, y + 4)], color.filled()).into_dyn(),
        Look::Diamonds => {
            Polygon::new([(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)], color.filled()).into_dyn()
        }
        Look::Crosses | Look::Bound => Cross::new(at, 4, stroke).into_dyn(),
        Look::Pluses => {
            let plus = [(x - 5, y), (x + 5, y), (x, y), (x, y - 5), (x, y + 5)];
            PathElement::new(plus, stroke).into_dyn()
        }
    }
}
