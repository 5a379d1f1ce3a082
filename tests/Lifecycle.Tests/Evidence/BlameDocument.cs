using System.Text;

namespace Lifecycle.Tests.Evidences;

/// <summary>Renders the table of blame as Markdown.</summary>
static class BlameDocument
{
    public static string Render()
    {
        var text = new StringBuilder(
            """
            # Whose fault each reason is

            Generated from `src/Lifecycle/Evidence/BlameTable.cs`; a test keeps this page, the table and the reasons equal. To write it anew:
            `UPDATE_DOCS=1 dotnet test tests/Lifecycle.Tests`.

            Every transition, refusal, event, dead letter, log line and notice says by its field `blame` whose fault it is, or who caused it; so do the metrics that
            [telemetry.md](telemetry.md) names. It takes one of these values:

            | blame | who |
            |---|---|

            """);
        foreach (var (blame, who) in Whose)
        {
            text.AppendLine($"| `{blame.WireName()}` | {who} |");
        }

        text.Append(
            """

            Where the table says *by the evidence*, what was found out while the app was not attached counts more than the reason: a canary that could open no socket, a timer
            that came late, a sign of life ([evidence.md](evidence.md)), and what the app says of itself when it attaches: which process it is, which try it was, and whether a
            connect was refused. The attach or the eviction that ends a loss carries the verdict on the whole loss. A process that comes back has lived, so
            it was not the app. A refused connect means `signalr`, unless the canary could open a socket meanwhile: then it means `network`.
            A client that does not say which process it is may leave `unknown`. In every scenario of `tests/Scenarios` the verdict on each loss is held to what
            disturbed it in truth.

            | reason | blame | why |
            |---|---|---|

            """);
        foreach (var row in BlameTable.Rows)
        {
            text.AppendLine($"| `{row.Reason}` | {Of(row)} | {row.Why} |");
        }

        text.Append(
            """

            Notices to owners: `app_unreachable`, `crash_loop` and `deaf` are the fault of `app`, `alive_unattached` of `network`; `app_recovered` tells what the first notice of its incident told.

            """);
        return text.ToString().ReplaceLineEndings("\n");
    }

    static string Of(BlameRow row) => row.ByEvidence ? $"by the evidence, else `{row.Blame.WireName()}`" : $"`{row.Blame.WireName()}`";

    static readonly (Blame Blame, string Who)[] Whose =
    [
        (Blame.App, "the app server: it is gone, refuses, or asked for it"),
        (Blame.Network, "the network between the app server and the SignalR service: both live"),
        (Blame.SignalR, "the SignalR service: clients could not open sockets, or it did not do what it was asked"),
        (Blame.Lifecycle, "this system: it was away, late or too busy"),
        (Blame.Platform, "the platform that runs the user sessions: it asked for it"),
        (Blame.Unknown, "there is no evidence"),
    ];
}
