using System.Net;
using System.Text;

namespace Lifecycle.Doctor;

/// <summary>The report as one page: no script, nothing from elsewhere, light and dark, and every text escaped.</summary>
public static class HtmlReport
{
    const string Style = """
        :root { color-scheme: light dark; --text: #1c2128; --soft: #59636e; --page: #ffffff; --card: #f6f8fa; --line: #d1d9e0; --good: #1a7f37; --bad: #c4212d; --weak: #8a5a00; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9198a1; --page: #0d1117; --card: #161b22; --line: #3d444d; --good: #3fb950; --bad: #ff7b72; --weak: #d29922; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem; max-width: 64rem; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
        p { margin: .25rem 0; } .soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); } .weak { color: var(--weak); }
        .sum { font-size: 1.1rem; margin: 1rem 0; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
        details { border: 1px solid var(--line); border-radius: .5rem; margin: .35rem 0; background: var(--card); }
        summary { padding: .4rem .75rem; cursor: pointer; } summary:focus-visible { outline: 2px solid var(--good); }
        .id { font-family: ui-monospace, monospace; font-size: .9em; } .level { font-size: .75rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; margin: 0 .35rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; padding: .25rem 1rem .75rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        ol { list-style: none; margin: 0; padding: 0; font-family: ui-monospace, monospace; font-size: .85em; } ol span { display: inline-block; min-width: 6.5em; color: var(--soft); text-align: right; margin-right: 1em; }
        """;

    /// <summary>The page.</summary>
    /// <param name="report">What.</param>
    /// <param name="docs">Where the repository's files can be read, such as <c>https://code.example/lifecycle/blob/main/</c>; null: rules are named without a link.</param>
    public static string Write(DoctorReport report, Uri? docs = null)
    {
        var page = new StringBuilder();
        page.Append($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Lifecycle doctor: {Text(report.PackageName)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>Lifecycle doctor: {Text(report.PackageName)}</h1>
            <p class="soft">{Text(report.WebhookUrl)} · {report.BeganAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC · {report.TookMs / 1000.0:0.0} s · version {report.WireVersion} of the wire{(report.SpeaksContract ? ", with the doctor contract" : "")}</p>

            """);
        AppendSum(page, report);
        foreach (var group in report.Results.GroupBy(result => result.Group)) AppendGroup(page, group.Key, group, docs);
        return page.Append("</body>\n</html>\n").ToString();
    }

    static void AppendSum(StringBuilder page, DoctorReport report)
    {
        var (bad, weak) = (report.Count(CheckVerdict.Fail, CheckLevel.Must), report.Count(CheckVerdict.Fail, CheckLevel.Should));
        page.Append($"<p class=\"sum\"><strong class=\"{(bad > 0 ? "bad" : weak > 0 ? "weak" : "good")}\">{report.Count(CheckVerdict.Pass)} of {report.Results.Count} checks passed</strong>, "
            + $"{bad} MUST and {weak} SHOULD failed, {report.Count(CheckVerdict.Skipped)} skipped.</p>\n");
    }

    static void AppendGroup(StringBuilder page, string group, IEnumerable<CheckResult> results, Uri? docs)
    {
        page.Append($"<h2 id=\"{Text(group)}\">{Text(group)}</h2>\n<p class=\"soft\">{Text(CheckList.Groups.FirstOrDefault(known => known.Group == group).About ?? "")}</p>\n");
        foreach (var result in results) AppendResult(page, result, docs);
    }

    static void AppendResult(StringBuilder page, CheckResult result, Uri? docs)
    {
        var (sign, word, colour) = result.Verdict switch
        {
            CheckVerdict.Pass => ("✓", "passed", "good"),
            CheckVerdict.Skipped => ("–", "skipped", "soft"),
            _ => ("✗", "failed", result.IsBad ? "bad" : "weak"),
        };
        page.Append($"<details id=\"{Text(result.Id)}\"{(result.Verdict == CheckVerdict.Fail ? " open" : "")}>\n<summary><span class=\"{colour}\">{sign} {word}</span>"
            + $"<span class=\"level\">{(result.Level == CheckLevel.Must ? "MUST" : "SHOULD")}</span><span class=\"id\">{Text(result.Id)}</span> {Text(result.Title)}</summary>\n<dl>\n");
        if (result.Verdict == CheckVerdict.Fail) page.Append($"<dt>expected</dt><dd>{Text(result.Expected)}</dd>\n");
        page.Append($"<dt>{(result.Verdict == CheckVerdict.Skipped ? "why" : "seen")}</dt><dd>{Text(result.Seen)}</dd>\n<dt>rule</dt><dd>{LinkOf(result, docs)}</dd>\n<dt>took</dt><dd>{result.TookMs} ms</dd>\n");
        if (result.Moments.Count > 0)
            page.Append($"<dt>moments</dt><dd><ol>{string.Concat(result.Moments.Select(moment => $"<li><span>{moment.AtMs} ms</span>{Text(moment.What)}</li>"))}</ol></dd>\n");
        page.Append("</dl>\n</details>\n");
    }

    static string LinkOf(CheckResult result, Uri? docs)
    {
        var words = $"“{Text(result.RuleWords)}”";
        return docs is null ? $"{Text(result.Rule)}: {words}" : $"<a href=\"{Text(new Uri(docs, result.Rule).AbsoluteUri)}\">{Text(result.Rule)}</a>: {words}";
    }

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
