using System.Text;
using Lifecycle.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Infra.Tests.Queries;

/// <summary>Renders what the app tells operators as Markdown: metrics, log events, spans.</summary>
static class TelemetryDocument
{
    public static string Render()
    {
        var text = new StringBuilder(Head);
        foreach (var info in LifecycleInstruments.All)
        {
            var tags = info.Tags.Select(tag => $"`{tag.Name}`: {string.Join(", ", tag.Values.Distinct())}");
            text.AppendLine($"| `{info.Name}` | `{PrometheusName(info)}` | {info.Kind.ToString().ToLowerInvariant()}, {info.Unit} | {info.Description} | {string.Join("; ", tags)} |");
        }

        text.Append(Log);
        foreach (var log in LogEvents.All.Values.OrderBy(log => log.Id))
        {
            text.AppendLine($"| {log.Id} | {LevelOf(log)} | {log.Message.Replace("|", "\\|")} |");
        }

        return text.Append(Tail).ToString().ReplaceLineEndings("\n");
    }

    /// <summary>As the Prometheus exporter writes it (OpenTelemetry specification, Prometheus compatibility): a unit in braces is left out.</summary>
    internal static string PrometheusName(InstrumentInfo info) => info.Name.Replace('.', '_') + info.Kind switch
    {
        InstrumentKind.Counter => "_total",
        InstrumentKind.Histogram => "_seconds",
        _ => "",
    };

    static string LevelOf(LogEvent log) => log.Level == LogLevel.None ? "varies" : log.Level.ToString();

    const string Head =
        """
        # What the app tells operators

        Generated from the code; a test keeps them equal. To write it anew: `UPDATE_DOCS=1 dotnet test tests/Infra.Tests`.

        ## Metrics

        Meter `Lifecycle`. Locally at `/metrics` in the Prometheus format; in Azure in the table `AppMetrics`, once a minute; to a collector where
        `OTEL_EXPORTER_OTLP_ENDPOINT` is set. They are never sampled. Tags take the values below and no other (`other` stands for any that is
        missing here, and would be a defect); no session, app or user is in a tag.

        The four rates, which the workbook draws (`infra/kql`):

        | rate | of what |
        |---|---|
        | reconnect success | `lifecycle.reconnects` of reason `reconnect` or `adopted` ÷ `lifecycle.graces.started` |
        | reconnect latency | `lifecycle.reconnect.latency`; percentiles in Azure from log event 1103, since metrics there have none |
        | resurrections | `lifecycle.resurrections` of outcome `succeeded`, `false` or `evicted` ÷ `lifecycle.graces.started` |
        | false resurrections | `lifecycle.resurrections` of outcome `false` ÷ those of outcome `succeeded` or `false` |

        | name | in Prometheus | kind, unit | what | tags |
        |---|---|---|---|---|

        """;

    const string Log =
        """

        ## Log events

        1xxx entities, 2xxx what comes in, 3xxx what goes out and its secrets, 4xxx maintenance. In Azure in the table `AppTraces`, the id as
        `Properties.EventId` and every name in braces as a property. `Debug` is not exported. They are not sampled with their trace.

        | id | level | message |
        |---|---|---|

        """;

    const string Tail =
        """

        ## Traces

        Source `Lifecycle`. From the loss of a socket to the ack that ends it (or from a start to its ack) is one trace, over timers, webhooks and hosts: the
        session carries its `traceparent`. A span's tag `lifecycle.subject` is the session or app, `lifecycle.from`, `.to`, `.reason`, `.blame` and `.epoch` say
        what was decided. In Azure at most five traces a second and instance are exported; nothing is computed from them.

        """;
}
