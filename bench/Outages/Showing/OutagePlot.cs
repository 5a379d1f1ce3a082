using Lifecycle.Bench.Outages.Playing;
using Lifecycle.Bench.Outages.Strategies;
using ScottPlot;

namespace Lifecycle.Bench.Outages.Showing;

/// <summary>The results as a picture: one outage over time, and all of them as bars.</summary>
static class OutagePlot
{
    const string Font = "outages"; // the copy that comes with the bench: a bare machine has no fonts at all
    const double SecondsShown = 200;

    // Bars of a trace, and one place free.
    static readonly int perTrace = Contender.All.Count + 1;

    static readonly Color[] colours = [Color.FromHex("#c44536"), Color.FromHex("#e09f3e"), Color.FromHex("#1f6f8b"), Color.FromHex("#5b8e3e"), Color.FromHex("#7b4b94")];

    /// <summary>Draws it into a PNG file.</summary>
    public static void Save(IReadOnlyList<OutageResult> results, string path)
    {
        var fonts = Path.Combine(AppContext.BaseDirectory, "Outages", "Showing", "Fonts");
        Fonts.AddFontFile(Font, Path.Combine(fonts, "DejaVuSans.ttf"), bold: false, italic: false);
        Fonts.AddFontFile(Font, Path.Combine(fonts, "DejaVuSans-Bold.ttf"), bold: true, italic: false);
        var outage = results.Where(r => r.Trace.Name == Traces.TwoMinuteOutage().Name).ToList();
        var picture = new Multiplot();
        picture.AddPlots(3);
        Running(picture.GetPlot(0), outage);
        Webhooks(picture.GetPlot(1), outage);
        Recovery(picture.GetPlot(2), [.. results.Where(r => r.Trace.UpMs is not null)]);
        picture.Layout = new ScottPlot.MultiplotLayouts.Rows();
        picture.SavePng(path, 1200, 1300);
    }

    static void Running(Plot plot, IReadOnlyList<OutageResult> outage)
    {
        Down(plot, outage[0], top: 104);
        foreach (var result in outage)
        {
            double total = result.Trace.Sessions;
            var notes = result.Running.Where(note => note.At >= TimeSpan.Zero && note.At.TotalSeconds <= SecondsShown).ToList();
            double[] xs = [0, .. notes.Select(note => note.At.TotalSeconds), SecondsShown];
            double[] ys = [100, .. notes.Select(note => note.Sessions / total * 100), notes[^1].Sessions / total * 100];
            Line(plot, result, xs, ys);
        }

        plot.Axes.SetLimits(-2, SecondsShown, -3, 104);
        Style(plot, $"{Texts.Count(outage[0].Trace.Sessions)} sessions, app away for two minutes: sessions running", "seconds since the outage began", "% running");
        plot.ShowLegend(Alignment.MiddleCenter);
    }

    static void Webhooks(Plot plot, IReadOnlyList<OutageResult> outage)
    {
        Down(plot, outage[0], top: 3.3);
        foreach (var result in outage)
        {
            var perSecond = new double[(int)SecondsShown + 1];
            foreach (var webhook in result.Webhooks.Where(w => w.At.TotalSeconds < SecondsShown))
            {
                perSecond[(int)webhook.At.TotalSeconds]++;
            }

            // One a second is the axis' foot, so a line along the foot is silence.
            Line(plot, result, [.. Enumerable.Range(0, perSecond.Length).Select(n => (double)n)], [.. perSecond.Select(n => Math.Log10(Math.Max(n, 0.5)))]);
        }

        plot.Axes.SetLimits(-2, SecondsShown, Math.Log10(0.5), 3.3);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual([0, 1, 2, 3], ["1", "10", "100", "1,000"]);
        Style(plot, "The same outage: webhooks in each second", "seconds since the outage began", "webhooks, log scale");
        plot.ShowLegend(Alignment.UpperRight);
    }

    static void Recovery(Plot plot, IReadOnlyList<OutageResult> results)
    {
        var traces = results.Select(r => r.Trace).Distinct().ToList();
        for (var c = 0; c < Contender.All.Count; c++)
        {
            var name = Contender.All[c].Name;
            for (var t = 0; t < traces.Count; t++)
            {
                var result = results.Single(r => r.Trace == traces[t] && r.Strategy == name);
                var x = (t * perTrace) + c;
                var time = result.RecoveryTo(0.95)?.TotalSeconds;
                plot.Add.Bar(new Bar { Position = x, Value = time ?? 0, FillColor = colours[c], LineWidth = 0, Size = 0.9 });
                var label = plot.Add.Text(time is { } seconds ? Texts.Count((int)Math.Round(seconds)) : "never", time is null ? x - 0.4 : x, time ?? 0);
                label.LabelFontName = Font;
                label.LabelFontSize = 17;
                label.LabelFontColor = colours[c];
                label.LabelBold = true;
                label.LabelAlignment = Alignment.LowerCenter;
            }
        }

        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. traces.Select((_, t) => (t * perTrace) + ((perTrace - 2) / 2.0))], [.. traces.Select(t => Folded(t.Name))]);
        plot.Axes.SetLimits(-1, (traces.Count * perTrace) - 1, 0, 100);
        Style(plot, "From the app being up to 95 % of the sessions running, in each outage", "", "seconds");
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
    }

    // At its last hyphen: side by side they are wider than their bars.
    static string Folded(string name) => name.LastIndexOf('-') is var at and >= 0 ? $"{name[..(at + 1)]}\n{name[(at + 1)..]}" : name;

    static void Down(Plot plot, OutageResult result, double top)
    {
        var seconds = (result.Trace.UpMs!.Value - result.Trace.OutageMs) / 1000;
        var span = plot.Add.Rectangle(0, seconds, -1, top);
        span.FillColor = Colors.Black.WithAlpha(0.06);
        span.LineWidth = 0;
        var label = plot.Add.Text("app away", seconds - 1, top * 0.98);
        label.LabelFontName = Font;
        label.LabelFontSize = 18;
        label.LabelFontColor = Colors.Black.WithAlpha(0.55);
        label.LabelAlignment = Alignment.UpperRight;
    }

    static void Line(Plot plot, OutageResult result, double[] xs, double[] ys)
    {
        var line = plot.Add.ScatterLine(xs, ys, colours[Contender.All.Select(c => c.Name).ToList().IndexOf(result.Strategy)]);
        line.ConnectStyle = ConnectStyle.StepHorizontal;
        line.LineWidth = 4;
        line.LegendText = result.Strategy;
    }

    static void Style(Plot plot, string title, string x, string y)
    {
        plot.Title(title, 22);
        plot.XLabel(x, 19);
        plot.YLabel(y, 19);
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = 18;
        plot.Legend.FontSize = 19;
        plot.Font.Set(Font);
        plot.Legend.FontName = Font;
        plot.Layout.Fixed(new PixelPadding(left: 100, right: 30, bottom: 75, top: 50));
        plot.HideGrid();
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineWidth = 0;
        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
    }
}
