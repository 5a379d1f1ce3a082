using System.Text;

namespace Lifecycle.Tests.Rules;

/// <summary>Renders the transition table as Markdown.</summary>
static class TransitionDocument
{
    public static string Render()
    {
        var text = new StringBuilder(
            """
            # Transitions of an app session

            Generated from `src/Lifecycle/Rules/TransitionTable.cs`; a test keeps this page, the table and the rules equal. To write it anew:
            `UPDATE_DOCS=1 dotnet test tests/Lifecycle.Tests`. An event in a state that has no line cannot happen there.

            `dotnet run -c Release --project tools/simulator -- search` searches the states of two sessions and their gate, breadth first; no decision in them is
            without a line here, and each of them comes to rest: [how many, in what time, within which bounds](simulator.md#all-states).

            | in state | on | guard | to | reason | effects |
            |---|---|---|---|---|---|

            """);
        foreach (var row in TransitionTable.Rows)
        {
            var from = row.From.Length == AppStates.All.Count ? "any" : string.Join(", ", row.From.Select(s => s.WireName()));
            text.AppendLine($"| {from} | {row.Event} | {row.Guard} | {To(row)} | `{row.Reason}` | {row.Effects} |");
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    static string To(TransitionRow row) => row.Kind switch
    {
        OutcomeKind.Ignored => "same, ignored",
        OutcomeKind.Refused => "same, refused",
        _ => row.To is { } to ? $"**{to.WireName()}**" : "same",
    };
}
