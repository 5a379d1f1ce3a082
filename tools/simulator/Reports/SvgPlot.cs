using System.Globalization;
using System.Net;
using System.Text;

namespace Lifecycle.Simulator.Reports;

/// <summary>Rows of bars as a picture that every browser shows, and that differs line by line when a figure does.</summary>
sealed class SvgPlot(string title)
{
    const int Width = 1_000;
    const int Row = 230;
    const int Left = 40;
    const int Foot = 46;
    const int Head = 50;

    readonly StringBuilder rows = new();
    int count;

    /// <summary>One more row: a bar for each name, with its value above it.</summary>
    public SvgPlot Bars(string what, IReadOnlyList<string> names, IReadOnlyList<double> values, int? best = null)
    {
        var (top, most) = (Head + (count++ * Row), Math.Max(1e-9, values.Max()));
        var (step, room) = ((Width - (2.0 * Left)) / names.Count, Row - Foot - 52.0);
        Text(Left, top + 22, what, "start", 15, "#333");
        for (var n = 0; n < names.Count; n++)
        {
            var (height, x) = (Math.Max(1, room * values[n] / most), Left + (n * step));
            rows.AppendLine(CultureInfo.InvariantCulture, $"""<rect x="{x + (step * 0.12):F1}" y="{top + Row - Foot - height:F1}" width="{step * 0.76:F1}" height="{height:F1}" fill="{(n == best ? "#c44536" : "#1f6f8b")}"/>""");
            Text(x + (step / 2), top + Row - Foot - height - 5, Short(values[n]), "middle", 13, "#333");
            Text(x + (step / 2), top + Row - Foot + 18, names[n], "middle", 13, "#333");
        }

        return this;
    }

    static string Short(double value) => value.ToString(value >= 100 ? "N0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);

    void Text(double x, double y, string text, string anchor, int size, string colour) =>
        rows.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{x:F1}" y="{y:F1}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{WebUtility.HtmlEncode(text)}</text>""");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Head + (count * Row)}" font-family="sans-serif">
        <rect width="100%" height="100%" fill="white"/>
        <text x="{Left}" y="32" font-size="20" font-weight="bold" fill="#222">{WebUtility.HtmlEncode(title)}</text>
        {rows}</svg>

        """);
}
